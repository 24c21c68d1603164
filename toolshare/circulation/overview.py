"""A group's things that need a steward: out, late, damaged, to be checked, in repair, missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from toolshare.care.models import DamageReport, Outage, OutageReason
from toolshare.circulation.models import Loan
from toolshare.circulation.standing import LEFT_IN_SHED, STILL_OUT, WITH_BORROWER
from toolshare.inventory.models import Item, Kind
from toolshare.people.models import Group
from toolshare.records import AnySession

A_PAGE = 50
SERVICE_SOON = timedelta(days=30)


class Shown(StrEnum):
    """What a steward can look at, the most pressing first."""

    LATE = "late"
    DROPPED = "dropped"
    DISPUTED = "disputed"
    REPORTED = "reported"
    OUT = "out"
    LOST = "lost"
    NEEDS_CHECK = "needs_check"
    IN_REPAIR = "in_repair"
    MISSING = "missing"
    SERVICE = "service"


@dataclass(frozen=True)
class Off:
    """A thing that can't be lent, by somebody's word; without one its service is due."""

    item: Item
    outage: Outage | None


@dataclass(frozen=True)
class Overview:
    """One page of one list, and how many stand in each."""

    counts: dict[Shown, int]
    shown: Shown
    loans: Sequence[Loan]
    things_off: Sequence[Off]
    page: int
    reports: Sequence[DamageReport] = ()
    services: Sequence[Item] = ()  # due, or due soon

    @property
    def lists(self) -> list[tuple[Shown, int]]:
        """Every list and how long it is, the most pressing first."""
        return [(one, self.counts[one]) for one in Shown]

    @property
    def pages(self) -> int:
        """How many pages the list has; an empty one has one."""
        return max(1, -(-self.counts[self.shown] // A_PAGE))


def overview(
    session: AnySession, group: Group, shown: Shown | None, *, page: int = 1, now: datetime
) -> Overview:
    """The list that was asked for, else the first that is not empty; five statements."""
    counts = {
        **_count_loans(session, group, now),
        **_count_things_off(session, group, now),
        Shown.REPORTED: session.scalars(_of_reports(group, func.count(DamageReport.id))).one(),
        Shown.SERVICE: session.scalars(_of_services(group, func.count(Item.id), now)).one(),
    }
    shown = shown or next((one for one in Shown if counts[one]), Shown.OUT)
    page = min(max(page, 1), max(1, -(-counts[shown] // A_PAGE)))
    if shown in _of_loans(now):
        return Overview(counts, shown, _loans(session, group, shown, page, now), (), page)
    if shown is Shown.REPORTED:
        return Overview(counts, shown, (), (), page, _reports(session, group, page))
    if shown is Shown.SERVICE:
        return Overview(counts, shown, (), (), page, (), _services(session, group, page, now))
    return Overview(counts, shown, (), _things_off(session, group, shown, page, now), page)


def needs_check(now: datetime) -> ColumnElement[bool]:
    """Whether a thing needs a check, by somebody's word or its service plan.

    Needs its open outage joined, if there is one.
    """
    is_due = and_(Outage.id.is_(None), Item.service_due_at <= now)
    return or_(Outage.reason == OutageReason.NEEDS_CHECK, is_due)


def is_off() -> ColumnElement[bool]:
    """Joins the open outage of a thing."""
    return and_(Outage.item_id == Item.id, Outage.ended_at.is_(None))


def _of_loans(now: datetime) -> dict[Shown, ColumnElement[bool]]:
    """Which loans stand in which list; one that is late stands in two."""
    return {
        Shown.LATE: and_(WITH_BORROWER, Loan.due_at < now),
        Shown.DROPPED: and_(LEFT_IN_SHED, Loan.disputed_at.is_(None)),
        Shown.DISPUTED: and_(LEFT_IN_SHED, Loan.disputed_at.is_not(None)),
        Shown.OUT: WITH_BORROWER,
        Shown.LOST: Loan.lost_at.is_not(None),
    }


def _count_loans(session: AnySession, group: Group, now: datetime) -> dict[Shown, int]:
    lists = _of_loans(now)
    row = session.execute(
        select(*(func.count().filter(which) for which in lists.values()))
        .select_from(Loan)
        .join(Loan.item)
        .join(Item.kind)
        .where(STILL_OUT, Kind.group_id == group.id)
    ).one()
    return dict(zip(lists, row, strict=True))


def _of_things_off(now: datetime) -> dict[Shown, ColumnElement[bool]]:
    """Which things stand in which list; each in one."""
    return {
        Shown.NEEDS_CHECK: needs_check(now),
        Shown.IN_REPAIR: Outage.reason == OutageReason.IN_REPAIR,
        Shown.MISSING: Outage.reason == OutageReason.MISSING,
    }


def _count_things_off(session: AnySession, group: Group, now: datetime) -> dict[Shown, int]:
    lists = _of_things_off(now)
    counted = (func.count().filter(which) for which in lists.values())
    row = session.execute(_off(group, *counted)).one()
    return dict(zip(lists, row, strict=True))


def _off(group: Group, *what: Any) -> Select[Any]:
    still_ours = (Kind.group_id == group.id, Item.retired_at.is_(None))
    found = select(*what).select_from(Item).join(Item.kind).outerjoin(Outage, is_off())
    return found.where(*still_ours)


def _loans(
    session: AnySession, group: Group, shown: Shown, page: int, now: datetime
) -> Sequence[Loan]:
    return session.scalars(
        select(Loan)
        .join(Loan.item)
        .join(Item.kind)
        .where(STILL_OUT, _of_loans(now)[shown], Kind.group_id == group.id)
        .options(contains_eager(Loan.item).contains_eager(Item.kind), joinedload(Loan.borrower))
        .order_by(Loan.due_at, Loan.id)
        .limit(A_PAGE)
        .offset((page - 1) * A_PAGE)
    ).all()


def _things_off(
    session: AnySession, group: Group, shown: Shown, page: int, now: datetime
) -> Sequence[Off]:
    found = session.execute(
        _off(group, Item, Outage)
        .where(_of_things_off(now)[shown])
        .options(contains_eager(Item.kind), joinedload(Outage.by))
        .order_by(func.coalesce(Outage.since, Item.service_due_at), Item.id)
        .limit(A_PAGE)
        .offset((page - 1) * A_PAGE)
    )
    return [Off(item, outage) for item, outage in found]


def _reports(session: AnySession, group: Group, page: int) -> Sequence[DamageReport]:
    return session.scalars(
        _of_reports(group, DamageReport)
        .options(contains_eager(DamageReport.item).contains_eager(Item.kind))
        .options(joinedload(DamageReport.by), joinedload(DamageReport.photo))
        .order_by(DamageReport.usable, DamageReport.id)
        .limit(A_PAGE)
        .offset((page - 1) * A_PAGE)
    ).all()


def _of_reports(group: Group, what: Any) -> Select[Any]:
    """Of those that no steward has looked at, of things that the group still has."""
    still_ours = (Kind.group_id == group.id, Item.retired_at.is_(None))
    found = select(what).select_from(DamageReport).join(DamageReport.item).join(Item.kind)
    return found.where(DamageReport.settled_at.is_(None), *still_ours)


def _services(session: AnySession, group: Group, page: int, now: datetime) -> Sequence[Item]:
    return session.scalars(
        _of_services(group, Item, now)
        .options(contains_eager(Item.kind))
        .order_by(Item.service_due_at, Item.id)
        .limit(A_PAGE)
        .offset((page - 1) * A_PAGE)
    ).all()


def _of_services(group: Group, what: Any, now: datetime) -> Select[Any]:
    """Of things of the group that have to be serviced by then at the latest."""
    ours = (Kind.group_id == group.id, Item.retired_at.is_(None))
    is_near = Item.service_due_at < now + SERVICE_SOON
    return select(what).select_from(Item).join(Item.kind).where(*ours, is_near)
