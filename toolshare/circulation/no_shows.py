"""Reservations that a person left unfetched this season: first it is said, then it has a price.

Twice, and among those who have had as much of a thing one comes last; three times, and a steward has to say
yes to every reservation. The weather never counts, nor what nobody answered or could give; with the year all
is forgotten.
"""

from collections.abc import Collection
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, Select, func, or_, select, union_all

from toolshare.circulation.promises import Reservation
from toolshare.circulation.tallies import PastMiss
from toolshare.people.models import Group, Person
from toolshare.people.opening import on_the_clock, today_in
from toolshare.records import AnySession

COME_LAST = 2  # from so many on, where turns are taken
NEED_APPROVAL = 3  # from so many on a steward has to say yes to every reservation


def no_shows(session: AnySession, person: Person, group: Group, *, now: datetime) -> int:
    """How many of the group's reservations the person missed, or cancelled or moved late, this year."""
    return no_shows_of(session, group, [person.id], now=now).get(person.id, 0)


def no_shows_of(
    session: AnySession, group: Group, person_ids: Collection[int], *, now: datetime
) -> dict[int, int]:
    """The same of each of these people who missed any, in one statement."""
    season = today_in(group, now).year
    new_year = datetime.combine(date(season, 1, 1), time.min)
    each = union_all(
        _missed(group, person_ids, on_the_clock(group, new_year)),
        select(PastMiss.person_id, PastMiss.times).where(
            PastMiss.person_id.in_(person_ids),
            PastMiss.group_id == group.id,
            PastMiss.season == season,
        ),
    ).subquery()
    counted = session.execute(
        select(each.c.person_id, func.sum(each.c.times)).group_by(each.c.person_id)
    )
    return {person_id: int(number) for person_id, number in counted if person_id is not None}


def is_missed() -> ColumnElement[bool]:
    """Whether a reservation counts as missed: not fetched, or cancelled or moved too late."""
    called_off_late = or_(Reservation.cancelled_late, Reservation.moved_late)
    return or_(Reservation.no_show_at.is_not(None), called_off_late)


def _missed(
    group: Group, person_ids: Collection[int], new_year: datetime
) -> Select[int | None, int]:
    return (
        select(Reservation.person_id, func.count().label("times"))
        .where(
            Reservation.person_id.in_(person_ids),
            Reservation.group_id == group.id,
            Reservation.from_at >= new_year,
            is_missed(),
        )
        .group_by(Reservation.person_id)
    )
