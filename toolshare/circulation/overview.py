"""A group's things that need a steward: out, late, damaged, to be checked, in repair, missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
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
class Overview:
    """One page of one list, and how many stand in each."""

    counts: dict[Shown, int]
    shown: Shown
    loans: Sequence[Loan]
    outages: Sequence[Outage]
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
        **_count_outages(session, group),
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
    reason = OutageReason(shown.value)
    return Overview(counts, shown, (), _outages(session, group, reason, page), page)


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


def _count_outages(session: AnySession, group: Group) -> dict[Shown, int]:
    found = session.execute(
        select(Outage.reason, func.count())
        .join(Outage.item)
        .join(Item.kind)
        .where(*_open_outages(group))
        .group_by(Outage.reason)
    )
    counted = {Shown(reason.value): count for reason, count in found}
    return {Shown(reason.value): 0 for reason in OutageReason} | counted


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


def _outages(
    session: AnySession, group: Group, reason: OutageReason, page: int
) -> Sequence[Outage]:
    return session.scalars(
        select(Outage)
        .join(Outage.item)
        .join(Item.kind)
        .where(Outage.reason == reason, *_open_outages(group))
        .options(contains_eager(Outage.item).contains_eager(Item.kind), joinedload(Outage.by))
        .order_by(Outage.since, Outage.id)
        .limit(A_PAGE)
        .offset((page - 1) * A_PAGE)
    ).all()


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


def _open_outages(group: Group) -> tuple[ColumnElement[bool], ...]:
    """Open ones of things that the group still has."""
    still_ours = and_(Kind.group_id == group.id, Item.retired_at.is_(None))
    return (Outage.ended_at.is_(None), still_ours)
