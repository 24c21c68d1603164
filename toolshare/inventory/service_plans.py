"""Service plans: when a thing is due for service by its kind's plan."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from toolshare.inventory.models import Item, Kind
from toolshare.journal.models import Event
from toolshare.journal.recording import record_all
from toolshare.people.models import Person
from toolshare.people.opening import LAST_MOMENT, on_the_clock, today_in
from toolshare.records import AnySession


def due_by_time(kind: Kind, since: datetime) -> datetime | None:
    """The end of the day by which a thing is due that was new, or serviced, at this moment."""
    if kind.service_days is None:
        return None
    day = today_in(kind.group, since) + timedelta(days=kind.service_days)
    return on_the_clock(kind.group, datetime.combine(day, LAST_MOMENT))


def set_due(
    session: AnySession, item: Item, due_at: datetime | None, *, by: Person | None, now: datetime
) -> None:
    """Notes by when a thing has to be serviced, and writes it down when that is new."""
    set_all_due(session, [(item, due_at)], by=by, now=now)


def set_all_due(
    session: AnySession,
    many: Iterable[tuple[Item, datetime | None]],
    *,
    by: Person | None,
    now: datetime,
) -> None:
    """Notes it for each of many, in few statements however many they are."""
    new = [(item, due_at) for item, due_at in many if item.service_due_at != due_at]
    for item, due_at in new:
        item.service_due_at = due_at
    told = [(due_at, {"group": item.kind.group, "item": item}) for item, due_at in new]
    planned = [{"due_at": due_at.isoformat(), **about} for due_at, about in told if due_at]
    unplanned = [about for due_at, about in told if due_at is None]
    record_all(session, Event.SERVICE_PLANNED, planned, by=by, at=now)
    record_all(session, Event.SERVICE_UNPLANNED, unplanned, by=by, at=now)
