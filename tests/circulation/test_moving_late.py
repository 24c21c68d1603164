"""Moving a reservation shortly before it begins, for the weather, or because it is not to be had."""

from datetime import timedelta

import pytest

from tests.circulation.test_lapsing import break_down, state
from tests.circulation.test_rescheduling import move, why_not
from tests.circulation.test_reserving import book, item_of, june
from tests.postgres import on_any_database
from tests.world import World
from toolshare.circulation import rescheduling
from toolshare.circulation.no_shows import no_shows
from toolshare.circulation.promises import Reservation
from toolshare.circulation.reservation_queries import State
from toolshare.circulation.reservations import NotForTheWeather
from toolshare.inventory.models import Item
from toolshare.rules.lengths import Length


@pytest.fixture
def item(world: World) -> Item:
    return world.make_item()


@pytest.fixture
def booked(world: World, item: Item) -> Reservation:
    """What Ana has reserved for the 10th to the 12th."""
    return book(world, item.kind, 10, 12)


@pytest.mark.parametrize(
    ("hours_before", "for_weather", "late"),
    [(25, False, False), (23, False, True), (23, True, False)],
)
def test_moving_late_counts_like_cancelling_late(
    world: World, booked: Reservation, hours_before: int, for_weather: bool, late: bool
) -> None:
    booked.weather_flexible = True
    then = booked.from_at - timedelta(hours=hours_before)
    move(world, booked, 15, 16, now=then, for_weather=for_weather)
    assert booked.moved_late == late
    assert no_shows(world.session, world.ana, world.borgo, now=then) == int(late)
    if late:
        move(world, booked, 20, 21, now=then)
        assert booked.moved_late


def test_only_a_steward_blames_the_weather_for_what_does_not_depend_on_it(
    world: World, booked: Reservation
) -> None:
    then = booked.from_at - timedelta(hours=1)
    assert why_not(world, booked, 15, 16, now=then, for_weather=True) == [NotForTheWeather]
    move(world, booked, 15, 16, by=world.sam, now=then, for_weather=True)
    assert not booked.moved_late


def test_who_was_displaced_moves_without_notice_and_never_late(world: World, item: Item) -> None:
    world.make_rule("notice", Length(days=3))
    spare = world.make_item(item.kind)
    book(world, item.kind, 9, 12, world.sam, item_id=spare.id)
    booked = book(world, item.kind, 10, 12)
    break_down(world, item, booked.from_at)
    assert state(world, booked, booked.from_at) is State.DISPLACED
    moved = move(world, booked, 13, 14, now=booked.from_at)
    assert item_of(world, moved) == spare.id
    assert not moved.moved_late
    assert state(world, moved, moved.from_at) is State.CONFIRMED


def test_the_next_times_are_those_at_which_all_of_it_may_be_reserved(
    world: World, item: Item
) -> None:
    spare = world.make_item(item.kind)
    book(world, item.kind, 9, 12, world.sam, item_id=spare.id)
    booked = book(world, item.kind, 10, 11)
    book(world, item.kind, 15, 15, world.cora, item_id=spare.id)
    break_down(world, item, booked.from_at)
    world.make_rule("horizon", Length(days=8))
    state(world, booked, booked.from_at)
    found = rescheduling.next_windows(world.session, booked, now=booked.from_at)
    assert found == [june(world, 13, 14), june(world, 16, 17), june(world, 17, 18)]


@on_any_database
def test_what_it_no_longer_keeps_goes_to_who_was_displaced(world: World, item: Item) -> None:
    spare = world.make_item(item.kind)
    first, second = book(world, item.kind, 10, 12), book(world, item.kind, 10, 12, world.sam)
    broken = item if item_of(world, second) == item.id else spare
    break_down(world, broken, second.from_at)
    assert state(world, second, second.from_at) is State.DISPLACED
    move(world, first, 15, 16, now=second.from_at)
    assert state(world, second, second.from_at) is State.CONFIRMED
