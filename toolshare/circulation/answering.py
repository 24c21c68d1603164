"""Answering: a steward says yes or no to what was asked for, and why not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from toolshare.circulation.promises import Reservation
from toolshare.circulation.reservations import (
    done,
    let_go,
    require_steward,
    reservation_under_lock,
    tell_who_reserved,
    write_down,
)
from toolshare.journal.models import Event
from toolshare.outbox.models import Topic
from toolshare.people.models import Person
from toolshare.records import AnySession
from toolshare.refusals import Reason, msgid, refuse_if


@dataclass(frozen=True)
class NothingToApprove(Reason):
    """It needs no approval, or has it."""

    says = msgid("There is nothing to approve here any more.")


@dataclass(frozen=True)
class AnsweredTooLate(Reason):
    """Nobody said yes or no until it should have been fetched."""

    says = msgid("Nobody answered it in time: it has expired.")
    instead = msgid("Talk to who asked, and reserve it again for another time.")


@dataclass(frozen=True)
class NoReasonGiven(Reason):
    """Who asked hears why not, so somebody has to say it."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("Who asked will want to know why not.")
    instead = msgid("Say it in a few words, then decline.")


def approve(
    session: AnySession,
    reservation: Reservation,
    *,
    by: Person,
    now: datetime,
    operation: UUID | None = None,
) -> Reservation:
    """Says yes to what was requested; by a steward of the group."""
    reservation = reservation_under_lock(session, reservation)
    require_steward(session, reservation, by, now)
    what = Event.RESERVATION_APPROVED
    if done(session, operation, what, reservation, by):
        return reservation
    refuse_if([*_against_an_answer(reservation, now)])
    reservation.approved_at = now
    write_down(session, what, reservation, by=by, now=now, operation=operation)
    tell_who_reserved(session, Topic.RESERVATION_APPROVED, reservation, now=now)
    return reservation


def decline(
    session: AnySession,
    reservation: Reservation,
    *,
    by: Person,
    now: datetime,
    why: str,
    operation: UUID | None = None,
) -> Reservation:
    """Says no to what was requested, and why; by a steward of the group."""
    reservation = reservation_under_lock(session, reservation)
    require_steward(session, reservation, by, now)
    what = Event.RESERVATION_DECLINED
    if done(session, operation, what, reservation, by):
        return reservation
    unsaid = [] if why.strip() else [NoReasonGiven()]
    refuse_if([*_against_an_answer(reservation, now)] or unsaid)
    reservation.declined_at, reservation.declined_why = now, why.strip()
    let_go(session, reservation, now)
    write_down(session, what, reservation, by=by, now=now, operation=operation, why=why.strip())
    tell_who_reserved(session, Topic.RESERVATION_DECLINED, reservation, now=now)
    return reservation


def _against_an_answer(reservation: Reservation, now: datetime) -> Iterator[Reason]:
    if reservation.has_expired(now):
        yield AnsweredTooLate()
    elif not (reservation.is_requested and reservation.is_open):
        yield NothingToApprove()
