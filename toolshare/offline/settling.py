"""Settling exceptions: a steward says what became of it, and does what can still be done."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from toolshare.circulation import borrowing, returning
from toolshare.inventory.joining import ITEM_KIND_GROUP, joined
from toolshare.inventory.models import Item
from toolshare.journal.models import Event
from toolshare.journal.recording import done_already, record
from toolshare.offline.late import last_change, loan_meant
from toolshare.offline.models import Act, ExceptionalScan, Settlement
from toolshare.offline.reasons import NothingToDo, SettledAlready
from toolshare.offline.scans import findings_in
from toolshare.people import roles
from toolshare.people.models import Person, Role
from toolshare.people.opening import today_in
from toolshare.records import AnySession
from toolshare.refusals import Refusal


def settle(
    session: AnySession,
    exception: ExceptionalScan,
    how: Settlement,
    *,
    by: Person,
    now: datetime,
    note: str = "",
    operation: UUID | None = None,
) -> ExceptionalScan:
    """Settles an exception; by a steward of its group.

    Lending it after all, or taking it back, is refused for what that is refused for anywhere; what
    is done so has the time at which it happened, or the latest that what is known allows.
    """
    exception = _under_lock(session, exception)
    group = exception.group
    roles.require(session, by, Role.STEWARD, group, today=today_in(group, now))
    if done_already(session, operation, Event.EXCEPTION_SETTLED, by=by, group=group):
        return exception
    if exception.settled_at is not None:
        raise Refusal(SettledAlready())
    if how is Settlement.LENT:
        _lend(session, exception, by=by, now=now)
    elif how is Settlement.RETURNED:
        _take_back(session, exception, by=by, now=now)
    exception.settled_at, exception.settled_by_id = now, by.id
    exception.settlement, exception.note = how, note
    _write_down(session, exception, by=by, operation=operation)
    return exception


def _under_lock(session: AnySession, exception: ExceptionalScan) -> ExceptionalScan:
    its = select(ExceptionalScan).where(ExceptionalScan.id == exception.id)
    known = (ExceptionalScan.group, ExceptionalScan.item, ExceptionalScan.borrower)
    again = its.options(*map(joinedload, known)).with_for_update(of=ExceptionalScan)
    return session.scalars(again.execution_options(populate_existing=True)).one()


def _lend(session: AnySession, exception: ExceptionalScan, *, by: Person, now: datetime) -> None:
    item, borrower = _item_of(session, exception, Act.LEND), exception.borrower
    if borrower is None:
        raise Refusal(NothingToDo())
    earliest = last_change(session, item)
    borrowing.borrow(
        session,
        item,
        borrower=borrower,
        by=by,
        now=now,
        quantity=exception.quantity or 1,
        happened_at=min(max(exception.at or now, earliest or exception.at or now), now),
    )


def _take_back(
    session: AnySession, exception: ExceptionalScan, *, by: Person, now: datetime
) -> None:
    item = _item_of(session, exception, Act.RETURN)
    loan = loan_meant(session, item, exception.borrower_id)
    if loan is None:
        raise Refusal(NothingToDo())
    loan = returning.take_back(
        session,
        item,
        loan=loan,
        by=by,
        now=now,
        findings=findings_in(exception.sent),
        quantity=exception.quantity,
        happened_at=exception.at,
    )
    if loan.inspection is not None and exception.photo_id is not None:
        loan.inspection.photo_id = exception.photo_id


def _item_of(session: AnySession, exception: ExceptionalScan, act: Act) -> Item:
    """The thing, with its kind and group, when the exception is about doing that with it."""
    found = session.execute(ITEM_KIND_GROUP.where(Item.id == exception.item_id)).one_or_none()
    if found is None or exception.act is not act:
        raise Refusal(NothingToDo())
    return joined(*found)


def _write_down(
    session: AnySession, exception: ExceptionalScan, *, by: Person, operation: UUID | None
) -> None:
    record(
        session,
        Event.EXCEPTION_SETTLED,
        by=by,
        at=exception.settled_at or exception.told_at,
        group=exception.group,
        item=exception.item,
        operation=operation,
        exception_id=exception.id,
        settlement=exception.settlement,
        note=exception.note,
    )
