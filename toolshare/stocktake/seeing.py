"""Seeing: what a scan means in a stocktake, and taking back one that was a mistake."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from toolshare.circulation.standing import left_of
from toolshare.inventory.locking import under_lock as item_under_lock
from toolshare.inventory.models import Counting, Item, Place
from toolshare.journal.models import Event
from toolshare.journal.recording import OperationUsed, done_already, record
from toolshare.labels.scanning import Blank, LostCard, anything_behind
from toolshare.people import roles
from toolshare.people.models import Group, Membership, Person, Role
from toolshare.people.opening import today_in
from toolshare.records import AnySession
from toolshare.refusals import Refusal
from toolshare.stocktake import reasons as why
from toolshare.stocktake.beginning import under_lock
from toolshare.stocktake.models import Sighting, Stocktake
from toolshare.stocktake.scope import is_inside


@dataclass(frozen=True)
class Scanned:
    """What a scan was: of a place to be in, of a bin that asks how many, or of what was seen."""

    code: str
    sighting_id: int | None = None
    is_place: bool = False
    asks_how_many: bool = False


@dataclass(frozen=True)
class _Here:
    """Who scans, when, and where they are, if they have said so."""

    by: Person
    now: datetime
    place: Place | None
    counted: int | None
    operation: UUID | None


def see(
    session: AnySession,
    stocktake: Stocktake,
    code: str,
    *,
    by: Person,
    now: datetime,
    here: str = "",
    counted: int | None = None,
    operation: UUID | None = None,
) -> Scanned:
    """Notes that a thing was seen; by a steward. `here` is the code of the place they are in.

    The label of a place says where one is from now on; a bin that is counted asks how many. What
    is nobody's or another group's is noted, and counts for nothing. Refuses cards, places that are
    not counted, and whatever comes after the end.
    """
    stocktake = under_lock(session, stocktake.id)
    group = stocktake.group
    roles.require(session, by, Role.STEWARD, group, today=today_in(group, now))
    if entry := done_already(session, operation, Event.SEEN, by=by, group=group):
        return _again(session, stocktake, entry.details["sighting_id"])
    if not stocktake.is_open:
        raise Refusal(why.StocktakeOver())
    found = _behind(session, code)
    if isinstance(found, Place):
        return Scanned(_counted_place(stocktake, found).code, is_place=True)
    if isinstance(found, Membership | LostCard):
        raise Refusal(why.CardsAreNotCounted(code=code))
    where = place_we_are_in(session, stocktake, here)
    seen = _Here(by, now, where, counted, operation)
    if isinstance(found, Item) and found.kind.group_id == group.id:
        return _see_item(session, stocktake, found, seen)
    whose = found.kind.group if isinstance(found, Item) else found.group if found else None
    unknown = Sighting(code=code, whose=whose.name if whose else "")
    return _noted(session, stocktake, unknown, seen)


def take_back(
    session: AnySession,
    sighting: Sighting,
    *,
    by: Person,
    now: datetime,
    operation: UUID | None = None,
) -> Sighting:
    """Forgets a scan that was a mistake, once, as long as the stocktake is open.

    By the steward who made it; coordinators take back any.
    """
    stocktake = under_lock(session, sighting.stocktake_id)
    session.refresh(sighting)
    group = stocktake.group
    roles.require(session, by, Role.STEWARD, group, today=today_in(group, now))
    item = session.get(Item, sighting.item_id) if sighting.item_id else None
    if done_already(session, operation, Event.SEEING_UNDONE, by=by, item=item):
        return sighting
    if sighting.by_id != by.id and not is_coordinator(session, group, by, now=now):
        raise Refusal(why.ScanOfAnother())
    if not stocktake.is_open:
        raise Refusal(why.StocktakeOver())
    if sighting.undone_at is not None:
        raise Refusal(why.TakenBackAlready())
    sighting.undone_at = now
    who: dict[str, Any] = {"by": by, "at": now, "operation": operation}
    _write_down(session, Event.SEEING_UNDONE, sighting, group=group, **who)
    return sighting


def is_coordinator(session: AnySession, group: Group, person: Person, *, now: datetime) -> bool:
    """Whether the person opens and closes the group's stocktakes, and takes back any scan."""
    return not roles.against(session, person, Role.COORDINATOR, group, today=today_in(group, now))


def place_we_are_in(session: AnySession, stocktake: Stocktake, code: str) -> Place | None:
    """The place with this code, if it is one that the stocktake counts."""
    ours = (Place.code == code, Place.group_id == stocktake.group_id)
    place = session.scalar(select(Place).where(*ours)) if code else None
    return place if place and _is_counted(stocktake, place) else None


def _behind(session: AnySession, code: str) -> Item | Place | Membership | LostCard | Blank | None:
    """What wears the code; nothing may."""
    try:
        return anything_behind(session, code)
    except Refusal:
        return None


def _is_counted(stocktake: Stocktake, place: Place) -> bool:
    return stocktake.place is None or is_inside(place.path, stocktake.place.path)


def _counted_place(stocktake: Stocktake, place: Place) -> Place:
    if place.group_id != stocktake.group_id:
        raise Refusal(why.PlaceOfOthers(code=place.code, group=place.group.name))
    if not _is_counted(stocktake, place):
        raise Refusal(why.PlaceOutside(place=place.path, about=stocktake.about))
    return place


def _see_item(session: AnySession, stocktake: Stocktake, item: Item, seen: _Here) -> Scanned:
    should_be = None
    if item.kind.counting is not Counting.COUNTED and item.quantity is not None:
        if seen.counted is None:
            return Scanned(item.code, asks_how_many=True)
        should_be = left_of(session, item_under_lock(session, item.id))
    sighting = Sighting(
        code=item.code,
        item_id=item.id,
        counted=None if should_be is None else seen.counted,
        should_be=should_be,
    )
    return _noted(session, stocktake, sighting, seen)


def _noted(session: AnySession, stocktake: Stocktake, sighting: Sighting, seen: _Here) -> Scanned:
    sighting.stocktake, sighting.place = stocktake, seen.place
    sighting.at, sighting.by = seen.now, seen.by
    session.add(sighting)
    session.flush()
    who: dict[str, Any] = {"by": seen.by, "at": seen.now, "operation": seen.operation}
    _write_down(session, Event.SEEN, sighting, group=stocktake.group, **who)
    return Scanned(sighting.code, sighting.id)


def _again(session: AnySession, stocktake: Stocktake, sighting_id: int) -> Scanned:
    """What the same scan noted when it was sent before."""
    sighting = session.get_one(Sighting, sighting_id)
    if sighting.stocktake_id != stocktake.id:
        raise Refusal(OperationUsed())
    return Scanned(sighting.code, sighting.id)


def _write_down(
    session: AnySession,
    what: Event,
    sighting: Sighting,
    *,
    group: Group,
    by: Person,
    at: datetime,
    operation: UUID | None,
) -> None:
    record(
        session,
        what,
        by=by,
        at=at,
        group=group,
        item=session.get(Item, sighting.item_id) if sighting.item_id else None,
        operation=operation,
        stocktake_id=sighting.stocktake_id,
        sighting_id=sighting.id,
        code=sighting.code,
        counted=sighting.counted,
    )
