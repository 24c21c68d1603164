"""Spans that people name by days or by hours, on the calendar and the clock of a group."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from toolshare.circulation.fitting import Span
from toolshare.people.models import Group
from toolshare.people.opening import (
    end_of_opening_day,
    is_open_on,
    local_time,
    on_the_clock,
    start_of_opening_day,
    today_in,
)
from toolshare.rules.lengths import Length

LOOK_AHEAD = 120  # days


def of_days(group: Group, first: date, last: date) -> Span:
    """From when the group opens on the first day until it closes on the last."""
    return Span(start_of_opening_day(group, first), end_of_opening_day(group, last))


def from_midnight(group: Group, first: date, last: date) -> Span:
    """From the midnight before the first day until the one after the last, open or not."""
    ends = (first, last + timedelta(days=1))
    return Span(*(on_the_clock(group, datetime.combine(day, time.min)) for day in ends))


def days_of(group: Group, span: Span) -> tuple[date, date]:
    """The first and the last day of a span on the group's calendar."""
    return today_in(group, span.from_at), today_in(group, span.until_at - timedelta(seconds=1))


def length_in_days(group: Group, span: Span) -> int:
    """How many days it touches: one for a morning, two from one noon to the next."""
    first, last = days_of(group, span)
    return (last - first).days + 1


def length_compared(group: Group, span: Span, length: Length) -> int:
    """Less than 0 when the span is shorter than the length, 0 when as long, more when longer.

    A length of days counts the days that are touched; one of hours counts the time that goes by.
    """
    if length.is_by_hours:
        wanted = timedelta(hours=length.hours, minutes=length.minutes)
        return round((span.until_at - span.from_at - wanted) / timedelta(seconds=1))
    return length_in_days(group, span) - length.days


def is_of_whole_days(group: Group, span: Span) -> bool:
    """Whether it is just from opening to closing."""
    return span == of_days(group, *days_of(group, span))


def moved_by_days(group: Group, span: Span, days: int) -> Span:
    """The same span so many days later, or earlier, by the group's calendar and clock.

    Where a turned clock would leave nothing of it, it lasts as long as it did.
    """
    if is_of_whole_days(group, span):
        first, last = (day + timedelta(days=days) for day in days_of(group, span))
        return of_days(group, first, last)
    begins, ends = (_at_the_same_time(group, moment, days) for moment in span)
    return Span(begins, ends if ends > begins else begins + (span.until_at - span.from_at))


def later_ones(group: Group, span: Span) -> Iterator[Span]:
    """The same span on each of the following days on which it can begin and end."""
    for days in range(1, LOOK_AHEAD):
        later = moved_by_days(group, span, days)
        if all(is_open_on(group, day) for day in days_of(group, later)):
            yield later


def _at_the_same_time(group: Group, moment: datetime, days: int) -> datetime:
    return on_the_clock(group, local_time(group, moment) + timedelta(days=days))
