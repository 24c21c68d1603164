"""What each person has had of a thing this season: days on loan within the calendar year."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import CompoundSelect, Integer, case, column, func, null, or_, select, union_all

from toolshare.circulation.models import Loan
from toolshare.circulation.tallies import PastShare
from toolshare.inventory.models import Item
from toolshare.people.models import Group
from toolshare.people.opening import on_the_clock, today_in
from toolshare.records import AnySession


@dataclass
class Had:
    """How many days of this season, and when last begun."""

    days: int = 0
    last_at: datetime | None = None


def what_was_had(
    session: AnySession,
    group: Group,
    kind_ids: Collection[int],
    person_ids: Collection[int],
    *,
    since: datetime,
    now: datetime,
) -> Mapping[tuple[int, int | None], Had]:
    """What was had, by kind and person, in one statement.

    From one Saturday to the next are seven days; what came back on the same day was lent for one.
    Loans that ended before this season count for `last_at` as far back as `since`.
    """
    season = date(today_in(group, now).year, 1, 1)
    began = min(since, on_the_clock(group, datetime.combine(season, time.min)))
    found = session.execute(_loans_and_what_is_counted(kind_ids, person_ids, began, season))
    had: dict[tuple[int, int | None], Had] = defaultdict(Had)
    for kind_id, person_id, begun, until, counted in found:
        one = had[kind_id, person_id]
        one.last_at = begun
        own = days_had(group, begun, until or now, season) if counted is None else counted
        one.days += own
    return had


def days_had(group: Group, begun: datetime, until: datetime, season: date) -> int:
    """How many days of the season that begins on this day a loan of this time takes."""
    first, last = today_in(group, begun), today_in(group, until)
    return max((last - max(first, season)).days, 1) if last >= season else 0


def _loans_and_what_is_counted(
    kind_ids: Collection[int], person_ids: Collection[int], began: datetime, season: date
) -> CompoundSelect[Any]:
    """Loans, and the days of those that name nobody any more, the earlier ones first."""
    ended = func.coalesce(Loan.dropped_at, Loan.returned_at).label("ended")
    loans = (
        select(Item.kind_id, Loan.borrower_id, Loan.borrowed_at, ended, null().cast(Integer))
        .join(Loan.item)
        .where(Item.kind_id.in_(kind_ids), Loan.borrower_id.in_(person_ids))
        .where(Loan.undone_at.is_(None), or_(ended.is_(None), ended >= began))
    )
    past = PastShare
    in_season = case((past.season == season.year, past.days), else_=0)
    counted = select(past.kind_id, past.person_id, past.last_at, past.last_at, in_season).where(
        past.kind_id.in_(kind_ids), past.person_id.in_(person_ids)
    )
    return union_all(loans, counted).order_by(column("borrowed_at"))
