"""Service plans: when a thing is due for service by its kind's plan."""

from datetime import datetime, timedelta
from typing import Any

from toolshare.inventory.models import Item, Kind
from toolshare.journal.models import Event
from toolshare.journal.recording import record
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
    if item.service_due_at == due_at:
        return
    item.service_due_at = due_at
    about: dict[str, Any] = {"by": by, "at": now, "group": item.kind.group, "item": item}
    if due_at is None:
        record(session, Event.SERVICE_UNPLANNED, **about)
    else:
        record(session, Event.SERVICE_PLANNED, due_at=due_at.isoformat(), **about)
