"""How much of a thing each person has had this season: days on loan within the calendar year."""

from collections import Counter
from collections.abc import Collection
from datetime import date, datetime, time

from sqlalchemy import func, or_, select

from toolshare.circulation.models import Loan
from toolshare.inventory.models import Item
from toolshare.people.models import Group
from toolshare.people.opening import on_the_clock, today_in
from toolshare.records import AnySession


def days_used(
    session: AnySession,
    group: Group,
    kind_ids: Collection[int],
    person_ids: Collection[int],
    *,
    now: datetime,
) -> Counter[tuple[int, int | None]]:
    """Days by kind and person, in one statement.

    From one Saturday to the next are seven days; what came back on the same day was lent for one.
    """
    today = today_in(group, now)
    season = date(today.year, 1, 1)
    began = on_the_clock(group, datetime.combine(season, time.min))
    ended = func.coalesce(Loan.dropped_at, Loan.returned_at)
    found = session.execute(
        select(Item.kind_id, Loan.borrower_id, Loan.borrowed_at, ended)
        .join(Loan.item)
        .where(Item.kind_id.in_(kind_ids), Loan.borrower_id.in_(person_ids))
        .where(Loan.undone_at.is_(None), or_(ended.is_(None), ended >= began))
    )
    days: Counter[tuple[int, int | None]] = Counter()
    for kind_id, person_id, since, until in found:
        first = max(today_in(group, since), season)
        last = today_in(group, until) if until else today
        days[kind_id, person_id] += max((last - first).days, 1)
    return days
