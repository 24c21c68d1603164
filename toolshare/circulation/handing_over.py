"""Handing over: a borrower passes a thing on in the field, to who is next or with a steward's consent.

The giver begins and says how it is; the taker confirms it. Then the one loan ends and another
begins, and no steward has to be there.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from secrets import token_urlsafe
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from toolshare.care import inspecting
from toolshare.care.inspecting import Findings
from toolshare.care.outages import require_steward
from toolshare.circulation import borrowing, custody, metering, promising, replanning, servicing
from toolshare.circulation import reasons as why
from toolshare.circulation.borrowing import Weighing
from toolshare.circulation.eligibility import is_steward
from toolshare.circulation.handovers import (
    against_being_open,
    handover_under_lock,
    undecided_of,
    weigh,
    who_consented,
)
from toolshare.circulation.locking import loan_of, loan_under_lock
from toolshare.circulation.models import Handover, Loan
from toolshare.circulation.offering import offer_what_is_free
from toolshare.inventory.models import Condition
from toolshare.journal.models import Event
from toolshare.journal.recording import done_already, record
from toolshare.people import roles
from toolshare.people.models import Person
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid, refuse_if

LENGTH_OF_TOKEN = 16  # bytes


@dataclass(frozen=True)
class PassingItOnAlready(Reason):
    """The borrower has begun to pass it on."""

    says = msgid("You are passing it on already.")
    instead = msgid("Show the code to who takes it, or withdraw.")


def begin(
    session: AnySession,
    loan: Loan,
    *,
    by: Person,
    now: datetime,
    condition: Condition = Condition.FINE,
    note: str = "",
    meter: Decimal | None = None,
    operation: UUID | None = None,
) -> Handover:
    """Begins to pass a thing on; by its borrower, who says how it is."""
    loan = loan_under_lock(session, loan)
    if done_already(session, operation, Event.HANDOVER_BEGUN, by=by, loan=loan):
        return session.scalars(_begun(loan).order_by(Handover.id.desc()).limit(1)).one()
    if loan.borrower_id != by.id:
        raise Refusal(why.NotYours())
    refuse_if([*custody.reasons_against(loan)])
    metering.refuse_backwards(loan.meter_before, meter, loan.item)
    _make_room_for_another(session, loan, now=now)
    handover = Handover(
        loan=loan,
        token=token_urlsafe(LENGTH_OF_TOKEN),
        begun_at=now,
        condition=condition,
        note=note,
        meter=metering.tenths(meter),
    )
    session.add(handover)
    session.flush()
    said = {"condition": condition, "note": note, **metering.worded(handover.meter)}
    what = Event.HANDOVER_BEGUN
    write_down(session, what, handover, by=by, now=now, operation=operation, **said)
    return handover


def consent(
    session: AnySession,
    handover: Handover,
    *,
    by: Person,
    now: datetime,
    operation: UUID | None = None,
) -> Handover:
    """Lets a thing be passed on to somebody who is not next; by a steward of its group."""
    handover = handover_under_lock(session, handover)
    require_steward(session, handover.loan.item, by=by, now=now)
    if handover.consented_at is not None:
        return handover
    refuse_if([*against_being_open(handover, now=now)])
    handover.consented_at, handover.consented_by_id = now, by.id
    what = Event.HANDOVER_CONSENTED
    write_down(session, what, handover, by=by, now=now, operation=operation)
    return handover


def withdraw(
    session: AnySession,
    handover: Handover,
    *,
    by: Person,
    now: datetime,
    operation: UUID | None = None,
) -> Handover:
    """Ends what was begun: the giver keeps the thing; by them or a steward."""
    handover = handover_under_lock(session, handover)
    loan = handover.loan
    if loan.borrower_id != by.id and not is_steward(session, by, loan.item.kind.group, now=now):
        raise Refusal(why.NotYours())
    if handover.withdrawn_at is not None:
        return handover
    refuse_if([*against_being_open(handover, now=now)])
    handover.withdrawn_at = now
    what = Event.HANDOVER_WITHDRAWN
    write_down(session, what, handover, by=by, now=now, operation=operation)
    return handover


def accept(
    session: AnySession,
    handover: Handover,
    *,
    by: Person,
    now: datetime,
    condition: Condition = Condition.FINE,
    note: str = "",
    meter: Decimal | None = None,
    operation: UUID | None = None,
) -> Loan:
    """Takes a thing over as it is: the giver's loan ends, and the taker's begins."""
    handover = handover_under_lock(session, handover)
    before = handover.loan
    if done_already(session, operation, Event.HANDED_OVER, by=by, loan=before):
        return loan_of(session, before.item, handover.next_loan_id)
    roles.lock_person(session, by)
    found = weigh(session, handover, by=by, now=now)
    refuse_if(found.reasons)
    reading = meter if meter is not None else handover.meter
    metering.refuse_backwards(handover.meter or before.meter_before, reading, before.item)
    return change_hands(
        session,
        handover,
        by,
        found,
        by=by,
        now=now,
        findings=Findings(condition, note=note),
        reading=reading,
        operation=operation,
    )


def change_hands(
    session: AnySession,
    handover: Handover,
    taker: Person,
    found: Weighing,
    *,
    by: Person,
    now: datetime,
    findings: Findings | None = None,
    reading: Decimal | None = None,
    operation: UUID | None = None,
) -> Loan:
    """Ends the giver's loan and begins the taker's, which has been weighed; its kind is locked.

    Without findings nobody has said how it is, and it stays as it was known to be.
    """
    before = handover.loan
    _end(session, before, findings, reading, by=by, now=now)
    lender = who_consented(session, handover) or by
    known: dict[str, Any] = {"by": lender, "now": now, "meter": reading}
    after = borrowing.begin_loan(
        session, before.item, taker, found, quantity=before.quantity, **known
    )
    handover.accepted_at, handover.next_loan = now, after
    session.flush()
    how = inspecting.worded(findings) if findings else {}
    said = {"next_loan_id": after.id, **metering.worded(reading), **how}
    write_down(session, Event.HANDED_OVER, handover, by=by, now=now, operation=operation, **said)
    borrowing.write_down(session, after, found, by=by)
    group, kind_id = before.item.kind.group, before.item.kind_id
    replanning.replan(session, group, [kind_id], now=now)
    offer_what_is_free(session, group, [kind_id], now=now)
    return after


def _begun(loan: Loan) -> Select[Handover]:
    return select(Handover).where(Handover.loan_id == loan.id)


def _make_room_for_another(session: AnySession, loan: Loan, *, now: datetime) -> None:
    """A loan has one undecided handover at a time; one that waited too long is withdrawn."""
    earlier = undecided_of(session, loan)
    if earlier is None:
        return
    if earlier.is_open(now):
        raise Refusal(PassingItOnAlready())
    earlier.withdrawn_at = now
    write_down(session, Event.HANDOVER_WITHDRAWN, earlier, by=None, now=now)


def _end(
    session: AnySession,
    loan: Loan,
    findings: Findings | None,
    reading: Decimal | None,
    *,
    by: Person,
    now: datetime,
) -> None:
    """Ends the giver's loan; who takes it may say how the thing is."""
    loan.returned_at = max(now, loan.borrowed_at)
    metering.read_at_end(loan, reading)
    promising.let_go_of_loan(session, loan)
    if findings is not None:
        loan.inspection = inspecting.look_over(session, loan.item, findings, by=by, now=now)
    servicing.look_at_meter(session, loan.item, by=by, now=now)


def write_down(
    session: AnySession,
    what: Event,
    handover: Handover,
    *,
    by: Person | None,
    now: datetime,
    operation: UUID | None = None,
    **said: Any,
) -> None:
    """Writes into the journal what became of a handover."""
    loan = handover.loan
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
        handover_id=handover.id,
        **said,
    )
