"""How groups are founded and how people come into them."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from toolshare.codes import register
from toolshare.codes.models import Wearer
from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.people.models import Group, Membership, Person, Role
from toolshare.people.roles import membership_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid


@dataclass(frozen=True)
class SlugTaken(Reason):
    """Another group has this short name."""

    slug: str
    says = msgid("There is already a group with the short name “%(slug)s”.")
    instead = msgid("Choose another short name.")


@dataclass(frozen=True)
class AlreadyMember(Reason):
    """The person has a membership in the group."""

    name: str
    group: str
    says = msgid("%(name)s is already in %(group)s.")
    instead = msgid("Change the membership that is there.")


def found_group(
    session: AnySession,
    name: str,
    slug: str,
    *,
    by: Person | None,
    now: datetime,
    parent: Group | None = None,
    time_zone: str = "UTC",
) -> Group:
    """Founds a group; refuses a short name that another one has."""
    if session.scalar(select(Group).where(Group.slug == slug)):
        raise Refusal(SlugTaken(slug=slug))
    group = Group(
        name=name,
        slug=slug,
        parent_id=parent.id if parent else None,
        time_zone=time_zone,
        founded_at=now,
    )
    session.add(group)
    record(session, Event.GROUP_FOUNDED, by=by, at=now, group=group)
    return group


def join(
    session: AnySession,
    group: Group,
    *,
    name: str,
    email: str,
    role: Role = Role.MEMBER,
    by: Person | None,
    now: datetime,
) -> Membership:
    """Takes a person into a group, making the account if there is none for the address.

    Refuses who is a member already.
    """
    person = person_with(session, email) or _new_person(session, name, email, now)
    if membership_in(session, person, group):
        raise Refusal(AlreadyMember(name=person.name, group=group.name))
    membership = Membership(
        person=person,
        group=group,
        role=role,
        code=register.draw(session, Wearer.CARD, now=now),
        since=now.astimezone(ZoneInfo(group.time_zone)).date(),
    )
    session.add(membership)
    record(session, Event.PERSON_JOINED, by=by, at=now, group=group, person=person, role=role)
    return membership


def person_with(session: AnySession, email: str) -> Person | None:
    """The person who has this e-mail address, however it is capitalised."""
    return session.scalar(select(Person).where(Person.email == email.strip().lower()))


def _new_person(session: AnySession, name: str, email: str, now: datetime) -> Person:
    person = Person(name=name, email=email.strip().lower(), joined_at=now)
    session.add(person)
    session.flush()
    return person
