"""Moving a reservation to another time: all of it or nothing, and never in its own way."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.circulation.test_lapsing import state
from tests.circulation.test_reserving import book, item_of, june
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.circulation import calling_off, rescheduling
from toolshare.circulation.allotting import Wanted
from toolshare.circulation.booking import Booking, NotFree
from toolshare.circulation.booking_rules import ClosedThen, TooShortNotice
from toolshare.circulation.borrowing import borrow
from toolshare.circulation.fair_share import TooManyDays, TooSoonAgain
from toolshare.circulation.fitting import Span
from toolshare.circulation.promises import Promise, Reservation
from toolshare.circulation.reservation_queries import State
from toolshare.circulation.reservations import (
    NotYourReservation,
    PickedUpInPart,
    ReservationEnded,
)
from toolshare.circulation.reserving import reserve
from toolshare.inventory.models import Counting, Item, Kind
from toolshare.journal.models import Entry, Event
from toolshare.people.models import OpeningHours, Person
from toolshare.refusals import Reason, Refusal
from toolshare.rules.lengths import Length

A_DAY = timedelta(days=1)


@pytest.fixture
def item(world: World) -> Item:
    return world.make_item()


@pytest.fixture
def booked(world: World, item: Item) -> Reservation:
    """What Ana has reserved for the 10th to the 12th: the only one."""
    return book(world, item.kind, 10, 12)


def move(
    world: World, reservation: Reservation, first: int, last: int, **differences: Any
) -> Reservation:
    known = {"by": world.ana, "now": MONDAY_NOON, **differences}
    return rescheduling.move(world.session, reservation, june(world, first, last), **known)


def why_not(
    world: World, reservation: Reservation, first: int, last: int, **differences: Any
) -> list[type[Reason]]:
    with pytest.raises(Refusal) as refusal:
        move(world, reservation, first, last, **differences)
    return [type(reason) for reason in refusal.value.reasons]


def kept(world: World) -> list[tuple[int, Span]]:
    """Which items are kept, and from when until when."""
    found = world.session.scalars(select(Promise).order_by(Promise.id))
    return [(one.item_id, Span(one.from_at, one.until_at)) for one in found]


def reserve_both(world: World, *kinds: Kind) -> Reservation:
    booking = Booking([Wanted(kind) for kind in kinds], june(world, 10, 12))
    asked = {"person": world.ana, "by": world.ana, "now": MONDAY_NOON}
    return reserve(world.session, world.borgo, booking, **asked)


@on_any_database
def test_the_same_things_are_kept_for_another_time(
    world: World, item: Item, booked: Reservation
) -> None:
    moved = move(world, booked, 15, 16)
    assert kept(world) == [(item.id, june(world, 15, 16))]
    assert moved.fetch_by == june(world, 15, 15).until_at
    assert moved.changes == 1
    entry = world.session.scalars(select(Entry).order_by(Entry.id.desc()).limit(1)).one()
    assert (entry.what, entry.by_id) == (Event.RESERVATION_MOVED, world.ana.id)
    assert entry.details["before"] == [moment.isoformat() for moment in june(world, 10, 12)]
    assert entry.details["after"] == [moment.isoformat() for moment in june(world, 15, 16)]


@on_any_database
@pytest.mark.parametrize(("first", "last"), [(11, 13), (9, 11), (10, 11), (8, 14)])
def test_a_reservation_is_never_in_its_own_way(
    world: World, item: Item, booked: Reservation, first: int, last: int
) -> None:
    move(world, booked, first, last)
    assert kept(world) == [(item.id, june(world, first, last))]


def test_where_it_is_already_it_is_not_moved(world: World, booked: Reservation) -> None:
    assert why_not(world, booked, 10, 12) == [rescheduling.ThatTimeAlready]


@on_any_database
def test_what_is_not_free_then_stays_as_it_was_and_the_next_times_are_told(
    world: World, item: Item, booked: Reservation
) -> None:
    book(world, item.kind, 14, 15, world.sam)
    before = kept(world)
    with pytest.raises(Refusal) as refusal:
        move(world, booked, 13, 15)
    windows = tuple(june(world, day, day + 2) for day in (16, 17, 18))
    assert refusal.value.reasons == (
        NotFree(name="Hand drill", windows=windows, time_zone="Europe/Rome"),
    )
    assert kept(world) == before
    assert (booked.from_at, booked.changes) == (june(world, 10, 12).from_at, 0)


def test_all_of_it_moves_or_nothing(world: World) -> None:
    tractor, drill = (world.make_item(world.make_kind(name=name)) for name in ("Tractor", "Drill"))
    booked = reserve_both(world, tractor.kind, drill.kind)
    book(world, drill.kind, 16, 16, world.sam)
    before = kept(world)
    assert why_not(world, booked, 15, 17) == [NotFree]
    assert kept(world) == before
    move(world, booked, 18, 19)
    spans = {item_id: span for item_id, span in kept(world) if span.from_at.day != 15}
    assert spans[tractor.id] == spans[drill.id] == june(world, 18, 19)


@on_any_database
def test_others_make_way_for_it_when_they_can(world: World) -> None:
    kind = world.make_kind(name="Tent")
    one, other = world.make_item(kind), world.make_item(kind)
    early, late = book(world, kind, 10, 11, world.sam), book(world, kind, 13, 14, world.cora)
    for reservation, item in ((early, one), (late, other)):
        promise = world.session.scalars(
            select(Promise).where(Promise.reserved_unit_id == reservation.units[0].id)
        ).one()
        promise.item_id = item.id
    world.session.flush()
    booked = book(world, kind, 20, 21)
    move(world, booked, 10, 14)
    assert len({item_of(world, early), item_of(world, late)}) == 1


def test_several_of_a_kind_and_some_of_a_bin_move_too(world: World) -> None:
    tents = world.make_kind(name="Tent")
    two = {world.make_item(tents).id, world.make_item(tents).id}
    chairs = world.make_item(world.make_kind(counting=Counting.BULK), quantity=40)
    wanted = [Wanted(tents, 2), Wanted(chairs.kind, 30)]
    asked = {"person": world.ana, "by": world.ana, "now": MONDAY_NOON}
    booking = Booking(wanted, june(world, 10, 12))
    booked = reserve(world.session, world.borgo, booking, **asked)
    move(world, booked, 11, 13)
    assert {item_id for item_id, _ in kept(world)} == {*two, chairs.id}
    assert {span for _, span in kept(world)} == {june(world, 11, 13)}


def test_this_one_and_no_other_stays_this_one(world: World) -> None:
    kind = world.make_kind()
    one, other = world.make_item(kind), world.make_item(kind)
    booked = book(world, kind, 10, 12, item_id=other.id)
    move(world, booked, 15, 16)
    assert item_of(world, booked) == other.id
    book(world, kind, 20, 21, world.sam, item_id=other.id)
    assert why_not(world, booked, 20, 21) == [NotFree]
    assert one.id not in {item_id for item_id, _ in kept(world)}


def test_what_was_set_aside_goes_back(
    world: World, booked: Reservation, item: Item, now: datetime
) -> None:
    calling_off.set_aside(world.session, booked, booked.units[0].id, by=world.sam, now=now)
    moved = move(world, booked, 15, 16)
    assert moved.units[0].set_aside_at is None
    assert state(world, moved, now) is State.CONFIRMED


def test_by_the_hour_it_is_fetched_within_the_pickup_window(
    world: World, booked: Reservation
) -> None:
    morning = Span(*(datetime.combine(MONDAY_NOON, time(h), MONDAY_NOON.tzinfo) for h in (15, 17)))
    rescheduling.move(world.session, booked, morning, by=world.ana, now=MONDAY_NOON)
    assert booked.fetch_by == morning.from_at + timedelta(hours=2)


@pytest.mark.parametrize("who", ["pau", "vera", "zoe", "bob"])
def test_it_is_nobody_elses_business(
    world: World, booked: Reservation, bob: Person, who: str
) -> None:
    person = bob if who == "bob" else getattr(world, who)
    assert why_not(world, booked, 15, 16, by=person) == [NotYourReservation]


def test_a_steward_moves_it_for_them(world: World, booked: Reservation) -> None:
    assert move(world, booked, 15, 16, by=world.sam).person_id == world.ana.id


def test_what_is_over_or_has_begun_stays(world: World, now: datetime) -> None:
    kind = world.make_kind()
    items = [world.make_item(kind), world.make_item(kind)]
    begun = book(world, kind, 1, 3, quantity=2)
    borrow(world.session, items[0], borrower=world.ana, by=world.ana, now=now)
    assert why_not(world, begun, 15, 16) == [PickedUpInPart]
    over = book(world, kind, 10, 12)
    calling_off.cancel(world.session, over, by=world.ana, now=now)
    assert why_not(world, over, 15, 16) == [ReservationEnded]


def test_what_nobody_owns_any_more_can_only_be_cancelled(world: World, booked: Reservation) -> None:
    booked.person = None
    assert why_not(world, booked, 15, 16, by=world.sam) == [rescheduling.NobodysAnyMore]


def test_the_rules_and_the_calendar_speak_as_for_any_other(
    world: World, booked: Reservation
) -> None:
    world.make_rule("notice", Length(days=3))
    assert why_not(world, booked, 3, 4) == [TooShortNotice]
    world.session.add(
        OpeningHours(group_id=world.borgo.id, weekday=5, opens_at=time(9), closes_at=time(12))
    )
    assert why_not(world, booked, 15, 15) == [ClosedThen]


def test_ones_share_is_counted_without_what_is_moved(
    world: World, booked: Reservation, item: Item
) -> None:
    world.make_rule("most_days", 3)
    world.make_rule("gap", Length(days=3))
    move(world, booked, 11, 13)
    assert why_not(world, booked, 11, 15) == [TooManyDays]
    book(world, item.kind, 20, 20, world.sam)
    world.make_rule("most_days", 9, kind_id=item.kind_id)
    book(world, item.kind, 25, 25)
    assert why_not(world, booked, 23, 24) == [TooSoonAgain]


def test_where_a_yes_is_needed_it_is_asked_for_again(world: World, item: Item) -> None:
    booked = book(world, item.kind, 10, 12)
    world.make_rule("needs_approval", True)
    assert not move(world, booked, 15, 16, by=world.sam).is_requested
    assert move(world, booked, 17, 18).is_requested


def test_sent_twice_it_moves_once(world: World, booked: Reservation) -> None:
    operation = uuid4()
    for _ in range(2):
        move(world, booked, 15, 16, operation=operation)
    assert booked.changes == 1
