"""What would move if all bookings that depend on the weather moved by a day, and what would stay."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from toolshare.circulation import spans
from toolshare.circulation.blocks import Ahead, what_is_ahead
from toolshare.circulation.booking_rules import BeginsInThePast
from toolshare.circulation.fitting import Block, Span, Wish, fit, least_free
from toolshare.circulation.promises import Reservation, ReservedUnit
from toolshare.inventory.models import Counting
from toolshare.people.models import Group
from toolshare.people.opening import after_opening_days, is_open_on, read_opening_times
from toolshare.records import AnySession
from toolshare.refusals import Reason, msgid
from toolshare.rules.resolving import rules_for_many

LOOK_FURTHER = 14  # days, for one on which the group is open
MOST_AT_ONCE = 200


@dataclass(frozen=True)
class NotFreeThen(Reason):
    """Somebody whose booking does not depend on the weather has it then."""

    name: str
    says = msgid("%(name)s is not free then.")


@dataclass(frozen=True)
class ClosedForLong(Reason):
    """No day on which it could begin and end is near."""

    says = msgid("The group is closed around then.")


@dataclass(frozen=True)
class Shift:
    """A reservation and where it moves, or why it stays."""

    reservation: Reservation
    span: Span
    to: Span | None = None
    stays: Reason | None = None


@dataclass(frozen=True)
class Plan:
    """What would happen, and how things would stand then."""

    shifts: Sequence[Shift]
    ahead: dict[int, Ahead]

    @property
    def moved(self) -> list[Shift]:
        """Those that move."""
        return [shift for shift in self.shifts if shift.to is not None]

    @property
    def digest(self) -> str:
        """Says whether two plans are the same."""
        told = [(shift.reservation.id, shift.span, shift.to) for shift in self.shifts]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def plan(
    session: AnySession,
    group: Group,
    first: date,
    last: date,
    *,
    days: int,
    now: datetime,
    only: Collection[int] | None = None,
) -> Plan:
    """What moves when all that depends on the weather and begins on these days moves by `days`.

    Onto a closed day nothing moves: it goes on to the next on which it can begin and end. What
    moves later makes way first. `only` some of them, by their ids, when that is given.
    """
    found = weather_flexible(session, group, first, last, only)
    read_opening_times(session, group)
    kind_ids = {unit.kind_id for one in found for unit in one.units}
    rules = rules_for_many(session, group, kind_ids)
    turnarounds = {kind_id: one.turnaround for kind_id, one in rules.items()}
    ahead = what_is_ahead(session, group, kind_ids, now=now)
    shifts = []
    for reservation in sorted(found, key=lambda one: one.from_at, reverse=days > 0):
        trial = _Trial(group, ahead, turnarounds, now)
        shift = trial.of(reservation, days)
        ahead = trial.ahead if shift.to else ahead
        shifts.append(shift)
    return Plan(sorted(shifts, key=lambda one: (one.span, one.reservation.id)), ahead)


class _Trial:
    """How things would stand if one reservation moved, on top of those that have moved already."""

    def __init__(
        self, group: Group, ahead: dict[int, Ahead], turnarounds: dict[int, int], now: datetime
    ) -> None:
        self.group = group
        self.turnarounds = turnarounds
        self.now = now
        self.ahead = {
            kind_id: replace(one, blocks=list(one.blocks), wishes=list(one.wishes))
            for kind_id, one in ahead.items()
        }

    def of(self, reservation: Reservation, days: int) -> Shift:
        """Where the reservation would move; afterwards `ahead` is as if it had."""
        span = Span(reservation.from_at, reservation.until_at)
        to = _moved(self.group, span, days)
        if to is None:
            return Shift(reservation, span, stays=ClosedForLong())
        if to.from_at <= self.now:
            return Shift(reservation, span, stays=BeginsInThePast())
        for unit in reservation.units:
            self._lift(unit)
        for unit in reservation.units:
            if not self._place(unit, to):
                return Shift(reservation, span, stays=NotFreeThen(name=unit.kind.name))
        return Shift(reservation, span, to)

    def _lift(self, unit: ReservedUnit) -> None:
        one, promise = self.ahead[unit.kind_id], unit.promise
        one.wishes = [wish for wish in one.wishes if wish.id != unit.id]
        if promise is not None and not _may_move(unit):
            one.blocks = one.without(promise)

    def _place(self, unit: ReservedUnit, to: Span) -> bool:
        one = self.ahead[unit.kind_id]
        days = self.turnarounds[unit.kind_id]
        span = Span(to.from_at, after_opening_days(self.group, to.until_at, days))
        if unit.kind.counting is not Counting.COUNTED:
            return self._place_some(one, unit, span)
        wanted = Wish(unit.id, span, _only(unit))
        found = fit(one.units, one.blocks, one.wishes, wanted)
        if found is None:
            return False
        one.wishes = [
            replace(wish, unit=found.get(wish.id, wish.unit)) for wish in (*one.wishes, wanted)
        ]
        return True

    def _place_some(self, one: Ahead, unit: ReservedUnit, span: Span) -> bool:
        for bin_id, size in one.units.items():
            may_be = _only(unit) in {None, bin_id}
            if may_be and least_free({bin_id: size}, one.blocks, span) >= unit.quantity:
                one.blocks.append(Block(bin_id, span, unit.quantity))
                one.wishes.append(Wish(unit.id, span, unit=bin_id))
                return True
        return False


def _only(unit: ReservedUnit) -> int | None:
    """The one item that it has to be, if it has."""
    if unit.set_aside_at is not None and unit.promise is not None:
        return unit.promise.item_id
    return unit.item_id


def _may_move(unit: ReservedUnit) -> bool:
    is_counted = unit.kind.counting is Counting.COUNTED
    return is_counted and unit.set_aside_at is None


def weather_flexible(
    session: AnySession, group: Group, first: date, last: date, only: Collection[int] | None
) -> Sequence[Reservation]:
    """What depends on the weather and begins on these days, with nothing of it fetched yet."""
    whole = spans.from_midnight(group, first, last)
    found = (
        select(Reservation)
        .where(Reservation.group_id == group.id, Reservation.weather_flexible)
        .where(Reservation.still_open(), Reservation.units.any())
        .where(~Reservation.units.any(ReservedUnit.loan_id.is_not(None)))
        .where(Reservation.from_at >= whole.from_at, Reservation.from_at < whole.until_at)
        .options(joinedload(Reservation.person), joinedload(Reservation.group))
        .options(
            selectinload(Reservation.units).options(
                joinedload(ReservedUnit.kind), joinedload(ReservedUnit.promise)
            )
        )
        .order_by(Reservation.from_at, Reservation.id)
        .limit(MOST_AT_ONCE)
        .execution_options(populate_existing=True)
    )
    if only is not None:
        found = found.where(Reservation.id.in_(only))
    return session.scalars(found).all()


def _moved(group: Group, span: Span, days: int) -> Span | None:
    """So many days later, or earlier; on from there until it can begin and end on opening days."""
    onwards = 1 if days > 0 else -1
    for further in range(LOOK_FURTHER):
        later = spans.moved_by_days(group, span, days + onwards * further)
        if all(is_open_on(group, day) for day in spans.days_of(group, later)):
            return later
    return None
