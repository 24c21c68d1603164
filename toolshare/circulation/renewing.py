"""Renewing: a later due date, when nothing speaks against it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from toolshare.care import outages
from toolshare.circulation import custody, promising, terms
from toolshare.circulation import reasons as why
from toolshare.circulation.eligibility import (
    against_membership,
    against_outsider,
    is_steward,
    membership_of,
)
from toolshare.circulation.lines import line_of
from toolshare.circulation.locking import loan_under_lock
from toolshare.circulation.models import Loan, Renewal
from toolshare.circulation.offering import waited_for_among
from toolshare.circulation.room import Room, make_way, room_to_stay
from toolshare.inventory.models import Item
from toolshare.journal.models import Event
from toolshare.journal.recording import done_already, record
from toolshare.people.models import Person
from toolshare.people.opening import read_opening_times
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid, msgids, refuse_if


@dataclass(frozen=True)
class CalledBack(Reason):
    """A coordinator needs it back."""

    due_at: datetime
    time_zone: str
    says = msgid("It was called back, for %(due_at)s.")
    instead = msgid("Bring it back by then: somebody needs it.")


@dataclass(frozen=True)
class ReservedNext(Reason):
    """Somebody has reserved it, and no other item would do for them."""

    from_at: datetime
    time_zone: str
    says = msgid("It is reserved from %(from_at)s.")
    instead = msgid("Bring it back when it is due.")


@dataclass(frozen=True)
class SomebodyWaits(Reason):
    """Somebody is in line for it who can have no other one now."""

    says = msgid("Somebody else waits for it.")
    instead = msgid("Bring it back when it is due, and put yourself in line again.")


@dataclass(frozen=True)
class RenewedAlready(Reason):
    """No renewal is left."""

    renewals: int
    says = msgids(
        "A loan can be renewed %(renewals)s time only.",
        "A loan can be renewed %(renewals)s times only.",
        by="renewals",
    )
    instead = msgid("Bring it back, and borrow it again if nobody wants it.")


@dataclass(frozen=True)
class TooLateToRenew(Reason):
    """The loan is late by more than the grace."""

    due_at: datetime
    time_zone: str
    says = msgid("It was due on %(due_at)s.")
    instead = msgid("Bring it back, or talk to a steward.")


@dataclass(frozen=True)
class RenewingGainsNothing(Reason):
    """A renewal today would not move the due date."""

    due_at: datetime
    time_zone: str
    says = msgid("You have it until %(due_at)s; renewing today would give no more.")
    instead = msgid("Renew nearer to that day.")


@dataclass(frozen=True)
class WantedBack(Reason):
    """A steward has flagged the item."""

    says = msgid("A steward wants to look at it.")
    instead = msgid("Bring it back when it is due.")


def reasons_against(
    session: AnySession, loan: Loan, *, now: datetime, excused: bool = False
) -> list[Reason]:
    """Everything that speaks against renewing; the loan has its item, borrower and renewals.

    `excused` is when a steward has a reason why neither the count nor the grace should matter.
    """
    if gone := [*custody.reasons_against(loan)]:
        return gone
    reasons = [
        *_against_borrower(session, loan, now),
        *reasons_of_time(loan, now, excused=excused),
        *_against_thing(session, loan.item, now),
        *_against_who_waits(session, loan, now),
    ]
    return reasons or [*_against_room(loan, _room(session, loan, now))]


def reasons_of_time(loan: Loan, now: datetime, *, excused: bool = False) -> Iterator[Reason]:
    """What the calendar says against it; needs no statement."""
    group, rules = loan.item.kind.group, terms.rules_of(loan)
    zone = group.time_zone
    if loan.recalled_at is not None:
        yield CalledBack(due_at=loan.due_at, time_zone=zone)
    elif len(loan.renewals) >= rules.renewals and not excused:
        yield RenewedAlready(renewals=rules.renewals)
    elif now > rules.grace.after(loan.due_at, zone) and not excused:
        yield TooLateToRenew(due_at=loan.due_at, time_zone=zone)
    elif terms.due_at(group, rules, now=now) <= loan.due_at:
        yield RenewingGainsNothing(due_at=loan.due_at, time_zone=zone)


def may_be_renewed(loan: Loan, now: datetime) -> bool:
    """Whether neither the calendar nor where it is speaks against it; needs no statement."""
    return loan.is_with_borrower and not any(reasons_of_time(loan, now))


def may_excuse(loan: Loan, *, by: Person, is_steward: bool) -> bool:
    """Whether somebody may renew beyond the count or past the grace, for a reason: never for themselves."""
    return is_steward and loan.borrower_id != by.id


def renew(
    session: AnySession,
    loan: Loan,
    *,
    by: Person,
    now: datetime,
    note: str = "",
    operation: UUID | None = None,
) -> Loan:
    """Moves the due date to what borrowing today would give; by the borrower or a steward.

    With a `note` that says why, a steward does it beyond the count and past the grace, too; never
    over who has reserved it, waits for it or needs it back.
    """
    loan = loan_under_lock(session, loan)
    group = read_opening_times(session, loan.item.kind.group)
    if done_already(session, operation, Event.RENEWED, by=by, loan=loan):
        return loan
    excused = _is_excused(session, loan, note, by=by, now=now)
    refuse_if(reasons_against(session, loan, now=now, excused=excused))
    before, after = loan.due_at, _due_anew(loan, now)
    make_way(session, _room(session, loan, now))
    loan.due_at = after
    loan.renewals.append(Renewal(at=now, by_id=by.id, due_before=before, due_after=after))
    promising.keep_for_loan(session, loan, since=now)
    record(
        session,
        Event.RENEWED,
        by=by,
        at=now,
        group=group,
        item=loan.item,
        loan=loan,
        person=loan.borrower,
        operation=operation,
        due_at=after.isoformat(),
        **({"note": note.strip()} if excused else {}),
    )
    return loan


def _is_excused(session: AnySession, loan: Loan, note: str, *, by: Person, now: datetime) -> bool:
    """Whether a steward says why neither the count nor the grace matters; refuses who may not renew."""
    ours = is_steward(session, by, loan.item.kind.group, now=now)
    if loan.borrower_id != by.id and not ours:
        raise Refusal(why.NotYours())
    return bool(note.strip()) and may_excuse(loan, by=by, is_steward=ours)


def _due_anew(loan: Loan, now: datetime) -> datetime:
    return terms.due_at(loan.item.kind.group, terms.rules_of(loan), now=now)


def _room(session: AnySession, loan: Loan, now: datetime) -> Room:
    turnaround = terms.rules_of(loan).turnaround
    until = _due_anew(loan, now)
    return room_to_stay(session, loan, until=until, turnaround=turnaround, now=now)


def _against_room(loan: Loan, room: Room) -> Iterator[Reason]:
    if room.until is None and room.next_from is not None:
        yield ReservedNext(from_at=room.next_from, time_zone=loan.item.kind.group.time_zone)


def _against_thing(session: AnySession, item: Item, now: datetime) -> Iterator[Reason]:
    if item.needs_service(now) or outages.open_outage(session, item):
        yield WantedBack()


def _against_who_waits(session: AnySession, loan: Loan, now: datetime) -> Iterator[Reason]:
    kind = loan.item.kind
    if not waited_for_among(session, [kind.id]):
        return
    if line_of(session, kind.group, kind.id, now=now).is_awaited(loan.item_id):
        yield SomebodyWaits()


def _against_borrower(session: AnySession, loan: Loan, now: datetime) -> Iterator[Reason]:
    group, borrower = loan.item.kind.group, loan.borrower
    if borrower is None:
        return
    membership = membership_of(session, borrower, group, now=now)
    if membership is None:
        yield against_outsider(session, borrower, group, now)
    else:
        yield from against_membership(membership, borrower, group)
