"""What leaves the inventory, and what comes back into stock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from toolshare.inventory.models import Item
from toolshare.journal.models import Event
from toolshare.journal.recording import record, record_all
from toolshare.people.models import Person
from toolshare.records import AnySession
from toolshare.refusals import Reason, msgid, refuse_if


@dataclass(frozen=True)
class RetiredAlready(Reason):
    """The item is not in stock any more."""

    code: str
    says = msgid("%(code)s is retired already.")


def retire(
    session: AnySession, item: Item, *, by: Person | None, now: datetime, why: str = ""
) -> Item:
    """Takes an item out of stock for good; nothing is deleted. Refuses what is retired already."""
    retire_all(session, [(item, why)], by=by, now=now)
    return item


def retire_all(
    session: AnySession, many: Sequence[tuple[Item, str]], *, by: Person | None, now: datetime
) -> None:
    """Does the same for many, each with why."""
    refuse_if([RetiredAlready(code=it.code) for it, _ in many if it.retired_at is not None])
    for item, why in many:
        item.retired_at, item.retired_why = now, why
    about = ({"item": item, "group": item.kind.group, "why": why} for item, why in many)
    record_all(session, Event.ITEM_RETIRED, about, by=by, at=now)


def put_back(session: AnySession, item: Item, *, by: Person | None, now: datetime) -> Item:
    """Takes a retired item into stock again; of one that is there it changes nothing."""
    if item.retired_at is None:
        return item
    item.retired_at, item.retired_why = None, ""
    record(session, Event.ITEM_BACK_IN_STOCK, by=by, at=now, group=item.kind.group, item=item)
    return item
