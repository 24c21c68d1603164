"""Given up for lost: when, by whom, and what happens when it is found again."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.world import MONDAY_NOON, World
from toolshare.care.inspecting import Findings, inspect
from toolshare.care.models import OutageReason
from toolshare.care.outages import open_outage, put_into_service, take_out_of_service
from toolshare.circulation import custody
from toolshare.circulation import reasons as why
from toolshare.circulation.allotting import Wanted
from toolshare.circulation.availability import State, free_counts, states
from toolshare.circulation.booking import Booking, NeverFree
from toolshare.circulation.borrowing import borrow, reasons_against
from toolshare.circulation.dropping_off import drop_off
from toolshare.circulation.listings import state_of
from toolshare.circulation.losing import TooSoonToBeLost, WhatWasTried, declare_lost
from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Promise
from toolshare.circulation.promising import FOR_EVER
from toolshare.circulation.reserving import reserve
from toolshare.circulation.returning import take_back
from toolshare.circulation.spans import of_days
from toolshare.circulation.undoing import undo_return
from toolshare.inventory.models import Counting
from toolshare.journal.models import Entry
from toolshare.people.models import Role
from toolshare.people.opening import read_opening_times
from toolshare.people.roles import RoleNeeded
from toolshare.refusals import Reason, Refusal

DAY = timedelta(days=1)
DUE = MONDAY_NOON - 30 * DAY
BEGUN = {"borrowed_at": DUE - 7 * DAY, "due_at": DUE}


@pytest.fixture
def loan(world: World) -> Loan:
    """A drill that should have come back thirty days ago."""
    return world.make_loan(world.make_item(), world.ana, **BEGUN)


def give_up(world: World, loan: Loan, **differences: Any) -> Loan:
    told = {"by": world.cora, "now": MONDAY_NOON, "tried": "Rang twice.", **differences}
    return declare_lost(world.session, loan, **told)


def why_not(world: World, loan: Loan, **differences: Any) -> tuple[Reason, ...]:
    with pytest.raises(Refusal) as refusal:
        give_up(world, loan, **differences)
    return tuple(refusal.value.reasons)


def outage(world: World, loan: Loan) -> OutageReason | None:
    found = open_outage(world.session, loan.item)
    return found.reason if found else None


def state(world: World, loan: Loan) -> State:
    return states(world.session, [loan.item_id], now=MONDAY_NOON)[loan.item_id]


def test_what_is_long_overdue_is_given_up_is_long_overdue(world: World, loan: Loan) -> None:
    give_up(world, loan)
    assert (loan.lost_at, loan.lost_why, loan.is_out) == (MONDAY_NOON, "Rang twice.", True)
    assert (outage(world, loan), state(world, loan)) == (OutageReason.MISSING, State.MISSING)
    assert not loan.is_late(MONDAY_NOON)
    assert state_of(loan, MONDAY_NOON) == "lost"
    missing, entry = world.session.scalars(select(Entry).order_by(Entry.id))
    assert (missing.what, missing.details["reason"]) == ("taken_out_of_service", "missing")
    assert (entry.what, entry.person_id) == ("lost", world.ana.id)
    assert entry.details == {"quantity": 1, "says_borrower": False, "note": "Rang twice."}


def test_it_has_to_be_long_overdue(world: World, loan: Loan) -> None:
    now = MONDAY_NOON - timedelta(seconds=1)
    too_soon = TooSoonToBeLost(from_at=MONDAY_NOON, time_zone="Europe/Rome")
    assert why_not(world, loan, now=now) == (too_soon,)


def test_how_long_is_what_was_agreed_when_it_began(world: World, loan: Loan) -> None:
    loan.rules = {"lost_after": {"days": 31}}
    too_soon = TooSoonToBeLost(from_at=MONDAY_NOON + DAY, time_zone="Europe/Rome")
    assert why_not(world, loan) == (too_soon,)


def test_stewards_give_up_what_is_long_overdue_coordinators_what_is_in_dispute(
    world: World, loan: Loan
) -> None:
    for person in (world.ana, world.vera):
        needed = RoleNeeded(role=Role.STEWARD, group="Borgo")
        assert why_not(world, loan, by=person) == (needed,)
    loan.dropped_at = loan.disputed_at = MONDAY_NOON
    needed = RoleNeeded(role=Role.COORDINATOR, group="Borgo")
    assert why_not(world, loan, by=world.sam, says_borrower=True) == (needed,)
    loan.dropped_at = loan.disputed_at = None
    assert give_up(world, loan, by=world.sam).lost_at == MONDAY_NOON


def test_a_steward_writes_down_that_the_borrower_has_lost_it(world: World) -> None:
    loan = world.make_loan(world.make_item(), world.ana)
    needed = RoleNeeded(role=Role.STEWARD, group="Borgo")
    assert why_not(world, loan, by=world.ana, says_borrower=True) == (needed,)
    give_up(world, loan, by=world.sam, says_borrower=True, tried="It fell into the river.")
    assert loan.lost_at == MONDAY_NOON


def test_what_was_tried_is_written_down(world: World, loan: Loan) -> None:
    assert why_not(world, loan, tried=" ") == (WhatWasTried(),)


def test_a_thing_is_given_up_once_and_only_while_it_is_out(world: World, loan: Loan) -> None:
    operation = uuid4()
    for _ in range(2):
        give_up(world, loan, operation=operation)
    assert why_not(world, loan) == (custody.Lost(),)
    take_back(world.session, loan.item, by=world.sam, now=MONDAY_NOON)
    assert why_not(world, loan) == (why.NotOut(),)


def test_what_is_lost_is_left_nowhere(world: World, loan: Loan) -> None:
    give_up(world, loan)
    with pytest.raises(Refusal) as refusal:
        drop_off(world.session, loan, by=world.ana, now=MONDAY_NOON, where="Shelf")
    assert refusal.value.reasons == (custody.Lost(),)


def test_what_is_found_again_is_returned_and_checked(world: World, loan: Loan) -> None:
    give_up(world, loan)
    take_back(world.session, loan.item, by=world.sam, now=MONDAY_NOON)
    assert (loan.is_out, outage(world, loan)) == (False, OutageReason.NEEDS_CHECK)
    put_into_service(world.session, loan.item, by=world.sam, now=MONDAY_NOON)
    assert state(world, loan) is State.FREE


def test_an_undone_return_leaves_it_lost(world: World, loan: Loan) -> None:
    give_up(world, loan)
    take_back(world.session, loan.item, by=world.sam, now=MONDAY_NOON)
    undo_return(world.session, loan, by=world.sam, now=MONDAY_NOON)
    assert (loan.is_out, outage(world, loan)) == (True, OutageReason.MISSING)


def test_what_is_lost_holds_nobody_up(world: World, loan: Loan) -> None:
    world.make_rule("open_loans", 1)
    give_up(world, loan)
    borrow(world.session, world.make_item(), borrower=world.ana, by=world.ana, now=MONDAY_NOON)


def test_what_is_lost_is_missing_until_it_is_returned(world: World, loan: Loan) -> None:
    give_up(world, loan)
    asked = {"by": world.sam, "now": MONDAY_NOON}
    assert reasons_against(world.session, loan.item, **asked) == [why.Missing()]
    take_out_of_service(world.session, loan.item, OutageReason.NEEDS_CHECK, **asked)
    put_into_service(world.session, loan.item, **asked)
    assert reasons_against(world.session, loan.item, **asked) == [why.Missing()]
    assert state(world, loan) is State.MISSING


def test_of_a_bin_only_what_is_lost_is_kept_from_lending(world: World) -> None:
    crates = world.make_item(world.make_kind(counting=Counting.BULK), quantity=10)
    loan = world.make_loan(crates, world.ana, counted=False, quantity=4, **BEGUN)
    give_up(world, loan)
    assert outage(world, loan) is None
    assert free_counts(world.session, [crates.kind_id], now=MONDAY_NOON) == {crates.kind_id: 6}
    promise = select(Promise.quantity, Promise.until_at).where(Promise.loan_id == loan.id)
    assert world.session.execute(promise).all() == [(4, FOR_EVER)]
    part = take_back(world.session, crates, by=world.sam, now=MONDAY_NOON, quantity=1)
    assert (part.quantity, part.lost_at, outage(world, loan)) == (1, MONDAY_NOON, None)
    assert world.session.execute(promise).all() == [(3, FOR_EVER)]


def test_when_all_of_a_bin_is_lost_none_are_left(world: World) -> None:
    crates = world.make_item(world.make_kind(counting=Counting.BULK), quantity=4)
    loan = world.make_loan(crates, world.ana, counted=False, quantity=4, **BEGUN)
    give_up(world, loan)
    asked = {"by": world.sam, "now": MONDAY_NOON}
    assert reasons_against(world.session, crates, **asked) == [why.NoneLeft()]


def test_what_was_lost_is_promised_to_nobody_though_somebody_looked_it_over(
    world: World, loan: Loan
) -> None:
    give_up(world, loan)
    inspect(world.session, loan.item, Findings(), by=world.sam, now=MONDAY_NOON)
    assert outage(world, loan) is None
    group, kind = read_opening_times(world.session, world.borgo), loan.item.kind
    tomorrow = of_days(group, date(2026, 6, 2), date(2026, 6, 2))
    who = {"person": world.sam, "by": world.sam, "now": MONDAY_NOON}
    with pytest.raises(Refusal) as refusal:
        reserve(world.session, group, Booking([Wanted(kind)], tomorrow), **who)
    assert refusal.value.reasons == (NeverFree(name=kind.name),)
