"""What each person has had of a thing this season: days on loan within the calendar year."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import func, or_, select

from toolshare.circulation.models import Loan
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
    ended = func.coalesce(Loan.dropped_at, Loan.returned_at)
    found = session.execute(
        select(Item.kind_id, Loan.borrower_id, Loan.borrowed_at, ended)
        .join(Loan.item)
        .where(Item.kind_id.in_(kind_ids), Loan.borrower_id.in_(person_ids))
        .where(Loan.undone_at.is_(None), or_(ended.is_(None), ended >= began))
        .order_by(Loan.borrowed_at)
    )
    had: dict[tuple[int, int | None], Had] = defaultdict(Had)
    for kind_id, person_id, begun, until in found:
        one = had[kind_id, person_id]
        one.last_at = begun
        one.days += _days(today_in(group, begun), today_in(group, until or now), season)
    return had


def _days(first: date, last: date, season: date) -> int:
    return max((last - max(first, season)).days, 1) if last >= season else 0
