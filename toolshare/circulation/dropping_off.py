"""Dropping off: a borrower leaves a thing in the shed; a steward takes it back, or finds nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from toolshare.care.outages import require_steward
from toolshare.circulation import custody
from toolshare.circulation import reasons as why
from toolshare.circulation.locking import loan_under_lock
from toolshare.circulation.models import Loan
from toolshare.journal.models import Event
from toolshare.journal.recording import done_already, record, told_late
from toolshare.people.models import Person
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid, refuse_if


@dataclass(frozen=True)
class NotLeftInShed(Reason):
    """Nobody says that it lies in the shed, or somebody has looked already."""

    says = msgid("Nobody says that it lies in the shed and waits to be taken back.")
    instead = msgid("Look at the loan: it says what holds now.")


def drop_off(
    session: AnySession,
    loan: Loan,
    *,
    by: Person,
    now: datetime,
    where: str,
    operation: UUID | None = None,
    happened_at: datetime | None = None,
) -> Loan:
    """Says where the borrower has left it: it gets no later, and a steward has to confirm it.

    What is told late has `happened_at` before, but not before it was borrowed.
    """
    loan = loan_under_lock(session, loan)
    if done_already(session, operation, Event.DROPPED_OFF, by=by, loan=loan):
        return loan
    if loan.borrower_id != by.id:
        raise Refusal(why.NotYours())
    refuse_if([*custody.reasons_against(loan)])
    loan.dropped_at = max(happened_at or now, loan.borrowed_at)
    loan.dropped_where = where
    late = told_late(happened_at, now)
    _write_down(
        session,
        Event.DROPPED_OFF,
        loan,
        where,
        by=by,
        now=loan.dropped_at,
        operation=operation,
        **late,
    )
    return loan


def not_found(
    session: AnySession,
    loan: Loan,
    *,
    by: Person,
    now: datetime,
    note: str = "",
    operation: UUID | None = None,
) -> Loan:
    """Says that it does not lie where it was left; by a steward. A coordinator finds out."""
    loan = loan_under_lock(session, loan)
    require_steward(session, loan.item, by=by, now=now)
    if done_already(session, operation, Event.NOT_FOUND, by=by, loan=loan):
        return loan
    if [*custody.reasons_against(loan)] != [custody.LeftInShed()]:
        raise Refusal(NotLeftInShed())
    loan.disputed_at = now
    _write_down(session, Event.NOT_FOUND, loan, note, by=by, now=now, operation=operation)
    return loan


def _write_down(
    session: AnySession,
    what: Event,
    loan: Loan,
    note: str,
    *,
    by: Person,
    now: datetime,
    operation: UUID | None,
    **details: Any,
) -> None:
    record(
        session,
        what,
        by=by,
        at=now,
        group=loan.item.kind.group,
        item=loan.item,
        loan=loan,
        person=loan.borrower,
        operation=operation,
        note=note,
        **details,
    )
