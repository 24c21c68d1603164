"""What the journal keeps of outages: that they begin, are expected to end on a day, and end."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from toolshare.care.models import Outage, OutageReason
from toolshare.inventory.models import Item
from toolshare.journal.models import Event
from toolshare.journal.recording import record_all
from toolshare.people.models import Person
from toolshare.records import AnySession


def ended(
    session: AnySession,
    many: Iterable[tuple[Item, Outage | None]],
    *,
    by: Person,
    now: datetime,
    note: str = "",
    operation: UUID | None = None,
) -> None:
    """Items are in service; each after its outage, if it was out of it.

    An operation is for one alone.
    """
    about = ({**_about(it, operation), **_over(outage, now), "note": note} for it, outage in many)
    record_all(session, Event.PUT_INTO_SERVICE, about, by=by, at=now)


def begun(
    session: AnySession,
    outages: Iterable[Outage],
    what: Event = Event.TAKEN_OUT_OF_SERVICE,
    *,
    by: Person | None,
    now: datetime,
    operation: UUID | None = None,
    after: Mapping[int, OutageReason] = MappingProxyType({}),
) -> None:
    """Outages, which have their items, have begun, or are told otherwise.

    `after` says of items by their ids why they were out of service before. An operation is for one
    alone.
    """
    about = (
        {**_about(one.item, operation), **_told(one, after.get(one.item_id))} for one in outages
    )
    record_all(session, what, about, by=by, at=now)


def _about(item: Item, operation: UUID | None) -> dict[str, Any]:
    return {"group": item.kind.group, "item": item, "operation": operation}


def _over(outage: Outage | None, now: datetime) -> dict[str, Any]:
    return {"at": outage.ends_at(now), "after": outage.reason} if outage else {"after": None}


def _told(outage: Outage, after: OutageReason | None) -> dict[str, Any]:
    """What the journal keeps of an outage; nothing of what is not known."""
    day = outage.expected_on
    known = {"expected_on": day.isoformat() if day else None, "after": after}
    told = {name: fact for name, fact in known.items() if fact}
    return {"reason": outage.reason, "note": outage.note, **told}
