"""Tallying: what a stocktake has found so far, thing by thing, in three to five statements.

Nothing of it is stored while the stocktake is open: it follows from what was seen and from how
things stand, so that what is lent, returned or moved meanwhile is told as it is now.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, or_, select, true

from toolshare.care.models import Outage, OutageReason
from toolshare.circulation.in_kits import IN_IT, how_many_in_kits
from toolshare.circulation.models import Loan
from toolshare.circulation.standing import STILL_OUT
from toolshare.inventory.models import Counting, Item, Kind, KitPart, Place
from toolshare.people.models import Person
from toolshare.records import AnySession
from toolshare.stocktake.findings import EXPECTED, IN_HAND, Found, Tally
from toolshare.stocktake.models import IS_OPEN, NUMBER, Finding, Sighting, Stocktake
from toolshare.stocktake.numbers import entries_of, given_since
from toolshare.stocktake.scope import are_in_line, is_counted_by


def tally(session: AnySession, stocktake: Stocktake, *, only: Sighting | None = None) -> Tally:
    """What the stocktake has found, or only what it has of the thing or code of one sighting."""
    seen = _sightings(session, stocktake, only)
    elsewhere = _seen_elsewhere(session, stocktake)
    left = {key: [NUMBER] for key in _numbered_since(session, seen)}
    things = session.execute(_things(stocktake, only))
    found = [
        _found(stocktake, thing, seen[thing.id], left.get(thing.id, []))
        if thing.id in seen
        else _unseen(stocktake, thing, is_elsewhere=thing.id in elsewhere)
        for thing in things
    ]
    unknown = [_unknown(rows) for key, rows in seen.items() if isinstance(key, str)]
    return Tally([*found, *unknown])


def _things(stocktake: Stocktake, only: Sighting | None) -> Any:
    """All that is counted, and all that was seen of the group besides; a row each."""
    of_item = and_(Loan.item_id == Item.id, STILL_OUT)
    is_counted = is_counted_by(stocktake)
    if only is not None:
        which: ColumnElement[bool] = Item.id == only.item_id
    else:
        seen = select(Sighting.item_id).where(*_of(stocktake), Sighting.item_id.is_not(None))
        which = or_(is_counted, Item.id.in_(seen))
    back = and_(Loan.item_id == Item.id, Loan.returned_at >= stocktake.opened_at)
    return (
        select(
            *(Item.id, Item.code, Item.quantity, Item.place_id, Item.added_at, Item.retired_at),
            *(Kind.name, Kind.counting, Place.path, Outage.since),
            *(Outage.id.label("outage_id"), Outage.reason.label("outage")),
            is_counted.label("is_counted"),
            select(func.sum(Loan.quantity)).where(of_item).scalar_subquery().label("lent"),
            how_many_in_kits(Item.id).correlate(Item).scalar_subquery().label("in_kits"),
            select(func.max(Loan.borrowed_at)).where(of_item).scalar_subquery().label("lent_at"),
            select(Loan.id).where(back).exists().label("came_back"),
            _lent_with_its_kit().label("kit_lent_at"),
        )
        .join(Item.kind)
        .outerjoin(Item.place)
        .outerjoin(Outage, and_(Outage.item_id == Item.id, Outage.ended_at.is_(None)))
        .where(Kind.group_id == stocktake.group_id, which)
        .order_by(func.lower(Kind.name), Item.id)
    )


def _lent_with_its_kit() -> ScalarSelect[datetime]:
    """Since when the kit is out that a thing is in."""
    its_kit = and_(KitPart.item_id == Item.id, KitPart.counted, IN_IT, STILL_OUT)
    lent = select(func.max(Loan.borrowed_at)).join(KitPart, KitPart.kit_id == Loan.item_id)
    return lent.where(its_kit).correlate(Item).scalar_subquery()


def _of(stocktake: Stocktake) -> tuple[ColumnElement[bool], ...]:
    return (Sighting.stocktake_id == stocktake.id, Sighting.undone_at.is_(None))


def _sightings(
    session: AnySession, stocktake: Stocktake, only: Sighting | None
) -> dict[int | str, list[Any]]:
    """By the id of the item, or by the code of what is none of ours."""
    rows = session.execute(
        select(
            *(Sighting.id, Sighting.item_id, Sighting.code, Sighting.whose),
            *(Sighting.at, Sighting.by_id),
            *(Sighting.counted, Sighting.should_be, Sighting.place_id),
            *(Place.path, Person.name),
        )
        .outerjoin(Sighting.place)
        .outerjoin(Sighting.by)
        .where(*_of(stocktake), _is_of_the_same(only) if only else true())
        .order_by(Sighting.id)
    )
    found: dict[int | str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.item_id or row.code, []).append(row)
    return found


def _is_of_the_same(sighting: Sighting) -> ColumnElement[bool]:
    if sighting.item_id is not None:
        return Sighting.item_id == sighting.item_id
    return Sighting.code == sighting.code


def _numbered_since(session: AnySession, seen: Mapping[int | str, list[Any]]) -> set[int]:
    """The bins that got another number after they were counted last."""
    last = {key: rows[-1] for key, rows in seen.items() if isinstance(key, int)}
    counted = {item_id: row.id for item_id, row in last.items() if row.counted is not None}
    return given_since(session, entries_of(session, counted))


def _seen_elsewhere(session: AnySession, stocktake: Stocktake) -> set[int | None]:
    """What others of the group's stocktakes have seen that are open, too."""
    found = (
        select(Sighting.item_id)
        .join(Sighting.stocktake)
        .where(Sighting.undone_at.is_(None), Stocktake.group_id == stocktake.group_id, IS_OPEN)
        .where(Stocktake.id != stocktake.id)
    )
    return set(session.scalars(found))


def _unseen(stocktake: Stocktake, thing: Any, *, is_elsewhere: bool) -> Found:
    finding = _of_unseen(stocktake, thing, is_elsewhere=is_elsewhere)
    return Found(finding, **_what(thing), is_expected=finding is Finding.NOT_SEEN)


def _found(stocktake: Stocktake, thing: Any, seen: Sequence[Any], left: Sequence[str]) -> Found:
    last = seen[-1]
    finding = _of_seen(stocktake, thing, last.at)
    home, (seen_in, seen_in_id) = thing.path or "", _where(stocktake, seen)
    return Found(
        finding,
        **_what(thing),
        seen_in=seen_in,
        seen_in_id=seen_in_id,
        is_expected=bool(thing.is_counted) and finding in EXPECTED,
        is_misplaced=_may_move(thing, finding) and bool(seen_in) and not are_in_line(home, seen_in),
        times=len(seen),
        left=left,
        **(_how_many(last) if thing.quantity is not None else {}),
        **_who(last),
    )


def _of_unseen(stocktake: Stocktake, thing: Any, *, is_elsewhere: bool) -> Finding:
    if thing.outage is OutageReason.MISSING and not thing.lent:
        return Finding.MISSING
    if _is_all_out(thing) or thing.outage is OutageReason.IN_REPAIR:
        return Finding.AWAY
    if is_elsewhere:
        return Finding.ELSEWHERE
    if thing.came_back or thing.added_at >= stocktake.opened_at:
        return Finding.HANDLED
    return Finding.NOT_SEEN


def _of_seen(stocktake: Stocktake, thing: Any, at: datetime) -> Finding:
    """What was lent, marked or retired only after it was seen was seen as it should be."""
    if thing.retired_at is not None:
        return Finding.RETIRED if thing.retired_at <= at else Finding.OTHER
    lent_at = thing.kit_lent_at or thing.lent_at
    if thing.counting is Counting.COUNTED and lent_at is not None and lent_at <= at:
        return Finding.LENT
    if thing.outage is OutageReason.MISSING:
        return Finding.FOUND if thing.since <= at else Finding.MISSING
    if stocktake.category_id is not None and not thing.is_counted:
        return Finding.OTHER
    return Finding.SEEN


def _is_all_out(thing: Any) -> bool:
    """Whether nothing of it should be on the shelf: what is in a kit is where the kit is."""
    gone = (thing.lent or 0) + thing.in_kits
    if thing.counting is Counting.COUNTED:
        return bool(gone)
    return thing.quantity is not None and thing.quantity <= gone


def _may_move(thing: Any, finding: Finding) -> bool:
    """What is in a kit lives where the kit is."""
    is_in_one = thing.counting is Counting.COUNTED and thing.in_kits
    return finding in IN_HAND and not is_in_one


def _where(stocktake: Stocktake, seen: Iterable[Any]) -> tuple[str, int | None]:
    """Where somebody said last that they are; else the place that is counted, whole."""
    said = [(row.path, row.place_id) for row in seen if row.place_id is not None]
    if said:
        return said[-1]
    return (stocktake.place.path, stocktake.place_id) if stocktake.place else ("", None)


def _what(thing: Any) -> dict[str, Any]:
    return {
        "code": thing.code,
        "item_id": thing.id,
        "name": thing.name,
        "home": thing.path or "",
        "home_id": thing.place_id,
        "outage_id": thing.outage_id,
    }


def _how_many(last: Any) -> dict[str, Any]:
    return {"should_be": last.should_be, "counted": last.counted}


def _who(last: Any) -> dict[str, Any]:
    return {"seen_at": last.at, "seen_by": last.name, "seen_by_id": last.by_id}


def _unknown(rows: Sequence[Any]) -> Found:
    last = rows[-1]
    where = {"seen_in": last.path or "", "seen_in_id": last.place_id}
    more = {"whose": last.whose, "times": len(rows)}
    return Found(Finding.UNKNOWN, last.code, **where, **more, **_who(last))
