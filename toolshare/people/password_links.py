"""Links to set a password: a coordinator gives one, it works once, and for a week."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from secrets import token_urlsafe

from sqlalchemy import delete, select

from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.people.models import Membership, PasswordLink, Person, Role
from toolshare.people.passwords import set_password
from toolshare.people.roles import current_memberships_of
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid

GOOD_FOR = timedelta(days=7)


@dataclass(frozen=True)
class LinkNotGood(Reason):
    """The link was used, is too old, was replaced by a newer one, or never was."""

    status = HTTPStatus.GONE
    says = msgid("This link doesn't work any more: it works once, and for a week.")
    instead = msgid("Ask a coordinator of your group for a new one.")


@dataclass(frozen=True)
class BelongsElsewhereToo(Reason):
    """The account opens doors in a group that the coordinator has no say in."""

    status = HTTPStatus.FORBIDDEN
    name: str
    group: str
    says = msgid("%(name)s belongs to %(group)s too, which you don't coordinate.")
    instead = msgid(
        "Who runs this installation can make a link with “toolshare password-link”, "
        "or %(name)s changes the password on their account page."
    )


def give_link(session: AnySession, person: Person, *, by: Person, now: datetime) -> str:
    """Makes a link and returns its token, which is kept nowhere; earlier links stop working.

    Who sets a person's password is that person in every group. So it is refused to coordinators
    of some of the person's groups only; as long as there is no password, who is a plain member
    in the others gets one from any of them.
    """
    for membership in _out_of_reach(session, person, by, now):
        raise Refusal(BelongsElsewhereToo(name=person.name, group=membership.group.name))
    return make_link(session, person, by=by, now=now)


def make_link(session: AnySession, person: Person, *, by: Person | None, now: datetime) -> str:
    """Makes a link on the word of whoever runs the installation."""
    token = token_urlsafe(32)
    session.execute(delete(PasswordLink).where(PasswordLink.person_id == person.id))
    session.add(PasswordLink(person_id=person.id, digest=_digest(token), expires_at=now + GOOD_FOR))
    record(session, Event.PASSWORD_LINK_GIVEN, by=by, at=now, person=person)
    return token


def person_behind(session: AnySession, token: str, *, now: datetime) -> Person:
    """Whose password the link sets; refuses a link that doesn't work any more."""
    return session.get_one(Person, _good_link(session, token, now).person_id)


def use_link(session: AnySession, token: str, password: str, *, now: datetime) -> Person:
    """Sets the password, once; every session that an old one began is over."""
    link = _good_link(session, token, now)
    person = session.get_one(Person, link.person_id)
    set_password(person, password)
    link.used_at = now
    record(session, Event.PASSWORD_SET, by=person, at=now, person=person)
    return person


def _good_link(session: AnySession, token: str, now: datetime) -> PasswordLink:
    statement = select(PasswordLink).where(PasswordLink.digest == _digest(token))
    link = session.scalar(statement.with_for_update())
    if link is None or link.used_at is not None or link.expires_at <= now:
        raise Refusal(LinkNotGood())
    return link


def _out_of_reach(
    session: AnySession, person: Person, by: Person, now: datetime
) -> list[Membership]:
    coordinated = {
        own.group_id
        for own in current_memberships_of(session, by, now)
        if own.role is Role.COORDINATOR
    }
    return [
        other
        for other in current_memberships_of(session, person, now)
        if other.group_id not in coordinated
        and (person.password_hash or other.role is not Role.MEMBER)
    ]


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
