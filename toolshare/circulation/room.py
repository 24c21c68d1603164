"""Room for a loan: until when an item can go out now, given what is promised of it ahead."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from toolshare.circulation import allotting, promising
from toolshare.circulation.blocks import Ahead, what_is_ahead
from toolshare.circulation.fitting import Block, Span, Wish, fit, least_free
from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Promise, Reservation, ReservedUnit
from toolshare.circulation.standing import AHEAD
from toolshare.inventory.models import Counting, Item
from toolshare.people.models import Group, Person
from toolshare.people.opening import (
    after_opening_days,
    end_of_opening_day,
    is_open_on,
    last_open_moment,
    read_opening_times,
    today_in,
)
from toolshare.records import AnySession
from toolshare.refusals import Reason, msgid

SHORTEST_BY_HOURS = timedelta(minutes=15)
EARLY = timedelta(hours=12)  # who comes this much before it begins fetches what they reserved


@dataclass(frozen=True)
class KeptForAnother(Reason):
    """A reservation begins before this could be brought back, and no other item would do for it."""

    says = msgid("It is kept for a reservation.")
    instead = msgid("Look for another one in the catalogue, or reserve it for later.")


@dataclass(frozen=True)
class Room:
    """Until when, for which of the borrower's reserved units, and who moves to another item.

    Without `until` there is no room at all; `next_from` is when the first promise that is in the
    way begins.
    """

    until: datetime | None
    next_from: datetime | None = None
    fetches: ReservedUnit | None = None
    wishes: list[Wish] = field(default_factory=list)
    places: dict[int, int] = field(default_factory=dict)

    def due_at(self, by_rule: datetime) -> datetime:
        """What was reserved is due when the reservation ends; else no promise may be in the way."""
        if self.fetches is not None:
            return self.until or by_rule
        return min(self.until or by_rule, by_rule)


def room_for_loan(
    session: AnySession,
    item: Item,
    borrower: Person,
    *,
    until: datetime,
    turnaround: int,
    quantity: int,
    now: datetime,
    by_hours: bool = False,
    but_loan: int | None = None,
) -> Room:
    """Room for lending the item until then, else as long as it goes.

    To who has reserved it: until the reservation ends. `turnaround` is in opening days;
    `by_hours` lets it end in the middle of one; `but_loan` is the id of the loan that ends with this
    one.
    """
    group = read_opening_times(session, item.kind.group)
    but: dict[str, Any] = {
        "but_loan": but_loan,
        "but_offers_to": borrower.id,
        "but_service_of": item.id,
    }
    ahead = what_is_ahead(session, group, [item.kind_id], now=now, **but)[item.kind_id]
    own = _own(session, item, borrower, now)
    if own is not None:
        ahead = _without(ahead, own)
        until = own.reservation.until_at
    starts = {one.span.from_at for one in _of(ahead, item) if now < one.span.from_at < until}
    earlier = _earlier_ends(group, starts, turnaround, by_hours=by_hours, now=now)
    for end in (until, *earlier):
        span = Span(now, after_opening_days(group, end, turnaround))
        places = _places(ahead, item, span, quantity)
        if places is not None:
            shortened = _first_in_the_way(ahead, item, now) if end < until else None
            return Room(end, shortened, own, ahead.wishes, places)
    return Room(None, _first_in_the_way(ahead, item, now), own)


def room_to_stay(
    session: AnySession, loan: Loan, *, until: datetime, turnaround: int, now: datetime
) -> Room:
    """Room for what is out to stay out until then, when others' reserved units may move."""
    item = loan.item
    if not _is_promised(session, item):
        return Room(until)
    group = read_opening_times(session, item.kind.group)
    of_all = what_is_ahead(
        session, group, [item.kind_id], now=now, but_loan=loan.id, but_service_of=item.id
    )
    ahead = of_all[item.kind_id]
    span = Span(now, after_opening_days(group, until, turnaround))
    places = _places(ahead, item, span, loan.quantity)
    if places is None:
        return Room(None, _first_in_the_way(ahead, item, now))
    return Room(until, wishes=ahead.wishes, places=places)


def room_in_kit(session: AnySession, item: Item, *, quantity: int, now: datetime) -> Room:
    """Room for keeping an item, or a quantity of it, in a kit for as long as nobody takes it out."""
    group = read_opening_times(session, item.kind.group)
    of_all = what_is_ahead(session, group, [item.kind_id], now=now, but_service_of=item.id)
    ahead = of_all[item.kind_id]
    places = _places(ahead, item, Span(now, promising.FOR_EVER), quantity)
    if places is None:
        return Room(None, _first_in_the_way(ahead, item, now))
    return Room(promising.FOR_EVER, wishes=ahead.wishes, places=places)


def make_way(session: AnySession, room: Room) -> None:
    """Writes down who moves to another item, and lets go of what the borrower had reserved."""
    if room.fetches is not None:
        promising.let_go_of_reserved(session, room.fetches)
    allotting.move(session, room.wishes, room.places)


def _is_promised(session: AnySession, item: Item) -> bool:
    kept = select(Promise.id).where(Promise.item_id == item.id, AHEAD)
    return session.scalar(kept.limit(1)) is not None


def _own(session: AnySession, item: Item, borrower: Person, now: datetime) -> ReservedUnit | None:
    """What the borrower has reserved of this kind and may fetch by now, the first to begin."""
    return session.scalars(
        select(ReservedUnit)
        .join(ReservedUnit.reservation)
        .where(
            Reservation.person_id == borrower.id,
            Reservation.still_open(),
            Reservation.is_granted(),
            Reservation.from_at <= now + EARLY,
            Reservation.until_at > now,
            ReservedUnit.kind_id == item.kind_id,
            ReservedUnit.still_to_fetch(),
            (ReservedUnit.item_id.is_(None) | (ReservedUnit.item_id == item.id)),
        )
        .options(joinedload(ReservedUnit.reservation), joinedload(ReservedUnit.promise))
        .order_by(Reservation.from_at, ReservedUnit.id)
        .limit(1)
    ).first()


def _without(ahead: Ahead, own: ReservedUnit) -> Ahead:
    """What is ahead but for what the borrower comes to fetch."""
    wishes = [one for one in ahead.wishes if one.id != own.id]
    blocks = ahead.blocks if own.promise is None else ahead.without(own.promise)
    return replace(ahead, blocks=blocks, wishes=wishes)


def _places(ahead: Ahead, item: Item, span: Span, quantity: int) -> dict[int, int] | None:
    if item.kind.counting is Counting.COUNTED:
        return fit(ahead.units, ahead.blocks, ahead.wishes, Wish(0, span, item.id))
    sizes = {item.id: ahead.units.get(item.id, 0)}
    return {} if least_free(sizes, _of(ahead, item), span) >= quantity else None


def _earlier_ends(
    group: Group, starts: set[datetime], turnaround: int, *, by_hours: bool, now: datetime
) -> Iterator[datetime]:
    """When it could come back before each promise that begins in between, last first."""
    for start in sorted(starts, reverse=True):
        before = last_open_moment(group, start)
        if by_hours and not turnaround and before >= now + SHORTEST_BY_HOURS:
            yield before
        day = today_in(group, start)
        while (end := end_of_opening_day(group, day)) > now:
            if is_open_on(group, day) and after_opening_days(group, end, turnaround) <= start:
                yield end
                break
            day -= timedelta(days=1)


def _first_in_the_way(ahead: Ahead, item: Item, now: datetime) -> datetime | None:
    starts = (one.span.from_at for one in _of(ahead, item) if one.span.until_at > now)
    return min(starts, default=None)


def _of(ahead: Ahead, item: Item) -> list[Block]:
    return [one for one in ahead.all_blocks if one.unit == item.id]
