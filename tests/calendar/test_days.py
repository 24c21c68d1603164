"""How many are free on each day, against counting them day by day."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as some

from tests.world import MONDAY_NOON, World
from toolshare.calendar.days import days_from, free_on
from toolshare.circulation.blocks import Ahead
from toolshare.circulation.fitting import Block, Span, least_free
from toolshare.people.models import Group
from toolshare.people.opening import read_opening_times

BEGINNING = datetime(2026, 6, 1, tzinfo=UTC)
ALWAYS_OPEN = Group(time_zone="Europe/Rome", opening_hours=[], closed_dates=[])
hours = some.integers(-40, 300).map(lambda hour: BEGINNING + timedelta(hours=hour))
spans = some.tuples(hours, some.integers(1, 90)).map(
    lambda one: Span(one[0], one[0] + timedelta(hours=one[1]))
)
blocks = some.lists(
    some.builds(Block, unit=some.integers(1, 4), span=spans, quantity=some.integers(1, 3))
)
units = some.dictionaries(some.integers(1, 3), some.sampled_from([1, 1, 5]), max_size=3)


@given(units, blocks)
def test_each_day_is_as_if_it_were_looked_at_alone(
    units: dict[int, int], blocks: list[Block]
) -> None:
    days = days_from(ALWAYS_OPEN, date(2026, 6, 1), 10, now=BEGINNING)
    alone = [least_free(units, blocks, day.span) for day in days]
    assert free_on(Ahead(units, blocks), days) == alone


def test_days_are_open_or_closed_over_or_to_come(world: World) -> None:
    group = read_opening_times(world.session, world.borgo)
    days = days_from(group, date(2026, 5, 31), 3, now=MONDAY_NOON)
    assert [(day.date.day, day.is_open, day.is_past) for day in days] == [
        (31, True, True),
        (1, True, False),
        (2, True, False),
    ]
