"""Returning: who takes back what, and how it came."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.world import MONDAY_NOON, World
from toolshare.care.inspecting import Findings, NoSuchPart
from toolshare.care.models import Outage, OutageReason
from toolshare.care.outages import open_outage, take_out_of_service
from toolshare.circulation import reasons as why
from toolshare.circulation.borrowing import borrow, reasons_against
from toolshare.circulation.models import Loan
from toolshare.circulation.returning import take_back
from toolshare.circulation.standing import standing
from toolshare.inventory.models import Condition, Counting, Item
from toolshare.journal.models import Entry
from toolshare.people.models import Person
from toolshare.people.roles import RoleNeeded
from toolshare.refusals import Refusal


def lend(world: World, item: Item, who: Person, quantity: int = 1) -> Loan:
    return borrow(world.session, item, borrower=who, by=who, now=MONDAY_NOON, quantity=quantity)


def give_back(world: World, item: Item, **differences: Any) -> Loan:
    return take_back(world.session, item, **{"by": world.sam, "now": MONDAY_NOON, **differences})


def test_a_steward_takes_back_what_is_out(world: World) -> None:
    item = world.make_item()
    loan = lend(world, item, world.ana)
    assert give_back(world, item) is loan
    assert (loan.returned_at, loan.returned_to_id) == (MONDAY_NOON, world.sam.id)
    assert reasons_against(world.session, item, by=world.ana, now=MONDAY_NOON) == []


def test_the_journal_says_how_it_came(world: World) -> None:
    item = world.make_item(world.make_kind(parts=["handle", "bit"]))
    loan = lend(world, item, world.ana)
    findings = Findings(Condition.BROKEN, ["bit"], "The bit snapped.")
    give_back(world, item, findings=findings)
    entry = world.session.scalars(select(Entry).order_by(Entry.id.desc())).first()
    assert entry is not None
    assert (entry.what, entry.by_id, entry.person_id) == ("returned", world.sam.id, world.ana.id)
    assert entry.loan_id == loan.id
    assert entry.details == {
        "quantity": 1,
        "condition_before": "fine",
        "condition": "broken",
        "missing_parts": ["bit"],
        "note": "The bit snapped.",
    }


def test_a_member_does_not_take_back(world: World) -> None:
    item = world.make_item()
    lend(world, item, world.ana)
    with pytest.raises(Refusal) as refusal:
        give_back(world, item, by=world.ana)
    assert isinstance(refusal.value.reasons[0], RoleNeeded)


def test_what_is_not_out_cannot_come_back(world: World) -> None:
    with pytest.raises(Refusal) as refusal:
        give_back(world, world.make_item())
    assert refusal.value.reasons == (why.NotOut(),)


def test_what_came_back_is_with_nobody_due_never_and_where_it_lives(world: World) -> None:
    hook = world.make_place("Hook 12")
    item = world.make_item(place_id=hook.id)
    lend(world, item, world.ana)
    give_back(world, item)
    found = standing(world.session, item, world.ana, now=MONDAY_NOON)
    assert (found.lent, found.next_due_at, item.place_id) == (0, None, hook.id)


@pytest.mark.parametrize(
    "findings",
    [Findings(Condition.NEEDS_A_LOOK), Findings(Condition.BROKEN), Findings(missing_parts=["bit"])],
)
def test_what_is_not_fine_and_complete_needs_a_check_first(
    world: World, findings: Findings
) -> None:
    item = world.make_item(world.make_kind(parts=["bit"]))
    lend(world, item, world.ana)
    give_back(world, item, findings=findings)
    assert item.condition is findings.condition
    assert reasons_against(world.session, item, by=world.cora, now=MONDAY_NOON) == [
        why.NeedsCheck()
    ]


def test_a_part_that_is_not_on_the_list_is_refused(world: World) -> None:
    item = world.make_item(world.make_kind(parts=["bit"]))
    lend(world, item, world.ana)
    with pytest.raises(Refusal) as refusal:
        give_back(world, item, findings=Findings(missing_parts=["wheel"]))
    assert refusal.value.reasons == (NoSuchPart(part="wheel"),)


def test_what_was_missing_and_comes_back_is_missing_no_more(world: World) -> None:
    item = world.make_item()
    lend(world, item, world.ana)
    take_out_of_service(world.session, item, OutageReason.MISSING, by=world.sam, now=MONDAY_NOON)
    give_back(world, item)
    assert open_outage(world.session, item) is None


def test_what_was_to_be_repaired_stays_so_when_it_comes_back(world: World) -> None:
    item = world.make_item()
    lend(world, item, world.ana)
    outage = take_out_of_service(
        world.session, item, OutageReason.IN_REPAIR, by=world.sam, now=MONDAY_NOON
    )
    give_back(world, item, findings=Findings(Condition.BROKEN))
    assert world.session.scalars(select(Outage)).all() == [outage]


def test_the_same_return_sent_twice_is_one(world: World) -> None:
    item, operation = world.make_item(), uuid4()
    loan = lend(world, item, world.ana)
    assert give_back(world, item, operation=operation) is loan
    assert give_back(world, item, operation=operation) is loan
    assert [entry.what for entry in world.session.scalars(select(Entry))] == [
        "borrowed",
        "returned",
    ]


@pytest.fixture
def crates(world: World) -> Item:
    return world.make_item(world.make_kind(name="Crate", counting=Counting.BULK), quantity=10)


def test_some_of_a_bin_come_back_and_the_rest_stays_out(world: World, crates: Item) -> None:
    loan = lend(world, crates, world.ana, 5)
    part = give_back(world, crates, quantity=3)
    assert (part.quantity, part.borrower_id, part.is_out) == (3, world.ana.id, False)
    assert (loan.quantity, loan.is_out) == (2, True)


def test_more_than_went_out_cannot_come_back(world: World, crates: Item) -> None:
    lend(world, crates, world.ana, 5)
    for quantity in (0, 6, -1):
        with pytest.raises(Refusal) as refusal:
            give_back(world, crates, quantity=quantity)
        assert refusal.value.reasons == (why.NotThatMany(out=5),)


def test_when_several_have_some_one_says_whose_come_back(world: World, crates: Item) -> None:
    anas = lend(world, crates, world.ana, 5)
    coras = lend(world, crates, world.cora, 2)
    with pytest.raises(Refusal) as refusal:
        give_back(world, crates)
    assert refusal.value.reasons == (why.SeveralHaveSome(),)
    assert give_back(world, crates, loan=coras) is coras
    assert anas.is_out


def test_the_loan_of_another_thing_does_not_come_back_with_this_one(
    world: World, crates: Item
) -> None:
    other = lend(world, world.make_item(), world.ana)
    with pytest.raises(Refusal) as refusal:
        give_back(world, crates, loan=other)
    assert refusal.value.reasons == (why.NotOut(),)


def test_who_waited_for_the_lock_takes_back_what_was_lent_meanwhile(
    world: World, drill: Item
) -> None:
    loan = world.make_loan(drill, world.ana, borrowed_at=MONDAY_NOON)
    before = MONDAY_NOON - timedelta(milliseconds=20)
    assert take_back(world.session, drill, by=world.sam, now=before).returned_at == loan.borrowed_at
