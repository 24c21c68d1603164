"""Days and hours on which a group is open."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from toolshare.people.models import ClosedDate, Group, OpeningHours
from toolshare.people.opening import end_of_opening_day, is_open_on, next_opening_day, today_in

SATURDAY = date(2026, 6, 6)
SUNDAY = date(2026, 6, 7)


def group(
    *spans: tuple[int, int, int], closed: tuple[date, ...] = (), zone: str = "Europe/Rome"
) -> Group:
    return Group(
        time_zone=zone,
        opening_hours=[
            OpeningHours(weekday=weekday, opens_at=time(opens), closes_at=time(closes))
            for weekday, opens, closes in spans
        ],
        closed_dates=[ClosedDate(day=day) for day in closed],
    )


def test_a_group_without_hours_is_open_every_day_to_its_last_second() -> None:
    always = group()
    assert next_opening_day(always, SUNDAY) == SUNDAY
    assert end_of_opening_day(always, SUNDAY) == datetime(2026, 6, 7, 21, 59, 59, tzinfo=UTC)


def test_a_day_ends_when_its_last_span_closes() -> None:
    saturdays = group((5, 9, 12), (5, 15, 18))
    assert end_of_opening_day(saturdays, SATURDAY) == datetime(2026, 6, 6, 16, tzinfo=UTC)


def test_what_falls_on_a_closed_day_moves_to_the_next_opening_day() -> None:
    weekend = group((5, 9, 12), (2, 17, 19), closed=(SATURDAY,))
    assert not is_open_on(weekend, SUNDAY)
    assert next_opening_day(weekend, SATURDAY) == date(2026, 6, 10)
    assert next_opening_day(weekend, date(2026, 6, 10)) == date(2026, 6, 10)


def test_a_group_without_hours_keeps_its_closed_dates() -> None:
    assert next_opening_day(group(closed=(SATURDAY, SUNDAY)), SATURDAY) == date(2026, 6, 8)


def test_a_group_that_is_closed_for_a_whole_year_still_gives_a_day() -> None:
    shut = group(closed=tuple(SATURDAY + timedelta(days=ahead) for ahead in range(400)))
    assert next_opening_day(shut, SATURDAY) == SATURDAY
    assert end_of_opening_day(shut, SATURDAY) == datetime(2026, 6, 6, 21, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "utc_hour"),
    [
        (date(2026, 3, 28), 17),  # winter time
        (date(2026, 3, 29), 16),  # the clock goes forward in the night before
        (date(2026, 10, 24), 16),  # summer time
        (date(2026, 10, 25), 17),  # the clock goes back in the night before
    ],
)
def test_six_in_the_evening_is_six_whatever_the_clock_does(day: date, utc_hour: int) -> None:
    every_day = group(*((weekday, 9, 18) for weekday in range(7)))
    assert end_of_opening_day(every_day, day) == datetime(
        day.year, day.month, day.day, utc_hour, tzinfo=UTC
    )


def test_a_group_that_closes_while_the_clock_is_turned_closes_later_rather_than_earlier() -> None:
    nights = Group(
        time_zone="Europe/Rome",
        opening_hours=[OpeningHours(weekday=6, opens_at=time(0), closes_at=time(2, 30))],
        closed_dates=[],
    )
    assert end_of_opening_day(nights, date(2026, 3, 29)) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert end_of_opening_day(nights, date(2026, 10, 25)) == datetime(
        2026, 10, 25, 1, 30, tzinfo=UTC
    )


def test_today_is_the_groups_own() -> None:
    late = datetime(2026, 6, 1, 23, 0, tzinfo=UTC)
    assert today_in(group(), late) == date(2026, 6, 2)
    assert today_in(group(zone="America/New_York"), late) == date(2026, 6, 1)
