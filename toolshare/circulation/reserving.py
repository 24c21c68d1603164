"""Reserving: things promised to a person for a span of time to come, all of them or none."""

from datetime import datetime
from uuid import UUID

from toolshare.circulation import allotting, replanning, spans
from toolshare.circulation.allotting import Allotment
from toolshare.circulation.booking import Booking, Weighing, weigh
from toolshare.circulation.eligibility import is_steward
from toolshare.circulation.fitting import Span
from toolshare.circulation.no_shows import NEED_APPROVAL, no_shows
from toolshare.circulation.present import of_reservation
from toolshare.circulation.promises import Reservation, ReservedUnit
from toolshare.inventory.locking import lock_kinds
from toolshare.journal.models import Event
from toolshare.journal.recording import done_already, record
from toolshare.people import roles
from toolshare.people.models import Group, Person
from toolshare.people.opening import end_of_opening_day, today_in
from toolshare.records import AnySession
from toolshare.refusals import refuse_if


def reserve(
    session: AnySession,
    group: Group,
    booking: Booking,
    *,
    person: Person,
    by: Person,
    now: datetime,
    operation: UUID | None = None,
) -> Reservation:
    """Promises these to the person, all or none; `by` is a steward or themselves.

    Refuses for every reason that weigh() gives. Others' reserved units may move to other items.
    """
    lock_kinds(session, booking.kind_ids)
    if done := done_already(session, operation, Event.RESERVED, by=by, group=group, person=person):
        return session.get_one(Reservation, done.details["reservation_id"])
    roles.lock_person(session, person)  # so that their reservations are counted right
    replanning.replan(session, group, booking.kind_ids, now=now)
    found = weigh(session, group, booking, person=person, by=by, now=now)
    refuse_if(found.reasons)
    reservation = Reservation(
        group=group,
        person=person,
        from_at=max(booking.span.from_at, now),
        until_at=booking.span.until_at,
        fetch_by=when_to_fetch(group, booking.span, found, now),
        note=booking.note,
        weather_flexible=booking.weather_flexible,
        made_at=now,
        made_by_id=by.id,
        needs_approval=must_be_approved(session, group, found, person, by=by, now=now),
        units=[],
    )
    session.add(reservation)
    for allotment in found.allotments:
        _promise(session, reservation, allotment)
    _write_down(session, reservation, by=by, now=now, operation=operation)
    return reservation


def must_be_approved(
    session: AnySession,
    group: Group,
    found: Weighing,
    person: Person,
    *,
    by: Person,
    now: datetime,
) -> bool:
    """Whether a steward has to say yes: the rules say so, or too much was left unfetched."""
    if is_steward(session, by, group, now=now):
        return False
    return found.needs_approval or no_shows(session, person, group, now=now) >= NEED_APPROVAL


def when_to_fetch(group: Group, span: Span, found: Weighing, now: datetime) -> datetime:
    """The end of the pickup window; of the first day, when whole days were reserved."""
    begins = max(span.from_at, now)
    windows = [one.rules.pickup_window.after(begins, group.time_zone) for one in found.allotments]
    if spans.is_of_whole_days(group, span):
        windows.append(end_of_opening_day(group, today_in(group, span.from_at)))
    return max(windows)


def _promise(session: AnySession, reservation: Reservation, one: Allotment) -> None:
    """Writes the units of one kind, after those that make room for them have moved."""
    places = one.places or {}
    allotting.move(session, one.ahead.wishes, places)
    items = allotting.items_by_id(session, [unit for id, unit in places.items() if id < 0])
    for number in range(1, len([id for id in places if id < 0]) + 1):
        unit = ReservedUnit(
            reservation=reservation,
            kind=one.wanted.kind,
            item_id=one.wanted.item_id,
            quantity=1 if one.wanted.is_counted else one.wanted.quantity,
            keep_until=one.keep_until,
        )
        session.add(unit)
        allotting.keep(session, reservation, unit, items[places[-number]])


def _write_down(
    session: AnySession,
    reservation: Reservation,
    *,
    by: Person,
    now: datetime,
    operation: UUID | None,
) -> None:
    session.flush()
    record(
        session,
        Event.RESERVED,
        by=by,
        at=now,
        group=reservation.group,
        person=reservation.person,
        operation=operation,
        **of_reservation(reservation),
    )
