"""Who is late borrows no more until they have returned what they have."""

from datetime import timedelta
from typing import Any

import pytest

from tests.counting import statements
from tests.world import MONDAY_NOON, World
from toolshare.circulation.borrowing import reasons_against
from toolshare.circulation.dropping_off import drop_off
from toolshare.circulation.eligibility import YouAreLate
from toolshare.circulation.losing import declare_lost
from toolshare.circulation.models import Loan
from toolshare.circulation.returning import take_back
from toolshare.circulation.taking import take
from toolshare.inventory.models import Counting
from toolshare.people.models import Group
from toolshare.refusals import Reason

DAY = timedelta(days=1)
MOMENT = timedelta(seconds=1)


def late_by(world: World, how_much: timedelta, name: str = "Scythe", **differences: Any) -> Loan:
    kind = world.make_kind(name=name, **differences.pop("of", {}))
    times = {"borrowed_at": MONDAY_NOON - 90 * DAY, "due_at": MONDAY_NOON - how_much}
    return world.make_loan(world.make_item(kind), world.ana, **times, **differences)


def against_another(world: World) -> list[Reason]:
    return reasons_against(world.session, world.make_item(), by=world.ana, now=MONDAY_NOON)


def late(loan: Loan, group: Group) -> YouAreLate:
    return YouAreLate(thing=loan.item.kind.name, due_at=loan.due_at, time_zone=group.time_zone)


def test_who_is_late_by_more_than_a_day_borrows_nothing_more(world: World) -> None:
    loan = late_by(world, DAY + MOMENT)
    assert against_another(world) == [late(loan, world.borgo)]


def test_a_day_late_is_forgiven(world: World) -> None:
    late_by(world, DAY)
    assert against_another(world) == []


def test_how_much_is_forgiven_was_agreed_when_the_loan_began(world: World) -> None:
    late_by(world, 3 * DAY, rules={"grace": {"days": 3}})
    strict = late_by(world, MOMENT, "Press", rules={"grace": {}})
    assert against_another(world) == [late(strict, world.borgo)]


def test_each_late_thing_is_named_the_latest_first(world: World) -> None:
    press, scythe = late_by(world, 2 * DAY, "Press"), late_by(world, 3 * DAY)
    assert against_another(world) == [late(scythe, world.borgo), late(press, world.borgo)]


def test_a_steward_lends_nothing_to_who_is_late_either(world: World) -> None:
    loan = late_by(world, 2 * DAY)
    item = world.make_item()
    found = reasons_against(world.session, item, by=world.sam, borrower=world.ana, now=MONDAY_NOON)
    assert found == [late(loan, world.borgo)]


@pytest.mark.parametrize("how", ["returned", "left in the shed", "lost"])
def test_until_it_is_with_them_no_more(world: World, how: str) -> None:
    loan, at = late_by(world, 40 * DAY), {"now": MONDAY_NOON}
    if how == "returned":
        take_back(world.session, loan.item, by=world.sam, **at)
    elif how == "lost":
        declare_lost(world.session, loan, by=world.cora, tried="Rang twice.", **at)
    else:
        drop_off(world.session, loan, by=world.ana, where="Shelf", **at)
    assert against_another(world) == []


def test_another_group_does_not_care(world: World) -> None:
    late_by(world, 2 * DAY, of={"group_id": world.valle.id})
    assert against_another(world) == []


def test_what_is_used_up_may_still_be_taken(world: World) -> None:
    late_by(world, 2 * DAY)
    screws = world.make_item(world.make_kind(counting=Counting.CONSUMABLE), quantity=9)
    take(world.session, screws, taker=world.ana, by=world.ana, now=MONDAY_NOON)
    assert screws.quantity == 8


def test_asking_about_it_takes_no_statement_more(world: World) -> None:
    item = world.make_item()
    asked = {"by": world.ana, "now": MONDAY_NOON}
    reasons_against(world.session, item, **asked)
    with statements() as before:
        reasons_against(world.session, item, **asked)
    late_by(world, 2 * DAY)
    late_by(world, 3 * DAY)
    world.session.flush()
    with statements() as after:
        reasons_against(world.session, item, **asked)
    assert len(after) == len(before)
