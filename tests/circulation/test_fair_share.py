"""How much of one kind one person may book, and what leaving it unfetched costs."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.circulation.test_reserving import book, refused
from tests.world import World
from toolshare.circulation import calling_off, lapsing
from toolshare.circulation.fair_share import Booked, TooManyDays, TooSoonAgain
from toolshare.circulation.fitting import Span
from toolshare.circulation.no_shows import no_shows
from toolshare.inventory.models import Kind
from toolshare.people.models import Group
from toolshare.rules.lengths import Length
from toolshare.rules.setting import set_rule

FIRST_OF_JULY = datetime(2021, 7, 1, tzinfo=UTC)


def july(first: int, last: int) -> Span:
    """Days counted from the first of July 2021."""
    return Span(FIRST_OF_JULY + timedelta(days=first), FIRST_OF_JULY + timedelta(days=last))


@pytest.mark.parametrize(
    ("cancelled", "days"),
    [(None, 4), (july(3, 3).from_at, 2), (july(1, 1).from_at, 0), (july(0, 0).from_at, 0)],
)
def test_what_was_cancelled_counts_for_as_long_as_it_blocked(
    cancelled: datetime | None, days: int
) -> None:
    """CommonsBooking: four days cancelled two days before their end count two, before it none."""
    assert Booked(1, july(1, 5), cancelled).days(Group(time_zone="UTC")) == days


def test_no_more_days_than_the_rule_allows(world: World, now: datetime) -> None:
    """CommonsBooking: three days at most; days one to four are booked, four to five is refused."""
    kind = kind_with_one(world)
    set_rule(world.session, world.borgo, "most_days", 3, by=world.cora, now=now)
    book(world, kind, 2, 4)
    assert refused(world, kind, 5, 5) == [TooManyDays]
    book(world, kind, 5, 7, world.sam)


def test_after_a_gap_one_may_have_it_again(world: World, now: datetime) -> None:
    kind = kind_with_one(world)
    set_rule(world.session, world.borgo, "gap", Length(days=2), by=world.cora, now=now)
    book(world, kind, 10, 11)
    assert refused(world, kind, 13, 13) == [TooSoonAgain]
    assert refused(world, kind, 8, 9) == [TooSoonAgain]
    book(world, kind, 13, 13, world.sam)
    book(world, kind, 14, 14)
    book(world, kind, 7, 7)


def kind_with_one(world: World) -> Kind:
    kind = world.make_kind()
    world.make_item(kind)
    return kind


def test_who_leaves_three_unfetched_needs_approval_until_the_year_is_over(
    world: World, now: datetime
) -> None:
    kind = kind_with_one(world)
    for day in (3, 4, 5):
        booked = book(world, kind, day, day)
        assert not booked.is_requested
        lapsing.lapse(world.session, booked, now=booked.until_at)
    assert no_shows(world.session, world.ana, world.borgo, now=now) == 3
    assert book(world, kind, 10, 10).is_requested
    assert not book(world, kind, 11, 11, world.sam).is_requested
    next_year = now.replace(year=2027)
    assert no_shows(world.session, world.ana, world.borgo, now=next_year) == 0


def test_the_weather_is_nobodys_fault(world: World, now: datetime) -> None:
    kind = kind_with_one(world)
    for for_weather in (True, False):
        booked = book(world, kind, 2, 3)
        booked.weather_flexible = True
        calling_off.cancel(world.session, booked, by=world.ana, now=now, for_weather=for_weather)
    assert no_shows(world.session, world.ana, world.borgo, now=now) == 1
