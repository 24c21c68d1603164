"""Changing what a person is in a group: role, since, until, paused."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from sqlalchemy import select

from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.people.models import Group, Membership, Person, Role
from toolshare.people.opening import today_in
from toolshare.people.passwords import end_sessions
from toolshare.people.roles import is_current_on, memberships_of
from toolshare.records import AnySession
from toolshare.refusals import Reason, msgid, refuse_if


@dataclass(frozen=True)
class LastCoordinator(Reason):
    """A group always has a coordinator whose membership has no end."""

    name: str
    group: str
    says = msgid("%(name)s is the last coordinator of %(group)s.")
    instead = msgid("Make somebody else a coordinator first.")


@dataclass(frozen=True)
class EndsBeforeItBegins(Reason):
    """The last day lies before the first one."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("The membership would end before it begins.")
    instead = msgid("Choose a last day that is not before the first.")


@dataclass(frozen=True)
class PausedWithoutWhy(Reason):
    """A pause without a reason, which the member would wonder about."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    name: str
    says = msgid("There is no reason for the pause.")
    instead = msgid("Write a few words; %(name)s reads them when borrowing.")


@dataclass(frozen=True)
class Standing:
    """What a person is to be in a group."""

    role: Role
    since: date
    until: date | None = None
    paused: bool = False
    why: str = ""

    def is_current(self, day: date) -> bool:
        """Whether the day lies between the first and the last one."""
        return self.since <= day and (self.until is None or day <= self.until)


def change_membership(
    session: AnySession, membership: Membership, to: Standing, *, by: Person | None, now: datetime
) -> None:
    """Changes a membership, at once; refuses what would leave the group without a coordinator.

    Whose role changes signs in anew on every device: no page of the old role stays open on one.
    """
    group = session.get_one(Group, membership.group_id, with_for_update=True)
    today = today_in(group, now)
    person = session.get_one(Person, membership.person_id)
    refuse_if(_reasons_against(to, person))
    if not _would_lead(to, today):
        refuse_if(against_ending(session, membership, person, group, now=now))
    before = standing_of(membership)
    if to == before:
        return
    if to.role is not before.role:
        end_sessions(person)
    membership.role, membership.since, membership.until = to.role, to.since, to.until
    membership.paused_at = (membership.paused_at or now) if to.paused else None
    membership.paused_why = to.why if to.paused else ""
    details = _what_is_new(before, to)
    record(session, Event.MEMBERSHIP_CHANGED, by=by, at=now, group=group, person=person, **details)


def against_ending(
    session: AnySession, membership: Membership, person: Person, group: Group, *, now: datetime
) -> list[Reason]:
    """Why a membership can't end, or be less than it is: it would leave no coordinator."""
    today = today_in(group, now)
    if not _leads(membership, today) or _another_leads(session, membership, today):
        return []
    return [LastCoordinator(name=person.name, group=group.name)]


def reasons_against_leaving(
    session: AnySession, person: Person, *, now: datetime
) -> Iterator[Reason]:
    """Each group that would be without a coordinator."""
    for membership in memberships_of(session, person):
        yield from against_ending(session, membership, person, membership.group, now=now)


def standing_of(membership: Membership) -> Standing:
    """What a person is in a group now."""
    return Standing(
        role=membership.role,
        since=membership.since,
        until=membership.until,
        paused=membership.paused_at is not None,
        why=membership.paused_why,
    )


def _reasons_against(to: Standing, person: Person) -> list[Reason]:
    reasons: list[Reason] = []
    if to.until is not None and to.until < to.since:
        reasons.append(EndsBeforeItBegins())
    if to.paused and not to.why:
        reasons.append(PausedWithoutWhy(name=person.name))
    return reasons


def _leads(membership: Membership, today: date) -> bool:
    return (
        membership.role is Role.COORDINATOR
        and membership.until is None
        and membership.is_current(today)
    )


def _would_lead(to: Standing, today: date) -> bool:
    return to.role is Role.COORDINATOR and to.until is None and to.is_current(today)


def _another_leads(session: AnySession, membership: Membership, today: date) -> bool:
    another = select(Membership.id).where(
        Membership.group_id == membership.group_id,
        Membership.id != membership.id,
        Membership.role == Role.COORDINATOR,
        Membership.until.is_(None),
        is_current_on(today),
    )
    return session.scalar(another.limit(1)) is not None


def _what_is_new(before: Standing, to: Standing) -> dict[str, Any]:
    """For the journal, which nothing is taken from: why somebody is paused stays out of it."""
    return {
        name: str(new) if isinstance(new, date) else new
        for name, new in vars(to).items()
        if name != "why" and new != vars(before)[name]
    }
