"""Renewing, and every reason against it."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.circulation.in_line import asks
from tests.world import MONDAY_NOON, World
from toolshare.care.models import OutageReason
from toolshare.care.outages import take_out_of_service
from toolshare.circulation import reasons as why
from toolshare.circulation.borrowing import borrow
from toolshare.circulation.models import Loan
from toolshare.circulation.renewing import (
    CalledBack,
    RenewedAlready,
    RenewingGainsNothing,
    SomebodyWaits,
    TooLateToRenew,
    WantedBack,
    renew,
)
from toolshare.circulation.returning import take_back
from toolshare.journal.models import Entry
from toolshare.people.models import Membership, Person
from toolshare.refusals import Reason, Refusal

THURSDAY = MONDAY_NOON + timedelta(days=3)


@pytest.fixture
def loan(world: World) -> Loan:
    item = world.make_item()
    return borrow(world.session, item, borrower=world.ana, by=world.ana, now=MONDAY_NOON)


def why_not(world: World, loan: Loan, now: datetime = THURSDAY) -> tuple[Reason, ...]:
    with pytest.raises(Refusal) as refusal:
        renew(world.session, loan, by=world.ana, now=now)
    return tuple(refusal.value.reasons)


def test_a_renewal_gives_what_borrowing_today_would(world: World, loan: Loan) -> None:
    before = loan.due_at
    renew(world.session, loan, by=world.ana, now=THURSDAY)
    assert loan.due_at == before + timedelta(days=3)
    renewal = loan.renewals[0]
    assert (renewal.by_id, renewal.due_before, renewal.due_after) == (
        world.ana.id,
        before,
        loan.due_at,
    )
    entry = world.session.scalars(select(Entry).order_by(Entry.id.desc())).first()
    assert entry is not None
    assert (entry.what, entry.details) == ("renewed", {"due_at": loan.due_at.isoformat()})


def test_a_steward_renews_for_the_borrower(world: World, loan: Loan) -> None:
    renew(world.session, loan, by=world.sam, now=THURSDAY)
    assert loan.renewals[0].by_id == world.sam.id


def test_nobody_else_renews(world: World) -> None:
    loan = borrow(
        world.session, world.make_item(), borrower=world.sam, by=world.sam, now=MONDAY_NOON
    )
    assert why_not(world, loan) == (why.NotYours(),)


def test_a_loan_is_renewed_once(world: World, loan: Loan) -> None:
    renew(world.session, loan, by=world.ana, now=THURSDAY)
    later = THURSDAY + timedelta(days=1)
    assert why_not(world, loan, later) == (RenewedAlready(renewals=1),)


def test_the_same_renewal_sent_twice_is_one(world: World, loan: Loan) -> None:
    operation = uuid4()
    for _ in range(2):
        renew(world.session, loan, by=world.ana, now=THURSDAY, operation=operation)
    assert len(loan.renewals) == 1


def test_renewing_at_once_gains_nothing(world: World, loan: Loan) -> None:
    assert why_not(world, loan, MONDAY_NOON) == (
        RenewingGainsNothing(due_at=loan.due_at, time_zone="Europe/Rome"),
    )


def test_a_day_late_may_be_renewed_and_more_may_not(world: World, loan: Loan) -> None:
    a_day_late = loan.due_at + timedelta(days=1)
    assert why_not(world, loan, a_day_late + timedelta(seconds=1)) == (
        TooLateToRenew(due_at=loan.due_at, time_zone="Europe/Rome"),
    )
    renew(world.session, loan, by=world.ana, now=a_day_late)


def test_what_has_come_back_is_not_renewed(world: World, loan: Loan) -> None:
    take_back(world.session, loan.item, by=world.sam, now=MONDAY_NOON)
    assert why_not(world, loan) == (why.NotOut(),)


def test_what_a_steward_wants_to_see_is_not_renewed(world: World, loan: Loan) -> None:
    take_out_of_service(
        world.session, loan.item, OutageReason.NEEDS_CHECK, by=world.sam, now=MONDAY_NOON
    )
    assert why_not(world, loan) == (WantedBack(),)


def test_a_paused_or_ended_membership_renews_nothing(world: World, loan: Loan) -> None:
    anas = world.session.scalars(
        select(Membership).where(Membership.person_id == world.ana.id)
    ).one()
    anas.paused_at = MONDAY_NOON
    assert why_not(world, loan) == (why.MembershipPaused(name="Ana", group="Borgo"),)
    anas.until = MONDAY_NOON.date()
    assert why_not(world, loan) == (why.MembershipEnded(name="Ana", group="Borgo"),)


def test_a_loan_whose_borrower_is_forgotten_is_renewed_by_a_steward(
    world: World, loan: Loan
) -> None:
    loan.borrower = None
    renew(world.session, loan, by=world.sam, now=THURSDAY)
    assert len(loan.renewals) == 1


BEYOND = [("count", THURSDAY), ("grace", MONDAY_NOON + timedelta(days=10))]


@pytest.mark.parametrize(("what", "now"), BEYOND)
def test_a_steward_who_says_why_renews_beyond_the_count_and_past_the_grace(
    world: World, loan: Loan, what: str, now: datetime
) -> None:
    if what == "count":
        renew(world.session, loan, by=world.ana, now=MONDAY_NOON + timedelta(days=1))
    told = {"by": world.sam, "now": now}
    for note in ("", "  "):
        with pytest.raises(Refusal) as refusal:
            renew(world.session, loan, note=note, **told)
        assert isinstance(refusal.value.reasons[0], RenewedAlready | TooLateToRenew)
    renew(world.session, loan, note=" The baler broke down. ", **told)
    assert loan.renewals[-1].by_id == world.sam.id
    entry = world.session.scalars(select(Entry).order_by(Entry.id.desc())).first()
    assert entry is not None
    assert entry.details["note"] == "The baler broke down."


def test_nobody_excuses_themselves(world: World, loan: Loan) -> None:
    renew(world.session, loan, by=world.ana, now=MONDAY_NOON + timedelta(days=1))
    own = borrow(
        world.session, world.make_item(), borrower=world.sam, by=world.sam, now=MONDAY_NOON
    )
    renew(world.session, own, by=world.sam, now=MONDAY_NOON + timedelta(days=1))
    for late, person in ((loan, world.ana), (own, world.sam)):
        with pytest.raises(Refusal) as refusal:
            renew(world.session, late, by=person, now=THURSDAY, note="I need it.")
        assert refusal.value.reasons == (RenewedAlready(renewals=1),)


def test_no_reason_is_good_enough_when_it_is_called_back_reserved_or_waited_for(
    world: World, loan: Loan, bob: Person
) -> None:
    told = {"by": world.sam, "now": THURSDAY, "note": "The baler broke down."}
    asks(world, loan.item, bob)
    with pytest.raises(Refusal) as refusal:
        renew(world.session, loan, **told)
    assert refusal.value.reasons == (SomebodyWaits(),)
    loan.recalled_at = MONDAY_NOON
    with pytest.raises(Refusal) as refusal:
        renew(world.session, loan, **told)
    assert isinstance(refusal.value.reasons[0], CalledBack)


def test_a_note_without_need_is_left_out(world: World, loan: Loan) -> None:
    renew(world.session, loan, by=world.ana, now=THURSDAY, note="Please.")
    entry = world.session.scalars(select(Entry).order_by(Entry.id.desc())).first()
    assert entry is not None
    assert "note" not in entry.details
