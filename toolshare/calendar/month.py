"""The month of a kind: how many are free on each day, and what of it is the reader's own."""

from calendar import monthrange
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from toolshare.calendar import queries
from toolshare.calendar.days import Day, days_from, free_on, nearby
from toolshare.calendar.queries import Own
from toolshare.circulation import spans
from toolshare.circulation.blocks import what_is_ahead
from toolshare.circulation.fitting import Span
from toolshare.inventory.models import Kind
from toolshare.people.models import Group, Person
from toolshare.people.opening import read_opening_times, today_in
from toolshare.records import AnySession

DAYS_OF_A_WEEK = 7


@dataclass(frozen=True)
class DayOfKind:
    """A day, how many of the kind are free all through it, and what else there is to know of it."""

    day: Day
    free: int
    own: Sequence[Own]
    going_out: int
    coming_back: int

    @property
    def can_begin(self) -> bool:
        """Whether a reservation can begin on it as far as the calendar goes."""
        return bool(self.free) and self.day.is_open and not self.day.is_past


@dataclass(frozen=True)
class Month:
    """The days of a month in weeks, with nothing where a week belongs to another month.

    `before` and `after` are the months beside it, as far as the calendar shows them.
    """

    first: date
    today: date
    of: int
    weeks: Sequence[Sequence[DayOfKind | None]]
    own: Sequence[Own]
    before: date | None
    after: date | None

    @property
    def busy(self) -> list[DayOfKind]:
        """The days on which some go out or come back."""
        days = [one for week in self.weeks for one in week if one]
        return [one for one in days if one.going_out or one.coming_back]


def month_of(
    session: AnySession,
    kind: Kind,
    day: date,
    *,
    reader: Person,
    for_stewards: bool,
    first_weekday: int,
    now: datetime,
) -> Month:
    """The month of this day, in ten statements at most; weeks begin on a weekday (Monday is 0).

    The kind has its group. Only stewards are told how many go out and come back.
    """
    group = read_opening_times(session, kind.group)
    first, number = _month_of(nearby(group, day, now))
    days = days_from(group, first, number, now=now)
    ahead = what_is_ahead(session, group, [kind.id], now=now)[kind.id]
    whole = spans.from_midnight(group, first, days[-1].date)
    own = queries.own_of_kind(session, kind, reader, whole, now=now)
    goes, comes = _busy(session, kind, whole) if for_stewards else (Counter(), Counter())
    shown = [
        DayOfKind(day, free, _on(group, day, own), goes[day.date], comes[day.date])
        for day, free in zip(days, free_on(ahead, days), strict=True)
    ]
    return Month(
        first,
        today_in(group, now),
        sum(ahead.units.values()),
        _in_weeks(shown, (first.weekday() - first_weekday) % DAYS_OF_A_WEEK),
        own,
        before=_if_shown(group, first - timedelta(days=1), now),
        after=_if_shown(group, first + timedelta(days=number), now),
    )


def _month_of(day: date) -> tuple[date, int]:
    """Its first day, and how many it has."""
    return day.replace(day=1), monthrange(day.year, day.month)[1]


def _if_shown(group: Group, day: date, now: datetime) -> date | None:
    """The first of the month of a day, unless that is further away than calendars go."""
    return day.replace(day=1) if nearby(group, day, now) == day else None


def _on(group: Group, day: Day, own: Sequence[Own]) -> list[Own]:
    whole = spans.from_midnight(group, day.date, day.date)
    return [one for one in own if one.span.overlaps(whole)]


def _busy(session: AnySession, kind: Kind, span: Span) -> tuple[Counter[date], Counter[date]]:
    """How many go out and how many come back on each day of a span."""
    goes = queries.going_out(session, kind, span)
    comes = queries.coming_back(session, kind, span)
    return _by_day(kind.group, goes), _by_day(kind.group, comes)


def _by_day(group: Group, known: Sequence[tuple[datetime, int]]) -> Counter[date]:
    found: Counter[date] = Counter()
    for at, number in known:
        found[today_in(group, at)] += number
    return found


def _in_weeks(days: Sequence[DayOfKind], lead: int) -> list[tuple[DayOfKind | None, ...]]:
    """The days by sevens, after so many that belong to the month before."""
    rest = -(lead + len(days)) % DAYS_OF_A_WEEK
    cells = [*[None] * lead, *days, *[None] * rest]
    starts = range(0, len(cells), DAYS_OF_A_WEEK)
    return [tuple(cells[at : at + DAYS_OF_A_WEEK]) for at in starts]
