"""Which kinds are free for some days to come: selected in one statement, however many there are.

It says of each kind what least_free() would say of what is ahead of it: a late loan comes back within
two opening days, what is in repair by the day that was named, and nobody has to move.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    and_,
    case,
    column,
    false,
    func,
    or_,
    select,
    values,
)
from sqlalchemy.orm import aliased

from toolshare.care.models import Outage, OutageReason
from toolshare.circulation import spans
from toolshare.circulation.blocks import LATE_FOR, PLENTY, REPAIR_TAKES
from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Promise
from toolshare.inventory.models import Counting, Item, Kind
from toolshare.people.models import Group
from toolshare.people.opening import after_opening_days
from toolshare.records import AnySession, Moment

NAMED = {"group_id": Integer(), "from_at": Moment(), "until_at": Moment(), "soon": Moment()}
LATE = {"group_id": Integer(), "opening_days": Integer(), "ends": Moment()}


class Then(NamedTuple):
    """What is asked about, as tables: each group's span, and its moments so many opening days on."""

    days: CTE
    late: CTE
    now: datetime


def kinds_free_then(
    session: AnySession, groups: Sequence[Group], first: date, last: date, *, now: datetime
) -> Select[int]:
    """The ids of the kinds of which one is free from the first day until the last.

    The groups have their opening times: each opens and closes by its own. To select among.
    """
    asked = [(group, spans.of_days(group, first, last)) for group in groups]
    ahead = [(group, span) for group, span in asked if span.until_at > now]
    if not ahead:
        return select(Item.kind_id).where(false())
    then = Then(
        _table(NAMED, [(one.id, *span, after_opening_days(one, now, 1)) for one, span in ahead]),
        _table(LATE, _late_until(session, [group for group, _ in ahead], now)),
        now,
    )
    return (
        select(Item.kind_id)
        .join(Item.kind)
        .join(then.days, then.days.c.group_id == Kind.group_id)
        .where(Item.retired_at.is_(None), ~_is_out_of_service(then, first), _is_left(then))
    )


def _table(columns: Mapping[str, Any], rows: Sequence[tuple[Any, ...]]) -> CTE:
    """Rows to join, named for what is in them."""
    name = f"asked_{'_'.join(columns)}"
    typed = [column(name, sort) for name, sort in columns.items()]
    return values(*typed, name=name).data(rows).cte(name)


def _late_until(
    session: AnySession, groups: Sequence[Group], now: datetime
) -> list[tuple[int, int, datetime]]:
    """When each group's late loans are taken to be back, by how many opening days that takes."""
    turnarounds = session.scalars(select(_turnaround(Loan)).where(_is_late(Loan, now)).distinct())
    numbers = {days + more for more in {0, *turnarounds} for days in (1, LATE_FOR)}
    return [
        (group.id, number, after_opening_days(group, now, number))
        for group in groups
        for number in sorted(numbers)
    ]


def _turnaround(loan: type[Loan]) -> ColumnElement[int]:
    return func.coalesce(loan.rules["turnaround"].as_integer(), 0)


def _is_late(loan: type[Loan], now: datetime) -> ColumnElement[bool]:
    """Whether it should be back, or was left in the shed: nobody knows when it will be free."""
    is_out = and_(loan.returned_at.is_(None), loan.undone_at.is_(None))
    return and_(is_out, or_(loan.due_at <= now, loan.dropped_at.is_not(None)))


def _is_left(then: Then) -> ColumnElement[bool]:
    """Whether nothing keeps a unit, or something is always left of a bin."""
    one, its_loan = aliased(Promise), aliased(Loan)
    since, until = then.days.c.from_at, then.days.c.until_at
    keeps = select(one.id).outerjoin(its_loan, its_loan.id == one.loan_id)
    keeps = keeps.where(one.item_id == Item.id, one.from_at < until)
    keeps = keeps.where(_ends_after(since, one, its_loan, then))
    begins = case((one.from_at > since, one.from_at), else_=since)
    size = func.coalesce(Item.quantity, PLENTY)
    kept = _kept_at(begins, then).correlate(Item, then.days, one).scalar_subquery()
    takes_the_last = keeps.where(kept >= size).correlate(Item, then.days)
    is_counted = Kind.counting == Counting.COUNTED
    return or_(
        and_(is_counted, ~keeps.correlate(Item, then.days).exists()),
        and_(~is_counted, size > 0, ~takes_the_last.exists()),
    )


def _kept_at(at: ColumnElement[datetime], then: Then) -> Select[int]:
    """How many of a bin are kept at a moment; that is most when something begins."""
    other, its_loan = aliased(Promise), aliased(Loan)
    return (
        select(func.coalesce(func.sum(other.quantity), 0))
        .outerjoin(its_loan, its_loan.id == other.loan_id)
        .where(other.item_id == Item.id, other.from_at <= at)
        .where(_ends_after(at, other, its_loan, then))
    )


def _ends_after(
    at: ColumnElement[datetime], promise: type[Promise], loan: type[Loan], then: Then
) -> ColumnElement[bool]:
    """Whether something keeps a unit after a moment; what is late and its turnaround do for some time."""
    days = case((loan.dropped_at.is_not(None), 1), else_=LATE_FOR) + _turnaround(loan)
    its_group = then.late.c.group_id == then.days.c.group_id
    back = select(then.late.c.ends).where(its_group, then.late.c.opening_days == days)
    back = back.correlate(then.days, loan)
    is_late = and_(promise.loan_id.is_not(None), _is_late(loan, then.now))
    goes_on = and_(promise.until_at > at, or_(promise.until_at > then.now, is_late))
    return or_(goes_on, and_(is_late, back.scalar_subquery() > at))


def _is_out_of_service(then: Then, first: date) -> ColumnElement[bool]:
    """Whether a thing is out of service until after the days begin."""
    has_no_day = Outage.expected_on.is_(None)
    lasts = or_(
        then.days.c.soon > then.days.c.from_at,
        Outage.reason == OutageReason.MISSING,
        Outage.expected_on >= first,
        and_(
            has_no_day,
            Outage.reason == OutageReason.IN_REPAIR,
            then.days.c.from_at < then.now + REPAIR_TAKES,
        ),
    )
    is_open = and_(Outage.item_id == Item.id, Outage.ended_at.is_(None))
    return select(Outage.id).where(is_open, lasts).correlate(Item, then.days).exists()
