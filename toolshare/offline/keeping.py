"""Keeping what could not be done: an exception for a steward, never dropped."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from toolshare.circulation.eligibility import is_steward
from toolshare.inventory.models import Item
from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.offline.models import Act, ExceptionalScan
from toolshare.offline.reasons import NobodysScans, as_kept
from toolshare.offline.scans import Scan
from toolshare.people import roles
from toolshare.people.models import Group, Person, Role
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal


def keep(
    session: AnySession,
    scan: Scan,
    item: Item | None,
    reasons: tuple[Reason, ...],
    *,
    by: Person,
    now: datetime,
) -> ExceptionalScan:
    """Keeps a scan with all that was sent, and why it was not done.

    The journal claims its operation, as it does for what is done: it is one or the other, once.
    """
    group = item.kind.group if item else home_of(session, by)
    record(
        session,
        Event.EXCEPTION_KEPT,
        by=by,
        at=now,
        group=group,
        item=item,
        operation=scan.operation,
    )
    borrower = _borrower_told_of(session, scan, group, by=by, now=now)
    exception = ExceptionalScan(
        operation=str(scan.operation),
        group=group,
        told_at=now,
        by_id=by.id,
        at=scan.at,
        act=scan.act,
        item_id=item.id if item else None,
        borrower_id=borrower.id if borrower else None,
        quantity=scan.quantity,
        sent=scan.sent,
        reasons=[as_kept(reason) for reason in reasons],
    )
    session.add(exception)
    session.flush()
    return exception


def _borrower_told_of(
    session: AnySession, scan: Scan, group: Group, *, by: Person, now: datetime
) -> Person | None:
    """Who borrowed it, or whose loan came back, when that was told; stewards take back anybody's."""
    if scan.borrower is not None or scan.on_unknown_card:
        return scan.borrower
    is_own = scan.act is Act.LEND or not is_steward(session, by, group, now=now)
    return by if is_own else None


def home_of(session: AnySession, person: Person) -> Group:
    """The group whose stewards look at what no group is known for; refuses who never had one."""
    own = roles.memberships_of(session, person)
    if not own:
        raise Refusal(NobodysScans())
    order = list(Role)
    return max(own, key=lambda one: (one.until is None, order.index(one.role), -one.id)).group


def kept_for(session: AnySession, operation: UUID) -> ExceptionalScan | None:
    """The exception that a scan with this operation became, if it did."""
    its = select(ExceptionalScan).where(ExceptionalScan.operation == str(operation))
    return session.scalar(its)
