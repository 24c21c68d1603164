"""How groups are founded and how people come into them."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select

from toolshare.codes import register
from toolshare.codes.models import Wearer
from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.outbox.models import Topic
from toolshare.outbox.telling import tell
from toolshare.people.models import Group, Membership, Person, Role
from toolshare.people.opening import today_in
from toolshare.people.roles import membership_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid

A_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])")


@dataclass(frozen=True)
class SlugTaken(Reason):
    """Another group has this short name."""

    slug: str
    says = msgid("There is already a group with the short name “%(slug)s”.")
    instead = msgid("Choose another short name.")


@dataclass(frozen=True)
class SlugUnfit(Reason):
    """The short name can't stand in an address."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    slug: str
    says = msgid("“%(slug)s” can't be a short name: it stands in addresses.")
    instead = msgid("Use 2 to 60 small letters a–z, digits and hyphens, like borgo-alto.")


@dataclass(frozen=True)
class NotAnEmail(Reason):
    """No mail could come to this address."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    email: str
    says = msgid("“%(email)s” is not an e-mail address.")
    instead = msgid("Write it like ana@example.org.")


@dataclass(frozen=True)
class NobodyNamed(Reason):
    """No group has this short name, or no person this address."""

    status = HTTPStatus.NOT_FOUND
    name: str
    says = msgid("There is no “%(name)s” here.")
    instead = msgid("“toolshare groups” lists the groups.")


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
    """Founds a group; refuses a short name that another one has or that fits no address."""
    if session.scalar(select(Group).where(Group.slug == known_slug(slug))):
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


def found_chapter(
    session: AnySession, parent: Group, name: str, slug: str, *, by: Person, now: datetime
) -> Group:
    """Founds a group under another; who founds it is its first coordinator."""
    group = found_group(
        session, name, slug, parent=parent, time_zone=parent.time_zone, by=by, now=now
    )
    group.language = parent.language
    join(session, group, name=by.name, email=by.email, role=Role.COORDINATOR, by=by, now=now)
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

    Refuses who is a member already, and an address that no mail could come to.
    """
    email = known_email(email)
    person = person_with(session, email) or new_person(session, name, email, now)
    joined = take_in(session, group, person, role=role, by=by, now=now)
    if by is None or by.id != person.id:
        tell(session, Topic.WELCOME, person, group=group, now=now)
    return joined


def take_in(
    session: AnySession,
    group: Group,
    person: Person,
    *,
    role: Role = Role.MEMBER,
    until: date | None = None,
    by: Person | None,
    now: datetime,
    **told: Any,
) -> Membership:
    """Takes a person into a group who has an account; `told` stands in the journal, too.

    Refuses who is a member already.
    """
    if membership_in(session, person, group):
        raise Refusal(AlreadyMember(name=person.name, group=group.name))
    membership = Membership(
        person=person,
        group=group,
        role=role,
        code=register.draw(session, Wearer.CARD, now=now),
        since=today_in(group, now),
        until=until,
    )
    session.add(membership)
    session.flush()  # whoever asks for the role next is to find it
    told |= {"role": role} | ({"until": str(until)} if until else {})
    record(session, Event.PERSON_JOINED, by=by, at=now, group=group, person=person, **told)
    return membership


def group_named(session: AnySession, slug: str) -> Group:
    """The group with this short name, for whoever runs the installation."""
    group = session.scalar(select(Group).where(Group.slug == slug))
    if group is None:
        raise Refusal(NobodyNamed(name=slug))
    return group


def known_person(session: AnySession, email: str) -> Person:
    """The person who has this e-mail address, for whoever runs the installation."""
    person = person_with(session, email)
    if person is None:
        raise Refusal(NobodyNamed(name=email))
    return person


def known_slug(typed: str) -> str:
    """A short name as it can stand in an address."""
    if not A_SLUG.fullmatch(typed):
        raise Refusal(SlugUnfit(slug=typed))
    return typed


def known_email(typed: str) -> str:
    """An e-mail address as we keep it: in lower case, its form checked.

    Networks of their own may have names of their own, so whether mail can get there isn't asked.
    """
    try:
        known = validate_email(
            typed.strip(), check_deliverability=False, globally_deliverable=False
        )
    except EmailNotValidError:
        raise Refusal(NotAnEmail(email=typed)) from None
    return known.normalized.lower()


def person_with(session: AnySession, email: str) -> Person | None:
    """The person who has this e-mail address, however it is capitalised."""
    return session.scalar(select(Person).where(Person.email == email.strip().lower()))


def new_person(session: AnySession, name: str, email: str, now: datetime) -> Person:
    """An account for an address that has none, as `known_email` gives it."""
    person = Person(name=name, email=email, joined_at=now)
    session.add(person)
    session.flush()
    return person
