"""Asking for one's turn: a place in line for a kind, kept while it is paused, and given up."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from sqlalchemy import select

from toolshare.circulation import booking_rules, in_kits
from toolshare.circulation import reasons as why
from toolshare.circulation.eligibility import (
    against_membership,
    against_outsider,
    is_steward,
    membership_of,
)
from toolshare.circulation.ending import end_hold
from toolshare.circulation.holds import hold_under_lock, offer_in_force
from toolshare.circulation.lines import Line, line_of
from toolshare.circulation.models import Loan
from toolshare.circulation.offering import offer_what_is_free
from toolshare.circulation.promises import Hold, HoldEnd
from toolshare.circulation.standing import STILL_OUT
from toolshare.inventory.locking import lock_kinds
from toolshare.inventory.models import Counting, Item, Kind
from toolshare.journal.models import Event
from toolshare.journal.recording import done_already, record
from toolshare.people import roles
from toolshare.people.models import Person, Role
from toolshare.people.opening import today_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid, refuse_if
from toolshare.rules import fitness


@dataclass(frozen=True)
class NotWaitedFor(Reason):
    """Of a bin somebody always brings some back: there are no turns."""

    says = msgid("Nobody waits in line for what is kept in a bin.")
    instead = msgid("Come back later, or ask a steward for more of it.")


@dataclass(frozen=True)
class NoneToWaitFor(Reason):
    """No unit is in stock that could ever come free."""

    says = msgid("There is none in stock to wait for.")
    instead = msgid("Look for another one in the catalogue.")


@dataclass(frozen=True)
class InLineAlready(Reason):
    """The person has a place in this line."""

    name: str
    says = msgid("%(name)s is in line for it already.")
    instead = msgid("The place in line is on the page of the thing.")


@dataclass(frozen=True)
class FreeNow(Reason):
    """Nothing to wait for: one is here, and nobody else is to have it first."""

    says = msgid("One is free now.")
    instead = msgid("Just borrow it.")


@dataclass(frozen=True)
class NeededBefore(Reason):
    """The day by which it is needed has passed."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("The day by which it is needed has passed.")
    instead = msgid("Choose a later day, or none.")


@dataclass(frozen=True)
class YourTurnNow(Reason):
    """What is offered can't wait."""

    says = msgid("It is your turn now, so you can't pause.")
    instead = msgid("Accept it, or pass it on.")


def weigh(
    session: AnySession,
    kind: Kind,
    *,
    person: Person,
    by: Person,
    now: datetime,
    item: Item | None = None,
    need_by: date | None = None,
) -> tuple[Line | None, list[Reason]]:
    """The line for a kind, which has its group, and everything that speaks against a place in it.

    Without a membership nobody hears of it, and what is kept in a bin has none.
    """
    group = kind.group
    if kind.counting is not Counting.COUNTED:
        return None, [NotWaitedFor()]
    membership = membership_of(session, person, group, now=now)
    if membership is None:
        return None, [against_outsider(session, person, group, now)]
    line = line_of(session, group, kind.id, now=now)
    return line, [
        *_against_asking_for_another(session, kind, person, by, now),
        *against_membership(membership, person, group),
        *fitness.reasons_against(session, person, line.rules, group=group, now=now),
        *_against_a_second(session, kind, line, person),
        *booking_rules.against_more(session, person, line.rules.open_holds, now=now),
        *(in_kits.against_each(session, [item.id] if item else []) or _against_thing(line, item)),
        *([NeededBefore()] if need_by and need_by < today_in(group, now) else []),
    ]


def ask(
    session: AnySession,
    kind: Kind,
    *,
    person: Person,
    by: Person,
    now: datetime,
    item: Item | None = None,
    need_by: date | None = None,
    operation: UUID | None = None,
) -> Hold:
    """Puts the person in line for the kind, or for one item of it; `by` is a steward or themselves.

    Refuses for every reason that weigh() gives.
    """
    lock_kinds(session, [kind.id])
    if done := done_already(session, operation, Event.ASKED_FOR, by=by, item=item, person=person):
        return session.get_one(Hold, done.details["hold_id"])
    offer_what_is_free(session, kind.group, [kind.id], now=now)
    roles.lock_person(session, person)  # so that what they wait for is counted right
    _, reasons = weigh(session, kind, person=person, by=by, now=now, item=item, need_by=need_by)
    refuse_if(reasons)
    hold = Hold(kind=kind, item=item, person=person, asked_at=now, need_by=need_by, offers=[])
    session.add(hold)
    session.flush()
    told = {"need_by": need_by.isoformat()} if need_by else {}
    _write_down(session, Event.ASKED_FOR, hold, by=by, now=now, operation=operation, **told)
    return hold


def pause(
    session: AnySession, hold: Hold, *, by: Person, now: datetime, operation: UUID | None = None
) -> Hold:
    """Keeps the place in line, and lets others go first for now; by the person or a steward."""
    hold = hold_under_lock(session, hold, by=by, now=now)
    if hold.paused_at is not None:
        return hold
    if offer_in_force(hold, now=now):
        raise Refusal(YourTurnNow())
    hold.paused_at = now
    _write_down(session, Event.HOLD_PAUSED, hold, by=by, now=now, operation=operation)
    return hold


def resume(
    session: AnySession, hold: Hold, *, by: Person, now: datetime, operation: UUID | None = None
) -> Hold:
    """Waits again, in the same place; by the person or a steward."""
    hold = hold_under_lock(session, hold, by=by, now=now)
    if hold.paused_at is None:
        return hold
    hold.paused_at = None
    _write_down(session, Event.HOLD_RESUMED, hold, by=by, now=now, operation=operation)
    offer_what_is_free(session, hold.kind.group, [hold.kind_id], now=now)
    return hold


def withdraw(
    session: AnySession, hold: Hold, *, by: Person, now: datetime, operation: UUID | None = None
) -> Hold:
    """Gives the place in line up for good; by the person or a steward."""
    if done_already(session, operation, Event.HOLD_ENDED, by=by):
        return hold
    hold = hold_under_lock(session, hold, by=by, now=now)
    end_hold(session, hold, HoldEnd.WITHDRAWN, by=by, now=now, operation=operation)
    offer_what_is_free(session, hold.kind.group, [hold.kind_id], now=now)
    return hold


def _against_asking_for_another(
    session: AnySession, kind: Kind, person: Person, by: Person, now: datetime
) -> Iterator[Reason]:
    if by.id != person.id and not is_steward(session, by, kind.group, now=now):
        yield roles.RoleNeeded(role=Role.STEWARD, group=kind.group.name)


def _against_a_second(
    session: AnySession, kind: Kind, line: Line, person: Person
) -> Iterator[Reason]:
    if line.place_of(person.id) is not None:
        yield InLineAlready(name=person.name)
    own = (Loan.borrower_id == person.id, Item.kind_id == kind.id, STILL_OUT)
    due_at = session.scalar(select(Loan.due_at).join(Loan.item).where(*own).limit(1))
    if due_at is not None:
        yield why.YouHaveIt(due_at=due_at, time_zone=kind.group.time_zone)


def _against_thing(line: Line, item: Item | None) -> Iterator[Reason]:
    if not (line.units if item is None else item.id in line.units):
        yield NoneToWaitFor()
    elif line.free if item is None else item.id in line.free:
        yield FreeNow()


def _write_down(
    session: AnySession,
    what: Event,
    hold: Hold,
    *,
    by: Person,
    now: datetime,
    operation: UUID | None,
    **details: Any,
) -> None:
    record(
        session,
        what,
        by=by,
        at=now,
        group=hold.kind.group,
        item=hold.item,
        person=hold.person,
        operation=operation,
        hold_id=hold.id,
        kind_id=hold.kind_id,
        **details,
    )
