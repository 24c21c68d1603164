"""Feeds that calendar programs read (RFC 5545): one's own, and a group's board.

All times are in UTC, which no turned clock can shift; programs show them on the reader's clock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload, selectinload

from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Reservation, ReservedUnit
from toolshare.circulation.standing import STILL_OUT
from toolshare.inventory.models import Item, Kind
from toolshare.people.models import Group, Person
from toolshare.records import AnySession

HALF_AN_HOUR = timedelta(minutes=30)
A_DAY = timedelta(days=1)
MOST = 500
PRODUCT = "-//Toolshare//Toolshare//EN"


@dataclass(frozen=True)
class Words:
    """What the feed says, in the reader's language."""

    bring_back: str  # with %(thing)s in it
    fetch: str
    of_whom: str  # with %(thing)s and %(name)s


def own_feed(session: AnySession, person: Person, words: Words, *, host: str) -> bytes:
    """What a person has to bring back, and what they have reserved."""
    loans = _loans(session, Loan.borrower_id == person.id)
    reservations = _reservations(session, Reservation.person_id == person.id)
    back = (_event_of_loan(one, words.bring_back % {"thing": _thing(one)}, host) for one in loans)
    ahead = (_event_of(one, words.fetch % {"thing": _things(one)}, host) for one in reservations)
    return _written([*back, *ahead])


def feed_of_group(session: AnySession, group: Group, words: Words, *, host: str) -> bytes:
    """What is fetched from a group and comes back to it, and by whom: for its stewards."""
    loans = _loans(session, Kind.group_id == group.id)
    reservations = _reservations(session, Reservation.group_id == group.id)
    events = []
    for loan in loans:
        thing = words.bring_back % {"thing": _thing(loan)}
        events.append(_event_of_loan(loan, _by(words, thing, loan.borrower), host))
    for one in reservations:
        things = words.fetch % {"thing": _things(one)}
        events.append(_event_of(one, _by(words, things, one.person), host))
    return _written(events)


def for_one(
    loans: Iterable[Loan],
    reservation: Reservation | None,
    words: Words,
    *,
    host: str,
    now: datetime,
) -> bytes:
    """What goes into the borrower's calendar with a message; a date that has moved takes its place."""
    events = []
    for loan in loans:
        event = _event_of_loan(loan, words.bring_back % {"thing": _thing(loan)}, host)
        event.add("sequence", len(loan.renewals) + (loan.recalled_at is not None))
        events.append(event)
    if reservation is not None:
        events.append(_event_of(reservation, words.fetch % {"thing": _things(reservation)}, host))
    for event in events:
        event.DTSTAMP = now
    return _written(events, method="PUBLISH")


def _by(words: Words, thing: str, person: Person | None) -> str:
    return words.of_whom % {"thing": thing, "name": person.name} if person else thing


def _thing(loan: Loan) -> str:
    return loan.item.kind.name


def _things(reservation: Reservation) -> str:
    return ", ".join(dict.fromkeys(unit.kind.name for unit in reservation.units))


def _event_of_loan(loan: Loan, says: str, host: str) -> Event:
    """The half hour before it is due, with a reminder the day before."""
    event = _event(f"loan-{loan.id}@{host}", says, loan.borrowed_at)
    event.add("dtstart", loan.due_at - HALF_AN_HOUR)
    event.add("dtend", loan.due_at)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", says)
    alarm.add("trigger", -A_DAY)
    event.add_component(alarm)
    return event


def _event_of(reservation: Reservation, says: str, host: str) -> Event:
    event = _event(f"reservation-{reservation.id}@{host}", says, reservation.made_at)
    event.add("sequence", reservation.changes)
    event.add("dtstart", reservation.from_at)
    event.add("dtend", reservation.until_at)
    event.add("status", "TENTATIVE" if reservation.is_requested else "CONFIRMED")
    return event


def _event(uid: str, says: str, stamp: datetime) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("summary", says)
    event.add("dtstamp", stamp)
    return event


def _written(events: Iterable[Event], method: str | None = None) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    if method:
        calendar.add("method", method)
    for event in events:
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _loans(session: AnySession, *whose: ColumnElement[bool]) -> Sequence[Loan]:
    return session.scalars(
        select(Loan)
        .join(Loan.item)
        .join(Item.kind)
        .where(STILL_OUT, Loan.dropped_at.is_(None), *whose)
        .options(joinedload(Loan.item).joinedload(Item.kind), joinedload(Loan.borrower))
        .order_by(Loan.due_at, Loan.id)
        .limit(MOST)
    ).all()


def _reservations(session: AnySession, *whose: ColumnElement[bool]) -> Sequence[Reservation]:
    return session.scalars(
        select(Reservation)
        .where(Reservation.still_open(), *whose)
        .where(Reservation.units.any(ReservedUnit.still_to_fetch()))
        .options(joinedload(Reservation.person))
        .options(selectinload(Reservation.units).joinedload(ReservedUnit.kind))
        .order_by(Reservation.from_at, Reservation.id)
        .limit(MOST)
    ).all()
