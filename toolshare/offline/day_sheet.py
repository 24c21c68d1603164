"""What stands on the paper that a shed has for a day without a signal: what is out, and who has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from toolshare.circulation.models import Loan
from toolshare.circulation.spans import from_midnight
from toolshare.circulation.standing import STILL_OUT
from toolshare.inventory.models import Item, Kind
from toolshare.people.models import Group
from toolshare.people.opening import today_in
from toolshare.records import AnySession

MOST_LINES = 1_000


@dataclass(frozen=True)
class DaySheet:
    """What should come back by the end of the day, and what else is out; what is due first, first."""

    day: date
    due: Sequence[Loan]
    out: Sequence[Loan]
    is_cut: bool = False  # more is out than stands on it


def day_sheet_of(session: AnySession, group: Group, *, now: datetime) -> DaySheet:
    """The sheet of today, in one statement."""
    today = today_in(group, now)
    ends = from_midnight(group, today, today).until_at
    loans = session.scalars(
        select(Loan)
        .join(Loan.item)
        .join(Item.kind)
        .where(STILL_OUT, Loan.lost_at.is_(None), Kind.group_id == group.id)
        .options(contains_eager(Loan.item).contains_eager(Item.kind), joinedload(Loan.borrower))
        .order_by(Loan.due_at, Kind.name, Loan.id)
        .limit(MOST_LINES + 1)
    ).all()
    shown = loans[:MOST_LINES]
    due = [loan for loan in shown if loan.due_at < ends]
    return DaySheet(today, due, shown[len(due) :], len(loans) > MOST_LINES)
