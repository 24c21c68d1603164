"""Looking over what has just come back: how it is and what is missing, said after it was returned."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from toolshare.care import inspecting
from toolshare.care.inspecting import Findings
from toolshare.care.outages import require_steward
from toolshare.circulation import metering, service, servicing, terms
from toolshare.circulation.locking import loan_under_lock
from toolshare.circulation.models import Loan
from toolshare.circulation.returning import open_loans_of, tell_of_damage
from toolshare.journal.models import Event
from toolshare.journal.recording import done_already, record
from toolshare.people.models import Person
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid


@dataclass(frozen=True)
class NotHereAnyMore(Reason):
    """It is out, again or still."""

    says = msgid("It is out, so nobody can say now how it came back.")
    instead = msgid("Report on its page what is wrong with it.")


@dataclass(frozen=True)
class HadBySomebodyElse(Reason):
    """It was lent again since, and is back again."""

    says = msgid("Somebody else has had it since, so nobody can say now how it came back then.")
    instead = msgid("Report on its page what is wrong with it.")


@dataclass(frozen=True)
class BackForLong(Reason):
    """It came back before this sitting at the desk."""

    says = msgid("It has been back for too long to say now how it came.")
    instead = msgid("Report on its page what is wrong with it.")


def look_over(
    session: AnySession,
    loan: Loan,
    findings: Findings,
    *,
    by: Person,
    now: datetime,
    meter: Decimal | None = None,
    operation: UUID | None = None,
) -> Loan:
    """Says how a thing came back, as if it had been said when it did; by a steward of its group.

    So it goes with the return when that is undone. What is not fine and complete needs a check.
    Refuses what is out or was with somebody else since, and what came back before this sitting.
    """
    loan = loan_under_lock(session, loan)
    item = loan.item
    require_steward(session, item, by=by, now=now)
    if done_already(session, operation, Event.INSPECTED, by=by, loan=loan):
        return loan
    returned_at = _returned_at(session, loan, now)
    metering.read_at_end(loan, meter)
    inspection = inspecting.look_over(session, item, findings, by=by, now=returned_at)
    session.flush()
    loan.inspection_id = inspection.id
    servicing.look_at_meter(session, item, by=by, now=now)
    _write_down(session, loan, findings, by=by, now=now, operation=operation)
    if not findings.are_good:
        tell_of_damage(session, loan, but=by, now=now)
    service.promise_anew(session, item.kind, now)
    return loan


def _returned_at(session: AnySession, loan: Loan, now: datetime) -> datetime:
    """When it came back, if it can still be said how it did."""
    is_here = not loan.counted or not open_loans_of(session, loan.item, at_most=1)
    if loan.returned_at is None or not is_here:
        raise Refusal(NotHereAnyMore())
    if loan.counted and _was_lent_since(session, loan):
        raise Refusal(HadBySomebodyElse())
    if loan.returned_at < now - terms.A_SITTING:
        raise Refusal(BackForLong())
    return loan.returned_at


def _was_lent_since(session: AnySession, loan: Loan) -> bool:
    later = (Loan.item_id == loan.item_id, Loan.id > loan.id, Loan.undone_at.is_(None))
    return session.scalar(select(Loan.id).where(*later).limit(1)) is not None


def _write_down(
    session: AnySession,
    loan: Loan,
    findings: Findings,
    *,
    by: Person,
    now: datetime,
    operation: UUID | None,
) -> None:
    record(
        session,
        Event.INSPECTED,
        by=by,
        at=now,
        group=loan.item.kind.group,
        item=loan.item,
        loan=loan,
        person=loan.borrower,
        operation=operation,
        **metering.worded(loan.meter_after),
        **inspecting.worded(findings),
    )
