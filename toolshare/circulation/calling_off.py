"""Calling off what is reserved, before any of it is fetched, and setting it aside."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from toolshare.circulation.promises import Reservation
from toolshare.circulation.reservations import (
    ReservationEnded,
    against_changing,
    against_the_weather,
    done,
    is_late,
    let_go,
    require_person_or_steward,
    require_steward,
    reservation_under_lock,
    tell_who_reserved,
    write_down,
)
from toolshare.journal.models import Event
from toolshare.outbox.models import Topic
from toolshare.people.models import Person
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid, refuse_if

A_MOMENT = timedelta(minutes=10)


@dataclass(frozen=True)
class NotApprovedYet(Reason):
    """Nobody has said yes."""

    says = msgid("Nobody has said yes to it yet.")
    instead = msgid("Approve it first, then set it aside.")


def cancel(
    session: AnySession,
    reservation: Reservation,
    *,
    by: Person,
    now: datetime,
    why: str = "",
    for_weather: bool = False,
    operation: UUID | None = None,
) -> Reservation:
    """Takes back what is reserved, before any of it is fetched; by the person or a steward.

    Late is what comes after the cutoff, unless the weather is to blame: of what depends on it the
    person may say so, of anything a steward.
    """
    reservation = reservation_under_lock(session, reservation)
    require_person_or_steward(session, reservation, by, now)
    if done(session, operation, Event.RESERVATION_CANCELLED, reservation, by):
        return reservation
    refuse_if([*against_changing(reservation, now=now)])
    if for_weather:
        refuse_if([*against_the_weather(session, reservation, by, now)])
    about: dict[str, Any] = {"why": why, "for_weather": for_weather, "operation": operation}
    withdraw(session, reservation, by=by, now=now, **about)
    return reservation


def withdraw(
    session: AnySession,
    reservation: Reservation,
    *,
    by: Person,
    now: datetime,
    why: str = "",
    for_weather: bool = False,
    operation: UUID | None = None,
) -> None:
    """Cancels a reservation under lock of which nothing was fetched, whoever asks for that."""
    reservation.cancelled_at, reservation.cancelled_why = now, why
    reservation.cancelled_for_weather = for_weather
    reservation.cancelled_late = not for_weather and is_late(session, reservation, now)
    let_go(session, reservation, now)
    what, late = Event.RESERVATION_CANCELLED, reservation.cancelled_late
    said = {"why": why, "for_weather": for_weather, "late": late}
    write_down(session, what, reservation, by=by, now=now, operation=operation, **said)
    if by.id != reservation.person_id:
        tell_who_reserved(session, Topic.RESERVATION_CANCELLED, reservation, now=now)


def set_aside(
    session: AnySession,
    reservation: Reservation,
    unit_id: int,
    *,
    by: Person,
    now: datetime,
    operation: UUID | None = None,
) -> Reservation:
    """Puts the item on the shelf of what is ready: from now on it is this one and no other."""
    reservation = reservation_under_lock(session, reservation)
    require_steward(session, reservation, by, now)
    if done(session, operation, Event.SET_ASIDE, reservation, by):
        return reservation
    unit = next((one for one in reservation.units if one.id == unit_id), None)
    if reservation.has_ended(now) or unit is None or unit.is_settled or unit.promise is None:
        raise Refusal(ReservationEnded())
    if reservation.is_requested:
        raise Refusal(NotApprovedYet())
    unit.set_aside_at = now
    what, which = Event.SET_ASIDE, {"unit_id": unit.id, "of_item": unit.promise.item_id}
    write_down(session, what, reservation, by=by, now=now, operation=operation, **which)
    once = f"ready reservation {reservation.id} {now.date()}"
    later, topic = now + A_MOMENT, Topic.RESERVATION_READY  # the rest is set aside meanwhile
    tell_who_reserved(session, topic, reservation, now=now, once=once, send_at=later)
    return reservation
