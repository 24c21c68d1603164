"""Handovers with all that verbs need of them, and who may take a thing over."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import contains_eager, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from toolshare.circulation import borrowing, custody
from toolshare.circulation.borrowing import Weighing
from toolshare.circulation.eligibility import is_steward, membership_of
from toolshare.circulation.lines import line_of
from toolshare.circulation.locking import loan_under_lock
from toolshare.circulation.models import OPEN_FOR, Handover, Loan
from toolshare.circulation.standing import STILL_OUT
from toolshare.inventory.models import Item, Kind
from toolshare.people.models import Person
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid


@dataclass(frozen=True)
class NoSuchHandover(Reason):
    """No handover has this token, or its thing is none of the person's business."""

    status = HTTPStatus.NOT_FOUND
    says = msgid("Nobody is passing on anything here.")
    instead = msgid("Scan the code on the phone of who has the thing once more.")


@dataclass(frozen=True)
class HandoverIsOver(Reason):
    """Accepted, withdrawn, or begun more than a day ago."""

    says = msgid("Nobody is passing this on any more.")
    instead = msgid("Who has the thing can begin again.")


@dataclass(frozen=True)
class YoursAlready(Reason):
    """The giver can't be the taker."""

    says = msgid("You have it already.")
    instead = msgid("Show the code to who takes it.")


@dataclass(frozen=True)
class NotNext(Reason):
    """Somebody else waits, or the person never asked for it."""

    says = msgid("It is passed on to who is next in line, and that is not you.")
    instead = msgid("Ask a steward to consent, then open this page again.")


def handover_for(session: AnySession, token: str, person: Person, *, now: datetime) -> Handover:
    """The handover with this token, for members and stewards of the thing's group; else a 404."""
    handover = session.scalar(_with_all(Handover.token == token))
    if handover is None:
        raise Refusal(NoSuchHandover())
    group = handover.loan.item.kind.group
    is_ours = (
        membership_of(session, person, group, now=now) or handover.loan.borrower_id == person.id
    )
    if not is_ours:
        raise Refusal(NoSuchHandover())
    return handover


def last_of(session: AnySession, loan: Loan) -> Handover | None:
    """The last time that the borrower of this loan began to pass the thing on, with who took it."""
    taker = joinedload(Handover.next_loan).joinedload(Loan.borrower)
    last = _with_all(Handover.loan_id == loan.id).options(taker).order_by(Handover.id.desc())
    return session.scalar(last.limit(1))


def undecided_of(session: AnySession, loan: Loan) -> Handover | None:
    """How the loan is being passed on, or was when its time was over; it has its loan."""
    undecided = (Handover.accepted_at.is_(None), Handover.withdrawn_at.is_(None))
    handover = session.scalar(select(Handover).where(Handover.loan_id == loan.id, *undecided))
    if handover is not None:
        set_committed_value(handover, "loan", loan)
    return handover


def open_handover_of(session: AnySession, item: Item, *, now: datetime) -> Handover | None:
    """How the item is being passed on just now, if it is."""
    is_undecided = (Handover.accepted_at.is_(None), Handover.withdrawn_at.is_(None))
    is_its = (Loan.item_id == item.id, STILL_OUT, Handover.begun_at > now - OPEN_FOR)
    return session.scalar(_with_all(*is_undecided, *is_its).limit(1))


def handover_under_lock(session: AnySession, handover: Handover) -> Handover:
    """The handover as it is now, with its loan, borrower and item; its kind is locked."""
    loan = loan_under_lock(session, handover.loan)
    again = select(Handover).where(Handover.id == handover.id)
    handover = session.scalars(again.execution_options(populate_existing=True)).one()
    set_committed_value(handover, "loan", loan)
    return handover


def weigh(session: AnySession, handover: Handover, *, by: Person, now: datetime) -> Weighing:
    """Weighs whether this person may take the thing over: as who borrows it, and as next in line.

    A steward who consents lends it; a steward who takes it consents by that.
    """
    loan = handover.loan
    lender = who_consented(session, handover) or by
    group = loan.item.kind.group
    found = borrowing.weigh(
        session,
        loan.item,
        by=lender,
        borrower=by,
        now=now,
        quantity=loan.quantity,
        passed_on=loan,
    )
    against = [*against_being_open(handover, now=now)] or [*_against_the_loan(loan, by)]
    if found.membership is None or against:
        return replace(found, reasons=against or found.reasons)
    may_skip_the_line = handover.consented_at or is_steward(session, by, group, now=now)
    if not may_skip_the_line and not is_next(session, loan.item, by, found, now=now):
        return replace(found, reasons=[NotNext(), *found.reasons])
    return found


def passed_to(session: AnySession, item: Item, person: Person, *, now: datetime) -> Handover | None:
    """How the item is being passed on just now, if the person may be the one who takes it."""
    handover = open_handover_of(session, item, now=now)
    if handover is None:
        return None
    found = weigh(session, handover, by=person, now=now)
    return None if found.membership is None or NotNext() in found.reasons else handover


def is_next(
    session: AnySession, item: Item, person: Person, found: Weighing, *, now: datetime
) -> bool:
    """Whether the person has reserved the item for now, or is the first in line who waits for it."""
    if found.room is not None and found.room.fetches is not None:
        return True
    if not found.standing.is_waited_for:
        return False
    line = line_of(session, item.kind.group, item.kind_id, now=now)
    waiting = (one.waiting for one in line.places if one.waiting.hold_id not in line.served)
    would_take = (one for one in waiting if one.may_have and one.wants in (None, item.id))
    first = next(would_take, None)
    return first is not None and first.person_id == person.id


def who_consented(session: AnySession, handover: Handover) -> Person | None:
    """The steward who lets it go to somebody who is not next."""
    consented_by = handover.consented_by_id
    return None if consented_by is None else session.get(Person, consented_by)


def against_being_open(handover: Handover, *, now: datetime) -> Iterator[Reason]:
    """Why nobody can decide about it any more."""
    if not handover.is_open(now):
        yield HandoverIsOver()


def _against_the_loan(loan: Loan, by: Person) -> Iterator[Reason]:
    if loan.borrower_id == by.id:
        yield YoursAlready()
    yield from custody.reasons_against(loan)


def _with_all(*which: ColumnElement[bool]) -> Select[Handover]:
    thing = contains_eager(Handover.loan).joinedload(Loan.item).joinedload(Item.kind)
    return (
        select(Handover)
        .join(Handover.loan)
        .where(*which)
        .options(thing.joinedload(Kind.group))
        .options(contains_eager(Handover.loan).joinedload(Loan.borrower))
    )
