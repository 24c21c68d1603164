"""Servicing: when things are due by time or by use, and that a steward has seen to it.

When a service is due is stored with the thing, as a loan's due date is; that it is overdue is derived
from the clock, so that no sweep can forget it. Facts that move the day are few: a plan, a service, a
meter that was read, or that was not after all.
"""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from toolshare.care import outages
from toolshare.care.models import Inspection
from toolshare.circulation import metering
from toolshare.circulation.models import Loan
from toolshare.circulation.service import promise_anew
from toolshare.inventory.locking import lock_kinds, under_lock
from toolshare.inventory.models import Item, Kind
from toolshare.inventory.service_plans import due_by_time, set_due
from toolshare.journal.models import Event
from toolshare.journal.recording import done_already, record
from toolshare.people.models import Person
from toolshare.records import AnySession


def plan_anew(session: AnySession, kind: Kind, *, by: Person | None, now: datetime) -> None:
    """Says of each thing of a kind when it is due, by the plan that the kind has now.

    A new plan counts from today, for what was not serviced since: no shed comes to a stop by one.
    """
    lock_kinds(session, [kind.id])
    kind.service_from = (kind.service_from or now) if kind.has_service_plan else None
    items = select(Item).where(Item.kind_id == kind.id, Item.retired_at.is_(None))
    with_kind = items.options(joinedload(Item.kind).joinedload(Kind.group)).order_by(Item.id)
    for item in session.scalars(with_kind).all():
        set_due(session, item, _due_at(session, item), by=by, now=now)
    promise_anew(session, kind, now)


def plan_for(session: AnySession, item: Item, *, by: Person, now: datetime) -> None:
    """Says of one thing when it is due; it is locked."""
    session.flush()
    set_due(session, item, _due_at(session, item), by=by, now=now)


def look_at_meter(session: AnySession, item: Item, *, by: Person, now: datetime) -> None:
    """Notes whether a thing is due by use, after its meter was read; the item is locked."""
    if item.kind.service_units is not None:
        plan_for(session, item, by=by, now=now)


def serviced(
    session: AnySession,
    item: Item,
    *,
    by: Person,
    now: datetime,
    note: str = "",
    meter: Decimal | None = None,
    operation: UUID | None = None,
) -> Item:
    """Notes that a thing was serviced and is fine; by a steward of its group. The plan begins anew."""
    item = under_lock(session, item.id)
    outages.require_steward(session, item, by=by, now=now)
    if done_already(session, operation, Event.SERVICED, by=by, item=item):
        return item
    before = metering.last_reading(session, item)
    metering.refuse_backwards(before, meter, item)
    reading = metering.tenths(meter) if meter is not None and item.kind.meter else before
    outages.found_fine(session, item, by=by, now=now, note=note, is_service=True, meter=reading)
    record(
        session,
        Event.SERVICED,
        by=by,
        at=now,
        group=item.kind.group,
        item=item,
        operation=operation,
        note=note,
        meter=None if reading is None else str(reading),
    )
    set_due(session, item, _due_at(session, item), by=by, now=now)
    promise_anew(session, item.kind, now)
    return item


def _due_at(session: AnySession, item: Item) -> datetime | None:
    """When it is due: by time or by use, whichever comes first."""
    last = session.scalar(
        select(Inspection)
        .where(Inspection.item_id == item.id, Inspection.is_service)
        .order_by(Inspection.at.desc(), Inspection.id.desc())
        .limit(1)
    )
    since = last.at if last else max(item.added_at, item.kind.service_from or item.added_at)
    due = (due_by_time(item.kind, since), _due_by_use(session, item, last, since))
    return min((one for one in due if one is not None), default=None)


def _due_by_use(
    session: AnySession, item: Item, last: Inspection | None, since: datetime
) -> datetime | None:
    """When it came back with a meter that had counted as much as the plan allows."""
    units = item.kind.service_units
    if units is None or not item.kind.meter:
        return None
    begins = last.meter if last and last.meter is not None else _read_at(session, item, since)
    if begins is None:
        return None
    is_its = (Loan.item_id == item.id, Loan.returned_at >= since, Loan.undone_at.is_(None))
    worn = select(func.min(Loan.returned_at)).where(*is_its, Loan.meter_after >= begins + units)
    return session.scalar(worn)


def _read_at(session: AnySession, item: Item, since: datetime) -> Decimal | None:
    """What the meter read at a moment, as far as anybody knows: then, or when it was read next."""
    before = (Loan.item_id == item.id, Loan.returned_at < since)
    known = session.scalar(select(func.max(Loan.meter_after)).where(*before))
    later = (Loan.item_id == item.id, Loan.returned_at >= since)
    first = func.coalesce(func.min(Loan.meter_before), func.min(Loan.meter_after))
    return known if known is not None else session.scalar(select(first).where(*later))
