"""What a scan at a kiosk does: what is free is borrowed, what one has is given back.

It is what the member would do with their own phone, by the same verbs: what was borrowed a moment
ago is taken off again, a steward returns, a member leaves it in the shed. Whatever takes more than
a scan is left to the phone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from toolshare.circulation import borrowing, dropping_off, returning, taking, terms, undoing
from toolshare.circulation.eligibility import is_steward
from toolshare.circulation.models import Loan
from toolshare.circulation.standing import STILL_OUT
from toolshare.inventory.locking import under_lock
from toolshare.inventory.models import Counting, Item
from toolshare.journal.models import Entry, Event
from toolshare.journal.recording import earlier, say_more
from toolshare.kiosk import reasons as why
from toolshare.kiosk.models import Kiosk
from toolshare.labels.scanning import item_behind
from toolshare.people import roles
from toolshare.people.models import Person
from toolshare.records import AnySession
from toolshare.refusals import Refusal

ECHO = timedelta(seconds=3)  # in which the same label is read once: scanners repeat themselves
OUT = {Event.BORROWED, Event.TAKEN}


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
) -> Item | None:
    """Borrows or gives back for who is served; the bin, when it has to be told how many.

    Refuses what borrowing, leaving in the shed and returning refuse, and what a tablet can't ask.
    """
    item = item_behind(session, code)
    _refuse_what_is_elsewhere(session, kiosk, item)
    one = Scan(under_lock(session, item.id), kiosk, by, now, operation)
    before = earlier(session, operation)
    if before is None and quantity is None and _is_echo(session, one):
        return None
    loan = _loan(session, one, before)
    if loan is not None:
        _give_back(session, one, loan, before)
    elif quantity is None and before is None and item.kind.counting is not Counting.COUNTED:
        return item
    else:
        _hand_out(session, one, quantity or 1, is_new=before is None)
    say_more(session, operation, kiosk_id=kiosk.id, kiosk=kiosk.name)
    return None


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


def _give_back(session: AnySession, one: Scan, loan: Loan, before: Entry | None) -> None:
    what = before.what if before else _meaning(session, one, loan)
    if what == Event.BORROWING_UNDONE:
        undoing.undo_borrowing(session, loan, **one.act)
    elif what == Event.RETURNED:
        if one.item.kind.meter or one.item.kind.is_kit:
            raise Refusal(why.OnYourOwnPhone())
        returning.take_back(session, one.item, loan=loan, **one.act)
    else:
        dropping_off.drop_off(session, loan, where=one.kiosk.name, **one.act)


def _meaning(session: AnySession, one: Scan, loan: Loan) -> Event:
    is_mistake = loan.came_by is None and loan.is_with_borrower
    if is_mistake and terms.may_be_undone(loan.borrowed_at, now=one.now):
        return Event.BORROWING_UNDONE
    if is_steward(session, one.by, one.item.kind.group, now=one.now):
        return Event.RETURNED
    return Event.DROPPED_OFF


def _hand_out(session: AnySession, one: Scan, quantity: int, *, is_new: bool) -> None:
    """Sent again, it is done already, whatever the thing is by now."""
    how: dict[str, Any] = {**one.act, "quantity": quantity}
    if one.item.kind.counting is Counting.CONSUMABLE:
        taking.take(session, one.item, taker=one.by, **how)
        return
    if is_new and one.item.kind.meter:
        raise Refusal(why.OnYourOwnPhone())
    borrowing.borrow(session, one.item, borrower=one.by, **how)
