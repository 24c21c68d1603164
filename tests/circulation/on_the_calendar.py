"""Days and moments on the clocks of Rome, bookings at any time, and what is free day by day."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from tests.world import World
from toolshare.circulation import spans
from toolshare.circulation.allotting import Wanted
from toolshare.circulation.blocks import what_is_ahead
from toolshare.circulation.booking import Booking
from toolshare.circulation.fitting import Span, least_free
from toolshare.circulation.promises import Promise, Reservation, ReservedUnit
from toolshare.circulation.reserving import reserve
from toolshare.inventory.models import Item, Kind
from toolshare.people.models import Membership, Person
from toolshare.people.opening import read_opening_times
from toolshare.records import AnySession


def rome(moment: str) -> datetime:
    """What the clocks of Rome show; the first of two moments that they show alike."""
    return datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Europe/Rome"))


def days(world: World, first: str, last: str) -> Span:
    """From when Borgo opens on one day until it closes on another."""
    group = read_opening_times(world.session, world.borgo)
    return spans.of_days(group, date.fromisoformat(first), date.fromisoformat(last))


def have_been_members(world: World, since: date) -> None:
    """Everybody belongs to their group since that day."""
    world.session.execute(update(Membership).values(since=since))
    world.session.expire_all()


def books(
    world: World, kind: Kind, span: Span, *, now: datetime, person: Person | None = None, **of: Any
) -> Reservation:
    """Ana reserves one of a kind, or somebody else does; `of` says how many, or which one."""
    who = person or world.ana
    booking = Booking([Wanted(kind, **of)], span)
    return reserve(world.session, world.borgo, booking, person=who, by=who, now=now)


def kept(session: AnySession, reservation: Reservation) -> list[int]:
    """The ids of the items that are kept for a reservation."""
    found = select(Promise.item_id).join(Promise.reserved_unit)
    return list(session.scalars(found.where(ReservedUnit.reservation_id == reservation.id)))


def free_for(world: World, kind: Kind, first: str, last: str, *, now: datetime) -> int:
    """How many can be had from one day to another."""
    group = read_opening_times(world.session, world.borgo)
    ahead = what_is_ahead(world.session, group, [kind.id], now=now)[kind.id]
    return least_free(ahead.units, ahead.all_blocks, days(world, first, last))


def changes(world: World, kind: Kind, first: str, last: str, *, now: datetime) -> dict[str, int]:
    """From the first day to the last: on which the number of free ones changes, and to what."""
    day, found = date.fromisoformat(first), dict[str, int]()
    while str(day) <= last:
        free = free_for(world, kind, str(day), str(day), now=now)
        if free != next(reversed(found.values()), None):
            found[str(day)] = free
        day += timedelta(days=1)
    return found


def several(world: World, units: int, **differences: Any) -> list[Item]:
    """So many units of one new kind."""
    kind = world.make_kind(**differences)
    return [world.make_item(kind) for _ in range(units)]
