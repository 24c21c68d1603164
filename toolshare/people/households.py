"""Households: persons who share what one membership may, put together by a coordinator or their first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.people.models import Group, Household, Membership, Person, Role
from toolshare.people.opening import today_in
from toolshare.people.roles import is_current_on, lock_households, lock_person, role_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid, refuse_if

LARGEST = 12  # persons


@dataclass(frozen=True)
class InAHousehold(Reason):
    """Nobody shares two memberships of one group."""

    name: str
    says = msgid("%(name)s belongs to a household already.")
    instead = msgid("Take them out of it first.")


@dataclass(frozen=True)
class HouseholdFull(Reason):
    """More persons than live under one roof."""

    most: int
    says = msgid("A household has at most %(most)s persons.")
    instead = msgid("Take somebody out of it first, or make another household.")


@dataclass(frozen=True)
class NotYourHousehold(Reason):
    """Neither a coordinator nor the first of the household, nor the person themselves."""

    status = HTTPStatus.FORBIDDEN
    says = msgid("Only the first of a household, or a coordinator, says who belongs to it.")
    instead = msgid("Ask one of them.")


@dataclass(frozen=True)
class MembershipHasEnded(Reason):
    """Who is no member shares nothing."""

    name: str
    says = msgid("The membership of %(name)s has ended, or has not begun yet.")
    instead = msgid("Let it begin first.")


def found_household(
    session: AnySession, first: Membership, name: str, *, by: Person, now: datetime
) -> Household:
    """A household with its first person; by a coordinator."""
    household = Household(group_id=first.group_id, name=name, founded_at=now)
    session.add(household)
    session.flush()
    put_in(session, first, household, by=by, now=now)
    return household


def put_in(
    session: AnySession, membership: Membership, household: Household, *, by: Person, now: datetime
) -> None:
    """Lets a member share what the household may; by a coordinator, or invited by its first.

    Refuses who is in one already. What they have out counts for the household from now on.
    """
    group, person = _locked(session, membership, household.id)
    refuse_if(_reasons_against(session, membership, household, person, today_in(group, now)))
    membership.household_id = household.id
    _write_down(session, membership, group, person, by=by, now=now)


def take_out(session: AnySession, membership: Membership, *, by: Person, now: datetime) -> None:
    """Lets a person stand alone again; by a coordinator, the first of the household, or themselves.

    Done twice it is done once.
    """
    group, person = _locked(session, membership, membership.household_id)
    if membership.household_id is None:
        return
    if not may_change(session, membership.household_id, group, by, now=now) and by.id != person.id:
        raise Refusal(NotYourHousehold())
    membership.household_id = None
    _write_down(session, membership, group, person, by=by, now=now)


def may_change(
    session: AnySession, household_id: int, group: Group, by: Person, *, now: datetime
) -> bool:
    """Whether this person says who belongs to a household of the group."""
    role = role_in(session, by, group, today=today_in(group, now))
    first = next(iter(members_of(session, household_id)), None)
    return role is Role.COORDINATOR or (
        role is not None and first is not None and first.person_id == by.id
    )


def members_of(session: AnySession, household_id: int) -> Sequence[Membership]:
    """Who belongs to a household, with their persons; the first came first."""
    return session.scalars(
        select(Membership)
        .where(Membership.household_id == household_id)
        .options(joinedload(Membership.person))
        .order_by(Membership.since, Membership.id)
    ).all()


def households_in(session: AnySession, group: Group, *, today: date) -> Sequence[Household]:
    """The households of a group to which somebody belongs today, by name."""
    peopled = select(Membership.household_id).where(
        Membership.group_id == group.id, Membership.household_id.is_not(None), is_current_on(today)
    )
    return session.scalars(
        select(Household).where(Household.id.in_(peopled)).order_by(Household.name, Household.id)
    ).all()


def household_of(session: AnySession, group: Group, household_id: int) -> Household | None:
    """A household of this group; there is no way to those of another."""
    which = Household.id == household_id, Household.group_id == group.id
    return session.scalar(select(Household).where(*which))


def _locked(
    session: AnySession, membership: Membership, household_id: int | None
) -> tuple[Group, Person]:
    """The person is locked, then their household, so that nobody borrows in between."""
    person = session.get_one(Person, membership.person_id)
    lock_person(session, person)
    lock_households(session, {household_id})
    return session.get_one(Group, membership.group_id), person


def _reasons_against(
    session: AnySession, membership: Membership, household: Household, person: Person, today: date
) -> list[Reason]:
    reasons: list[Reason] = []
    if not membership.is_current(today):
        reasons.append(MembershipHasEnded(name=person.name))
    if membership.household_id is not None:
        reasons.append(InAHousehold(name=person.name))
    if len(members_of(session, household.id)) >= LARGEST:
        reasons.append(HouseholdFull(most=LARGEST))
    return reasons


def _write_down(
    session: AnySession,
    membership: Membership,
    group: Group,
    person: Person,
    *,
    by: Person,
    now: datetime,
) -> None:
    what, household = Event.MEMBERSHIP_CHANGED, membership.household_id
    record(session, what, by=by, at=now, group=group, person=person, household_id=household)
