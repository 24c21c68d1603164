"""Borrowing: what speaks against it and doing it, by one rule."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value

from toolshare import rows
from toolshare.circulation import at_hand, kits, metering, promising, terms
from toolshare.circulation import reasons as why
from toolshare.circulation.eligibility import (
    YouAreLate,
    against_lender,
    against_membership,
    against_outsider,
    membership_of,
)
from toolshare.circulation.lines import WaitedFor, line_of
from toolshare.circulation.locking import loan_of
from toolshare.circulation.models import Loan
from toolshare.circulation.offering import offer_what_is_free, serve
from toolshare.circulation.room import KeptForAnother, Room, make_way, room_for_loan
from toolshare.circulation.standing import Standing, standing
from toolshare.inventory.locking import under_lock
from toolshare.inventory.models import Counting, Item
from toolshare.journal.models import Event
from toolshare.journal.recording import done_already, record, told_late
from toolshare.people import roles
from toolshare.people.models import Group, Membership, Person
from toolshare.people.opening import read_opening_times
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, refuse_if
from toolshare.rules import fitness
from toolshare.rules.in_force import RulesInForce
from toolshare.rules.resolving import rules_for


@dataclass(frozen=True)
class Weighing:
    """What was found when somebody wanted to borrow, and what of it speaks against it."""

    membership: Membership | None
    standing: Standing
    rules: RulesInForce
    reasons: list[Reason]
    room: Room | None = None  # when something of it is promised ahead
    wished: date | None = None  # by the end of which day it should come back

    def due_at(self, group: Group, *, now: datetime) -> datetime:
        """Until when it would be lent; the group has its opening times."""
        due_at = terms.due_at_wish(group, self.rules, self.wished, now=now)
        return self.room.due_at(due_at) if self.room else due_at


def weigh(
    session: AnySession,
    item: Item,
    *,
    by: Person,
    now: datetime,
    borrower: Person | None = None,
    quantity: int = 1,
    passed_on: Loan | None = None,
    wished: date | None = None,
) -> Weighing:
    """Weighs whether this person may borrow the item, or lend it to another.

    The item has its kind and its kind's group loaded. Who has no membership hears only that:
    whether things are out is the members' business. `passed_on` is the loan that would end with it.
    """
    borrower = borrower or by
    group = item.kind.group
    membership = membership_of(session, borrower, group, now=now)
    home = membership.household_id if membership else None
    found = standing(session, item, borrower, now=now, household_id=home).without(passed_on)
    rules = rules_for(session, group_id=group.id, kind_id=item.kind_id, item_id=item.id)
    if membership is None:
        return Weighing(None, found, rules, [against_outsider(session, borrower, group, now)])
    against = [
        *against_lender(session, item, rules, borrower, by=by, now=now),
        *against_membership(membership, borrower, group),
        *fitness.reasons_against(session, borrower, rules, group=group, now=now),
        *_against_what_is_in_it(session, item, borrower, by=by, now=now),
        *_against_more_loans(item, rules, found, now),
        *at_hand.reasons_against(item, found, now),
        *at_hand.against_quantity(item, found, quantity),
        *(_against_the_line(session, item, borrower, now) if found.is_waited_for else ()),
    ]
    reasons = list(dict.fromkeys(against))
    weighed = Weighing(membership, found, rules, reasons, wished=wished)
    if reasons or not found.is_promised or item.kind.counting is Counting.CONSUMABLE:
        return weighed
    room = _room(session, item, borrower, weighed, passed_on=passed_on, quantity=quantity, now=now)
    return replace(weighed, reasons=[] if room.until else [KeptForAnother()], room=room)


def reasons_against(
    session: AnySession,
    item: Item,
    *,
    by: Person,
    now: datetime,
    borrower: Person | None = None,
    quantity: int = 1,
) -> list[Reason]:
    """Everything that speaks against it, as weigh() finds it."""
    return weigh(session, item, by=by, now=now, borrower=borrower, quantity=quantity).reasons


def borrow(
    session: AnySession,
    item: Item,
    *,
    borrower: Person,
    by: Person,
    now: datetime,
    quantity: int = 1,
    wished: date | None = None,
    meter: Decimal | None = None,
    operation: UUID | None = None,
    happened_at: datetime | None = None,
) -> Loan:
    """Lends the item, or that many from a bin, to the borrower; `by` is a steward or themselves.

    `wished` is the day by whose end it should come back, if that is sooner than by the rules.

    Refuses for every reason that reasons_against() gives. The same operation sent again gives the
    loan that it made. What is told late has `happened_at` before: it is due as if lent then.
    """
    item = under_lock(session, item.id)
    if done := done_already(session, operation, Event.BORROWED, by=by, item=item, person=borrower):
        return loan_of(session, item, done.loan_id)
    if item.kind.counting is Counting.CONSUMABLE:
        raise Refusal(why.ConsumablesAreTaken())
    roles.lock_person(session, borrower)  # so that their open loans are counted right
    how: dict[str, Any] = {"by": by, "now": now, "quantity": quantity}
    found = weigh(session, item, borrower=borrower, wished=wished, **how)
    refuse_if(found.reasons)
    loan = begin_loan(session, item, borrower, found, since=happened_at, meter=meter, **how)
    write_down(session, loan, found, by=by, operation=operation, **told_late(happened_at, now))
    if found.standing.is_waited_for:
        offer_what_is_free(session, item.kind.group, [item.kind_id], now=now)
    return loan


def write_down(
    session: AnySession,
    loan: Loan,
    found: Weighing,
    *,
    by: Person,
    operation: UUID | None = None,
    **told: Any,
) -> None:
    """Writes into the journal that a loan has begun."""
    record(
        session,
        Event.BORROWED,
        by=by,
        at=loan.borrowed_at,
        group=loan.item.kind.group,
        item=loan.item,
        loan=loan,
        person=loan.borrower,
        operation=operation,
        due_at=loan.due_at.isoformat(),
        quantity=loan.quantity,
        **metering.worded(loan.meter_before),
        **_fetched(found),
        **told,
    )


def _fetched(found: Weighing) -> dict[str, int]:
    """For the journal: which reserved unit was fetched, if one was."""
    unit = found.room.fetches if found.room else None
    return {"reserved_unit_id": unit.id} if unit else {}


def _against_what_is_in_it(
    session: AnySession, item: Item, borrower: Person, *, by: Person, now: datetime
) -> Iterator[Reason]:
    """A kit asks for all that each thing in it would ask for by itself."""
    for rules in kits.rules_inside(session, item) if item.kind.is_kit else ():
        yield from against_lender(session, item, rules, borrower, by=by, now=now)
        yield from fitness.reasons_against(session, borrower, rules, group=item.kind.group, now=now)


def _against_more_loans(
    item: Item, rules: RulesInForce, found: Standing, now: datetime
) -> Iterator[Reason]:
    group = item.kind.group
    if item.kind.counting is Counting.CONSUMABLE:
        return
    if found.open_loans >= rules.open_loans:
        yield why.AtTheLimit(limit=rules.open_loans, group=group.name)
    for one in found.late:
        if now > terms.grace_ends(one.due_at, one.rules, group):
            yield YouAreLate(thing=one.name, due_at=one.due_at, time_zone=group.time_zone)


def _against_the_line(
    session: AnySession, item: Item, borrower: Person, now: datetime
) -> Iterator[Reason]:
    """Whoever is next in line comes first, whether or not it was offered to them already."""
    line = line_of(session, item.kind.group, item.kind_id, now=now)
    if line.is_kept_from(borrower.id, item.id):
        yield WaitedFor()


def _room(
    session: AnySession,
    item: Item,
    borrower: Person,
    found: Weighing,
    *,
    passed_on: Loan | None,
    quantity: int,
    now: datetime,
) -> Room:
    group, rules = read_opening_times(session, item.kind.group), found.rules
    return room_for_loan(
        session,
        item,
        borrower,
        until=found.due_at(group, now=now),
        turnaround=rules.turnaround,
        by_hours=rules.loan_period.is_by_hours,
        quantity=quantity,
        now=now,
        but_loan=passed_on.id if passed_on else None,
    )


def begin_loan(
    session: AnySession,
    item: Item,
    borrower: Person,
    found: Weighing,
    *,
    by: Person,
    now: datetime,
    quantity: int,
    since: datetime | None = None,
    meter: Decimal | None = None,
) -> Loan:
    """Lends what has been weighed; the item is locked by the caller, who also writes the journal.

    `since` is when it went out, if that is told late; it is kept, and others are served, from now on.
    """
    group, room = read_opening_times(session, item.kind.group), found.room
    since = since or now
    if found.standing.is_waited_for:
        serve(session, item, borrower, by=by, now=now)
    if room is not None:
        make_way(session, room)
    loan = _begun(
        session,
        item_id=item.id,
        borrower_id=borrower.id,
        counted=item.kind.counting is Counting.COUNTED,
        quantity=quantity,
        borrowed_at=since,
        lent_by_id=by.id if by.id != borrower.id else None,
        due_at=found.due_at(group, now=since),
        rules=found.rules.as_json(),
        meter_before=metering.at_start(session, item, meter),
    )
    set_committed_value(loan, "item", item)
    set_committed_value(loan, "borrower", borrower)
    if room is not None and room.fetches is not None:
        room.fetches.loan_id = loan.id
    promising.keep_for_new_loan(session, loan, since=now)
    return loan


def _begun(session: AnySession, **facts: Any) -> Loan:
    """The index of open loans is the backstop, should a lock ever fail us."""
    try:
        return rows.add(session, Loan, **facts)
    except IntegrityError as error:
        raise Refusal(why.JustBorrowed()) from error
