"""The week board of a group: how many of each kind are free on each day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, select

from toolshare.circulation import spans
from toolshare.circulation.blocks import Ahead, what_is_ahead
from toolshare.circulation.fitting import least_free
from toolshare.inventory import search
from toolshare.inventory.models import Counting, Kind
from toolshare.inventory.search import Sought
from toolshare.people.models import Group
from toolshare.people.opening import is_open_on, read_opening_times, today_in
from toolshare.records import AnySession

A_PAGE = 50
DAYS = 7
FURTHEST = 370  # days from today


@dataclass(frozen=True)
class Day:
    """A day of the board, and whether the group opens on it."""

    date: date
    is_open: bool
    is_past: bool


@dataclass(frozen=True)
class Row:
    """A kind, how many of it there are, and how many are free all through each day."""

    kind: Kind
    of: int
    free: Sequence[int]


@dataclass(frozen=True)
class Board:
    """Kinds down, days across."""

    days: Sequence[Day]
    rows: Sequence[Row]
    page: int
    pages: int

    @property
    def week_before(self) -> date:
        """The Monday before."""
        return self.days[0].date - timedelta(days=DAYS)

    @property
    def week_after(self) -> date:
        """The Monday after."""
        return self.days[0].date + timedelta(days=DAYS)


def week_board(
    session: AnySession,
    group: Group,
    day: date,
    *,
    now: datetime,
    words: str = "",
    page: int = 1,
    a_page: int = A_PAGE,
) -> Board:
    """The week of this day, in eight statements for any number of kinds and promises."""
    read_opening_times(session, group)
    days = [*_week_of(group, day, now)]
    found = _kinds(session, group, words)
    total = session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
    pages = max(1, -(-total // a_page))
    page = min(max(page, 1), pages)
    kinds = session.scalars(found.limit(a_page).offset((page - 1) * a_page)).all()
    ahead = what_is_ahead(session, group, [kind.id for kind in kinds], now=now)
    rows = [_row(group, kind, ahead[kind.id], days) for kind in kinds]
    return Board(days, rows, page, pages)


def nearby(group: Group, day: date, now: datetime) -> date:
    """The day, or the nearest one that a calendar shows."""
    today = today_in(group, now)
    furthest = timedelta(days=FURTHEST)
    return min(max(day, today - furthest), today + furthest)


def _week_of(group: Group, day: date, now: datetime) -> Iterator[Day]:
    today = today_in(group, now)
    monday = day - timedelta(days=day.weekday())
    for number in range(DAYS):
        one = monday + timedelta(days=number)
        yield Day(one, is_open_on(group, one), one < today)


def _kinds(session: AnySession, group: Group, words: str) -> Select[Kind]:
    """What can be reserved of a group: all but what is used up."""
    found = search.kinds(session, Sought(words, [group.id]))
    return found.where(Kind.counting != Counting.CONSUMABLE)


def _row(group: Group, kind: Kind, ahead: Ahead, days: Sequence[Day]) -> Row:
    blocks = ahead.all_blocks
    free = []
    for day in days:
        span = spans.of_days(group, day.date, day.date)
        that_day = [one for one in blocks if one.span.overlaps(span)]
        free.append(least_free(ahead.units, that_day, span))
    return Row(kind, sum(ahead.units.values()), free)
