"""What one scan at the desk does: by what was scanned, how the thing stands, and who is served.

A card says who is served from now on. A thing that is out is returned, whoever has it. A thing
that is on the shelf is lent to the member who is served. A bin that is not a thing of its own is
returned when nobody is served; else it asks how many, and lends or gives that number.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from toolshare.care import outages
from toolshare.care.models import OutageReason
from toolshare.circulation import borrowing, eligibility, returning, service, taking, undoing
from toolshare.circulation.models import Loan, Taking
from toolshare.circulation.reasons import NothingToUndo
from toolshare.desk import reasons as why
from toolshare.inventory.locking import under_lock
from toolshare.inventory.models import Counting, Item
from toolshare.journal.models import Event
from toolshare.journal.recording import earlier
from toolshare.labels.scanning import NotAnItem, item_behind, what_is_behind
from toolshare.people import roles
from toolshare.people.models import Group, Membership, Person, Role
from toolshare.people.opening import today_in
from toolshare.records import AnySession
from toolshare.refusals import Refusal, refuse_if

Found = TypeVar("Found", Loan, Taking)


class Outcome(StrEnum):
    """What a scan or a press at the desk did."""

    SERVING = "serving"
    HOW_MANY = "how_many"
    LENT = "lent"
    TAKEN = "taken"
    RETURNED = "returned"
    LENDING_UNDONE = "lending_undone"
    TAKING_UNDONE = "taking_undone"
    RETURN_UNDONE = "return_undone"
    TO_BE_CHECKED = "to_be_checked"


@dataclass(frozen=True)
class Done:
    """What was done to whatever wears the code; `record_id` is of the loan or the taking."""

    outcome: Outcome
    code: str
    record_id: int | None = None
    old_label: str = ""  # what was scanned, if the thing wears another label by now


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
    """Does what the scan of a code means; `served` is the code of the card scanned before.

    Refuses who is no steward of the thing's group, and whatever lending or returning refuses.
    """
    wearer = what_is_behind(session, code)
    if isinstance(wearer, Membership):
        _refuse_to_serve(session, wearer, by=by, now=now)
        return Done(Outcome.SERVING, wearer.code)
    if not isinstance(wearer, Item):
        raise Refusal(NotAnItem(code=code))
    outages.require_steward(session, wearer, by=by, now=now)
    borrower = card_we_serve(session, served, by=by, now=now).person if served else None
    item = under_lock(session, wearer.id)
    if _is_a_return(session, item, borrower, operation):
        loan = returning.take_back(session, item, by=by, now=now, operation=operation)
        return _by_label(code, Done(Outcome.RETURNED, item.code, loan.id))
    if borrower is None:
        raise Refusal(why.NobodyToLendTo())
    done = _hand_out(
        session, item, borrower, by=by, now=now, quantity=quantity, operation=operation
    )
    return _by_label(code, done)


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
    if outcome is Outcome.TAKEN:
        taken = _found(session, Taking, record_id)
        taken = taking.put_back(session, taken, by=by, now=now, operation=operation)
        return Done(Outcome.TAKING_UNDONE, taken.item.code, taken.id)
    loan = _found(session, Loan, record_id)
    if outcome is Outcome.LENT:
        loan = undoing.undo_borrowing(session, loan, by=by, now=now, operation=operation)
        return Done(Outcome.LENDING_UNDONE, loan.item.code, loan.id)
    loan = undoing.undo_return(session, loan, by=by, now=now, operation=operation)
    return Done(Outcome.RETURN_UNDONE, loan.item.code, loan.id)


def ask_for_a_check(
    session: AnySession, code: str, *, by: Person, now: datetime, operation: UUID | None = None
) -> Done:
    """Puts a thing aside until a steward has looked at it."""
    item = item_behind(session, code)
    service.take_out(session, item, OutageReason.NEEDS_CHECK, by=by, now=now, operation=operation)
    return Done(Outcome.TO_BE_CHECKED, item.code)


def card_we_serve(session: AnySession, code: str, *, by: Person, now: datetime) -> Membership:
    """The card with this code, with its person and group, if this steward may lend to them."""
    card = what_is_behind(session, code)
    if not isinstance(card, Membership):
        raise Refusal(why.NobodyToLendTo())
    _refuse_to_serve(session, card, by=by, now=now)
    return card


def groups_served(session: AnySession, person: Person, *, now: datetime) -> list[Group]:
    """The groups that the person is a steward of today; refuses who is of none."""
    groups = [
        membership.group
        for membership in roles.memberships_of(session, person)
        if membership.role.covers(Role.STEWARD)
        and membership.is_current(today_in(membership.group, now))
    ]
    if not groups:
        raise Refusal(why.DeskIsForStewards())
    return groups


def _by_label(scanned: str, done: Done) -> Done:
    return done if scanned == done.code else replace(done, old_label=scanned)


def _refuse_to_serve(session: AnySession, card: Membership, *, by: Person, now: datetime) -> None:
    """Who lends for a group lends to its members and to those of the villages below it."""
    ours = {group.id for group in groups_served(session, by, now=now)}
    chain = roles.group_and_its_parents(session, card.group_id)
    if not ours & {group.id for group in chain}:
        raise Refusal(why.NotYourMember(code=card.code))
    if not card.is_current(today_in(card.group, now)):
        raise Refusal(eligibility.against_outsider(session, card.person, card.group, now))
    refuse_if([*eligibility.against_membership(card, card.person, card.group)])


def _is_a_return(
    session: AnySession, item: Item, borrower: Person | None, operation: UUID | None
) -> bool:
    """Whether the scan brings something back; sent again, it means what it meant before."""
    if entry := earlier(session, operation):
        return entry.what == Event.RETURNED
    from_a_bin = item.kind.counting is not Counting.COUNTED
    if from_a_bin and borrower is not None:
        return False
    return bool(returning.open_loans_of(session, item, at_most=1))


def _hand_out(
    session: AnySession,
    item: Item,
    borrower: Person,
    *,
    by: Person,
    now: datetime,
    quantity: int | None,
    operation: UUID | None,
) -> Done:
    counting = item.kind.counting
    if quantity is None and counting is not Counting.COUNTED:
        return Done(Outcome.HOW_MANY, item.code)
    quantity = quantity or 1
    if counting is Counting.CONSUMABLE:
        taken = taking.take(
            session, item, taker=borrower, by=by, now=now, quantity=quantity, operation=operation
        )
        return Done(Outcome.TAKEN, item.code, taken.id)
    loan = borrowing.borrow(
        session, item, borrower=borrower, by=by, now=now, quantity=quantity, operation=operation
    )
    return Done(Outcome.LENT, item.code, loan.id)


def _found(session: AnySession, table: type[Found], record_id: int) -> Found:
    record = session.get(table, record_id)
    if record is None:
        raise Refusal(NothingToUndo())
    return record
