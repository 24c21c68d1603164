"""What is over for so long that nobody needs the name any more."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from toolshare.admission.models import JoinRequest
from toolshare.care.models import DamageReport, Outage
from toolshare.circulation.in_kits import IN_IT
from toolshare.circulation.models import Loan, Taking
from toolshare.circulation.promises import Hold, Reservation, ReservedUnit
from toolshare.inventory.models import Item, Kind, KitPart
from toolshare.journal.models import Entry, Event
from toolshare.offline.models import ExceptionalScan
from toolshare.outbox.models import Message
from toolshare.people.models import Group
from toolshare.privacy.models import USUAL_DAYS, Retention
from toolshare.records import AnySession

TOLD_ONCE_DAYS = 14  # what comes every week is known to have been told by its last message
ENDED = func.coalesce(Loan.returned_at, Loan.undone_at)


@dataclass(frozen=True)
class After:
    """What ended so many days ago, in the groups that forget names after so many days."""

    days: int
    now: datetime

    @property
    def before(self) -> datetime:
        """When it has to have ended."""
        return self.now - timedelta(days=self.days)

    def has_ended(self, at: Any) -> ColumnElement[bool]:
        """Whether something that ended then did so long ago."""
        column: ColumnElement[bool] = at <= self.before
        return column

    @property
    def in_groups(self) -> ColumnElement[bool]:
        """Which groups forget after so many days."""
        agreed = select(Retention.group_id)
        if self.days == USUAL_DAYS:
            return Group.id.not_in(agreed.where(Retention.days.is_distinct_from(USUAL_DAYS)))
        return Group.id.in_(agreed.where(Retention.days == self.days))


def all_of_them(session: AnySession, *, now: datetime) -> list[After]:
    """Each number of days that some group has agreed on, and the usual one."""
    agreed = session.scalars(select(Retention.days).where(Retention.days.is_not(None)).distinct())
    return [After(days, now) for days in sorted({USUAL_DAYS, *(one for one in agreed if one)})]


def loans(after: After) -> Select[int]:
    """Loans that name their borrower still; not those after which something is still wrong."""
    named = Loan.borrower_id.is_not(None)
    came_back = and_(named, after.has_ended(Loan.returned_at))
    is_over = or_(came_back, and_(named, after.has_ended(Loan.undone_at)))
    is_theirs = Loan.item.has(Item.kind.has(Kind.group.has(after.in_groups)))
    return select(Loan.id).where(is_over, is_theirs, ~is_looked_into())


def takings(after: After) -> Select[int]:
    """Takings that name who took."""
    of = select(Taking.id).join(Taking.item).join(Item.kind).join(Kind.group)
    is_over = after.has_ended(Taking.taken_at)
    return of.where(Taking.taker_id.is_not(None), is_over, after.in_groups)


def holds(after: After) -> Select[int]:
    """Places in line that name who waited."""
    of = select(Hold.id).join(Hold.kind).join(Kind.group)
    is_over = after.has_ended(Hold.ended_at)
    return of.where(Hold.person_id.is_not(None), is_over, after.in_groups)


def reservations(after: After) -> Select[int]:
    """Reservations that name who made them, of which nothing is out, looked into or to be fetched."""
    ends = (
        *(Reservation.declined_at, Reservation.cancelled_at),
        *(Reservation.no_show_at, Reservation.lapsed_at),
    )
    is_long_over = and_(*(or_(end.is_(None), after.has_ended(end)) for end in ends))
    to_fetch = and_(Reservation.still_open(), Reservation.units.any(ReservedUnit.still_to_fetch()))
    is_known = Reservation.units.any(ReservedUnit.loan.has(Loan.borrower_id.is_not(None)))
    of = select(Reservation.id).join(Reservation.group)
    is_over = after.has_ended(Reservation.until_at)
    return of.where(
        Reservation.person_id.is_not(None), is_over, is_long_over, ~to_fetch, ~is_known
    ).where(after.in_groups)


def reports(after: After) -> Select[int]:
    """Damage reports that name who said so, and were settled."""
    of = select(DamageReport.id).join(DamageReport.item).join(Item.kind).join(Kind.group)
    is_over = after.has_ended(DamageReport.settled_at)
    return of.where(DamageReport.by_id.is_not(None), is_over, after.in_groups)


def exceptions(after: After) -> Select[int]:
    """Scans without a signal that name somebody, and were settled."""
    names = or_(ExceptionalScan.by_id.is_not(None), ExceptionalScan.borrower_id.is_not(None))
    of = select(ExceptionalScan.id).join(ExceptionalScan.group)
    return of.where(names, after.has_ended(ExceptionalScan.settled_at), after.in_groups)


def join_requests(after: After) -> Select[int]:
    """Requests to join that were decided: with a yes there is an account, with a no there is nobody."""
    of = select(JoinRequest.id).join(JoinRequest.group)
    return of.where(after.has_ended(JoinRequest.decided_at), after.in_groups)


def messages(after: After) -> Select[int]:
    """Messages that have ended: never kept longer than usual, nor so short that they are told again."""
    days = min(max(after.days, TOLD_ONCE_DAYS), USUAL_DAYS)
    is_over = Message.ended_at <= after.now - timedelta(days=days)
    if after.days == USUAL_DAYS:
        return select(Message.id).where(is_over)
    return (
        select(Message.id).join(Group, Group.id == Message.group_id).where(is_over, after.in_groups)
    )


def is_looked_into() -> ColumnElement[bool]:
    """Whether something that may have happened in a loan is still looked into.

    The thing is out of service or reported as damaged since, and nobody has had it between; a part
    of the kit is missing since; or a scan without a signal waits for a steward.
    """
    outage = exists().where(
        Outage.item_id == Loan.item_id, Outage.ended_at.is_(None), _was_last(Outage.since)
    )
    report = exists().where(
        DamageReport.item_id == Loan.item_id,
        DamageReport.settled_at.is_(None),
        _was_last(DamageReport.at),
    )
    scan = exists().where(
        ExceptionalScan.item_id == Loan.item_id,
        ExceptionalScan.settled_at.is_(None),
        _was_last(func.coalesce(ExceptionalScan.at, ExceptionalScan.told_at)),
    )
    return or_(outage, report, scan, _lacks_a_part())


def _was_last(at: Any) -> ColumnElement[bool]:
    """Whether the borrower had it before that moment, and nobody between."""
    later = aliased(Loan)
    another = exists().where(
        later.item_id == Loan.item_id,
        later.id != Loan.id,
        later.undone_at.is_(None),
        later.borrowed_at >= ENDED,
        later.borrowed_at < at,
    )
    another = another.correlate_except(later)
    return and_(at >= Loan.borrowed_at, ~another)


def _lacks_a_part() -> ColumnElement[bool]:
    still_missing = exists().where(
        Outage.item_id == KitPart.item_id, Outage.ended_at.is_(None), Outage.since == Entry.at
    )
    still_missing = still_missing.correlate_except(Outage)
    return exists().where(
        Entry.item_id == Loan.item_id,
        Entry.loan_id == Loan.id,
        Entry.what == Event.KIT_PART_MISSING,
        KitPart.id == Entry.details["part_id"].as_integer(),
        IN_IT,
        or_(KitPart.missing > 0, still_missing),
    )
