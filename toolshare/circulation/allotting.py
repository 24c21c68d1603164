"""Allotting: finding a unit for each thing that is wanted, and writing which unit is kept for whom."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from toolshare.circulation import promising
from toolshare.circulation.blocks import Ahead, what_is_ahead
from toolshare.circulation.fitting import Span, Wish, fit, least_free
from toolshare.circulation.promises import Promise, Reservation, ReservedUnit
from toolshare.inventory.models import Counting, Item, Kind
from toolshare.people.models import Group
from toolshare.people.opening import after_opening_days, read_opening_times
from toolshare.records import AnySession
from toolshare.rules.in_force import RulesInForce
from toolshare.rules.resolving import rules_for_many


@dataclass(frozen=True)
class Wanted:
    """So many of a kind, or one item of it and no other."""

    kind: Kind
    quantity: int = 1
    item_id: int | None = None

    @property
    def is_counted(self) -> bool:
        """Whether each of them is a unit of its own."""
        return self.kind.counting is Counting.COUNTED


@dataclass(frozen=True)
class Allotment:
    """Where one wanted kind fits, and what was there before."""

    wanted: Wanted
    rules: RulesInForce
    ahead: Ahead
    keep_until: datetime
    places: dict[int, int] | None


def allot(
    session: AnySession,
    group: Group,
    wanted: Sequence[Wanted],
    span: Span,
    *,
    now: datetime,
    moved: Reservation | None = None,
) -> list[Allotment]:
    """Finds room for each of these kinds of a group, which has its opening times.

    A reservation that is moved is not in its own way.
    """
    kind_ids = [one.kind.id for one in wanted]
    rules = rules_for_many(session, group, kind_ids)
    own = moved.id if moved else None
    ahead = what_is_ahead(session, group, kind_ids, now=now, but_reservation=own)
    found = []
    for one in wanted:
        its_rules, its_ahead = rules[one.kind.id], ahead[one.kind.id]
        keep_until = after_opening_days(group, span.until_at, its_rules.turnaround)
        kept = Span(max(span.from_at, now), max(keep_until, span.until_at))
        places = places_for(its_ahead, one, kept) if kept.until_at > kept.from_at else None
        found.append(Allotment(one, its_rules, its_ahead, keep_until, places))
    return found


def places_for(ahead: Ahead, wanted: Wanted, span: Span) -> dict[int, int] | None:
    """The unit of every wish when so many more are kept: new ones are numbered -1, -2 and so on.

    None when they don't fit. Of a bin it is the one bin that always holds enough.
    """
    if not wanted.is_counted:
        bins = [unit for unit in ahead.units if wanted.item_id in (None, unit)]
        return next(({-1: one} for one in bins if _holds(ahead, one, wanted, span)), None)
    found: dict[int, int] | None = {}
    wishes = list(ahead.wishes)
    for number in range(wanted.quantity):
        wish = Wish(-1 - number, span, wanted.item_id)
        found = fit(ahead.units, ahead.blocks, wishes, wish)
        if found is None:
            return None
        wishes = [Wish(one.id, one.span, one.pinned, found.get(one.id)) for one in (*wishes, wish)]
    return found


def move(session: AnySession, wishes: Sequence[Wish], units: Mapping[int, int]) -> None:
    """Writes down the reserved units that are kept on another item from now on.

    All of them let go before any is kept anew, so that two can change places.
    """
    moved = {one.id: units[one.id] for one in wishes if units.get(one.id, one.unit) != one.unit}
    if not moved:
        return
    session.flush()
    kept = Promise.reserved_unit_id.in_(moved)
    session.execute(delete(Promise).where(kept).execution_options(synchronize_session="fetch"))
    items = items_by_id(session, moved.values())
    for unit in session.scalars(
        select(ReservedUnit)
        .where(ReservedUnit.id.in_(moved))
        .options(joinedload(ReservedUnit.reservation))
        .order_by(ReservedUnit.id)
    ):
        keep(session, unit.reservation, unit, items[moved[unit.id]])


def keep(session: AnySession, reservation: Reservation, unit: ReservedUnit, item: Item) -> None:
    """Writes down the item that is kept for a reserved unit."""
    promising.keep_for_reserved(
        session, unit, item, from_at=reservation.from_at, until_at=unit.keep_until
    )


def allot_again(session: AnySession, unit: ReservedUnit, *, now: datetime) -> bool:
    """Keeps an item for a unit that was fetched by mistake, with all loaded; whether there is room."""
    group = read_opening_times(session, unit.kind.group)
    ahead = what_is_ahead(session, group, [unit.kind_id], now=now)[unit.kind_id]
    span = Span(max(unit.reservation.from_at, now), unit.keep_until)
    places = places_for(ahead, Wanted(unit.kind, unit.quantity, unit.item_id), span)
    if places is None:
        return False
    move(session, ahead.wishes, places)
    unit.loan_id = unit.set_aside_at = None
    keep(session, unit.reservation, unit, items_by_id(session, [places[-1]])[places[-1]])
    return True


def _holds(ahead: Ahead, unit: int, wanted: Wanted, span: Span) -> bool:
    sizes = {unit: ahead.units[unit]}
    return least_free(sizes, [one for one in ahead.blocks if one.unit == unit], span) >= (
        wanted.quantity
    )


def items_by_id(session: AnySession, ids: Collection[int]) -> dict[int, Item]:
    """These items with their kinds."""
    found = select(Item).where(Item.id.in_(ids)).options(joinedload(Item.kind))
    return {item.id: item for item in session.scalars(found)}
