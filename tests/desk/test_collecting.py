"""Collecting: a list is checked first, then lent or returned as a whole."""

from datetime import date, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from tests.circulation.test_reserving import book
from tests.counting import statements
from tests.world import MONDAY_NOON, World
from toolshare.circulation import reasons as circulation
from toolshare.circulation import returning
from toolshare.circulation.at_hand import MOST_AT_ONCE
from toolshare.circulation.models import Loan, Taking
from toolshare.database import transaction
from toolshare.desk import collecting
from toolshare.desk import reasons as why
from toolshare.desk.collecting import Line, Wanted
from toolshare.inventory.models import Counting, Item
from toolshare.people.models import Role
from toolshare.people.roles import RoleNeeded
from toolshare.refusals import Refusal
from toolshare.rules.lengths import Length

SUNDAY = date(2026, 6, 7)


class Party:
    """Sam collects for Ana."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.act: dict[str, Any] = {"by": world.sam, "now": MONDAY_NOON}

    def check(self, *items: Item, **how: Any) -> list[Line]:
        wanted = self.wanted(*items)
        known = {**self.act, **how}
        return collecting.to_lend(self.world.session, wanted, self.world.ana, **known)

    def lend(self, wanted: Wanted, **how: Any) -> int:
        known = {"operation": uuid4(), **self.act, **how}
        return collecting.lend_all(self.world.session, wanted, self.world.ana, **known)

    def take_back(self, wanted: Wanted, **how: Any) -> int:
        known = {"operation": uuid4(), **self.act, **how}
        return collecting.return_all(self.world.session, wanted, **known)

    def wanted(self, *items: Item) -> Wanted:
        return {item.code: 1 for item in items}

    def loans(self) -> int:
        count = select(func.count()).select_from(Loan).where(Loan.returned_at.is_(None))
        return self.world.session.scalar(count) or 0


@pytest.fixture
def party(world: World) -> Party:
    """A work party."""
    return Party(world)


def refused(work: Any, *args: Any, **how: Any) -> tuple[object, ...]:
    with pytest.raises(Refusal) as refusal:
        work(*args, **how)
    return tuple(refusal.value.reasons)


def at_once(work: Any, *args: Any) -> None:
    """All of it in one transaction, or nothing."""
    with transaction():
        work(*args)


def test_the_list_is_kept_as_text() -> None:
    wanted = {"7K3M9QXA": 1, "12345678": 4}
    assert collecting.written(wanted) == "7K3M9QXA 12345678*4"
    assert collecting.read("7K3M9QXA 12345678*4 nonsense 7K3M9QXA*0 <b>") == wanted
    most = f"7K3M9QXA*{MOST_AT_ONCE}"
    assert collecting.written(collecting.read(f"{most} 12345678*{MOST_AT_ONCE + 1}")) == most
    assert len(collecting.read(" ".join(f"{number:08}" for number in range(200)))) == 100


def test_a_thing_is_in_the_list_once_and_a_bin_with_how_many(world: World) -> None:
    item, crates = world.make_item(), world.make_item(world.make_kind(counting=Counting.BULK))
    wanted = collecting.add(collecting.add({}, item), item)
    assert wanted == {item.code: 1}
    wanted = collecting.add(collecting.add(wanted, crates, 4), crates)
    assert wanted == {item.code: 1, crates.code: 4}


def test_a_full_list_takes_no_more(world: World) -> None:
    full = {f"{number:08}": 1 for number in range(100)}
    assert refused(collecting.add, full, world.make_item()) == (why.ListIsFull(most=100),)


def test_a_check_writes_nothing_and_says_what_and_until_when(world: World, party: Party) -> None:
    free, out, broken = (world.make_item() for _ in range(3))
    loan = world.make_loan(out, world.cora)
    broken.retired_at = MONDAY_NOON
    lines = party.check(free, out, broken, wished=SUNDAY)
    assert [line.item for line in lines] == [free, out, broken]
    assert lines[0].due_at == datetime(2026, 6, 7, 23, 59, 59, tzinfo=ZoneInfo("Europe/Rome"))
    assert not lines[0].is_cut_short
    assert lines[1].reasons == [circulation.Out(due_at=loan.due_at, time_zone="Europe/Rome")]
    assert lines[2].reasons == [circulation.Retired()]
    assert party.loans() == 1


def test_what_the_rules_lend_for_less_long_is_cut_short(world: World, party: Party) -> None:
    short, reserved = world.make_item(), world.make_item()
    world.make_rule("loan_period", Length(days=2), kind_id=short.kind_id)
    book(world, reserved.kind, 5, 5, world.cora)
    lines = party.check(short, reserved, wished=SUNDAY)
    assert [line.is_cut_short for line in lines] == [True, True]
    days = [line.due_at.date() if line.due_at else None for line in lines]
    assert days == [date(2026, 6, 3), date(2026, 6, 4)]
    number, cut_short = party.lend(party.wanted(short, reserved), wished=SUNDAY)
    assert (number, [loan.due_at for loan in cut_short]) == (2, [line.due_at for line in lines])


def test_what_is_reserved_cuts_short_what_nobody_wished(world: World, party: Party) -> None:
    free, reserved = world.make_item(), world.make_item()
    book(world, reserved.kind, 5, 5, world.cora)
    assert [line.is_cut_short for line in party.check(free, reserved)] == [False, True]
    operation = uuid4()
    for _ in range(2):
        _, cut_short = party.lend(party.wanted(free, reserved), operation=operation)
        assert [loan.item for loan in cut_short] == [reserved]


def test_the_limit_counts_what_stands_before_in_the_list(world: World, party: Party) -> None:
    world.make_rule("open_loans", 2)
    items = [world.make_item() for _ in range(3)]
    screws = world.make_item(world.make_kind(counting=Counting.CONSUMABLE), quantity=9)
    *_, third, used_up = party.check(*items, screws)
    assert third.reasons == [circulation.AtTheLimit(limit=2, group="Borgo")]
    assert not used_up.reasons


def test_all_is_lent_at_once_and_once(world: World, party: Party) -> None:
    items = [world.make_item() for _ in range(3)]
    crates = world.make_item(world.make_kind(counting=Counting.BULK), quantity=9)
    screws = world.make_item(world.make_kind(counting=Counting.CONSUMABLE), quantity=9)
    wanted = party.wanted(*items) | {crates.code: 4, screws.code: 5}
    operation = uuid4()
    for _ in range(2):
        assert party.lend(wanted, operation=operation, wished=SUNDAY) == (5, [])
    loans = world.session.scalars(select(Loan)).all()
    assert sorted(loan.quantity for loan in loans) == [1, 1, 1, 4]
    assert {loan.due_at.date() for loan in loans} == {SUNDAY}
    assert world.session.scalars(select(Taking)).one().quantity == 5


def test_one_that_can_not_be_lent_keeps_all_of_them_here(world: World, party: Party) -> None:
    free, gone = world.make_item(), world.make_item()
    world.make_loan(gone, world.cora)
    wanted, changed = (
        party.wanted(free, gone),
        why.ListHasChanged(name="Hand drill", code=gone.code),
    )
    world.session.commit()
    assert refused(at_once, party.lend, wanted) == (changed,)
    assert party.loans() == 1


def test_what_was_returned_meanwhile_is_not_returned_twice(world: World, party: Party) -> None:
    items = [world.make_item() for _ in range(2)]
    for item in items:
        world.make_loan(item, world.ana)
    returning.take_back(world.session, items[1], **party.act)
    wanted, changed = (
        party.wanted(*items),
        why.ListHasChanged(name="Hand drill", code=items[1].code),
    )
    world.session.commit()
    assert refused(at_once, party.take_back, wanted) == (changed,)
    assert party.loans() == 1


def test_all_is_taken_back_at_once_and_once(world: World, party: Party) -> None:
    items = [world.make_item() for _ in range(3)]
    for item in items:
        world.make_loan(item, world.ana)
    operation = uuid4()
    for _ in range(2):
        assert party.take_back(party.wanted(*items), operation=operation) == 3
    assert party.loans() == 0


def test_what_can_not_be_returned_says_why(world: World, party: Party) -> None:
    here, out = world.make_item(), world.make_item()
    theirs = world.make_item(world.make_kind(group_id=world.castello.id))
    crates = world.make_item(world.make_kind(counting=Counting.BULK), quantity=9)
    loan = world.make_loan(out, world.ana)
    for person in (world.ana, world.cora):
        world.make_loan(crates, person, counted=False, quantity=2)
    wanted = party.wanted(here, out, theirs, crates)
    lines = collecting.to_return(world.session, wanted, **party.act)
    assert [list(line.reasons) for line in lines] == [
        [circulation.NotOut()],
        [],
        [RoleNeeded(role=Role.STEWARD, group="Castello")],
        [circulation.SeveralHaveSome()],
    ]
    assert (lines[1].loans, lines[3].quantity) == ([loan], 4)


def test_what_is_in_dispute_comes_back_by_a_coordinators_list(world: World, party: Party) -> None:
    item = world.make_item()
    world.make_loan(item, world.ana, dropped_at=MONDAY_NOON, disputed_at=MONDAY_NOON)
    wanted, session = party.wanted(item), world.session
    (line,) = collecting.to_return(session, wanted, **party.act)
    assert line.reasons == [RoleNeeded(role=Role.COORDINATOR, group="Borgo")]
    (line,) = collecting.to_return(session, wanted, **party.act | {"by": world.cora})
    assert not line.reasons
    assert party.take_back(wanted, by=world.cora) == 1


@pytest.mark.parametrize("borrower", ["nobody", "vera", "pau"])
def test_of_what_another_village_has_nothing_is_told(world: World, borrower: str) -> None:
    theirs = world.make_item(world.make_kind(group_id=world.castello.id))
    world.make_loan(theirs, world.vera)
    act: dict[str, Any] = {"by": world.sam, "now": MONDAY_NOON}
    wanted = {theirs.code: 3}
    if borrower == "nobody":
        lines = collecting.to_return(world.session, wanted, **act)
    else:
        person = getattr(world, borrower)
        lines = collecting.to_lend(world.session, wanted, person, **act)
    assert lines == [Line(theirs, 3, [RoleNeeded(role=Role.STEWARD, group="Castello")])]


def test_nobody_lends_themselves_the_things_of_another_village(world: World, party: Party) -> None:
    world.make_membership(world.sam, world.castello)
    theirs = world.make_item(world.make_kind(group_id=world.castello.id))
    act: dict[str, Any] = {**party.act, "operation": uuid4()}
    refused(collecting.lend_all, world.session, party.wanted(theirs), world.sam, **act)
    assert party.loans() == 0


def test_an_empty_list_is_refused(party: Party) -> None:
    for work in (party.lend, party.take_back):
        assert refused(work, {}) == (why.ListIsEmpty(),)
        assert refused(work, {"00000000": 1}) == (why.ListIsEmpty(),)


@pytest.mark.parametrize("work", ["lend", "return"])
def test_a_longer_list_asks_little_more(world: World, party: Party, work: str) -> None:
    counts = []
    for number in (1, 1, 11):
        items = [world.make_item() for _ in range(number)]
        world.session.flush()
        with statements() as sent:
            if work == "lend":
                party.check(*items)
            else:
                collecting.to_return(world.session, party.wanted(*items), **party.act)
        counts.append(len(sent))
    _, one, eleven = counts
    assert eleven - one <= (20 if work == "lend" else 0)
    assert one <= 7


def test_each_thing_is_weighed_once_when_all_are_lent(world: World, party: Party) -> None:
    items = [world.make_item() for _ in range(5)]
    world.session.flush()
    with statements() as sent:
        party.lend(party.wanted(*items))
    assert sum("groups_upwards" in statement for statement in sent) == 5  # the rules
