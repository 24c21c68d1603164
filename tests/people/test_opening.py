"""Days and hours on which a group is open."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from toolshare.people.models import ClosedDate, Group, OpeningHours
from toolshare.people.opening import (
    after_opening_hours,
    end_of_opening_day,
    is_open_on,
    next_opening_day,
    same_weekday,
    start_of_opening_day,
    today_in,
)

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


def at(moment: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(f"{moment}+00:00")


@pytest.mark.parametrize(
    ("since", "hours", "until"),
    [
        ("2026-06-03T15:00", 1, "2026-06-03T16:00"),  # Wednesday, opens at 17:00 in Rome
        ("2026-06-03T15:30", 2, "2026-06-06T07:30"),  # the rest of Wednesday, then Saturday
        ("2026-06-03T12:00", 2, "2026-06-03T17:00"),  # to closing time, not to the next opening
        ("2026-06-03T20:00", 3, "2026-06-06T10:00"),
        ("2026-06-03T20:00", 4, "2026-06-10T16:00"),
    ],
)
def test_opening_hours_pass_only_while_the_group_is_open(
    since: str, hours: int, until: str
) -> None:
    weekly = group((2, 17, 19), (5, 9, 12))
    assert after_opening_hours(weekly, at(since), timedelta(hours=hours)) == at(until)


def test_without_opening_hours_they_pass_like_any_others_but_for_closed_dates() -> None:
    assert after_opening_hours(group(), at("2026-06-05T12:00"), timedelta(hours=30)) == at(
        "2026-06-06T18:00"
    )
    shut_on_sunday = group(closed=(SUNDAY,))
    later = after_opening_hours(shut_on_sunday, at("2026-06-05T12:00"), timedelta(hours=48))
    assert later == at("2026-06-08T12:00")


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("2030-03-30T17:00", "2030-03-31T17:00"),  # that Sunday has 23 hours
        ("2030-10-26T16:00", "2030-10-27T16:00"),  # and that one 25
    ],
)
def test_a_day_of_opening_hours_is_twenty_four_of_them(since: str, until: str) -> None:
    assert after_opening_hours(group(), at(since), timedelta(hours=24)) == at(until)


@pytest.mark.parametrize(
    ("since", "hours", "until"),
    [
        ("2030-03-30T12:00", 3, "2030-03-31T03:00"),  # from one to five there are three hours
        ("2030-10-26T12:00", 5, "2030-10-27T04:00"),  # and here five
    ],
)
def test_a_night_in_which_the_clock_is_turned_has_the_hours_that_it_has(
    since: str, hours: int, until: str
) -> None:
    at_night = group((6, 1, 5))  # on Sundays
    assert after_opening_hours(at_night, at(since), timedelta(hours=hours)) == at(until)


def test_no_time_at_all_is_over_at_once_and_a_group_that_never_opens_waits_by_the_clock() -> None:
    noon = at("2026-06-06T12:00")
    assert after_opening_hours(group((2, 17, 19)), noon, timedelta()) == noon
    shut = group(closed=tuple(SATURDAY + timedelta(days=ahead) for ahead in range(400)))
    assert after_opening_hours(shut, noon, timedelta(hours=2)) == at("2026-06-06T14:00")


def test_hours_until_a_closing_that_there_is_twice_go_on_to_the_later() -> None:
    nights = Group(
        time_zone="Europe/Rome",
        opening_hours=[OpeningHours(weekday=6, opens_at=time(1), closes_at=time(2, 30))],
        closed_dates=[],
    )
    since = at("2026-10-24T12:00")
    assert after_opening_hours(nights, since, timedelta(hours=2, minutes=30)) == at(
        "2026-10-25T01:30"
    )


ZONES = ["Europe/Rome", "Africa/Cairo", "America/Havana", "Asia/Beirut", "Australia/Lord_Howe"]


@pytest.mark.parametrize("zone", [*ZONES, "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_one_day_ends_a_second_before_the_next_begins_wherever_the_clock_is_turned(
    zone: str,
) -> None:
    """In Cairo, Havana and Beirut it is turned at midnight, on Lord Howe by half an hour."""
    there, first = group(zone=zone), date(2028, 1, 1)  # a leap year
    for ahead in range(366):
        day = first + timedelta(days=ahead)
        begins = start_of_opening_day(there, day + timedelta(days=1))
        assert begins - end_of_opening_day(there, day) == timedelta(seconds=1)
        assert (today_in(there, begins), today_in(there, end_of_opening_day(there, day))) == (
            day + timedelta(days=1),
            day,
        )


@pytest.mark.parametrize(
    ("closed", "due"),
    [([13], date(2026, 6, 20)), ([13, 20], date(2026, 6, 27)), ([], date(2026, 6, 13))],
)
def test_the_same_weekday_of_a_later_week(closed: list[int], due: date) -> None:
    weekly = group((5, 9, 12), closed=tuple(date(2026, 6, day) for day in closed))
    assert same_weekday(weekly, date(2026, 6, 13)) == due


def test_a_weekday_on_which_the_group_never_opens_gives_the_next_opening_day() -> None:
    assert same_weekday(group((2, 17, 19)), SATURDAY) == date(2026, 6, 10)
    shut = group(closed=tuple(SATURDAY + timedelta(days=ahead) for ahead in range(400)))
    assert same_weekday(shut, SATURDAY) == SATURDAY
