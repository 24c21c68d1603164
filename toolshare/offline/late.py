"""Taking in what is told late: it is done as if it were told in time, or kept as an exception.

What speaks against lending is what speaks against it everywhere, both when it happened and now. A
thing that has changed hands since can't have been lent then; a return of what was lent since is not
the return of that loan. Clocks are right by some minutes only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select

from toolshare.care.inspecting import Findings
from toolshare.circulation import borrowing, dropping_off, returning, taking
from toolshare.circulation.eligibility import is_steward, membership_of
from toolshare.circulation.models import Loan, Taking
from toolshare.circulation.reasons import NotOut
from toolshare.inventory.locking import under_lock
from toolshare.inventory.models import Counting, Item
from toolshare.journal.models import Entry, Event
from toolshare.journal.recording import OperationUsed, earlier
from toolshare.labels.scanning import UnknownCode, item_behind
from toolshare.offline import keeping
from toolshare.offline.models import Act, ExceptionalScan
from toolshare.offline.reasons import ChangedSince, LentSince, TooLongAgo
from toolshare.offline.scans import Scan
from toolshare.people.models import Person
from toolshare.records import AnySession
from toolshare.refusals import Refusal, refuse_if

INEXACT = timedelta(minutes=2)  # what clocks and networks may differ by
LONGEST_AGO_DAYS = 30
LONGEST_PLACE = 200
MOST_LOANS = 1_000
# What changes who has a thing, or whether anybody may.
CHANGES = (
    *(Event.BORROWED, Event.BORROWING_UNDONE, Event.HANDED_OVER),
    *(Event.RETURNED, Event.RETURNING_UNDONE),
    *(Event.TAKEN_OUT_OF_SERVICE, Event.PUT_INTO_SERVICE),
    *(Event.ITEM_ADDED, Event.ITEM_BACK_IN_STOCK),
)


class Became(StrEnum):
    """What became of a scan."""

    DONE = "done"
    EXCEPTION = "exception"


@dataclass(frozen=True)
class Taken:
    """What became of a scan; `again` when it was sent before."""

    operation: UUID
    became: Became
    again: bool = False
    record: Loan | Taking | ExceptionalScan | None = None


def take_in(session: AnySession, scan: Scan, *, by: Person, now: datetime) -> Taken:
    """Does what was done then, or keeps it as an exception; the same operation sent again is done once.

    Refuses only an operation that somebody else writes at the same moment: do it again then.
    """
    if entry := earlier(session, scan.operation):
        return _as_before(session, scan.operation, entry)
    try:
        with session.begin_nested():
            refuse_if(scan.against)
            record = _do(session, scan, by=by, now=now)
        return Taken(scan.operation, Became.DONE, record=record)
    except Refusal as refusal:
        if entry := earlier(session, scan.operation):
            return _as_before(session, scan.operation, entry)
        item = _thing_if_any(session, scan.code, by=by, now=now)
        kept = keeping.keep(session, scan, item, tuple(refusal.reasons), by=by, now=now)
        return Taken(scan.operation, Became.EXCEPTION, record=kept)


def thing_behind(session: AnySession, code: str, *, by: Person, now: datetime) -> Item:
    """The item that wears a code or wore it, if the person may know of it; else nothing does."""
    item = item_behind(session, code)
    if membership_of(session, by, item.kind.group, now=now) is None:
        raise Refusal(UnknownCode(code=code))
    return item


def last_change(session: AnySession, item: Item) -> datetime | None:
    """When a thing last changed hands, or came into or out of service."""
    changes = (Entry.item_id == item.id, Entry.what.in_(CHANGES))
    return session.scalar(select(func.max(Entry.at)).where(*changes))


def loan_meant(session: AnySession, item: Item, borrower_id: int | None) -> Loan | None:
    """The loan that comes back when this borrower brings the item, or anybody does."""
    out = returning.open_loans_of(session, item, at_most=MOST_LOANS)
    return meant_among(out, borrower_id)


def meant_among(out: Sequence[Loan], borrower_id: int | None) -> Loan | None:
    """Of an item's open loans the borrower's that is due first; of nobody named the only one."""
    if borrower_id is None:
        return out[0] if len(out) == 1 else None
    return next((one for one in out if one.borrower_id == borrower_id), None)


def _as_before(session: AnySession, operation: UUID, entry: Entry) -> Taken:
    if entry.what == Event.EXCEPTION_KEPT:
        kept = keeping.kept_for(session, operation)
        return Taken(operation, Became.EXCEPTION, again=True, record=kept)
    return Taken(operation, Became.DONE, again=True)


def _thing_if_any(session: AnySession, code: str, *, by: Person, now: datetime) -> Item | None:
    try:
        return thing_behind(session, code, by=by, now=now) if code else None
    except Refusal:
        return None


def _do(session: AnySession, scan: Scan, *, by: Person, now: datetime) -> Loan | Taking:
    item = under_lock(session, thing_behind(session, scan.code, by=by, now=now).id)
    if earlier(session, scan.operation):  # another request did it, and we waited for its lock
        raise Refusal(OperationUsed())
    at = min(scan.at or now, now)
    if scan.act is Act.LEND:
        return _lend(session, scan, item, at, by=by, now=now)
    if not is_steward(session, by, item.kind.group, now=now):
        return _leave_in_shed(session, scan, item, at, by=by, now=now)
    return _take_back(session, scan, item, at, by=by, now=now)


def _lend(
    session: AnySession, scan: Scan, item: Item, at: datetime, *, by: Person, now: datetime
) -> Loan | Taking:
    borrower, quantity = scan.borrower or by, scan.quantity or 1
    if item.kind.counting is Counting.COUNTED:
        at = _not_before(last_change(session, item), item, at)
    if now - at > timedelta(days=LONGEST_AGO_DAYS):
        raise Refusal(TooLongAgo(days=LONGEST_AGO_DAYS))
    refuse_if(
        borrowing.reasons_against(
            session, item, by=by, now=at, borrower=borrower, quantity=quantity
        )
    )
    if item.kind.counting is Counting.CONSUMABLE:
        return taking.take(
            session,
            item,
            taker=borrower,
            by=by,
            now=now,
            quantity=quantity,
            operation=scan.operation,
            happened_at=at,
        )
    return borrowing.borrow(
        session,
        item,
        borrower=borrower,
        by=by,
        now=now,
        quantity=quantity,
        operation=scan.operation,
        happened_at=at,
    )


def _not_before(change: datetime | None, item: Item, at: datetime) -> datetime:
    """When it was lent, with clocks that are right by some minutes only."""
    if change is None or at >= change:
        return at
    if at < change - INEXACT:
        raise Refusal(ChangedSince(at=change, time_zone=item.kind.group.time_zone))
    return change


def _take_back(
    session: AnySession, scan: Scan, item: Item, at: datetime, *, by: Person, now: datetime
) -> Loan:
    loan = loan_meant(session, item, scan.borrower.id if scan.borrower else None)
    if loan is not None and at < loan.borrowed_at - INEXACT:
        raise Refusal(LentSince(at=loan.borrowed_at, time_zone=item.kind.group.time_zone))
    return returning.take_back(
        session,
        item,
        by=by,
        now=now,
        findings=Findings(condition=scan.condition, note=scan.note),
        loan=loan,
        quantity=scan.quantity,
        operation=scan.operation,
        happened_at=at,
    )


def _leave_in_shed(
    session: AnySession, scan: Scan, item: Item, at: datetime, *, by: Person, now: datetime
) -> Loan:
    """What a member brings back waits in the shed for a steward."""
    loan = loan_meant(session, item, by.id)
    if loan is None:
        raise Refusal(NotOut())
    if at < loan.borrowed_at - INEXACT:
        raise Refusal(LentSince(at=loan.borrowed_at, time_zone=item.kind.group.time_zone))
    return dropping_off.drop_off(
        session,
        loan,
        by=by,
        now=now,
        where=scan.note[:LONGEST_PLACE],
        operation=scan.operation,
        happened_at=at,
    )
