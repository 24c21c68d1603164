"""What the journal keeps of outages: that they begin, are expected to end on a day, and end."""

from datetime import datetime
from typing import Any
from uuid import UUID

from toolshare.care.models import Outage, OutageReason
from toolshare.inventory.models import Item
from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.people.models import Person
from toolshare.records import AnySession


def ended(
    session: AnySession,
    item: Item,
    outage: Outage | None,
    *,
    by: Person,
    now: datetime,
    note: str = "",
    operation: UUID | None = None,
) -> None:
    """An item is in service; after this outage, if it was out of it."""
    record(
        session,
        Event.PUT_INTO_SERVICE,
        by=by,
        at=now,
        group=item.kind.group,
        item=item,
        operation=operation,
        after=outage.reason if outage else None,
        note=note,
    )


def begun(
    session: AnySession,
    outage: Outage,
    what: Event = Event.TAKEN_OUT_OF_SERVICE,
    *,
    by: Person | None,
    now: datetime,
    operation: UUID | None = None,
    after: OutageReason | None = None,
) -> None:
    """An outage, which has its item, has begun after another one, or is told otherwise."""
    record(
        session,
        what,
        by=by,
        at=now,
        group=outage.item.kind.group,
        item=outage.item,
        operation=operation,
        **_told(outage, after),
    )


def _told(outage: Outage, after: OutageReason | None) -> dict[str, Any]:
    """What the journal keeps of an outage; nothing of what is not known."""
    day = outage.expected_on
    known = {"expected_on": day.isoformat() if day else None, "after": after}
    told = {name: fact for name, fact in known.items() if fact}
    return {"reason": outage.reason, "note": outage.note, **told}
