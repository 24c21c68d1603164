"""Passing on at the desk: one act of a steward, and how it is taken back."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete, select

from tests.circulation.booked import kept_for
from tests.circulation.passing import pass_on as begin_to_pass_on
from tests.circulation.passing import take
from tests.circulation.telling import book, lend, told
from tests.circulation.what_holds import no_two_promises_of_a_unit_overlap
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.circulation import handing_over, passing_on, promising, undoing
from toolshare.circulation import reasons as why
from toolshare.circulation.custody import LeftInShed
from toolshare.circulation.models import Handover, Loan
from toolshare.circulation.passing_on import OutWith
from toolshare.circulation.promises import Promise
from toolshare.inventory.models import Condition, Counting
from toolshare.journal.models import Entry, Event
from toolshare.people.models import Person, Role
from toolshare.people.roles import RoleNeeded
from toolshare.refusals import Reason, Refusal

THE_TENTH_AT_TEN = datetime(2026, 6, 10, 8, tzinfo=UTC)  # in Rome
LATER = MONDAY_NOON + timedelta(minutes=10)


@pytest.fixture
def bea(world: World) -> Person:
    """Another member."""
    return world.make_person("Bea", world.borgo)


@pytest.fixture
def loan(world: World) -> Loan:
    """Ana has a drill that is not quite fine."""
    return lend(world, world.make_item(condition=Condition.NEEDS_A_LOOK))


def pass_on(world: World, loan: Loan, to: Person, **differences: Any) -> Loan:
    how = {"by": world.sam, "now": LATER, **differences}
    return passing_on.pass_on(world.session, loan, to=to, **how)


def undo(world: World, loan: Loan, **differences: Any) -> Loan:
    how = {"by": world.sam, "now": LATER, **differences}
    return undoing.undo_passing_on(world.session, loan, **how)


def why_not(work: Any, *args: Any, **differences: Any) -> tuple[Reason, ...]:
    with pytest.raises(Refusal) as refusal:
        work(*args, **differences)
    return tuple(refusal.value.reasons)


def test_one_loan_ends_and_the_next_begins(world: World, loan: Loan, bea: Person) -> None:
    after = pass_on(world, loan, bea)
    assert (loan.returned_at, loan.returned_to_id, loan.inspection_id) == (LATER, None, None)
    assert (after.borrower_id, after.lent_by_id, after.borrowed_at) == (bea.id, world.sam.id, LATER)
    assert loan.item.condition is Condition.NEEDS_A_LOOK  # nobody has looked at it
    handover = world.session.scalars(select(Handover)).one()
    assert (handover.is_done, handover.next_loan_id) == (True, after.id)
    assert told(world).loans.keys() == {after.id}


def test_sent_twice_it_is_passed_on_once(world: World, loan: Loan, bea: Person) -> None:
    operation = uuid4()
    after = pass_on(world, loan, bea, operation=operation)
    assert pass_on(world, loan, bea, operation=operation) is after
    assert after.is_out


def test_what_the_borrower_has_begun_is_withdrawn(world: World, loan: Loan, bea: Person) -> None:
    begun = handing_over.begin(world.session, loan, by=world.ana, now=LATER)
    pass_on(world, loan, bea)
    assert begun.withdrawn_at == LATER
    assert told(world).handovers == {}


@pytest.mark.parametrize("reason", ["limit", "shed", "own", "paused"])
def test_what_speaks_against_it_follows_who_has_it(
    world: World, loan: Loan, bea: Person, reason: str
) -> None:
    taker, says = bea, why.AtTheLimit(limit=1, group="Borgo")
    if reason == "limit":
        world.make_rule("open_loans", 1)
        world.make_loan(world.make_item(), bea)
    if reason == "shed":
        loan.dropped_at, says = LATER, LeftInShed()
    if reason == "own":
        taker, says = world.ana, None
    if reason == "paused":
        taker, says = world.pau, why.MembershipPaused(name="Pau", group="Borgo")
    first, *others = why_not(pass_on, world, loan, taker)
    assert first == OutWith(name="Ana", due_at=loan.due_at, time_zone="Europe/Rome")
    assert says in others or reason == "own"
    assert loan.is_out


def test_members_pass_on_by_themselves(world: World, loan: Loan, bea: Person) -> None:
    refused = (RoleNeeded(role=Role.STEWARD, group="Borgo"),)
    assert why_not(pass_on, world, loan, bea, by=world.ana) == refused
    after = pass_on(world, loan, bea)
    assert why_not(undo, world, after, by=bea) == refused


def test_taken_back_who_had_it_has_it_again(world: World, loan: Loan, bea: Person) -> None:
    due_at, operation = loan.due_at, uuid4()
    after = pass_on(world, loan, bea)
    for _ in range(2):
        assert not undo(world, after, operation=operation).is_out
    assert (loan.is_out, loan.due_at) == (True, due_at)
    present = told(world)
    assert present.loans.keys() == {loan.id}
    assert not world.session.scalars(select(Handover)).one().is_done
    lent_again = pass_on(world, loan, bea)
    assert told(world).loans.keys() == {lent_again.id}


@on_any_database
@pytest.mark.parametrize("turnaround", [0, 1])
def test_taken_back_from_who_had_reserved_it_what_was_overdue_is_so_again(
    world: World, bea: Person, turnaround: int
) -> None:
    world.make_rule("turnaround", turnaround)
    late = lend(world, world.make_item(), bea)
    before = promise_of(world, late)
    reservation = book(world, late.item.kind)
    after = pass_on(world, late, world.ana, now=THE_TENTH_AT_TEN)
    assert kept_for(world, reservation) is None
    undo(world, after, now=THE_TENTH_AT_TEN + timedelta(minutes=5))
    assert (late.is_out, promise_of(world, late)) == (True, before)
    assert kept_for(world, reservation) == late.item_id
    assert told(world).loans.keys() == {late.id}
    nothing_is_promised_twice(world, late)


@on_any_database
def test_what_was_overdue_is_kept_no_longer_than_the_reservation_lets_it(
    world: World, bea: Person
) -> None:
    """Nothing was kept for the reservation any more: the turnaround of the loan is in its way."""
    late = lend(world, world.make_item(), bea)
    reservation = book(world, late.item.kind)
    world.session.execute(delete(Promise).where(Promise.reserved_unit_id.is_not(None)))
    late.rules = {**late.rules, "turnaround": 5}
    promising.keep_for_loan(world.session, late, since=late.borrowed_at)
    after = pass_on(world, late, world.ana, now=THE_TENTH_AT_TEN)
    undo(world, after, now=THE_TENTH_AT_TEN + timedelta(minutes=5))
    assert promise_of(world, late) == (late.borrowed_at, reservation.from_at)
    nothing_is_promised_twice(world, late)


def test_of_a_bin_what_was_overdue_is_so_again(world: World, bea: Person) -> None:
    crates = world.make_item(world.make_kind(counting=Counting.BULK), quantity=9)
    late = lend(world, crates, bea, quantity=2)
    before = promise_of(world, late)
    after = pass_on(world, late, world.ana, now=THE_TENTH_AT_TEN)
    undo(world, after, now=THE_TENTH_AT_TEN)
    assert (late.is_out, promise_of(world, late)) == (True, before)
    told(world)


def promise_of(world: World, loan: Loan) -> tuple[datetime, datetime]:
    """From when until when it keeps the thing."""
    kept = select(Promise.from_at, Promise.until_at).where(Promise.loan_id == loan.id)
    from_at, until_at = world.session.execute(kept).one()
    return from_at, until_at


def nothing_is_promised_twice(world: World, loan: Loan) -> None:
    promises = world.session.scalars(select(Promise)).all()
    assert len(promises) == 2
    no_two_promises_of_a_unit_overlap(promises, {loan.item: loan.item.kind})


def test_what_did_not_come_so_or_long_ago_is_not_taken_back(
    world: World, loan: Loan, bea: Person
) -> None:
    assert why_not(undo, world, loan) == (why.NothingToUndo(),)
    after = pass_on(world, loan, bea)
    hours_later = LATER + timedelta(minutes=61)
    assert why_not(undo, world, after, now=hours_later) == (why.TooLateToUndo(minutes=60),)
    undo(world, after)
    assert why_not(undo, world, after) == (why.NothingToUndo(),)


def test_what_two_members_have_passed_on_is_their_business(
    world: World, loan: Loan, bea: Person
) -> None:
    handover = begin_to_pass_on(world, loan, now=LATER, meter=None)
    handing_over.consent(world.session, handover, by=world.sam, now=LATER)
    after = take(world, handover, bea, now=LATER)
    assert why_not(undo, world, after) == (why.NothingToUndo(),)


def test_the_journal_names_the_steward(world: World, loan: Loan, bea: Person) -> None:
    pass_on(world, loan, bea)
    entry = world.session.scalars(select(Entry).where(Entry.what == Event.HANDED_OVER)).one()
    assert (entry.by_id, entry.person_id) == (world.sam.id, world.ana.id)
    assert "condition" not in entry.details
