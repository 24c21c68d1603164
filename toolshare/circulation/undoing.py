"""Undoing, for some minutes, what was pressed by mistake: a loan, a return."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from toolshare.care import outages
from toolshare.care.models import OutageReason
from toolshare.care.outages import require_steward
from toolshare.circulation import allotting, losing, offering, promising, servicing, terms
from toolshare.circulation import reasons as why
from toolshare.circulation.eligibility import is_steward
from toolshare.circulation.handovers import undecided_of
from toolshare.circulation.kit_returns import forget_what_was_missing
from toolshare.circulation.locking import loan_under_lock
from toolshare.circulation.models import Handover, Loan
from toolshare.circulation.present import custody_of, of_reservation
from toolshare.circulation.promises import Reservation, ReservedUnit
from toolshare.circulation.room import make_way, room_to_stay
from toolshare.circulation.standing import left_of
from toolshare.inventory.models import Condition, Item, Kind
from toolshare.journal.models import Entry, Event
from toolshare.journal.recording import done_already, record
from toolshare.people.models import Person
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid


@dataclass(frozen=True)
class PromisedSince(Reason):
    """Somebody reserved it after it came back, and no other item would do for them."""

    says = msgid("It has been promised to somebody else since it came back.")
    instead = msgid("Cancel that reservation first, or lend it anew for as long as it is free.")


def undo_borrowing(
    session: AnySession, loan: Loan, *, by: Person, now: datetime, operation: UUID | None = None
) -> Loan:
    """Takes back a loan that was a mistake; by the borrower, or for longer by a steward."""
    loan = loan_under_lock(session, loan)
    group = loan.item.kind.group
    if done_already(session, operation, Event.BORROWING_UNDONE, by=by, loan=loan):
        return loan
    stewards = is_steward(session, by, group, now=now)
    if loan.borrower_id != by.id and not stewards:
        raise Refusal(why.NotYours())
    if not loan.is_out or _came_by(session, loan):
        raise Refusal(why.NothingToUndo())
    minutes = terms.VOID_MINUTES if stewards else terms.UNDO_MINUTES
    if not terms.may_be_undone(loan.borrowed_at, now=now, minutes=minutes):
        raise Refusal(why.TooLateToUndo(minutes=minutes))
    loan.undone_at = now
    promising.let_go_of_loan(session, loan)
    _write_down(session, Event.BORROWING_UNDONE, loan, by=by, now=now, operation=operation)
    offering.wait_again(session, loan, by=by, now=now)
    _reserve_again(session, loan, by=by, now=now)
    offering.offer_what_is_free(session, group, [loan.item.kind_id], now=now)
    return loan


def undo_return(
    session: AnySession, loan: Loan, *, by: Person, now: datetime, operation: UUID | None = None
) -> Loan:
    """Takes back a return that was a mistake: the borrower has it again, as before.

    By a steward of the item's group, as long as nobody else has borrowed it since, or was promised
    it and can have no other.
    """
    loan = loan_under_lock(session, loan)
    group = loan.item.kind.group
    require_steward(session, loan.item, by=by, now=now)
    if done_already(session, operation, Event.RETURNING_UNDONE, by=by, loan=loan):
        return loan
    if loan.returned_to_id is None or not _is_still_there(session, loan):
        raise Refusal(why.NothingToUndo())
    if loan.returned_at and not terms.may_be_undone(loan.returned_at, now=now):
        raise Refusal(why.TooLateToUndoReturn(minutes=terms.UNDO_MINUTES))
    _forget_the_findings(session, loan, by=by, now=now)
    if loan.item.kind.is_kit:
        forget_what_was_missing(session, loan, by=by, now=now)
    loan.returned_at = loan.returned_to_id = None
    servicing.look_at_meter(session, loan.item, by=by, now=now)
    offering.call_off(session, loan.item, by=by, now=now)
    if loan.lost_at is None:
        _make_room(session, loan, now=now)
        promising.keep_for_loan(session, loan, since=now)
    else:
        losing.keep_from_lending(session, loan, by=by, now=now)
    again = {**_as_before(session, loan), "due_at": loan.due_at.isoformat()}
    what = Event.RETURNING_UNDONE
    _write_down(session, what, loan, by=by, now=now, operation=operation, **again)
    offering.offer_what_is_free(session, group, [loan.item.kind_id], now=now)
    return loan


def undo_passing_on(
    session: AnySession, loan: Loan, *, by: Person, now: datetime, operation: UUID | None = None
) -> Loan:
    """Takes back what a steward has passed on by mistake: who had it before has it again.

    `loan` is that of who took it. By a steward; not what two members have passed on by themselves:
    they have said how it is.
    """
    loan = loan_under_lock(session, loan)
    group = loan.item.kind.group
    require_steward(session, loan.item, by=by, now=now)
    if done_already(session, operation, Event.BORROWING_UNDONE, by=by, loan=loan):
        return loan
    handover = _came_by(session, loan)
    if not loan.is_out or handover is None or handover.loan.inspection_id is not None:
        raise Refusal(why.NothingToUndo())
    if not terms.may_be_undone(loan.borrowed_at, now=now, minutes=terms.VOID_MINUTES):
        raise Refusal(why.TooLateToUndo(minutes=terms.VOID_MINUTES))
    loan.undone_at = handover.withdrawn_at = now
    promising.let_go_of_loan(session, loan)
    _write_down(session, Event.BORROWING_UNDONE, loan, by=by, now=now, operation=operation)
    offering.wait_again(session, loan, by=by, now=now)
    _reserve_again(session, loan, by=by, now=now)
    _out_again(session, handover.loan, loan.item, by=by, now=now)
    offering.offer_what_is_free(session, group, [loan.item.kind_id], now=now)
    return loan


def _out_again(session: AnySession, loan: Loan, item: Item, *, by: Person, now: datetime) -> None:
    """Who passed it on has it as before; what is overdue takes room from nobody who comes for it."""
    set_committed_value(loan, "item", item)
    loan.returned_at = None
    if loan.due_at <= now:
        promising.keep_for_late_loan(session, loan)
    else:
        _make_room(session, loan, now=now)
        promising.keep_for_loan(session, loan, since=now)
    again = {"custody": custody_of(loan), "due_at": loan.due_at.isoformat()}
    what = Event.RETURNING_UNDONE
    _write_down(session, what, loan, by=by, now=now, operation=None, **again)


def _make_room(session: AnySession, loan: Loan, *, now: datetime) -> None:
    """Who was promised it since moves to another item; what is broken is promised to nobody."""
    if outages.open_outage(session, loan.item):
        return
    until = max(loan.due_at, now)
    turnaround = terms.rules_of(loan).turnaround
    room = room_to_stay(session, loan, until=until, turnaround=turnaround, now=now)
    if room.until is None:
        raise Refusal(PromisedSince())
    make_way(session, room)


def _as_before(session: AnySession, loan: Loan) -> dict[str, Any]:
    """For the journal: where the thing is again, and to whom it is being passed on."""
    handover = undecided_of(session, loan)
    begun = handover and {"id": handover.id, "has_consent": handover.consented_at is not None}
    return {"custody": custody_of(loan), **({"handover": begun} if begun else {})}


def _reserve_again(session: AnySession, loan: Loan, *, by: Person, now: datetime) -> None:
    """Keeps for somebody again what they had reserved, and borrowed by mistake."""
    fetched = (
        select(ReservedUnit)
        .where(ReservedUnit.loan_id == loan.id)
        .options(joinedload(ReservedUnit.kind).joinedload(Kind.group))
        .options(joinedload(ReservedUnit.reservation).joinedload(Reservation.person))
        .options(joinedload(ReservedUnit.reservation).selectinload(Reservation.units))
    )
    unit = session.scalar(fetched)
    if unit is None or not allotting.allot_again(session, unit, now=now):
        return
    reservation = unit.reservation
    reservation.changes += 1
    record(
        session,
        Event.RESERVATION_REOPENED,
        by=by,
        at=now,
        group=unit.kind.group,
        person=reservation.person,
        **of_reservation(reservation),
    )


def _came_by(session: AnySession, loan: Loan) -> Handover | None:
    """How the borrower before has passed it on, if they have: else it would be with nobody."""
    giver = joinedload(Handover.loan).joinedload(Loan.borrower)
    return session.scalar(select(Handover).where(Handover.next_loan_id == loan.id).options(giver))


def _is_still_there(session: AnySession, loan: Loan) -> bool:
    """Whether the shelf still holds what came back."""
    if loan.item.retired_at is not None:
        return False
    left = left_of(session, loan.item)
    return left is None or left >= loan.quantity


def _forget_the_findings(session: AnySession, loan: Loan, *, by: Person, now: datetime) -> None:
    """Puts the item's condition back and ends the outage that the return began."""
    returned = session.scalars(
        select(Entry)
        .where(Entry.item_id == loan.item_id, Entry.loan_id == loan.id)
        .where(Entry.what == Event.RETURNED)
        .order_by(Entry.id.desc())
        .limit(1)
    ).one()
    loan.item.condition = Condition(returned.details["condition_before"])
    outage = outages.open_outage(session, loan.item)
    if outage and outage.reason is OutageReason.NEEDS_CHECK and outage.since == loan.returned_at:
        outages.end(session, outage, by=by, now=now)
    loan.inspection_id = None


def _write_down(
    session: AnySession,
    what: Event,
    loan: Loan,
    *,
    by: Person,
    now: datetime,
    operation: UUID | None,
    **again: Any,
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
        quantity=loan.quantity,
        **again,
    )
