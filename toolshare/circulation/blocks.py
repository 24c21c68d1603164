"""What keeps the units of kinds from now on: read in four statements, for any number of kinds.

Facts are read, states derived: a late loan is taken to come back within two opening days, a thing
in repair in two weeks unless a day was named, and an offer that has expired is none.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any, cast

from sqlalchemy import CompoundSelect, Row, Select, and_, literal, null, or_, select, union_all

from toolshare.care.models import Outage, OutageReason
from toolshare.circulation.fitting import Block, Span, Wish
from toolshare.circulation.in_kits import is_in_a_kit
from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Hold, Offer, Promise, Reservation, ReservedUnit
from toolshare.circulation.promising import FOR_EVER
from toolshare.circulation.standing import STILL_OUT
from toolshare.inventory.models import Counting, Item, Kind
from toolshare.people.models import Group
from toolshare.people.opening import after_opening_days, end_of_opening_day
from toolshare.records import AnySession

REPAIR_TAKES = timedelta(days=14)
# Opening days until a late loan is taken to be back. Who asks anew is told the longer: else what
# is promised today would be taken back in the night, before anybody could bring it.
LATE_FOR, LATE_FOR_WHAT_STANDS = 2, 1
AfterDays = Callable[[int], datetime]  # the end of so many opening days from now
PLENTY = 1_000_000  # of what nobody counts


@dataclass
class Ahead:
    """The units of a kind that are in stock and in no kit, and what keeps them; all by the ids of the items.

    `blocks` can't be moved. `wishes` are the reserved units that may still be kept on another
    item, those displaced from any among them, the oldest claims first.
    """

    units: dict[int, int] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    wishes: list[Wish] = field(default_factory=list)

    @property
    def all_blocks(self) -> list[Block]:
        """Every span in which a unit is kept, whether that could be moved or not."""
        kept = [Block(one.unit, one.span) for one in self.wishes if one.unit is not None]
        return self.blocks + kept

    def without(self, promise: Promise) -> list[Block]:
        """The blocks but for one: another may keep as much of the same bin for the same time."""
        span = Span(promise.from_at, promise.until_at)
        kept = Block(promise.item_id, span, promise.quantity)
        at = self.blocks.index(kept) if kept in self.blocks else len(self.blocks)
        return [*self.blocks[:at], *self.blocks[at + 1 :]]


def what_is_ahead(
    session: AnySession,
    group: Group,
    kind_ids: Collection[int],
    *,
    now: datetime,
    but_loan: int | None = None,
    but_offers_to: int | None = None,
    but_service_of: int | None = None,
    but_reservation: int | None = None,
    late_for: int = LATE_FOR,
) -> dict[int, Ahead]:
    """What is ahead for each of these kinds of a group, which has its opening times.

    But for the loan with this id, which wants to know whether it may last longer, for what is
    offered to the person with that id, who comes to take it, and for the units of the reservation
    that is to be moved. Who has a thing keeps it past the day on which its service is due:
    `but_service_of` is the id of that item. `late_for` is in how many opening days late loans are
    taken to be back.
    """
    after = cache(partial(after_opening_days, group, now))  # slow where a group closes for long
    found = {kind_id: Ahead() for kind_id in kind_ids}
    for unit in session.execute(_units(kind_ids)):
        found[unit.kind_id].units[unit.id] = _size(unit)
        if unit.id != but_service_of:
            found[unit.kind_id].blocks += _service(unit, group, now)
    for promise in session.execute(_promises(kind_ids, now)):
        if not _is_of_these(promise, but_loan, but_offers_to, but_reservation):
            span = Span(promise.from_at, _ends(promise, after, now, late_for))
            _add(found[promise.kind_id], promise, span)
    for outage in session.execute(_outages(kind_ids)):
        ends = _in_service_again(outage, group, after, now)
        size = found[outage.kind_id].units[outage.item_id]
        found[outage.kind_id].blocks.append(Block(outage.item_id, Span(now, ends), size))
    for unit in session.execute(_displaced(kind_ids, but_reservation, now)):
        span = Span(max(unit.from_at, now), unit.keep_until)
        found[unit.kind_id].wishes.append(Wish(unit.id, span, pinned=unit.item_id))
    for one in found.values():
        one.wishes.sort(key=lambda wish: wish.id)
    return found


def _is_of_these(
    promise: Row[Any], loan: int | None, person: int | None, reservation: int | None
) -> bool:
    """Whether it is made for this loan, offered to this person, or for this reservation."""
    ids = (promise.loan_id, promise.offered_to, promise.reservation_id)
    known = zip(ids, (loan, person, reservation), strict=True)
    return any(one is not None and one == other for one, other in known)


def _units(kind_ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    return (
        select(Item.id, Item.kind_id, Item.quantity, Item.service_due_at, Kind.counting)
        .join(Item.kind)
        .where(Item.kind_id.in_(kind_ids), Item.retired_at.is_(None), ~is_in_a_kit())
    )


def _service(unit: Row[Any], group: Group, now: datetime) -> Iterator[Block]:
    """From when a service is due until the next opening day is over: by then somebody sees to it."""
    if unit.service_due_at is not None:
        begins = max(unit.service_due_at, now)
        yield Block(unit.id, Span(begins, after_opening_days(group, begins, 1)), _size(unit))


def _size(unit: Row[Any]) -> int:
    if unit.counting is Counting.COUNTED:
        return 1
    return PLENTY if unit.quantity is None else int(unit.quantity)


def _promises(kind_ids: Collection[int], now: datetime) -> Select[*tuple[Any, ...]]:
    """Those that end later, and those of loans that should have ended."""
    is_out = and_(Promise.loan_id.is_not(None), STILL_OUT)
    return (
        select(
            *(Promise.item_id, Promise.from_at, Promise.until_at, Promise.alone, Promise.quantity),
            *(Item.kind_id, Promise.reserved_unit_id, Promise.loan_id),
            *(Loan.due_at, Loan.dropped_at, Loan.returned_at, Loan.rules),
            *(ReservedUnit.item_id.label("pinned"), ReservedUnit.set_aside_at),
            ReservedUnit.reservation_id,
            Hold.person_id.label("offered_to"),
        )
        .join(Promise.item)
        .outerjoin(Promise.loan)
        .outerjoin(Promise.reserved_unit)
        .outerjoin(Promise.offer)
        .outerjoin(Offer.hold)
        .where(Item.kind_id.in_(kind_ids), or_(Promise.until_at > now, is_out))
    )


def _add(one: Ahead, promise: Row[Any], span: Span) -> None:
    is_there = promise.item_id in one.units
    may_move = promise.reserved_unit_id and promise.alone and not promise.set_aside_at
    if may_move:
        unit = promise.item_id if is_there else None
        one.wishes.append(Wish(promise.reserved_unit_id, span, promise.pinned, unit))
    elif is_there:
        one.blocks.append(Block(promise.item_id, span, promise.quantity))


def _ends(promise: Row[Any], after: AfterDays, now: datetime, late_for: int) -> datetime:
    """Until when the unit is kept; what is late or waits in the shed comes back some day soon.

    From then on it rests for its turnaround.
    """
    until = cast(datetime, promise.until_at)
    is_out = promise.loan_id is not None and promise.returned_at is None
    if not is_out or (promise.due_at > now and promise.dropped_at is None):
        return until
    days = late_for if promise.dropped_at is None else 1
    return max(until, after(days + promise.rules.get("turnaround", 0)))


def _outages(kind_ids: Collection[int]) -> CompoundSelect[*tuple[Any, ...]]:
    """What is out of service, and what was lost: that is missing, whoever took it for found."""
    in_stock = and_(Item.kind_id.in_(kind_ids), Item.retired_at.is_(None), ~is_in_a_kit())
    out_of_service = (
        select(Outage.item_id, Outage.reason, Outage.expected_on, Item.kind_id)
        .join(Outage.item)
        .where(in_stock, Outage.ended_at.is_(None))
    )
    missing = literal(OutageReason.MISSING, Outage.reason.type)
    lost = (
        select(Loan.item_id, missing, null(), Item.kind_id)
        .join(Loan.item)
        .where(in_stock, STILL_OUT, Loan.counted, Loan.lost_at.is_not(None))
    )
    return union_all(out_of_service, lost)


def _in_service_again(outage: Row[Any], group: Group, after: AfterDays, now: datetime) -> datetime:
    """By the end of the day that was named; else as long as such a thing takes, from now."""
    soon = after(1)
    if outage.reason is OutageReason.MISSING:
        return FOR_EVER
    if outage.expected_on is not None:
        return max(end_of_opening_day(group, outage.expected_on), soon)
    return soon if outage.reason is OutageReason.NEEDS_CHECK else now + REPAIR_TAKES


def _displaced(
    kind_ids: Collection[int], but_reservation: int | None, now: datetime
) -> Select[*tuple[Any, ...]]:
    """Units of open reservations that nothing is kept for."""
    others = () if but_reservation is None else (Reservation.id != but_reservation,)
    return (
        select(
            *(ReservedUnit.id, ReservedUnit.kind_id, ReservedUnit.item_id),
            *(ReservedUnit.keep_until, Reservation.from_at),
        )
        .join(ReservedUnit.reservation)
        .outerjoin(ReservedUnit.promise)
        .where(
            ReservedUnit.kind_id.in_(kind_ids),
            ReservedUnit.still_to_fetch(),
            Promise.id.is_(None),
            Reservation.still_open(),
            Reservation.until_at > now,
            *others,
        )
    )
