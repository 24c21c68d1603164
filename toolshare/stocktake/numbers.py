"""Numbers of bins that were given after an entry of the journal: they are the truth from then on."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from toolshare.journal.models import Entry, Event
from toolshare.records import AnySession


def given_since(session: AnySession, entries: Mapping[int, int]) -> set[int]:
    """The bins that got another number after an entry; `entries` are its ids by the bin's.

    Somebody typed it, or a closing that stands took it over. What a kit has lost is lost besides.
    """
    if not entries:
        return set()
    is_one = (Entry.what == Event.ITEM_CHANGED, Entry.item_id.in_(entries))
    later = select(Entry.id, Entry.item_id, Entry.details).where(
        *is_one, Entry.id > min(entries.values())
    )
    given: dict[int, set[str]] = {}
    for entry_id, item_id, details in session.execute(later.order_by(Entry.id)):
        if entry_id > entries[item_id] and (by := _given_by(entry_id, details)):
            given[item_id] = given.get(item_id, set()) ^ {by}
    return {item_id for item_id, those in given.items() if those}


def entries_of(session: AnySession, sightings: Mapping[int, int]) -> dict[int, int]:
    """The entry of each sighting, by the item that was seen; `sightings` are their ids by item."""
    if not sightings:
        return {}
    seen = select(Entry.id, Entry.item_id, Entry.details).where(
        Entry.what == Event.SEEN, Entry.item_id.in_(sightings)
    )
    return {
        item_id: entry_id
        for entry_id, item_id, details in session.execute(seen)
        if details["sighting_id"] == sightings[item_id]
    }


def _given_by(entry_id: int, details: Mapping[str, Any]) -> str:
    """Who gave a number, by a name; a closing and its undoing have the same and are nobody at last."""
    if "quantity" not in details["changed"]:
        return ""
    if "added" not in details:
        return f"entry {entry_id}"
    return f"closing {details['closing_id']}" if "closing_id" in details else ""
