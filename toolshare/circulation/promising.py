"""Promising: writing what keeps a unit for a loan, an offer or a reserved unit, and letting it go.

The kind of the unit is locked by the caller, who has made sure that nothing is in the way; the
database refuses what overlaps all the same.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Delete, bindparam, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute

from toolshare import rows
from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Offer, Promise, ReservedUnit
from toolshare.inventory.models import Counting, Item, KitPart
from toolshare.people.opening import after_opening_days, read_opening_times
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid

SHORTEST = timedelta(seconds=1)
FOR_EVER = datetime(9999, 12, 31, tzinfo=UTC)


def _promises_of(column: InstrumentedAttribute[int | None]) -> Delete:
    ending = delete(Promise).where(column == bindparam("id"))
    return ending.execution_options(synchronize_session="fetch")


# Built once: every return asks for it. Nobody looks at the promise of a loan as a record.
_OF_LOAN = delete(Promise).where(Promise.loan_id == bindparam("id"))
_OF_OFFER = _promises_of(Promise.offer_id)
_OF_RESERVED = _promises_of(Promise.reserved_unit_id)
_OF_KIT_PART = _promises_of(Promise.kit_part_id)


@dataclass(frozen=True)
class JustPromised(Reason):
    """Somebody was promised it in the same moment, or since."""

    says = msgid("It has been promised to somebody else just now.")
    instead = msgid("Open the page again: it shows what is free.")


def keep_for_loan(session: AnySession, loan: Loan, *, since: datetime) -> None:
    """Keeps the unit from now until it is due and its turnaround is over.

    The loan has its item, with its kind and group. In place of the promise that it had before.
    """
    let_go_of_loan(session, loan)
    keep_for_new_loan(session, loan, since=since)


def keep_for_new_loan(session: AnySession, loan: Loan, *, since: datetime) -> None:
    """The same for a loan that has just begun, which keeps nothing yet."""
    # Even what should be back already is kept for a while.
    ends = max(_with_turnaround(session, loan, loan.due_at), since + SHORTEST)
    _keep(session, loan, from_at=since, until_at=ends)


def keep_for_late_loan(session: AnySession, loan: Loan) -> None:
    """Gives a loan that should have ended the promise back that it had, which lies in the past.

    It ends before whatever was promised of a counted thing for later begins.
    """
    let_go_of_loan(session, loan)
    ends = _with_turnaround(session, loan, loan.due_at)
    if loan.counted:
        ends = min(ends, next_promise(session, loan.item_id, loan.due_at) or ends)
    _keep(session, loan, from_at=min(loan.borrowed_at, ends - SHORTEST), until_at=ends)


def keep_what_is_lost(session: AnySession, loan: Loan, *, since: datetime) -> None:
    """Keeps what of a bin is lost for ever, or until it is found: nobody can count on it."""
    let_go_of_loan(session, loan)
    _keep(session, loan, from_at=since, until_at=FOR_EVER)


def keep_for_offer(session: AnySession, offer: Offer, *, since: datetime) -> Promise:
    """Keeps the unit until the offer expires; in place of the promise that it had before."""
    let_go_of_offer(session, offer)
    promise = Promise(
        item_id=offer.item_id,
        from_at=since,
        until_at=offer.expires_at,
        alone=True,
        offer_id=offer.id,
    )
    return _written(session, promise)


def keep_for_reserved(
    session: AnySession, unit: ReservedUnit, item: Item, *, from_at: datetime, until_at: datetime
) -> Promise:
    """Keeps this item, or a quantity of it, for a reserved unit; `until_at` has the turnaround."""
    session.flush()
    promise = Promise(
        item=item,
        from_at=from_at,
        until_at=until_at,
        alone=item.kind.counting is Counting.COUNTED,
        quantity=unit.quantity,
        reserved_unit=unit,
    )
    return _written(session, promise)


def keep_for_kit(session: AnySession, part: KitPart, *, since: datetime) -> Promise:
    """Keeps what is in a kit for it, until it is taken out; in place of what was kept before."""
    let_go_of_kit_part(session, part)
    promise = Promise(
        item_id=part.item_id,
        from_at=since,
        until_at=FOR_EVER,
        alone=part.counted,
        quantity=part.quantity,
        kit_part_id=part.id,
    )
    return _written(session, promise)


def let_go_of_loan(session: AnySession, loan: Loan) -> None:
    """Ends what a loan keeps, with no turnaround: it was a mistake, or nothing came back."""
    rows.remove(session, _OF_LOAN, {"id": loan.id})


def let_go_of_offer(session: AnySession, offer: Offer) -> None:
    """Ends what an offer keeps."""
    _let_go(session, _OF_OFFER, offer)


def let_go_of_reserved(session: AnySession, unit: ReservedUnit) -> None:
    """Ends what a reserved unit keeps."""
    _let_go(session, _OF_RESERVED, unit)


def let_go_of_kit_part(session: AnySession, part: KitPart) -> None:
    """Ends what a kit keeps of this."""
    _let_go(session, _OF_KIT_PART, part)


def turn_around(session: AnySession, loan: Loan, *, now: datetime) -> None:
    """What came back is kept for its turnaround, as far as nobody else was promised it before."""
    let_go_of_loan(session, loan)
    ends = _with_turnaround(session, loan, now)
    if loan.counted and ends > now:
        ends = min(ends, next_promise(session, loan.item_id, now) or ends)
    if ends > now:
        _keep(session, loan, from_at=now, until_at=ends)


def next_promise(session: AnySession, item_id: int, now: datetime) -> datetime | None:
    """When the next promise of a counted item begins."""
    ahead = (Promise.item_id == item_id, Promise.alone, Promise.until_at > now)
    return session.scalar(select(func.min(Promise.from_at)).where(*ahead))


def _with_turnaround(session: AnySession, loan: Loan, at: datetime) -> datetime:
    days = loan.rules.get("turnaround", 0)
    if not days:
        return at
    return after_opening_days(read_opening_times(session, loan.item.kind.group), at, days)


def _keep(session: AnySession, loan: Loan, *, from_at: datetime, until_at: datetime) -> None:
    """The database has the last word, should a lock ever fail us."""
    try:
        rows.write(
            session,
            Promise,
            item_id=loan.item_id,
            from_at=from_at,
            until_at=until_at,
            alone=loan.counted,
            quantity=loan.quantity,
            loan_id=loan.id,
        )
    except IntegrityError as error:
        raise Refusal(JustPromised()) from error


def _let_go(session: AnySession, which: Delete, of: Offer | ReservedUnit | KitPart) -> None:
    session.flush()
    session.execute(which, {"id": of.id})


def _written(session: AnySession, promise: Promise) -> Promise:
    """The same for what has its promise at hand."""
    session.add(promise)
    try:
        session.flush()
    except IntegrityError as error:
        raise Refusal(JustPromised()) from error
    return promise
