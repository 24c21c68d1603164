"""Losing: giving a thing up that does not come back; when it is found it is returned like any other."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from toolshare.care import outages
from toolshare.care.models import OutageReason
from toolshare.circulation import custody, promising, replanning, terms
from toolshare.circulation import reasons as why
from toolshare.circulation.locking import loan_under_lock
from toolshare.circulation.models import Loan
from toolshare.journal.models import Event
from toolshare.journal.recording import done_already, record
from toolshare.people import roles
from toolshare.people.models import Person, Role
from toolshare.people.opening import today_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, msgid, refuse_if


@dataclass(frozen=True)
class WhatWasTried(Reason):
    """Nobody wrote down whom they asked."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("It is not written down what was tried.")
    instead = msgid("Say whom you asked, when, and what they said.")


@dataclass(frozen=True)
class TooSoonToBeLost(Reason):
    """It may still come back."""

    from_at: datetime
    time_zone: str
    says = msgid("It can be given up from %(from_at)s on: it may still come back.")
    instead = msgid("Ask the borrower again, or log that they say that it is lost.")


def reasons_against(loan: Loan, *, now: datetime, says_borrower: bool) -> list[Reason]:
    """What speaks against giving it up; the loan has its item."""
    if not loan.is_out:
        return [why.NotOut()]
    if loan.lost_at is not None:
        return [custody.Lost()]
    may_be_lost = terms.lost_from(loan)
    if says_borrower or loan.is_in_dispute or now >= may_be_lost:
        return []
    zone = loan.item.kind.group.time_zone
    return [TooSoonToBeLost(from_at=may_be_lost, time_zone=zone)]


def declare_lost(
    session: AnySession,
    loan: Loan,
    *,
    by: Person,
    now: datetime,
    tried: str,
    says_borrower: bool = False,
    operation: UUID | None = None,
) -> Loan:
    """Gives a loan up; by a steward, when it is long overdue or its borrower says so.

    Of what is in dispute a coordinator finds out what happened.
    """
    loan = loan_under_lock(session, loan)
    group = loan.item.kind.group
    role = Role.COORDINATOR if loan.is_in_dispute else Role.STEWARD
    roles.require(session, by, role, group, today=today_in(group, now))
    if done_already(session, operation, Event.LOST, by=by, loan=loan):
        return loan
    unsaid = [] if tried.strip() else [WhatWasTried()]
    refuse_if([*reasons_against(loan, now=now, says_borrower=says_borrower), *unsaid])
    loan.lost_at, loan.lost_why = now, tried
    keep_from_lending(session, loan, by=by, now=now)
    record(
        session,
        Event.LOST,
        by=by,
        at=now,
        group=group,
        item=loan.item,
        loan=loan,
        person=loan.borrower,
        operation=operation,
        quantity=loan.quantity,
        says_borrower=says_borrower,
        note=tried,
    )
    replanning.replan(session, group, [loan.item.kind_id], now=now)
    return loan


def keep_from_lending(session: AnySession, loan: Loan, *, by: Person, now: datetime) -> None:
    """A thing is missing from now on; of a bin the rest is lent on. The item is locked."""
    if loan.counted:
        promising.let_go_of_loan(session, loan)
        outages.begin(session, loan.item, OutageReason.MISSING, by=by, now=now)
    else:
        promising.keep_what_is_lost(session, loan, since=now)
        replanning.give_less(session, loan.item, now=now)
