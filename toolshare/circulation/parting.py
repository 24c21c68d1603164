"""What somebody reserved or waits for ends when they go: they leave, are let go, or are forgotten."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from toolshare.circulation import calling_off
from toolshare.circulation.ending import end_hold
from toolshare.circulation.holds import holds_with_all, read_under_lock
from toolshare.circulation.lapsing import give_up, lapse
from toolshare.circulation.offering import offer_what_is_free
from toolshare.circulation.promises import Hold, HoldEnd, Reservation, ReservedUnit
from toolshare.circulation.reservations import against_changing
from toolshare.inventory.locking import lock_kinds
from toolshare.inventory.models import Kind
from toolshare.journal.models import Event
from toolshare.people import roles
from toolshare.people.models import Person
from toolshare.records import AnySession


@dataclass(frozen=True)
class Awaited:
    """What is still to be fetched of reservations, and the places in line."""

    reservations: Sequence[Reservation]
    holds: Sequence[Hold]

    @property
    def kinds(self) -> set[int]:
        """The kinds of which it is."""
        reserved = {unit.kind_id for one in self.reservations for unit in one.units}
        return reserved | {hold.kind_id for hold in self.holds}


def awaited(
    session: AnySession,
    person: Person,
    group_ids: Collection[int] | None = None,
    *,
    since: datetime | None = None,
) -> Awaited:
    """All that the person waits for in these groups, or anywhere.

    From a moment on, reservations alone: nobody knows when it will be somebody's turn.
    """
    reservations, holds = _reservations_of(person), _holds_of(person)
    if group_ids is not None:
        reservations = reservations.where(Reservation.group_id.in_(group_ids))
        holds = holds.where(Kind.group_id.in_(group_ids))
    if since is not None:
        return Awaited(session.scalars(reservations.where(Reservation.from_at >= since)).all(), [])
    return Awaited(session.scalars(reservations).all(), session.scalars(holds).all())


def call_off(
    session: AnySession,
    person: Person,
    group_ids: Collection[int] | None = None,
    *,
    by: Person,
    now: datetime,
    since: datetime | None = None,
) -> None:
    """Ends all of that, so that the next get it; kinds and person are locked, in this order."""
    lock_kinds(session, awaited(session, person, group_ids, since=since).kinds)
    roles.lock_person(session, person)
    found = awaited(session, person, group_ids, since=since)
    for hold in found.holds:
        _leave_line(session, hold, by=by, now=now)
    for reservation in found.reservations:
        _end(session, reservation, by=by, now=now)


def _leave_line(session: AnySession, hold: Hold, *, by: Person, now: datetime) -> None:
    hold = read_under_lock(session, hold)
    end_hold(session, hold, HoldEnd.WITHDRAWN, by=by, now=now)
    offer_what_is_free(session, hold.kind.group, [hold.kind_id], now=now)


def _end(session: AnySession, reservation: Reservation, *, by: Person, now: datetime) -> None:
    """What time has ended already is that; what was fetched in part can't be cancelled."""
    reservation = lapse(session, reservation, now=now)
    if any(against_changing(reservation, now=now)):
        give_up(session, reservation, Event.RESERVATION_UNSERVED, by=by, now=now)
    else:
        calling_off.withdraw(session, reservation, by=by, now=now)


def _reservations_of(person: Person) -> Select[Reservation]:
    return (
        select(Reservation)
        .where(Reservation.person_id == person.id, Reservation.still_open())
        .where(Reservation.units.any(ReservedUnit.still_to_fetch()))
        .options(joinedload(Reservation.group))
        .options(selectinload(Reservation.units).joinedload(ReservedUnit.kind))
        .order_by(Reservation.from_at, Reservation.id)
    )


def _holds_of(person: Person) -> Select[Hold]:
    return (
        holds_with_all()
        .join(Hold.kind)
        .where(Hold.person_id == person.id, Hold.ended_at.is_(None))
        .order_by(Hold.id)
    )
