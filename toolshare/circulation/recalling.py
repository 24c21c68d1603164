"""Recalling: a coordinator needs a thing back before it is due."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from toolshare.circulation import custody, promising, replanning, terms
from toolshare.circulation.locking import loan_under_lock
from toolshare.circulation.models import Loan
from toolshare.journal.models import Event
from toolshare.journal.recording import done_already, record
from toolshare.outbox.models import Topic
from toolshare.outbox.telling import tell
from toolshare.people import roles
from toolshare.people.models import Person, Role
from toolshare.people.opening import read_opening_times, today_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid, refuse_if


@dataclass(frozen=True)
class CalledBackAlready(Reason):
    """A loan is called back once."""

    due_at: datetime
    time_zone: str
    says = msgid("It was called back already, for %(due_at)s.")
    instead = msgid("Ask the borrower when they can bring it.")


@dataclass(frozen=True)
class NoReason(Reason):
    """The borrower hears why, so somebody has to say it."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("The borrower will want to know why.")
    instead = msgid("Say in a few words why it is needed.")


def reasons_against(loan: Loan) -> list[Reason]:
    """What speaks against calling a loan back; it has its item."""
    if gone := [*custody.reasons_against(loan)]:
        return gone
    if loan.recalled_at is not None:
        zone = loan.item.kind.group.time_zone
        return [CalledBackAlready(due_at=loan.due_at, time_zone=zone)]
    return []


def recall(
    session: AnySession,
    loan: Loan,
    *,
    by: Person,
    now: datetime,
    why: str,
    operation: UUID | None = None,
) -> Loan:
    """Calls a loan back: due when its guaranteed time and the notice are over, never later than before.

    By a coordinator. From now on it can't be renewed, even where nothing else changes.
    """
    loan = loan_under_lock(session, loan)
    group = read_opening_times(session, loan.item.kind.group)
    roles.require(session, by, Role.COORDINATOR, group, today=today_in(group, now))
    if done_already(session, operation, Event.RECALLED, by=by, loan=loan):
        return loan
    refuse_if(reasons_against(loan))
    if not why.strip():
        raise Refusal(NoReason())
    before = loan.due_at
    _call_back(session, loan, now=now)
    record(
        session,
        Event.RECALLED,
        by=by,
        at=now,
        group=group,
        item=loan.item,
        loan=loan,
        person=loan.borrower,
        operation=operation,
        due_before=before.isoformat(),
        due_at=loan.due_at.isoformat(),
        note=why,
    )
    _tell_borrower(session, loan, why.strip(), now=now)
    replanning.replan(session, group, [loan.item.kind_id], now=now)
    return loan


def _tell_borrower(session: AnySession, loan: Loan, why: str, *, now: datetime) -> None:
    if loan.borrower is not None:
        facts: dict[str, Any] = {"loan": loan.id, "why": why}
        group = loan.item.kind.group
        tell(session, Topic.CALLED_BACK, loan.borrower, group=group, now=now, **facts)


def _call_back(session: AnySession, loan: Loan, *, now: datetime) -> None:
    loan.recalled_at = now
    due_at = terms.due_when_recalled(loan, now=now)
    if due_at < loan.due_at:
        loan.due_at = due_at
        promising.keep_for_loan(session, loan, since=now)
