"""Leaving a group by oneself: when nothing is out; what waits is called off with it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from toolshare.admission import reasons as why
from toolshare.circulation import asking, calling_off
from toolshare.circulation.holds import holds_with_all
from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Hold, Reservation, ReservedUnit
from toolshare.circulation.standing import STILL_OUT
from toolshare.inventory.locking import lock_kinds
from toolshare.inventory.models import Item, Kind
from toolshare.people import households, memberships, roles
from toolshare.people.models import Group, Membership, Person
from toolshare.people.opening import today_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, refuse_if

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Leaving:
    """What stands in the way when somebody leaves a group, and what would be called off with it."""

    loans: Sequence[Loan]
    reservations: Sequence[Reservation]
    holds: Sequence[Hold]
    has_household: bool
    reasons: Sequence[Reason]


def leaving(session: AnySession, person: Person, group: Group, *, now: datetime) -> Leaving:
    """What would come of it if the person left now; the page shows it, and `leave` goes by it."""
    membership = _own(session, person, group, now)
    lost = _no_longer_open_to(session, person, group, now)
    loans = _loans(session, person, lost)
    reasons: list[Reason] = [why.StillOut(number=len(loans))] if loans else []
    reasons += memberships.against_ending(session, membership, person, group, now=now)
    return Leaving(
        loans,
        [one for one in _reservations(session, person, lost) if not one.has_ended(now)],
        _holds(session, person, lost),
        membership.household_id is not None,
        reasons,
    )


def leave(session: AnySession, person: Person, group: Group, *, now: datetime) -> None:
    """Ends the person's own membership at once, and calls off what waits for them there.

    Refuses while anything is out, and the last coordinator.
    """
    before = leaving(session, person, group, now=now)
    lock_kinds(session, _kinds_of(before))
    roles.lock_person(session, person)
    found = leaving(session, person, group, now=now)
    refuse_if(found.reasons)
    for reservation in found.reservations:
        calling_off.cancel(session, reservation, by=person, now=now)
    for hold in found.holds:
        asking.withdraw(session, hold, by=person, now=now)
    membership = _own(session, person, group, now)
    if found.has_household:
        households.take_out(session, membership, by=person, now=now)
    yesterday = today_in(group, now) - A_DAY
    to = memberships.standing_of(membership)
    to = replace(to, since=min(to.since, yesterday), until=yesterday)
    memberships.change_membership(session, membership, to, by=person, now=now)


def _own(session: AnySession, person: Person, group: Group, now: datetime) -> Membership:
    own = roles.membership_in(session, person, group)
    if own is None or not own.is_current(today_in(group, now)):
        raise Refusal(why.MembershipIsOver(group=group.name))
    return own


def _no_longer_open_to(
    session: AnySession, person: Person, group: Group, now: datetime
) -> set[int]:
    """The group and those above it, but for what another membership still lets the person borrow."""
    others = {
        above.id
        for one in roles.current_memberships_of(session, person, now)
        if one.group_id != group.id
        for above in roles.group_and_its_parents(session, one.group_id)
    }
    return {one.id for one in roles.group_and_its_parents(session, group.id)} - others


def _loans(session: AnySession, person: Person, group_ids: set[int]) -> Sequence[Loan]:
    """What the person has out; what was given up for lost holds nobody."""
    return session.scalars(
        select(Loan)
        .join(Loan.item)
        .join(Item.kind)
        .where(Loan.borrower_id == person.id, STILL_OUT, Loan.lost_at.is_(None))
        .where(Kind.group_id.in_(group_ids))
        .options(contains_eager(Loan.item).contains_eager(Item.kind).joinedload(Kind.group))
        .order_by(Loan.due_at, Loan.id)
    ).all()


def _reservations(
    session: AnySession, person: Person, group_ids: set[int]
) -> Sequence[Reservation]:
    return session.scalars(
        select(Reservation)
        .where(Reservation.person_id == person.id, Reservation.still_open())
        .where(Reservation.group_id.in_(group_ids))
        .where(Reservation.units.any(ReservedUnit.still_to_fetch()))
        .options(joinedload(Reservation.group))
        .options(selectinload(Reservation.units).joinedload(ReservedUnit.kind))
        .order_by(Reservation.from_at, Reservation.id)
    ).all()


def _holds(session: AnySession, person: Person, group_ids: set[int]) -> Sequence[Hold]:
    return session.scalars(
        holds_with_all()
        .join(Hold.kind)
        .where(Hold.person_id == person.id, Hold.ended_at.is_(None))
        .where(Kind.group_id.in_(group_ids))
        .order_by(Hold.id)
    ).all()


def _kinds_of(found: Leaving) -> set[int]:
    reserved = {unit.kind_id for one in found.reservations for unit in one.units}
    return reserved | {hold.kind_id for hold in found.holds}
