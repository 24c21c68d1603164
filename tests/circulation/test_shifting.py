"""When it rains: all bookings that depend on the weather move by a day."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.circulation.test_reserving import item_of, june
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.circulation.allotting import Wanted
from toolshare.circulation.booking import Booking
from toolshare.circulation.fitting import Span
from toolshare.circulation.promises import Promise, Reservation
from toolshare.circulation.reserving import reserve
from toolshare.circulation.shifting import ChangedSince, shift
from toolshare.circulation.spans import of_days
from toolshare.circulation.weather import ClosedForLong, NotFreeThen, plan
from toolshare.inventory.models import Counting, Kind
from toolshare.people.models import ClosedDate, Person
from toolshare.people.opening import read_opening_times
from toolshare.people.roles import RoleNeeded
from toolshare.refusals import Refusal
from toolshare.rules.setting import set_rule

THE_TENTH, THE_TWELFTH = date(2026, 6, 10), date(2026, 6, 12)


def book(
    world: World, kind: Kind, first: int, last: int, person: Person, *, flexible: bool = True
) -> Reservation:
    booking = Booking([Wanted(kind)], june(world, first, last), weather_flexible=flexible)
    return reserve(world.session, world.borgo, booking, person=person, by=person, now=MONDAY_NOON)


def rain(world: World, *, days: int = 1, by: Person | None = None, **other: object) -> int:
    """How many moved, of those that begin from the tenth until the twelfth."""
    moved = shift(
        world.session,
        world.borgo,
        THE_TENTH,
        THE_TWELFTH,
        days=days,
        by=by or world.sam,
        now=MONDAY_NOON,
        **other,  # type: ignore[arg-type]
    )
    return len(moved)


def span_of(reservation: Reservation) -> Span:
    return Span(reservation.from_at, reservation.until_at)


def kept_from(world: World) -> list[datetime]:
    return list(world.session.scalars(select(Promise.from_at).order_by(Promise.from_at)))


@pytest.fixture
def tractor(world: World) -> Kind:
    """The only one."""
    kind = world.make_kind(name="Tractor")
    world.make_item(kind)
    return kind


@on_any_database
def test_a_chain_of_bookings_moves_as_a_whole(world: World, tractor: Kind) -> None:
    people = (world.ana, world.sam, world.cora)
    booked = [book(world, tractor, 10 + n, 10 + n, one) for n, one in enumerate(people)]
    assert rain(world) == 3
    assert [span_of(one) for one in booked] == [june(world, day, day) for day in (11, 12, 13)]
    assert kept_from(world) == [one.from_at for one in booked]
    assert [one.changes for one in booked] == [1, 1, 1]


def test_moving_back_is_moving_by_a_day_less(world: World, tractor: Kind) -> None:
    booked = [book(world, tractor, day, day, world.ana) for day in (10, 11)]
    rain(world)
    rain(world, days=-1)
    assert [span_of(one) for one in booked] == [june(world, 10, 10), june(world, 11, 11)]


def test_what_does_not_depend_on_the_weather_stays_and_may_be_in_the_way(
    world: World, tractor: Kind
) -> None:
    early = book(world, tractor, 10, 10, world.ana)
    firm = book(world, tractor, 11, 11, world.sam, flexible=False)
    late = book(world, tractor, 12, 12, world.cora)
    read_opening_times(world.session, world.borgo)
    shown = plan(world.session, world.borgo, THE_TENTH, THE_TWELFTH, days=1, now=MONDAY_NOON).shifts
    assert [one.stays for one in shown] == [NotFreeThen(name="Tractor"), None]
    assert rain(world) == 1
    assert span_of(early) == june(world, 10, 10)
    assert span_of(firm) == june(world, 11, 11)
    assert span_of(late) == june(world, 13, 13)


def test_others_make_way_on_another_unit(world: World, tractor: Kind) -> None:
    early = book(world, tractor, 10, 10, world.ana)
    firm = book(world, tractor, 11, 11, world.sam, flexible=False)
    other = world.make_item(tractor)
    assert rain(world) == 1
    assert {item_of(world, early), item_of(world, firm)} >= {other.id}
    assert span_of(early) == june(world, 11, 11)


def test_nothing_moves_onto_a_closed_day(world: World, tractor: Kind) -> None:
    world.session.add(ClosedDate(group_id=world.borgo.id, day=date(2026, 6, 11)))
    booked = book(world, tractor, 10, 10, world.ana)
    rain(world)
    assert span_of(booked) == june(world, 12, 12)


def test_what_would_have_to_wait_for_long_stays(world: World, tractor: Kind) -> None:
    booked = book(world, tractor, 10, 10, world.ana)
    for number in range(30):
        day = date(2026, 6, 11) + timedelta(days=number)
        world.session.add(ClosedDate(group_id=world.borgo.id, day=day))
    shown = plan(world.session, world.borgo, THE_TENTH, THE_TENTH, days=1, now=MONDAY_NOON).shifts
    assert [one.stays for one in shown] == [ClosedForLong()]
    assert rain(world) == 0
    assert booked.changes == 0


def test_hours_stay_what_they_are_when_the_clocks_change(world: World, tractor: Kind) -> None:
    """Clocks in Rome go back on 25 October 2026: nine in the morning stays nine."""
    morning = Span(
        datetime.fromisoformat("2026-10-24T09:00+02:00"),
        datetime.fromisoformat("2026-10-24T12:00+02:00"),
    )
    booking = Booking([Wanted(tractor)], morning, weather_flexible=True)
    booked = reserve(
        world.session, world.borgo, booking, person=world.ana, by=world.ana, now=MONDAY_NOON
    )
    saturday = date(2026, 10, 24)
    shift(world.session, world.borgo, saturday, saturday, days=1, by=world.sam, now=MONDAY_NOON)
    assert booked.from_at == datetime.fromisoformat("2026-10-25T09:00+01:00")
    assert booked.until_at == datetime.fromisoformat("2026-10-25T12:00+01:00")


def test_what_is_reserved_of_a_bin_moves_too(world: World) -> None:
    chairs = world.make_kind(name="Chair", counting=Counting.BULK)
    world.make_item(chairs, quantity=40)
    booking = Booking([Wanted(chairs, 30)], june(world, 10, 10), weather_flexible=True)
    reserve(world.session, world.borgo, booking, person=world.ana, by=world.ana, now=MONDAY_NOON)
    assert rain(world) == 1
    kept = world.session.scalars(select(Promise)).one()
    assert (kept.from_at, kept.quantity) == (june(world, 11, 11).from_at, 30)


def test_the_turnaround_moves_along(world: World, tractor: Kind, now: datetime) -> None:
    set_rule(world.session, world.borgo, "turnaround", 1, by=world.cora, now=now)
    book(world, tractor, 10, 10, world.ana)
    rain(world)
    kept = world.session.scalars(select(Promise.until_at)).one()
    assert kept == june(world, 12, 12).until_at


def test_what_has_changed_since_the_preview_is_not_done(world: World, tractor: Kind) -> None:
    book(world, tractor, 10, 10, world.ana)
    seen = plan(world.session, world.borgo, THE_TENTH, THE_TWELFTH, days=1, now=MONDAY_NOON).digest
    book(world, tractor, 11, 11, world.cora, flexible=False)
    with pytest.raises(Refusal) as refused:
        rain(world, expected=seen)
    assert refused.value.reasons == (ChangedSince(),)


def test_sent_twice_it_moves_once(world: World, tractor: Kind) -> None:
    booked, operation = book(world, tractor, 10, 10, world.ana), uuid4()
    rain(world, operation=operation)
    rain(world, operation=operation)
    assert span_of(booked) == june(world, 11, 11)


def test_only_stewards_of_the_group_move_bookings(world: World, tractor: Kind) -> None:
    for person in (world.ana, world.vera, world.zoe):
        with pytest.raises(Refusal) as refused:
            rain(world, by=person)
        assert isinstance(refused.value.reasons[0], RoleNeeded)


def test_only_those_that_were_named_move(world: World, tractor: Kind) -> None:
    booked = [book(world, tractor, day, day, world.ana) for day in (10, 12)]
    assert rain(world, only=[booked[0].id]) == 1
    group = read_opening_times(world.session, world.borgo)
    assert span_of(booked[1]) == of_days(group, THE_TWELFTH, THE_TWELFTH)
