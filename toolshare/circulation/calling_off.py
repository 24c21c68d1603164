"""The ends of a reservation that nobody fetched: approved or declined, cancelled, missed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload, selectinload

from toolshare.circulation import replanning
from toolshare.circulation.eligibility import is_steward
from toolshare.circulation.offering import offer_what_is_free
from toolshare.circulation.promises import Promise, Reservation, ReservedUnit
from toolshare.inventory.locking import lock_kinds
from toolshare.journal.models import Event
from toolshare.journal.recording import done_already, record
from toolshare.people import roles
from toolshare.people.models import Person, Role
from toolshare.people.opening import today_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid
from toolshare.rules.resolving import rules_for_many


@dataclass(frozen=True)
class NotYourReservation(Reason):
    """Somebody else's reservation."""

    status = HTTPStatus.FORBIDDEN
    says = msgid("This is not your reservation.")
    instead = msgid("Ask a steward.")


@dataclass(frozen=True)
class ReservationEnded(Reason):
    """It was declined, cancelled, missed or fetched."""

    says = msgid("This reservation has ended already.")
    instead = msgid("Reserve again, if you still want it.")


@dataclass(frozen=True)
class PickedUpInPart(Reason):
    """Some of it has been fetched: what is out is returned, not cancelled."""

    says = msgid("It has begun: some of it is out.")
    instead = msgid("Bring back what is out; what was not fetched is given up at its end.")


@dataclass(frozen=True)
class NothingToApprove(Reason):
    """It needs no approval, or has it."""

    says = msgid("There is nothing to approve here any more.")


def reservation_under_lock(session: AnySession, reservation: Reservation) -> Reservation:
    """The reservation as it is now with its group, person and units; its kinds are locked."""
    kinds = select(ReservedUnit.kind_id).where(ReservedUnit.reservation_id == reservation.id)
    lock_kinds(session, session.scalars(kinds).all())
    return session.scalars(
        select(Reservation)
        .where(Reservation.id == reservation.id)
        .options(joinedload(Reservation.group), joinedload(Reservation.person))
        .options(selectinload(Reservation.units).joinedload(ReservedUnit.promise))
        .execution_options(populate_existing=True)
    ).one()


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
    _require_steward(session, reservation, by, now)
    if _done(session, operation, Event.RESERVATION_APPROVED, reservation, by):
        return reservation
    if not (reservation.is_requested and reservation.is_open):
        raise Refusal(NothingToApprove())
    reservation.approved_at = now
    _write_down(
        session, Event.RESERVATION_APPROVED, reservation, by=by, now=now, operation=operation
    )
    return reservation


def decline(
    session: AnySession,
    reservation: Reservation,
    *,
    by: Person,
    now: datetime,
    why: str = "",
    operation: UUID | None = None,
) -> Reservation:
    """Says no to what was requested, and why; by a steward of the group."""
    reservation = reservation_under_lock(session, reservation)
    _require_steward(session, reservation, by, now)
    if _done(session, operation, Event.RESERVATION_DECLINED, reservation, by):
        return reservation
    if not (reservation.is_requested and reservation.is_open):
        raise Refusal(NothingToApprove())
    reservation.declined_at, reservation.declined_why = now, why
    _let_go(session, reservation, now)
    _write_down(
        session,
        Event.RESERVATION_DECLINED,
        reservation,
        by=by,
        now=now,
        operation=operation,
        why=why,
    )
    return reservation


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

    Late is what comes after the cutoff, unless the weather is to blame.
    """
    reservation = reservation_under_lock(session, reservation)
    if reservation.person_id != by.id and not is_steward(session, by, reservation.group, now=now):
        raise Refusal(NotYourReservation())
    if _done(session, operation, Event.RESERVATION_CANCELLED, reservation, by):
        return reservation
    if not reservation.is_open or reservation.is_fulfilled:
        raise Refusal(ReservationEnded())
    if any(unit.loan_id for unit in reservation.units):
        raise Refusal(PickedUpInPart())
    reservation.cancelled_at, reservation.cancelled_why = now, why
    reservation.cancelled_late = not for_weather and _is_late(session, reservation, now)
    _let_go(session, reservation, now)
    _write_down(
        session,
        Event.RESERVATION_CANCELLED,
        reservation,
        by=by,
        now=now,
        operation=operation,
        why=why,
    )
    return reservation


def give_up(session: AnySession, reservation: Reservation, *, now: datetime) -> Reservation:
    """Gives up what was not fetched in time; nobody's doing but time's.

    Who has fetched nothing at all has missed the reservation.
    """
    reservation = reservation_under_lock(session, reservation)
    left = [unit for unit in reservation.units if not unit.is_settled]
    if not left or not reservation.is_open or now < reservation.fetch_by:
        return reservation
    if len(left) == len(reservation.units):
        reservation.no_show_at = now
    for unit in left:
        unit.given_up_at = now
    _let_go(session, reservation, now)
    missed = [unit.id for unit in left]
    _write_down(session, Event.RESERVATION_MISSED, reservation, by=None, now=now, units=missed)
    return reservation


def not_fetched(session: AnySession, *, now: datetime, at_most: int) -> Sequence[Reservation]:
    """Reservations that were not fetched, or not all of them, in time."""
    return session.scalars(
        select(Reservation)
        .where(Reservation.still_open(), Reservation.fetch_by <= now)
        .where(Reservation.units.any(ReservedUnit.still_to_fetch()))
        .order_by(Reservation.fetch_by, Reservation.id)
        .limit(at_most)
    ).all()


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
    _require_steward(session, reservation, by, now)
    if _done(session, operation, Event.SET_ASIDE, reservation, by):
        return reservation
    unit = next((one for one in reservation.units if one.id == unit_id), None)
    if not reservation.is_open or unit is None or unit.is_settled or unit.promise is None:
        raise Refusal(ReservationEnded())
    unit.set_aside_at = now
    which = {"unit_id": unit.id, "of_item": unit.promise.item_id}
    what = Event.SET_ASIDE
    _write_down(session, what, reservation, by=by, now=now, operation=operation, **which)
    return reservation


def _require_steward(
    session: AnySession, reservation: Reservation, by: Person, now: datetime
) -> None:
    today = today_in(reservation.group, now)
    roles.require(session, by, Role.STEWARD, reservation.group, today=today)


def _done(
    session: AnySession, operation: UUID | None, what: Event, reservation: Reservation, by: Person
) -> bool:
    subjects = {"by": by, "group": reservation.group, "person": reservation.person}
    return done_already(session, operation, what, **subjects) is not None


def _is_late(session: AnySession, reservation: Reservation, now: datetime) -> bool:
    """Whether it is nearer to the beginning than the rules of any of its kinds like."""
    kind_ids = [unit.kind_id for unit in reservation.units]
    rules = rules_for_many(session, reservation.group, kind_ids).values()
    zone = reservation.group.time_zone
    return any(one.cancel_cutoff.after(now, zone) > reservation.from_at for one in rules)


def _let_go(session: AnySession, reservation: Reservation, now: datetime) -> None:
    """Frees what was kept: first for who was displaced before, then for who waits in line."""
    reservation.changes += 1
    session.flush()
    its_units = Promise.reserved_unit_id.in_([unit.id for unit in reservation.units])
    session.execute(delete(Promise).where(its_units).execution_options(synchronize_session="fetch"))
    kind_ids = {unit.kind_id for unit in reservation.units}
    replanning.replan(session, reservation.group, kind_ids, now=now)
    offer_what_is_free(session, reservation.group, kind_ids, now=now)


def _write_down(
    session: AnySession,
    what: Event,
    reservation: Reservation,
    *,
    by: Person | None,
    now: datetime,
    operation: UUID | None = None,
    **details: Any,
) -> None:
    record(
        session,
        what,
        by=by,
        at=now,
        group=reservation.group,
        person=reservation.person,
        operation=operation,
        reservation_id=reservation.id,
        **details,
    )
