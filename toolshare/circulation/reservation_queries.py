"""What the pages of reservations read, in a bounded number of statements."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import joinedload, selectinload

from toolshare.circulation.eligibility import is_steward
from toolshare.circulation.promises import Promise, Reservation, ReservedUnit
from toolshare.circulation.reservations import against_changing
from toolshare.codes.alphabet import read
from toolshare.inventory import search
from toolshare.inventory.models import Counting, Item, Kind
from toolshare.inventory.search import Sought
from toolshare.people import roles
from toolshare.people.models import Group, Person
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid

A_LIST = 100
PAST = 20
SUGGESTED = 8
SOON = timedelta(days=2)
LOOK_BACK = timedelta(days=14)  # at what stewards let lie
TO_BE_FETCHED = Reservation.units.any(ReservedUnit.still_to_fetch())


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
    EXPIRED = "expired"
    UNSERVED = "unserved"


@dataclass(frozen=True)
class NoSuchReservation(Reason):
    """There is none, or it is none of the person's business: they can't tell which."""

    status = HTTPStatus.NOT_FOUND
    says = msgid("There is no such reservation of yours.")
    instead = msgid("Look at your reservations.")


@dataclass(frozen=True)
class NoneOfThatKind(Reason):
    """The code names no item of the kind."""

    status = HTTPStatus.NOT_FOUND
    says = msgid("No thing of that kind wears this code.")
    instead = msgid("Reserve any one of them, or scan the label of the one that you mean.")


@dataclass(frozen=True)
class Shown:
    """A reservation, and how it stands."""

    reservation: Reservation
    state: State
    may_be_changed: bool  # cancelled, or moved to another time


@dataclass(frozen=True)
class MyReservations:
    """What is still to come, what is not to be had first, and what is over."""

    ahead: Sequence[Shown]
    past: Sequence[Shown]

    @property
    def displaced(self) -> Sequence[Shown]:
        """What was reserved and is not to be had now."""
        return [one for one in self.ahead if one.state is State.DISPLACED]

    @property
    def missed_some(self) -> bool:
        """Whether the person has left some unfetched lately."""
        return any(one.state is State.MISSED for one in self.past)


@dataclass(frozen=True)
class OurReservations:
    """What is still to be fetched from a group, and what its stewards let lie."""

    ahead: Sequence[Shown]
    expired: Sequence[Shown]

    @property
    def by_what_is_to_do(self) -> dict[str, list[Shown]]:
        """What waits for an answer, what is not to be had, and what is well."""
        asked = [one for one in self.ahead if one.reservation.is_requested]
        displaced = [one for one in self.ahead if one.state is State.DISPLACED and one not in asked]
        well = [one for one in self.ahead if one not in asked and one not in displaced]
        return {"requested": asked, "displaced": displaced, "confirmed": well}


def state_of(reservation: Reservation, now: datetime) -> State:
    """How it stands; its units are loaded with their promises."""
    ended = {
        State.DECLINED: reservation.declined_at,
        State.CANCELLED: reservation.cancelled_at,
        State.MISSED: reservation.no_show_at,
        State.EXPIRED: reservation.has_expired(now),
        State.UNSERVED: reservation.lapsed_at,
    }
    if over := next((state for state, at in ended.items() if at), None):
        return over
    if reservation.is_fulfilled:
        return State.FETCHED
    if reservation.lacks_something:
        return State.DISPLACED
    if reservation.is_requested:
        return State.REQUESTED
    to_come = [unit for unit in reservation.units if not unit.is_settled]
    return State.READY if all(unit.set_aside_at for unit in to_come) else State.CONFIRMED


def my_reservations(session: AnySession, person: Person, *, now: datetime) -> MyReservations:
    """A person's reservations: all that are to come, and the last that are over."""
    own = Reservation.person_id == person.id
    ahead = _displaced_first(_all(own, Reservation.still_open(), Reservation.until_at > now))
    over = _all(own, ~(Reservation.still_open() & (Reservation.until_at > now)))
    over = over.order_by(None).order_by(Reservation.from_at.desc()).limit(PAST)
    return MyReservations(_shown(session, ahead, now), _shown(session, over, now))


def next_reservations(
    session: AnySession, person: Person, *, now: datetime, at_most: int
) -> Sequence[Shown]:
    """What a person will fetch next; before that what they would have, and is not to be had."""
    own = (Reservation.person_id == person.id, Reservation.until_at > now, TO_BE_FETCHED)
    ahead = _displaced_first(_all(*own, Reservation.still_open()))
    return _shown(session, ahead.limit(at_most), now)


def reservations_of(session: AnySession, group: Group, *, now: datetime) -> OurReservations:
    """What is reserved of a group and still to be fetched, the next to begin first."""
    ours = Reservation.group_id == group.id
    ahead = _all(ours, Reservation.until_at > now, TO_BE_FETCHED, Reservation.still_open())
    asked = (~Reservation.is_granted(), Reservation.lapsed_at > now - LOOK_BACK)
    return OurReservations(
        _shown(session, ahead, now), _shown(session, _all(ours, *asked).limit(PAST), now)
    )


def displaced_of(
    session: AnySession, group_ids: Collection[int], *, now: datetime
) -> Sequence[Shown]:
    """What of these groups' reservations is not to be had: their stewards tell who has them."""
    ours = (Reservation.group_id.in_(group_ids), Reservation.until_at > now)
    found = _all(*ours, Reservation.still_open(), Reservation.is_displaced())
    return _shown(session, found.limit(SUGGESTED), now)


def for_the_shelf(session: AnySession, group: Group, *, now: datetime) -> Sequence[Shown]:
    """What is to be set aside for who fetches it soon, and what already is."""
    return [
        one
        for one in reservations_of(session, group, now=now).ahead
        if one.state is State.READY
        or (one.state is State.CONFIRMED and one.reservation.from_at < now + SOON)
    ]


def to_be_set_aside(*, now: datetime) -> ColumnElement[bool]:
    """Whether a reserved unit, of a reservation, is to be fetched soon and lies on no shelf yet."""
    return and_(
        ReservedUnit.still_to_fetch(),
        ReservedUnit.set_aside_at.is_(None),
        Reservation.still_open(),
        Reservation.is_granted(),
        Reservation.from_at < now + SOON,
        Reservation.until_at > now,
        ~Reservation.is_displaced(),
    )


def reservation_for(
    session: AnySession, reservation_id: int, person: Person, *, now: datetime
) -> Shown:
    """The reservation, for who made it and for stewards of its group; a 404 for anybody else."""
    found = _shown(session, _all(Reservation.id == reservation_id), now)
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


def items_meant(session: AnySession, codes: Mapping[int, str]) -> dict[int, Item]:
    """The one item that is meant of each of these kinds, by its code; refuses when it is none."""
    if not codes:
        return {}
    found = session.scalars(select(Item).where(Item.code.in_(map(read, codes.values()))))
    meant = {item.kind_id: item for item in found}
    if any(
        kind_id not in meant or meant[kind_id].code != read(code) for kind_id, code in codes.items()
    ):
        raise Refusal(NoneOfThatKind())
    return meant


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
        .options(units.joinedload(ReservedUnit.item))
        .options(units.joinedload(ReservedUnit.promise).joinedload(Promise.item))
        .order_by(Reservation.from_at, Reservation.id)
        .limit(A_LIST)
    )


def _displaced_first(found: Select[Reservation]) -> Select[Reservation]:
    in_order = (~Reservation.is_displaced(), Reservation.from_at, Reservation.id)
    return found.order_by(None).order_by(*in_order)


def _shown(session: AnySession, statement: Select[Reservation], now: datetime) -> list[Shown]:
    return [_one(reservation, now) for reservation in session.scalars(statement)]


def _one(reservation: Reservation, now: datetime) -> Shown:
    may_be_changed = not any(against_changing(reservation, now=now))
    return Shown(reservation, state_of(reservation, now), may_be_changed)
