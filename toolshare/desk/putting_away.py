"""Putting things away: what is scanned after a place's label is put there, and found there again."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from toolshare.care.outages import require_steward
from toolshare.circulation import in_kits
from toolshare.circulation.models import Loan
from toolshare.circulation.reasons import NothingToUndo
from toolshare.inventory import stocking
from toolshare.inventory.locking import under_lock
from toolshare.inventory.models import Item, Place
from toolshare.journal.models import Entry, Event
from toolshare.journal.recording import done_already
from toolshare.people.models import Person
from toolshare.records import AnySession
from toolshare.refusals import Refusal, refuse_if


def put(
    session: AnySession,
    item: Item,
    place: Place,
    *,
    by: Person,
    now: datetime,
    loan: Loan | None = None,
    operation: UUID | None = None,
) -> Entry | None:
    """Gives an item that is locked its place; None when it has that already.

    `loan` is the one that the same scan has ended. Refuses a place of another group, and what lives
    in a kit.
    """
    if done := done_already(session, operation, Event.ITEM_MOVED, by=by, item=item):
        return done
    refuse_if(in_kits.against_each(session, [item.id]))
    _read_place(session, item)
    how: dict[str, Any] = {"by": by, "now": now, "operation": operation}
    where: dict[str, Any] = {"place_id": place.id, "before_id": item.place_id}
    written = stocking.move_one(session, item, place, loan=loan, **how, **where)
    return session.get_one(Entry, written) if written is not None else None


def undo(
    session: AnySession,
    entry_id: int,
    *,
    by: Person,
    now: datetime,
    operation: UUID | None = None,
) -> Item:
    """Gives a thing the place that it had before; refuses when it has been put elsewhere since."""
    entry = session.get(Entry, entry_id)
    if entry is None or entry.what != Event.ITEM_MOVED or "place_id" not in entry.details:
        raise Refusal(NothingToUndo())
    item = under_lock(session, entry.item_id or 0)
    require_steward(session, item, by=by, now=now)
    if done_already(session, operation, Event.ITEM_MOVED, by=by, item=item):
        return item
    if item.place_id != entry.details["place_id"]:
        raise Refusal(NothingToUndo())
    _read_place(session, item)
    before = entry.details["before_id"]
    stocking.move_one(
        session,
        item,
        session.get(Place, before) if before else None,
        by=by,
        now=now,
        operation=operation,
        undoes=entry.id,
    )
    session.flush()
    return item


def put_with(session: AnySession, loan: Loan) -> Entry | None:
    """The entry that says where a thing was put by the scan that returned it, if it was."""
    moved = (Entry.item_id == loan.item_id, Entry.what == Event.ITEM_MOVED)
    with_it = select(Entry).where(*moved, Entry.loan_id == loan.id)
    return session.scalar(with_it.order_by(Entry.id.desc()).limit(1))


def _read_place(session: AnySession, item: Item) -> None:
    place = session.get(Place, item.place_id) if item.place_id else None
    set_committed_value(item, "place", place)
