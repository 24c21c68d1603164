"""What one scan at the desk does: by what was scanned, how the thing stands, and what came before.

A card says who is served from now on, the label of a place where things are put. Then a thing is

- lent to who is served, when it is on the shelf;
- passed on to them, when another member has it;
- returned, when they have it themselves or nobody is served;
- put at the place that was scanned, and returned by that if it was out.

A bin is not one thing: it is returned when nobody is served, else it asks how many, and lends or
gives that number; at a place it is put there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from toolshare.care import outages
from toolshare.care.inspecting import Findings
from toolshare.care.models import OutageReason
from toolshare.circulation import (
    borrowing,
    in_kits,
    kit_returns,
    looking_over,
    passing_on,
    returning,
    service,
    taking,
    undoing,
)
from toolshare.circulation.models import Loan, Taking
from toolshare.circulation.reasons import NothingToUndo
from toolshare.desk import putting_away
from toolshare.desk import reasons as why
from toolshare.desk.outcomes import UNDONE, Done, Outcome
from toolshare.desk.serving import Turned, refuse_to_turn, turned_to
from toolshare.inventory.locking import under_lock
from toolshare.inventory.models import Counting, Item, Place
from toolshare.journal.models import Event
from toolshare.journal.recording import earlier
from toolshare.labels.scanning import item_behind, what_is_behind
from toolshare.people.models import Membership, Person
from toolshare.records import AnySession
from toolshare.refusals import Refusal, refuse_if

Found = TypeVar("Found", Loan, Taking)


@dataclass(frozen=True)
class Scan:
    """A thing that was scanned, and what the desk was turned to."""

    item: Item
    to: Turned | None
    by: Person
    now: datetime
    quantity: int | None
    operation: UUID | None
    sent_again: bool

    @property
    def act(self) -> dict[str, Any]:
        """Who does it, when, and the id by which it is done once."""
        return {"by": self.by, "now": self.now, "operation": self.operation}


def scan(
    session: AnySession,
    code: str,
    *,
    by: Person,
    now: datetime,
    served: str = "",
    quantity: int | None = None,
    operation: UUID | None = None,
) -> Done:
    """Does what the scan of a code means; `served` is the card or the place scanned before.

    Refuses who is no steward of the thing's group, and whatever lending, returning, passing on or
    putting it there refuses.
    """
    wearer = what_is_behind(session, code)
    if not isinstance(wearer, Item):
        refuse_to_turn(session, wearer, by=by, now=now)
        is_place = isinstance(wearer, Place)
        return Done(Outcome.PUTTING if is_place else Outcome.SERVING, wearer.code)
    outages.require_steward(session, wearer, by=by, now=now)
    to = turned_to(session, served, by=by, now=now)
    item, before = under_lock(session, wearer.id), earlier(session, operation)
    one = Scan(item, to, by, now, quantity, operation, sent_again=before is not None)
    mean = AGAIN.get(before.what, _hand_out) if before else _meaning(session, one)
    done = mean(session, one)
    return done if code == done.code else replace(done, old_label=code)


def undo(
    session: AnySession,
    outcome: Outcome,
    record_id: int,
    *,
    by: Person,
    now: datetime,
    operation: UUID | None = None,
) -> Done:
    """Undoes what a scan did, while that can be done."""
    act: dict[str, Any] = {"by": by, "now": now, "operation": operation}
    if outcome is Outcome.PUT:
        item = putting_away.undo(session, record_id, **act)
    elif outcome is Outcome.TAKEN:
        item = taking.put_back(session, _found(session, Taking, record_id), **act).item
    elif outcome is Outcome.RETURNED:
        item = _undo_return(session, _found(session, Loan, record_id), act)
    else:
        lent = _found(session, Loan, record_id)
        is_loan = outcome is Outcome.LENT
        take_back = undoing.undo_borrowing if is_loan else undoing.undo_passing_on
        item = take_back(session, lent, **act).item
    return Done(UNDONE[outcome], item.code, record_id)


def ask_for_a_check(
    session: AnySession, code: str, *, by: Person, now: datetime, operation: UUID | None = None
) -> Done:
    """Puts a thing aside until a steward has looked at it."""
    item = item_behind(session, code)
    service.take_out(session, item, OutageReason.NEEDS_CHECK, by=by, now=now, operation=operation)
    return Done(Outcome.TO_BE_CHECKED, item.code)


def look_over(
    session: AnySession,
    loan_id: int,
    findings: Findings,
    not_there: Mapping[int, int],
    *,
    by: Person,
    now: datetime,
    operation: UUID | None,
    **more: Any,
) -> Loan:
    """Says how a thing is that a scan has returned; `more` is the meter.

    Of a kit `not_there` has how many are missing of which part.
    """
    loan, is_known = _found(session, Loan, loan_id), earlier(session, operation) is not None
    how: dict[str, Any] = {"by": by, "now": now, "operation": operation, **more}
    loan = looking_over.look_over(session, loan, findings, **how)
    if not_there and not is_known:
        kit_returns.write_down_missing(session, loan, not_there, by=by, now=now)
    return loan


def _meaning(session: AnySession, one: Scan) -> Callable[[AnySession, Scan], Done]:
    """What is to be done with the thing."""
    is_bin = one.item.kind.counting is not Counting.COUNTED
    if is_bin and one.to is not None:
        return _put if isinstance(one.to, Place) else _hand_out
    loan = next(iter(returning.open_loans_of(session, one.item, at_most=1)), None)
    if loan is None:
        return _put if isinstance(one.to, Place) else _hand_out
    if isinstance(one.to, Membership) and loan.is_with_borrower:
        return _take_back if loan.borrower_id == one.to.person_id else _pass_on
    return _take_back


def _take_back(session: AnySession, one: Scan) -> Done:
    loan = returning.take_back(session, one.item, **one.act)
    if isinstance(one.to, Place) and not one.sent_again:
        putting_away.put(session, one.item, one.to, by=one.by, now=one.now, loan=loan)
    return Done(Outcome.RETURNED, one.item.code, loan.id)


def _put(session: AnySession, one: Scan) -> Done:
    if not isinstance(one.to, Place):
        raise Refusal(why.NobodyToLendTo())
    moved = putting_away.put(session, one.item, one.to, **one.act)
    return Done(Outcome.PUT, one.item.code, moved.id if moved else None)


def _pass_on(session: AnySession, one: Scan) -> Done:
    if not isinstance(one.to, Membership):
        raise Refusal(why.NobodyToLendTo())
    loan = _passed_on_before(session, one)
    loan = passing_on.pass_on(session, loan, to=one.to.person, **one.act)
    return Done(Outcome.PASSED_ON, one.item.code, loan.id)


def _passed_on_before(session: AnySession, one: Scan) -> Loan:
    """The loan of who has it; sent again, of who had it before."""
    entry = earlier(session, one.operation)
    if entry is not None:
        return session.get_one(Loan, entry.loan_id)
    return returning.open_loans_of(session, one.item, at_most=1)[0]


def _hand_out(session: AnySession, one: Scan) -> Done:
    item, counting = one.item, one.item.kind.counting
    if not isinstance(one.to, Membership):
        refuse_if(in_kits.against_each(session, [item.id]))
        raise Refusal(why.NobodyToLendTo())
    if one.quantity is None and counting is not Counting.COUNTED:
        return Done(Outcome.HOW_MANY, item.code)
    person, quantity = one.to.person, one.quantity or 1
    if counting is Counting.CONSUMABLE:
        taken = taking.take(session, item, taker=person, quantity=quantity, **one.act)
        return Done(Outcome.TAKEN, item.code, taken.id)
    loan = borrowing.borrow(session, item, borrower=person, quantity=quantity, **one.act)
    return Done(Outcome.LENT, item.code, loan.id)


def _undo_return(session: AnySession, loan: Loan, act: dict[str, Any]) -> Item:
    """Where the same scan put the thing is undone with it, unless it was put elsewhere since.

    Sent again, it leaves the thing where it was put when it was returned once more.
    """
    under_lock(session, loan.item_id)
    is_known = earlier(session, act["operation"]) is not None
    moved = None if is_known else putting_away.put_with(session, loan)
    loan = undoing.undo_return(session, loan, **act)
    if moved is not None and loan.item.place_id == moved.details["place_id"]:
        putting_away.undo(session, moved.id, by=act["by"], now=act["now"])
    return loan.item


def _found(session: AnySession, table: type[Found], record_id: int) -> Found:
    record = session.get(table, record_id)
    if record is None:
        raise Refusal(NothingToUndo())
    return record


# Sent again, a scan means what it meant before.
AGAIN: dict[str, Callable[[AnySession, Scan], Done]] = {
    Event.RETURNED: _take_back,
    Event.HANDED_OVER: _pass_on,
    Event.ITEM_MOVED: _put,
}
