"""Rescheduling: the same things at another time, before any of them is fetched, or nothing changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice
from uuid import UUID

from toolshare.circulation import allotting, booking_rules, promising, replanning, spans
from toolshare.circulation.allotting import Allotment, Wanted, allot
from toolshare.circulation.booking import Booking, Weighing, weigh
from toolshare.circulation.fitting import Span
from toolshare.circulation.promises import Reservation, ReservedUnit
from toolshare.circulation.reservations import (
    against_changing,
    against_the_weather,
    done,
    give_to_others,
    is_late,
    require_person_or_steward,
    reservation_under_lock,
    write_down,
)
from toolshare.circulation.reserving import must_be_approved, when_to_fetch
from toolshare.circulation.windows import SHOWN, Together, is_free
from toolshare.journal.models import Event
from toolshare.people import roles
from toolshare.people.models import Person
from toolshare.people.opening import read_opening_times
from toolshare.records import AnySession
from toolshare.refusals import Reason, msgid, refuse_if


@dataclass(frozen=True)
class NobodysAnyMore(Reason):
    """Who reserved it has left, so nobody can have it at another time."""

    says = msgid("Who reserved this is no member any more.")
    instead = msgid("Cancel it.")


@dataclass(frozen=True)
class ThatTimeAlready(Reason):
    """It would be moved to where it is."""

    says = msgid("It is reserved for that time already.")
    instead = msgid("Choose another time.")


def weigh_move(
    session: AnySession, reservation: Reservation, span: Span, *, by: Person, now: datetime
) -> Weighing:
    """Weighs whether all of it could be had then instead; it has its group, person and units."""
    person = reservation.person
    if person is None:
        return Weighing((), [NobodysAnyMore()])
    if span == _span_of(reservation) and not reservation.lacks_something:
        return Weighing((), [ThatTimeAlready()])
    booking = Booking(_wanted(reservation), span)
    group = reservation.group
    return weigh(session, group, booking, person=person, by=by, now=now, moved=reservation)


def next_windows(session: AnySession, reservation: Reservation, *, now: datetime) -> list[Span]:
    """The next times as long as its own at which all of it is free; it has its group and units."""
    group, span = read_opening_times(session, reservation.group), _span_of(reservation)
    allotments = allot(session, group, _wanted(reservation), span, now=now, moved=reservation)
    together = [Together(one.wanted, one.ahead, one.rules.turnaround) for one in allotments]
    later = (one for one in spans.later_ones(group, span) if one.from_at > now)
    allowed = (one for one in later if _may_be_reserved(reservation, allotments, one, now))
    return list(islice((one for one in allowed if is_free(group, together, one)), SHOWN))


def move(
    session: AnySession,
    reservation: Reservation,
    span: Span,
    *,
    by: Person,
    now: datetime,
    for_weather: bool = False,
    operation: UUID | None = None,
) -> Reservation:
    """Reserves the same things for another time in place of this one; by the person or a steward.

    Refuses for every reason that weigh_move() gives, and then all is as before. What was set aside
    goes back, and where the rules ask for a yes it is asked for again. Late counts as for
    cancelling, unless the weather is to blame or it could not be had anyway.
    """
    reservation = _replanned(session, reservation, now)
    require_person_or_steward(session, reservation, by, now)
    if done(session, operation, Event.RESERVATION_MOVED, reservation, by):
        return reservation
    refuse_if([*against_changing(reservation, now=now)])
    if for_weather:
        refuse_if([*against_the_weather(session, reservation, by, now)])
    if reservation.person is not None:
        roles.lock_person(session, reservation.person)
    found = weigh_move(session, reservation, span, by=by, now=now)
    refuse_if(found.reasons)
    off_the_shelf = [unit.id for unit in reservation.units if unit.set_aside_at]
    before, late = _span_of(reservation), is_late(session, reservation, now)
    reservation.moved_late = reservation.moved_late or (late and not for_weather)
    _set_time(session, reservation, span, found, by=by, now=now)
    for one in found.allotments:
        _keep(session, reservation, one)
    give_to_others(session, reservation, now)
    _tell(session, reservation, before, off_the_shelf, by=by, now=now, operation=operation)
    return reservation


def _replanned(session: AnySession, reservation: Reservation, now: datetime) -> Reservation:
    """The reservation as it is when all that can be kept is kept; its kinds are locked."""
    reservation = reservation_under_lock(session, reservation)
    kind_ids = {unit.kind_id for unit in reservation.units}
    replanning.replan(session, reservation.group, kind_ids, now=now)
    session.flush()
    return reservation_under_lock(session, reservation)


def _set_time(
    session: AnySession,
    reservation: Reservation,
    span: Span,
    found: Weighing,
    *,
    by: Person,
    now: datetime,
) -> None:
    group, person = reservation.group, reservation.person
    if person and must_be_approved(session, group, found, person, by=by, now=now):
        reservation.needs_approval, reservation.approved_at = True, None
    reservation.from_at, reservation.until_at = max(span.from_at, now), span.until_at
    reservation.fetch_by = when_to_fetch(group, span, found, now)
    reservation.changes += 1


def _keep(session: AnySession, reservation: Reservation, one: Allotment) -> None:
    """Keeps the units of one kind at the new time, after those that make room for them moved."""
    which = (one.wanted.kind.id, one.wanted.item_id)
    units = [unit for unit in reservation.units if _of(unit) == which]
    for unit in units:
        promising.let_go_of_reserved(session, unit)
        unit.keep_until, unit.set_aside_at = one.keep_until, None
    places = one.places or {}
    allotting.move(session, one.ahead.wishes, places)
    items = allotting.items_by_id(session, [item_id for id, item_id in places.items() if id < 0])
    for number, unit in enumerate(units, start=1):
        allotting.keep(session, reservation, unit, items[places[-number]])


def _tell(
    session: AnySession,
    reservation: Reservation,
    before: Span,
    off_the_shelf: list[int],
    *,
    by: Person,
    now: datetime,
    operation: UUID | None,
) -> None:
    session.flush()
    write_down(
        session,
        Event.RESERVATION_MOVED,
        reservation,
        by=by,
        now=now,
        operation=operation,
        before=[moment.isoformat() for moment in before],
        after=[moment.isoformat() for moment in _span_of(reservation)],
        fetch_by=reservation.fetch_by.isoformat(),
        is_granted=not reservation.is_requested,
        off_the_shelf=off_the_shelf,
    )


def _may_be_reserved(
    reservation: Reservation, allotments: Sequence[Allotment], span: Span, now: datetime
) -> bool:
    rules = (one.rules for one in allotments)
    group = reservation.group
    return not any(booking_rules.reasons_against(group, one, span, now=now) for one in rules)


def _wanted(reservation: Reservation) -> list[Wanted]:
    """What was wanted when it was reserved."""
    alike = groupby(sorted(reservation.units, key=_in_order), key=_of)
    found = []
    for (_kind_id, item_id), some in alike:
        units = list(some)
        found.append(Wanted(units[0].kind, sum(unit.quantity for unit in units), item_id))
    return found


def _of(unit: ReservedUnit) -> tuple[int, int | None]:
    return unit.kind_id, unit.item_id


def _in_order(unit: ReservedUnit) -> tuple[int, int, int]:
    return unit.kind_id, unit.item_id or 0, unit.id


def _span_of(reservation: Reservation) -> Span:
    return Span(reservation.from_at, reservation.until_at)
