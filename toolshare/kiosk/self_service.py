"""What a scan at a kiosk does: what is free is borrowed, what one has is given back.

It is what the member would do with their own phone, by the same verbs: a steward returns, a member
leaves it in the shed. A camera sees a label more often than anybody means it to: in one sitting a
label does one thing by being seen, and what goes back on that is pressed. Whatever takes more than a
scan is left to the phone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from toolshare.circulation import borrowing, dropping_off, returning, taking, undoing
from toolshare.circulation.eligibility import is_steward
from toolshare.circulation.models import Loan
from toolshare.circulation.reasons import NothingToUndo
from toolshare.circulation.standing import STILL_OUT
from toolshare.inventory.locking import under_lock
from toolshare.inventory.models import Counting, Item
from toolshare.journal.models import Entry, Event
from toolshare.journal.recording import earlier, saying
from toolshare.kiosk import reasons as why
from toolshare.kiosk.models import Kiosk
from toolshare.labels.scanning import item_behind
from toolshare.people import roles
from toolshare.people.models import Person
from toolshare.records import AnySession
from toolshare.refusals import Refusal

ECHO = timedelta(seconds=3)  # in which the same label is read once: scanners repeat themselves
OUT = {Event.BORROWED, Event.TAKEN}
BACK = {Event.RETURNED, Event.BORROWING_UNDONE}
IN_HAND = {Event.BORROWED, *BACK}


class Unsaid(StrEnum):
    """What a scan alone doesn't say: nothing is done until somebody presses."""

    HOW_MANY = "how_many"  # of a bin
    HAS_IT = "has_it"  # borrowed in this sitting
    IS_BACK = "is_back"  # brought back or taken off in this sitting


@dataclass(frozen=True)
class Question:
    """What a scan leaves open about a thing."""

    unsaid: Unsaid
    code: str
    name: str
    loan_id: int | None = None  # what may be taken off


@dataclass(frozen=True)
class Scan:
    """A thing in the hands of who is served."""

    item: Item
    kiosk: Kiosk
    by: Person
    now: datetime
    operation: UUID

    @property
    def act(self) -> dict[str, Any]:
        """Who does it, when, and the id by which it is done once."""
        return {"by": self.by, "now": self.now, "operation": self.operation}


def scan(
    session: AnySession,
    kiosk: Kiosk,
    code: str,
    *,
    by: Person,
    now: datetime,
    operation: UUID,
    quantity: int | None = None,
) -> Question | None:
    """Borrows or gives back for who is served; or gives what has to be pressed first.

    Refuses what borrowing, leaving in the shed and returning refuse, and what a tablet can't ask.
    """
    item = item_behind(session, code)
    _refuse_what_is_elsewhere(session, kiosk, item)
    one = Scan(under_lock(session, item.id), kiosk, by, now, operation)
    before = earlier(session, operation)
    if before is None and quantity is None and _is_echo(session, one):
        return None
    loan = _loan(session, one, before)
    unsaid = _unsaid(session, one, loan, quantity) if before is None else None
    if unsaid is not None:
        return Question(unsaid, item.code, item.kind.name, loan.id if loan else None)
    with saying(session, kiosk_id=kiosk.id, kiosk=kiosk.name):
        if loan is not None:
            _give_back(session, one, loan, before)
        else:
            _hand_out(session, one, quantity or 1, is_new=before is None)
    return None


def undo(
    session: AnySession, kiosk: Kiosk, loan_id: int, *, by: Person, now: datetime, operation: UUID
) -> None:
    """Takes off what who is served has borrowed in this sitting; refuses any other loan."""
    its = (Loan.id == loan_id, Loan.borrower_id == by.id, Loan.borrowed_at >= kiosk.began_at)
    loan = session.scalar(select(Loan).where(*its))
    if loan is None:
        raise Refusal(NothingToUndo())
    with saying(session, kiosk_id=kiosk.id, kiosk=kiosk.name):
        undoing.undo_borrowing(session, loan, by=by, now=now, operation=operation)


def _refuse_what_is_elsewhere(session: AnySession, kiosk: Kiosk, item: Item) -> None:
    """The tablet of a village lends what is the village's, and what is its federation's."""
    ours = {group.id for group in roles.group_and_its_parents(session, kiosk.group_id)}
    if item.kind.group_id not in ours:
        raise Refusal(why.NotOfThisShed(group=item.kind.group.name))


def _is_echo(session: AnySession, one: Scan) -> bool:
    just_done = select(Entry.id).where(
        Entry.item_id == one.item.id, Entry.by_id == one.by.id, Entry.at > one.now - ECHO
    )
    return session.scalar(just_done.limit(1)) is not None


def _loan(session: AnySession, one: Scan, before: Entry | None) -> Loan | None:
    """What the person has of it; sent again, what they had before it was done."""
    if before is not None and before.what in OUT:
        return None
    is_it = Loan.id == before.loan_id if before else STILL_OUT
    loan = session.scalar(
        select(Loan)
        .where(Loan.item_id == one.item.id, Loan.borrower_id == one.by.id, is_it)
        .options(joinedload(Loan.borrower), joinedload(Loan.came_by))
        .order_by(Loan.due_at, Loan.id)
        .limit(1)
    )
    if loan is not None:
        set_committed_value(loan, "item", one.item)
    return loan


def _unsaid(
    session: AnySession, one: Scan, loan: Loan | None, quantity: int | None
) -> Unsaid | None:
    last = _last_here(session, one)
    if loan is not None:
        return Unsaid.HAS_IT if last == Event.BORROWED else None
    if quantity is not None:
        return None
    if one.item.kind.counting is not Counting.COUNTED:
        return Unsaid.HOW_MANY
    return Unsaid.IS_BACK if last in BACK else None


def _last_here(session: AnySession, one: Scan) -> str | None:
    """What was done last with the thing, if it was in this sitting."""
    last = session.scalar(
        select(Entry)
        .where(Entry.item_id == one.item.id, Entry.by_id == one.by.id)
        .where(Entry.at >= one.kiosk.began_at, Entry.what.in_(IN_HAND))
        .order_by(Entry.id.desc())
        .limit(1)
    )
    return last.what if last and last.details.get("kiosk_id") == one.kiosk.id else None


def _give_back(session: AnySession, one: Scan, loan: Loan, before: Entry | None) -> None:
    what = before.what if before else _meaning(session, one)
    if what == Event.RETURNED:
        if one.item.kind.meter or one.item.kind.is_kit:
            raise Refusal(why.OnYourOwnPhone())
        returning.take_back(session, one.item, loan=loan, **one.act)
    else:
        dropping_off.drop_off(session, loan, where=one.kiosk.name, **one.act)


def _meaning(session: AnySession, one: Scan) -> Event:
    is_stewards = is_steward(session, one.by, one.item.kind.group, now=one.now)
    return Event.RETURNED if is_stewards else Event.DROPPED_OFF


def _hand_out(session: AnySession, one: Scan, quantity: int, *, is_new: bool) -> None:
    """Sent again, it is done already, whatever the thing is by now."""
    how: dict[str, Any] = {**one.act, "quantity": quantity}
    if one.item.kind.counting is Counting.CONSUMABLE:
        taking.take(session, one.item, taker=one.by, **how)
        return
    if is_new and one.item.kind.meter:
        raise Refusal(why.OnYourOwnPhone())
    borrowing.borrow(session, one.item, borrower=one.by, **how)
