"""What the pages of reservations read, in a bounded number of statements."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import joinedload, selectinload

from toolshare.circulation.eligibility import is_steward
from toolshare.circulation.promises import Promise, Reservation, ReservedUnit
from toolshare.inventory import search
from toolshare.inventory.models import Counting, Kind
from toolshare.inventory.search import Sought
from toolshare.people import roles
from toolshare.people.models import Group, Person
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid

A_LIST = 100
PAST = 20
SUGGESTED = 8
SOON = timedelta(days=2)


class State(StrEnum):
    """How a reservation stands, derived from its facts."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    READY = "ready"
    DISPLACED = "displaced"
    FETCHED = "fetched"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    MISSED = "missed"


@dataclass(frozen=True)
class NoSuchReservation(Reason):
    """There is none, or it is none of the person's business: they can't tell which."""

    status = HTTPStatus.NOT_FOUND
    says = msgid("There is no such reservation of yours.")
    instead = msgid("Look at your reservations.")


@dataclass(frozen=True)
class Shown:
    """A reservation, and how it stands."""

    reservation: Reservation
    state: State
    may_cancel: bool


@dataclass(frozen=True)
class MyReservations:
    """What is still to come, and what is over."""

    ahead: Sequence[Shown]
    past: Sequence[Shown]

    @property
    def missed_some(self) -> bool:
        """Whether the person has left some unfetched lately."""
        return any(one.state is State.MISSED for one in self.past)


def state_of(reservation: Reservation) -> State:
    """How it stands; its units are loaded with their promises."""
    ended = {
        State.DECLINED: reservation.declined_at,
        State.CANCELLED: reservation.cancelled_at,
        State.MISSED: reservation.no_show_at,
    }
    if over := next((state for state, at in ended.items() if at), None):
        return over
    if reservation.is_fulfilled:
        return State.FETCHED
    to_come = [unit for unit in reservation.units if not unit.is_settled]
    if any(unit.promise is None for unit in to_come):
        return State.DISPLACED
    if reservation.is_requested:
        return State.REQUESTED
    return State.READY if all(unit.set_aside_at for unit in to_come) else State.CONFIRMED


def my_reservations(session: AnySession, person: Person, *, now: datetime) -> MyReservations:
    """A person's reservations: all that are to come, and the last that are over."""
    own = Reservation.person_id == person.id
    ahead = _all(own, Reservation.still_open(), Reservation.until_at > now)
    over = _all(own, ~(Reservation.still_open() & (Reservation.until_at > now)))
    over = over.order_by(None).order_by(Reservation.from_at.desc()).limit(PAST)
    return MyReservations(_shown(session, ahead), _shown(session, over))


def next_reservations(
    session: AnySession, person: Person, *, now: datetime, at_most: int
) -> Sequence[Shown]:
    """What a person will fetch next."""
    to_come = Reservation.units.any(ReservedUnit.still_to_fetch())
    own = (Reservation.person_id == person.id, Reservation.until_at > now, to_come)
    return _shown(session, _all(*own, Reservation.still_open()).limit(at_most))


def reservations_of(session: AnySession, group: Group, *, now: datetime) -> Sequence[Shown]:
    """What is reserved of a group and still to be fetched, the next to begin first."""
    to_come = Reservation.units.any(ReservedUnit.still_to_fetch())
    ours = (Reservation.group_id == group.id, Reservation.until_at > now, to_come)
    return _shown(session, _all(*ours, Reservation.still_open()))


def for_the_shelf(session: AnySession, group: Group, *, now: datetime) -> Sequence[Shown]:
    """What is to be set aside for who fetches it soon, and what already is."""
    return [
        one
        for one in reservations_of(session, group, now=now)
        if one.state is State.READY
        or (one.state is State.CONFIRMED and one.reservation.from_at < now + SOON)
    ]


def to_be_set_aside(*, now: datetime) -> ColumnElement[bool]:
    """Whether a reserved unit, of a reservation, is to be fetched soon and lies on no shelf yet."""
    nothing_keeps_it = and_(ReservedUnit.still_to_fetch(), ~ReservedUnit.promise.has())
    return and_(
        ReservedUnit.still_to_fetch(),
        ReservedUnit.set_aside_at.is_(None),
        Reservation.still_open(),
        Reservation.is_granted(),
        Reservation.from_at < now + SOON,
        Reservation.until_at > now,
        ~Reservation.units.any(nothing_keeps_it),
    )


def reservation_for(
    session: AnySession, reservation_id: int, person: Person, *, now: datetime
) -> Shown:
    """The reservation, for who made it and for stewards of its group; a 404 for anybody else."""
    found = _shown(session, _all(Reservation.id == reservation_id))
    if found:
        reservation = found[0].reservation
        if reservation.person_id == person.id or is_steward(
            session, person, reservation.group, now=now
        ):
            return found[0]
    raise Refusal(NoSuchReservation())


def kinds_to_reserve(
    session: AnySession, kind_ids: Collection[int], person: Person, *, now: datetime
) -> Sequence[Kind]:
    """These kinds, of groups whose things the person may see; in the order of their names."""
    groups = roles.network_of(session, person, now=now)
    return session.scalars(
        select(Kind)
        .where(Kind.id.in_(kind_ids), Kind.group_id.in_([group.id for group in groups]))
        .options(joinedload(Kind.group), selectinload(Kind.photos))
        .order_by(Kind.name, Kind.id)
    ).all()


def kinds_like(session: AnySession, group: Group, words: str) -> Sequence[Kind]:
    """Kinds of the group that fit the words, to reserve along with others."""
    found = search.kinds(session, Sought(words=words, group_ids=[group.id]))
    return session.scalars(found.where(Kind.counting != Counting.CONSUMABLE).limit(SUGGESTED)).all()


def _all(*which: ColumnElement[bool]) -> Select[Reservation]:
    units = selectinload(Reservation.units)
    return (
        select(Reservation)
        .where(*which)
        .options(joinedload(Reservation.group), joinedload(Reservation.person))
        .options(units.joinedload(ReservedUnit.kind), units.joinedload(ReservedUnit.loan))
        .options(units.joinedload(ReservedUnit.promise).joinedload(Promise.item))
        .order_by(Reservation.from_at, Reservation.id)
        .limit(A_LIST)
    )


def _shown(session: AnySession, statement: Select[Reservation]) -> list[Shown]:
    return [_one(reservation) for reservation in session.scalars(statement)]


def _one(reservation: Reservation) -> Shown:
    nothing_fetched = not any(unit.loan_id for unit in reservation.units)
    may_cancel = reservation.is_open and nothing_fetched
    return Shown(reservation, state_of(reservation), may_cancel)
