"""Lapsing: what nobody fetched, nobody answered, or nobody could give; time's doing alone."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select

from toolshare.circulation.promises import Reservation, ReservedUnit
from toolshare.circulation.reservations import (
    let_go,
    reservation_under_lock,
    tell_who_reserved,
    write_down,
)
from toolshare.journal.models import Event
from toolshare.outbox.models import Topic
from toolshare.people.models import Person
from toolshare.records import AnySession


def lapse(session: AnySession, reservation: Reservation, *, now: datetime) -> Reservation:
    """Gives up what was not fetched in time; nobody's doing but time's.

    Only who could have fetched it and has fetched nothing at all has missed the reservation.
    """
    reservation = reservation_under_lock(session, reservation)
    if reservation.is_fulfilled or not reservation.is_open or now < _lapses_at(reservation):
        return reservation
    what = _why_it_lapses(reservation)
    give_up(session, reservation, what, by=None, now=now)
    if what is not Event.RESERVATION_MISSED or reservation.no_show_at:
        tell_who_reserved(session, Topic(what), reservation, now=now)
    return reservation


def give_up(
    session: AnySession, reservation: Reservation, what: Event, *, by: Person | None, now: datetime
) -> None:
    """Frees what is still to be fetched, if anything is, of a reservation under lock.

    With nothing fetched at all, that is its end.
    """
    left = [unit for unit in reservation.units if not unit.is_settled]
    if not left:
        return
    if len(left) == len(reservation.units):
        _end(reservation, what, now)
    for unit in left:
        unit.given_up_at = now
    let_go(session, reservation, now)
    units = [unit.id for unit in left]
    write_down(session, what, reservation, by=by, now=now, units=units)


def not_fetched(session: AnySession, *, now: datetime, at_most: int) -> Sequence[Reservation]:
    """Reservations that were not fetched, or not all of them, in time."""
    is_at_its_end = or_(
        Reservation.until_at <= now, ~Reservation.is_granted(), ~Reservation.is_displaced()
    )
    return session.scalars(
        select(Reservation)
        .where(Reservation.still_open(), Reservation.fetch_by <= now, is_at_its_end)
        .where(Reservation.units.any(ReservedUnit.still_to_fetch()))
        .order_by(Reservation.fetch_by, Reservation.id)
        .limit(at_most)
    ).all()


def _lapses_at(reservation: Reservation) -> datetime:
    """While something of it is not to be had the person still hopes, until it would be over."""
    still_hopes = reservation.lacks_something and not reservation.is_requested
    return reservation.until_at if still_hopes else reservation.fetch_by


def _why_it_lapses(reservation: Reservation) -> Event:
    if reservation.is_requested:
        return Event.RESERVATION_EXPIRED
    if reservation.lacks_something:
        return Event.RESERVATION_UNSERVED
    return Event.RESERVATION_MISSED


def _end(reservation: Reservation, what: Event, now: datetime) -> None:
    if what is Event.RESERVATION_MISSED:
        reservation.no_show_at = now
    else:
        reservation.lapsed_at = now
