"""Passing a thing on in the field: who begins, who takes it, and what each confirms."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.circulation.passing import DAY, LATER, pass_on, take, why_not
from tests.world import MONDAY_NOON, World
from toolshare.care.models import OutageReason
from toolshare.care.outages import open_outage
from toolshare.circulation import custody
from toolshare.circulation import reasons as why
from toolshare.circulation.borrowing import borrow
from toolshare.circulation.dropping_off import drop_off
from toolshare.circulation.handing_over import (
    PassingItOnAlready,
    consent,
    withdraw,
)
from toolshare.circulation.handovers import (
    HandoverIsOver,
)
from toolshare.circulation.metering import MeterRunsBackwards
from toolshare.circulation.models import Handover, Loan
from toolshare.circulation.promises import Hold, Promise
from toolshare.circulation.returning import take_back
from toolshare.circulation.undoing import undo_borrowing, undo_return
from toolshare.inventory.models import Condition, Counting, Item
from toolshare.journal.models import Entry
from toolshare.people.models import Person
from toolshare.refusals import Refusal


@pytest.fixture
def loan(world: World, tractor: Item) -> Loan:
    """Ana has the tractor, whose meter read 100 when it went out."""
    return world.make_loan(tractor, world.ana, meter_before=Decimal(100))


def test_who_is_next_takes_it_over(world: World, loan: Loan, bea: Person) -> None:
    after = take(world, pass_on(world, loan), bea)
    assert (loan.is_out, loan.returned_at, loan.returned_to_id) == (False, LATER, None)
    assert (after.borrower_id, after.item_id, after.is_out) == (bea.id, loan.item_id, True)
    assert (after.borrowed_at, after.lent_by_id) == (LATER, None)
    assert after.due_at.date() == (LATER + 7 * DAY).date()
    assert after.rules["loan_period"] == {"days": 7}


def test_both_readings_of_the_meter_are_kept(world: World, loan: Loan, bea: Person) -> None:
    after = take(world, pass_on(world, loan), bea, meter=Decimal("110.5"))
    assert (loan.meter_after, after.meter_before) == (Decimal("110.5"), Decimal("110.5"))
    handover = world.session.scalars(select(Handover)).one()
    assert (handover.meter, handover.next_loan_id) == (Decimal(110), after.id)


def test_the_taker_may_leave_the_reading_as_it_is(world: World, loan: Loan, bea: Person) -> None:
    assert take(world, pass_on(world, loan), bea).meter_before == 110


def test_no_meter_runs_backwards(world: World, loan: Loan, bea: Person) -> None:
    with pytest.raises(Refusal) as refusal:
        pass_on(world, loan, meter=Decimal(99))
    assert refusal.value.reasons == (MeterRunsBackwards(before=Decimal(100), unit="h"),)
    less = MeterRunsBackwards(before=Decimal(110), unit="h")
    assert why_not(world, pass_on(world, loan), bea, meter=Decimal(109)) == (less,)


def test_the_journal_tells_of_both_loans(world: World, loan: Loan, bea: Person) -> None:
    after = take(world, pass_on(world, loan), bea)
    told = {entry.what: entry for entry in world.session.scalars(select(Entry))}
    handed, borrowed = told["handed_over"], told["borrowed"]
    assert (handed.loan_id, handed.by_id, handed.person_id) == (loan.id, bea.id, world.ana.id)
    assert (handed.details["next_loan_id"], handed.details["meter"]) == (after.id, "110.0")
    assert (borrowed.loan_id, borrowed.by_id, borrowed.person_id) == (after.id, bea.id, bea.id)
    assert told["handover_begun"].by_id == world.ana.id


def test_who_took_it_waits_no_more(world: World, loan: Loan, bea: Person) -> None:
    take(world, pass_on(world, loan), bea)
    assert world.session.scalars(select(Hold.end)).all() == ["served"]


def test_the_unit_is_kept_for_the_new_loan(world: World, loan: Loan, bea: Person) -> None:
    after = take(world, pass_on(world, loan), bea)
    kept = world.session.execute(select(Promise.loan_id, Promise.from_at, Promise.until_at)).all()
    assert kept == [(after.id, LATER, after.due_at)]


def test_it_goes_on_and_on(world: World, loan: Loan, bea: Person) -> None:
    second = take(world, pass_on(world, loan), bea)
    consented = consent(
        world.session, pass_on(world, second, by=bea, meter=None), by=world.sam, now=LATER
    )
    third = take(world, consented, world.ana)
    assert (third.borrower_id, third.lent_by_id) == (world.ana.id, world.sam.id)
    chain = world.session.execute(select(Handover.loan_id, Handover.next_loan_id)).all()
    assert chain == [(loan.id, second.id), (second.id, third.id)]


def test_damage_is_said_by_the_taker_and_seen_by_stewards(
    world: World, loan: Loan, bea: Person
) -> None:
    handover = pass_on(world, loan)
    take(world, handover, bea, condition=Condition.BROKEN, note="No third gear.")
    outage = open_outage(world.session, loan.item)
    assert outage is not None
    assert (outage.reason, outage.note) == (OutageReason.NEEDS_CHECK, "No third gear.")
    assert loan.item.condition is Condition.BROKEN
    assert loan.inspection_id is not None


def test_only_who_has_it_passes_it_on(world: World, loan: Loan, bea: Person) -> None:
    for person in (bea, world.sam, world.cora):
        with pytest.raises(Refusal) as refusal:
            pass_on(world, loan, by=person)
        assert refusal.value.reasons == (why.NotYours(),)


def test_what_lies_in_the_shed_is_not_passed_on(world: World, loan: Loan, bea: Person) -> None:
    handover = pass_on(world, loan)
    drop_off(world.session, loan, by=world.ana, now=LATER, where="Shed")
    assert why_not(world, handover, bea) == (custody.LeftInShed(),)
    with pytest.raises(Refusal) as refusal:
        pass_on(world, loan)
    assert refusal.value.reasons == (custody.LeftInShed(),)


def test_what_came_back_meanwhile_is_not_taken_over(world: World, loan: Loan, bea: Person) -> None:
    handover = pass_on(world, loan)
    take_back(world.session, loan.item, by=world.sam, now=LATER)
    assert why_not(world, handover, bea) == (why.NotOut(),)


def test_one_begins_once_until_it_has_lapsed(world: World, loan: Loan, bea: Person) -> None:
    first, operation = pass_on(world, loan), uuid4()
    with pytest.raises(Refusal) as refusal:
        pass_on(world, loan)
    assert refusal.value.reasons == (PassingItOnAlready(),)
    second = pass_on(world, loan, now=LATER + DAY, operation=operation)
    assert second.token != first.token
    assert pass_on(world, loan, now=LATER + DAY, operation=operation).id == second.id
    assert why_not(world, first, bea, now=LATER + DAY) == (HandoverIsOver(),)


def test_a_handover_waits_for_a_day(world: World, loan: Loan, bea: Person) -> None:
    handover = pass_on(world, loan)
    assert why_not(world, handover, bea, now=LATER + DAY) == (HandoverIsOver(),)
    take(world, handover, bea, now=LATER + DAY - timedelta(seconds=1))


def test_the_giver_or_a_steward_withdraws(world: World, loan: Loan, bea: Person) -> None:
    for person in (world.ana, world.sam):
        handover = pass_on(world, loan)
        with pytest.raises(Refusal) as refusal:
            withdraw(world.session, handover, by=bea, now=LATER)
        assert refusal.value.reasons == (why.NotYours(),)
        for _ in range(2):
            withdraw(world.session, handover, by=person, now=LATER)
        assert why_not(world, handover, bea) == (HandoverIsOver(),)
        with pytest.raises(Refusal) as refusal:
            consent(world.session, handover, by=world.sam, now=LATER)
        assert refusal.value.reasons == (HandoverIsOver(),)
    events = world.session.scalars(select(Entry.what)).all()
    assert events.count("handover_withdrawn") == 2


def test_the_same_taking_sent_twice_is_one(world: World, loan: Loan, bea: Person) -> None:
    handover, operation = pass_on(world, loan), uuid4()
    taken = [take(world, handover, bea, operation=operation) for _ in range(2)]
    assert taken[0].id == taken[1].id
    assert why_not(world, handover, bea, operation=uuid4()) == (HandoverIsOver(),)


def test_neither_end_of_it_is_undone(world: World, loan: Loan, bea: Person) -> None:
    after = take(world, pass_on(world, loan), bea)
    for undo, one in ((undo_borrowing, after), (undo_return, loan)):
        with pytest.raises(Refusal) as refusal:
            undo(world.session, one, by=world.sam, now=LATER)
        assert refusal.value.reasons == (why.NothingToUndo(),)


def test_a_part_of_a_bin_is_passed_on_whole(world: World) -> None:
    crates = world.make_item(world.make_kind(counting=Counting.BULK), quantity=10)
    loan = borrow(
        world.session, crates, borrower=world.ana, by=world.ana, now=MONDAY_NOON, quantity=8
    )
    after = take(world, pass_on(world, loan, meter=None), world.sam)
    assert (after.quantity, after.counted, loan.is_out) == (8, False, False)
