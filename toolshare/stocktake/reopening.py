"""Undoing a closing: what it changed is as it was, and the stocktake is open again.

What has changed since is left as it is, and the lines say so: a thing that was found and checked
stays in service, one that was moved stays where it was moved to, a bin that was counted again keeps
its number.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from toolshare.care import outages
from toolshare.care.models import Outage
from toolshare.inventory import stocking
from toolshare.inventory.models import Item, Place
from toolshare.journal.models import Entry, Event
from toolshare.journal.recording import done_already, record
from toolshare.people import roles
from toolshare.people.models import Group, Person, Role
from toolshare.people.opening import today_in
from toolshare.records import AnySession
from toolshare.refusals import Refusal, refuse_if
from toolshare.stocktake import reasons as why
from toolshare.stocktake.beginning import overlapping, under_lock
from toolshare.stocktake.closing import Acting, items_with_places, promise_anew
from toolshare.stocktake.models import (
    IS_CHANGED,
    NUMBER,
    OUTAGE,
    PLACE,
    Closing,
    Line,
    Stocktake,
)
from toolshare.stocktake.numbers import given_since


def undo_closing(
    session: AnySession,
    stocktake: Stocktake,
    *,
    by: Person,
    now: datetime,
    operation: UUID | None = None,
) -> Closing:
    """Takes back all that closing changed and has not changed since; by a coordinator.

    Refuses while another stocktake counts some of the same things.
    """
    stocktake = under_lock(session, stocktake.id)
    group = stocktake.group
    roles.require(session, by, Role.COORDINATOR, group, today=today_in(group, now))
    if entry := done_already(session, operation, Event.STOCKTAKE_REOPENED, by=by, group=group):
        return session.get_one(Closing, entry.details["closing_id"])
    closing = stocktake.closing
    if closing is None:
        raise Refusal(why.NotClosed())
    refuse_if(overlapping(session, stocktake))
    lines = _changed_lines(session, closing)
    items = items_with_places(session, [line.item_id for line in lines if line.item_id])
    recounted = _counted_since(session, group, closing, items)
    _restore(Acting(session, closing, by, now), lines, items, recounted)
    closing.undone_at, closing.undone_by = now, by
    promise_anew(session, group, items.values(), now=now)
    record(
        session,
        Event.STOCKTAKE_REOPENED,
        by=by,
        at=now,
        group=group,
        operation=operation,
        stocktake_id=stocktake.id,
        closing_id=closing.id,
        left=sum(bool(line.left) for line in lines),
    )
    return closing


def _changed_lines(session: AnySession, closing: Closing) -> list[Line]:
    found = select(Line).where(Line.closing_id == closing.id, IS_CHANGED)
    both = (joinedload(Line.outage), joinedload(Line.outage_before))
    return list(session.scalars(found.options(*both).order_by(Line.id)))


def _restore(
    acting: Acting, lines: list[Line], items: dict[int, Item], recounted: set[int]
) -> None:
    for line in lines:
        item = items[line.item_id or 0]
        is_counted_since = item.id in recounted
        line.left = [
            *_settled_since(line),
            *_moved_since(line, item),
            *_count_back(acting, line, item, is_counted_since=is_counted_since),
        ]
    _move_back(acting, lines, items)
    _put_into_service(acting, lines, items)
    acting.session.flush()


def _settled_since(line: Line) -> Iterator[str]:
    """Whether the outage that closing began is over, since somebody has found or looked it over."""
    if line.outage is not None and line.outage.ended_at is not None:
        yield OUTAGE


def _put_into_service(acting: Acting, lines: list[Line], items: dict[int, Item]) -> None:
    """Ends the outages that closing began and that last, and begins those before them again."""
    over, again = [], []
    for line in lines:
        outage, before, item = line.outage, line.outage_before, items[line.item_id or 0]
        if outage is None or outage.ended_at is not None:
            continue
        outage.item = item
        if before is None:
            over.append(outage)
        else:
            again.append(_once_more(before, item))
    outages.end_all(acting.session, over, by=acting.by, now=acting.now)
    outages.begin_all(acting.session, again, by=acting.by, now=acting.now)


def _once_more(before: Outage, item: Item) -> Outage:
    return Outage(
        item=item,
        reason=before.reason,
        since=before.since,
        by_id=before.by_id,
        note=before.note,
        expected_on=before.expected_on,
    )


def _moved_since(line: Line, item: Item) -> Iterator[str]:
    """Whether somebody has moved it from where closing moved it to."""
    if line.moved_to_id is not None and item.place_id != line.moved_to_id:
        yield PLACE


def _move_back(acting: Acting, lines: list[Line], items: dict[int, Item]) -> None:
    homes = {line.moved_from_id for line in lines}
    found = acting.session.scalars(select(Place).where(Place.id.in_(homes)))
    places = {place.id: place for place in found}
    moves = [
        (items[line.item_id or 0], places.get(line.moved_from_id or 0))
        for line in lines
        if line.moved_to_id is not None and PLACE not in line.left
    ]
    stocking.move_each(acting.session, moves, by=acting.by, now=acting.now)


def _count_back(acting: Acting, line: Line, item: Item, *, is_counted_since: bool) -> Iterator[str]:
    if line.changed_by is None:
        return
    if is_counted_since or item.quantity is None:
        yield NUMBER
        return
    acting.count(item, -line.changed_by)


def _counted_since(
    session: AnySession, group: Group, closing: Closing, items: dict[int, Item]
) -> set[int]:
    """The bins that got another number after the closing."""
    of_group = select(Entry).where(Entry.group_id == group.id, Entry.item_id.is_(None))
    closed = session.scalars(of_group.where(Entry.what == Event.STOCKTAKE_CLOSED))
    entry = next(one for one in closed if one.details["closing_id"] == closing.id)
    return given_since(session, dict.fromkeys(items, entry.id))
