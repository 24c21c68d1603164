"""The week board of a group: how many of each kind are free on each day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, select

from toolshare.calendar.days import Day, days_from, free_on
from toolshare.circulation.blocks import what_is_ahead
from toolshare.inventory import search
from toolshare.inventory.models import Counting, Kind
from toolshare.inventory.search import Sought
from toolshare.people.models import Group
from toolshare.people.opening import read_opening_times
from toolshare.records import AnySession

A_PAGE = 200
DAYS = 7


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
        """The day on which the seven days before begin."""
        return self.days[0].date - timedelta(days=DAYS)

    @property
    def week_after(self) -> date:
        """The day on which the seven days after begin."""
        return self.days[0].date + timedelta(days=DAYS)


def week_board(
    session: AnySession,
    group: Group,
    day: date,
    *,
    now: datetime,
    words: str = "",
    page: int = 1,
) -> Board:
    """Seven days from this one on, in eight statements for any number of kinds and promises."""
    read_opening_times(session, group)
    days = days_from(group, day, DAYS, now=now)
    found = _kinds(session, group, words)
    total = session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
    pages = max(1, -(-total // A_PAGE))
    page = min(max(page, 1), pages)
    kinds = session.scalars(found.limit(A_PAGE).offset((page - 1) * A_PAGE)).all()
    ahead = what_is_ahead(session, group, [kind.id for kind in kinds], now=now)
    rows = [
        Row(kind, sum(ahead[kind.id].units.values()), free_on(ahead[kind.id], days))
        for kind in kinds
    ]
    return Board(days, rows, page, pages)


def _kinds(session: AnySession, group: Group, words: str) -> Select[Kind]:
    """What can be reserved of a group: all but what is used up."""
    found = search.kinds(session, Sought(words, [group.id]))
    return found.where(Kind.counting != Counting.CONSUMABLE)
