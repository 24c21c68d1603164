"""Days as calendars show them: open or not, over or not, and how many of a kind are free on each."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from toolshare.circulation import spans
from toolshare.circulation.blocks import Ahead
from toolshare.circulation.fitting import Block, Span, least_free
from toolshare.people.models import Group
from toolshare.people.opening import is_open_on, today_in

FURTHEST = timedelta(days=370)  # from today


@dataclass(frozen=True)
class Day:
    """A day of a calendar, and whether the group opens on it."""

    date: date
    is_open: bool
    is_past: bool
    span: Span


def days_from(group: Group, first: date, number: int, *, now: datetime) -> list[Day]:
    """So many days from the first on, of a group that has its opening times."""
    today = today_in(group, now)
    dates = [first + timedelta(days=more) for more in range(number)]
    return [
        Day(one, is_open_on(group, one), one < today, spans.of_days(group, one, one))
        for one in dates
    ]


def nearby(group: Group, day: date, now: datetime) -> date:
    """The day, or the nearest one that a calendar shows."""
    today = today_in(group, now)
    return min(max(day, today - FURTHEST), today + FURTHEST)


def free_on(ahead: Ahead, days: Sequence[Day]) -> list[int]:
    """How many of a kind are free all through each of these days, which are in order."""
    on_each = _on_each(ahead.all_blocks, days)
    nothing_kept = least_free(ahead.units, (), days[0].span)
    return [
        least_free(ahead.units, on_each[number], day.span) if number in on_each else nothing_kept
        for number, day in enumerate(days)
    ]


def _on_each(blocks: Iterable[Block], days: Sequence[Day]) -> Mapping[int, list[Block]]:
    """The blocks that have a moment in a day, by its number; none for a day that has none."""
    begins, ends = [day.span.from_at for day in days], [day.span.until_at for day in days]
    found: dict[int, list[Block]] = {}
    for block in blocks:
        first = bisect_right(ends, block.span.from_at)
        for number in range(first, bisect_left(begins, block.span.until_at)):
            found.setdefault(number, []).append(block)
    return found
