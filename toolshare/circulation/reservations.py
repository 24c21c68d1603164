"""Reservations with all that verbs need of them, and what their ends have in common."""

from collections.abc import Iterator
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
from toolshare.outbox.models import Topic
from toolshare.outbox.telling import tell
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
    """It was declined, cancelled, missed or fetched, or nobody answered it in time."""

    says = msgid("This reservation has ended already.")
    instead = msgid("Reserve again, if you still want it.")


@dataclass(frozen=True)
class PickedUpInPart(Reason):
    """Some of it has been fetched: what is out is returned, not cancelled."""

    says = msgid("It has begun: some of it is out.")
    instead = msgid("Bring back what is out; what was not fetched is given up at its end.")


@dataclass(frozen=True)
class NotForTheWeather(Reason):
    """Nobody said that it depends on the weather."""

    says = msgid("This reservation does not depend on the weather.")
    instead = msgid("Do it without that reason, or ask a steward.")


def reservation_under_lock(session: AnySession, reservation: Reservation) -> Reservation:
    """The reservation as it is now with its group, person and units; its kinds are locked."""
    kinds = select(ReservedUnit.kind_id).where(ReservedUnit.reservation_id == reservation.id)
    lock_kinds(session, session.scalars(kinds).all())
    return session.scalars(
        select(Reservation)
        .where(Reservation.id == reservation.id)
        .options(joinedload(Reservation.group), joinedload(Reservation.person))
        .options(
            selectinload(Reservation.units).options(
                joinedload(ReservedUnit.kind), joinedload(ReservedUnit.promise)
            )
        )
        .execution_options(populate_existing=True)
    ).one()


def require_steward(
    session: AnySession, reservation: Reservation, by: Person, now: datetime
) -> None:
    """Refuses who is no steward of the group."""
    today = today_in(reservation.group, now)
    roles.require(session, by, Role.STEWARD, reservation.group, today=today)


def require_person_or_steward(
    session: AnySession, reservation: Reservation, by: Person, now: datetime
) -> None:
    """Refuses who has neither reserved it nor looks after the things."""
    if reservation.person_id != by.id and not is_steward(session, by, reservation.group, now=now):
        raise Refusal(NotYourReservation())


def against_changing(reservation: Reservation, *, now: datetime) -> Iterator[Reason]:
    """Why it can be neither cancelled nor moved; its units are loaded."""
    if reservation.has_ended(now) or reservation.is_fulfilled:
        yield ReservationEnded()
    elif any(unit.loan_id for unit in reservation.units):
        yield PickedUpInPart()


def against_the_weather(
    session: AnySession, reservation: Reservation, by: Person, now: datetime
) -> Iterator[Reason]:
    """Why the weather is no reason: only a steward may say so of what does not depend on it."""
    may_say_so = reservation.weather_flexible or is_steward(session, by, reservation.group, now=now)
    if not may_say_so:
        yield NotForTheWeather()


def done(
    session: AnySession, operation: UUID | None, what: Event, reservation: Reservation, by: Person
) -> bool:
    """Whether this same act was sent before."""
    subjects = {"by": by, "group": reservation.group, "person": reservation.person}
    return done_already(session, operation, what, **subjects) is not None


def is_late(session: AnySession, reservation: Reservation, now: datetime) -> bool:
    """Whether it is nearer to the beginning than the rules of any of its kinds like.

    Who can't have it anyway, or was never told that they could, is never late.
    """
    if reservation.is_requested or any(unit.promise is None for unit in reservation.units):
        return False
    kind_ids = [unit.kind_id for unit in reservation.units]
    rules = rules_for_many(session, reservation.group, kind_ids).values()
    zone = reservation.group.time_zone
    return any(one.cancel_cutoff.after(now, zone) > reservation.from_at for one in rules)


def let_go(session: AnySession, reservation: Reservation, now: datetime) -> None:
    """Frees what was kept: first for who was displaced before, then for who waits in line."""
    reservation.changes += 1
    session.flush()
    its_units = Promise.reserved_unit_id.in_([unit.id for unit in reservation.units])
    session.execute(delete(Promise).where(its_units).execution_options(synchronize_session="fetch"))
    give_to_others(session, reservation, now)


def give_to_others(session: AnySession, reservation: Reservation, now: datetime) -> None:
    """Looks who can have now what a reservation no longer keeps."""
    kind_ids = {unit.kind_id for unit in reservation.units}
    replanning.replan(session, reservation.group, kind_ids, now=now)
    offer_what_is_free(session, reservation.group, kind_ids, now=now)


def tell_who_reserved(
    session: AnySession,
    topic: Topic,
    reservation: Reservation,
    *,
    now: datetime,
    once: str | None = None,
    send_at: datetime | None = None,
) -> None:
    """Leaves word for who reserved, if that is still known: it is told how things stand then."""
    if reservation.person is not None:
        about: dict[str, Any] = {"group": reservation.group, "reservation": reservation.id}
        tell(session, topic, reservation.person, now=now, once=once, send_at=send_at, **about)


def write_down(
    session: AnySession,
    what: Event,
    reservation: Reservation,
    *,
    by: Person | None,
    now: datetime,
    operation: UUID | None = None,
    **details: Any,
) -> None:
    """Writes into the journal what became of it."""
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
