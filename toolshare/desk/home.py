"""What a person finds at the start, in a bounded number of statements."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, case, func, select
from sqlalchemy.orm import joinedload, selectinload

from toolshare.admission.queries import waiting_requests
from toolshare.care.models import Outage
from toolshare.circulation.availability import is_free_at
from toolshare.circulation.models import Loan
from toolshare.circulation.overview import is_off, needs_check
from toolshare.circulation.promises import Offer, Reservation, ReservedUnit
from toolshare.circulation.reservation_queries import (
    Shown,
    State,
    displaced_of,
    next_reservations,
    to_be_set_aside,
)
from toolshare.circulation.standing import LEFT_IN_SHED, STILL_OUT, WITH_BORROWER
from toolshare.circulation.waiting import offers_to
from toolshare.inventory.models import Item, Kind
from toolshare.offline.models import ExceptionalScan
from toolshare.people import roles
from toolshare.people.models import Group, Membership, Person, Role
from toolshare.records import AnySession

MOST_LOANS = 50
MOST_RESERVATIONS = 3
MOST_KINDS = 6
MOST_GROUPS = 50


@dataclass(frozen=True)
class ToDo:
    """What waits for the stewards of a group."""

    group: Group
    displaced: Sequence[Shown]  # whose reservations are not to be had, so that somebody tells them
    late: int
    left: int  # in the shed, to be taken back
    to_be_checked: int
    asked_for: int  # reservations that need a yes
    to_set_aside: int
    exceptions: int  # scanned without a signal, and not done
    to_join: int  # who ask to; for coordinators

    @property
    def is_nothing(self) -> bool:
        """Whether the stewards can rest."""
        of_things = self.late or self.left or self.to_be_checked or self.to_set_aside
        of_people = self.asked_for or self.displaced or self.exceptions or self.to_join
        return not (of_things or of_people)


@dataclass(frozen=True)
class FreeThing:
    """A kind, and the code of one of its items that is free."""

    kind: Kind
    code: str


@dataclass(frozen=True)
class Home:
    """What a person has out and will fetch, what is free near them, and what waits for them as a steward."""

    memberships: Sequence[Membership]
    loans: Sequence[Loan]
    offers: Sequence[Offer]
    reservations: Sequence[Shown]
    free: Sequence[FreeThing]
    to_do: Sequence[ToDo]

    @property
    def displaced(self) -> Sequence[Shown]:
        """What the person has reserved and can't have now."""
        return [one for one in self.reservations if one.state is State.DISPLACED]

    @property
    def to_fetch(self) -> Sequence[Shown]:
        """What the person has reserved and will fetch."""
        return [one for one in self.reservations if one.state is not State.DISPLACED]


def home_of(session: AnySession, person: Person, *, now: datetime) -> Home:
    """The start of a person: a dozen statements at most, however much there is."""
    current = roles.current_memberships_of(session, person, now)
    served = [one for one in current if one.role.covers(Role.STEWARD)]
    return Home(
        current,
        _open_loans(session, person),
        offers_to(session, person, now=now),
        next_reservations(session, person, now=now, at_most=MOST_RESERVATIONS),
        _free_things(session, [one.group_id for one in current], now),
        _to_do(session, served, now) if served else (),
    )


def groups_here(session: AnySession) -> Sequence[Group]:
    """The groups that strangers read about, by name."""
    return session.scalars(
        select(Group).order_by(func.lower(Group.name), Group.id).limit(MOST_GROUPS)
    ).all()


def _open_loans(session: AnySession, person: Person) -> Sequence[Loan]:
    return session.scalars(
        select(Loan)
        .where(Loan.borrower_id == person.id, STILL_OUT)
        .options(joinedload(Loan.item).joinedload(Item.kind).joinedload(Kind.group))
        .options(joinedload(Loan.item).joinedload(Item.kind).selectinload(Kind.photos))
        .order_by(Loan.due_at, Loan.id)
        .limit(MOST_LOANS)
    ).all()


def _free_things(session: AnySession, group_ids: Collection[int], now: datetime) -> list[FreeThing]:
    """The newest kinds of which one is free, of these groups and those above them.

    From the newest on each is looked at until six are found, however many there are. Which groups
    these are is asked for before: or PostgreSQL may look through the newest kinds of all others.
    """
    near = session.scalars(roles.above(group_ids)).all()
    code = (
        select(func.min(Item.code))
        .where(Item.kind_id == Kind.id, is_free_at(now))
        .correlate(Kind)
        .scalar_subquery()
    )
    found = session.execute(
        select(Kind, code)
        .where(Kind.group_id.in_(near), code.is_not(None))
        .options(joinedload(Kind.group), selectinload(Kind.photos))
        .order_by(Kind.id.desc())
        .limit(MOST_KINDS)
    )
    return [FreeThing(kind, code) for kind, code in found]


def _to_do(session: AnySession, served: Sequence[Membership], now: datetime) -> list[ToDo]:
    ids = [one.group_id for one in served]
    led = {one.group_id for one in served if one.role is Role.COORDINATOR}
    counted = (
        _loans(WITH_BORROWER, Loan.due_at < now),
        _loans(LEFT_IN_SHED, Loan.disputed_at.is_(None)),
        _to_be_checked(now),
        _asked_for(now),
        _accepted(now) + _reserved(now),
        _exceptions(),
        case((Group.id.in_(led), waiting_requests()), else_=0),
    )
    found = session.execute(select(Group.id, *counted).where(Group.id.in_(ids)))
    counts = {group_id: numbers for group_id, *numbers in found}
    displaced = displaced_of(session, ids, now=now)
    return [
        ToDo(group, [one for one in displaced if one.reservation.group is group], *counts[group.id])
        for group in (one.group for one in served)
    ]


def _loans(*which: ColumnElement[bool]) -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(Loan)
        .join(Loan.item)
        .join(Item.kind)
        .where(*which, Kind.group_id == Group.id)
        .correlate(Group)
        .scalar_subquery()
    )


def _exceptions() -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(ExceptionalScan)
        .where(ExceptionalScan.settled_at.is_(None), ExceptionalScan.group_id == Group.id)
        .correlate(Group)
        .scalar_subquery()
    )


def _asked_for(now: datetime) -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(Reservation)
        .where(Reservation.still_open(), ~Reservation.is_granted(), Reservation.fetch_by > now)
        .where(Reservation.group_id == Group.id)
        .correlate(Group)
        .scalar_subquery()
    )


def _reserved(now: datetime) -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(ReservedUnit)
        .join(Reservation)
        .where(to_be_set_aside(now=now), Reservation.group_id == Group.id)
        .correlate(Group)
        .scalar_subquery()
    )


def _accepted(now: datetime) -> ScalarSelect[int]:
    """What was accepted and does not lie on the shelf of what is ready."""
    return (
        select(func.count())
        .select_from(Offer)
        .join(Offer.item)
        .join(Item.kind)
        .where(Offer.accepted_at.is_not(None), Offer.set_aside_at.is_(None))
        .where(Offer.ended_at.is_(None), Offer.expires_at > now, Kind.group_id == Group.id)
        .correlate(Group)
        .scalar_subquery()
    )


def _to_be_checked(now: datetime) -> ScalarSelect[int]:
    """What needs a check by somebody's word, or by its service plan."""
    return (
        select(func.count())
        .select_from(Item)
        .join(Item.kind)
        .outerjoin(Outage, is_off())
        .where(needs_check(now), Item.retired_at.is_(None), Kind.group_id == Group.id)
        .correlate(Group)
        .scalar_subquery()
    )
