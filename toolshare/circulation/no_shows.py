"""Reservations that a person left unfetched this season: first it is said, then it has a price.

The weather never counts, nor what nobody answered or could give; with the year all is forgotten.
"""

from datetime import date, datetime, time

from sqlalchemy import func, or_, select

from toolshare.circulation.promises import Reservation
from toolshare.people.models import Group, Person
from toolshare.people.opening import on_the_clock, today_in
from toolshare.records import AnySession

NEED_APPROVAL = 3  # from so many on a steward has to say yes to every reservation


def no_shows(session: AnySession, person: Person, group: Group, *, now: datetime) -> int:
    """How many of the group's reservations the person missed, or cancelled or moved late, this year."""
    new_year = datetime.combine(date(today_in(group, now).year, 1, 1), time.min)
    called_off_late = or_(Reservation.cancelled_late, Reservation.moved_late)
    missed = or_(Reservation.no_show_at.is_not(None), called_off_late)
    return session.scalars(
        select(func.count()).where(
            Reservation.person_id == person.id,
            Reservation.group_id == group.id,
            Reservation.from_at >= on_the_clock(group, new_year),
            missed,
        )
    ).one()
