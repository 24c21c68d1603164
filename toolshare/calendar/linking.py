"""Private links to calendar feeds: made, found by their token, revoked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from secrets import token_urlsafe

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from toolshare.calendar.models import CalendarLink
from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.people import roles
from toolshare.people.models import Group, Person, Role
from toolshare.people.opening import today_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid

MOST_LINKS = 10


@dataclass(frozen=True)
class NoSuchLink(Reason):
    """It never was, was revoked, or is somebody else's: nobody learns which."""

    status = HTTPStatus.NOT_FOUND
    says = msgid("There is no such calendar.")
    instead = msgid("Make a new link on the page of your calendars.")


@dataclass(frozen=True)
class TooManyLinks(Reason):
    """As many links as one person needs."""

    most: int
    says = msgid("You have %(most)s links already.")
    instead = msgid("Revoke one that you don't use.")


def make_link(session: AnySession, person: Person, group: Group | None, *, now: datetime) -> str:
    """Makes a link and gives its token, which is kept nowhere; a group's board is for stewards."""
    if group is not None:
        roles.require(session, person, Role.STEWARD, group, today=today_in(group, now))
    own = (CalendarLink.person_id == person.id, CalendarLink.revoked_at.is_(None))
    if session.scalars(select(func.count()).where(*own)).one() >= MOST_LINKS:
        raise Refusal(TooManyLinks(most=MOST_LINKS))
    token = token_urlsafe(32)
    group_id = group.id if group else None
    session.add(
        CalendarLink(person_id=person.id, group_id=group_id, digest=_digest(token), made_at=now)
    )
    record(session, Event.CALENDAR_LINK_MADE, by=person, at=now, person=person, group=group)
    return token


def revoke(session: AnySession, link_id: int, *, by: Person, now: datetime) -> None:
    """Ends a link of one's own; done twice it is done once."""
    link = session.get(CalendarLink, link_id)
    if link is None or link.person_id != by.id:
        raise Refusal(NoSuchLink())
    if link.revoked_at is None:
        link.revoked_at = now
        record(session, Event.CALENDAR_LINK_REVOKED, by=by, at=now, person=by)


def links_of(session: AnySession, person: Person) -> Sequence[CalendarLink]:
    """The links of a person that work, with their groups."""
    return session.scalars(
        select(CalendarLink)
        .where(CalendarLink.person_id == person.id, CalendarLink.revoked_at.is_(None))
        .options(joinedload(CalendarLink.group))
        .order_by(CalendarLink.id)
    ).all()


def link_behind(session: AnySession, token: str, *, now: datetime) -> CalendarLink:
    """The link with this token, with its person and group.

    Refuses one that was revoked, and one to the board of a group whose steward its person was once.
    """
    link = session.scalar(
        select(CalendarLink)
        .where(CalendarLink.digest == _digest(token), CalendarLink.revoked_at.is_(None))
        .options(joinedload(CalendarLink.person), joinedload(CalendarLink.group))
    )
    if link is None or (link.group is not None and not _serves(session, link, now)):
        raise Refusal(NoSuchLink())
    return link


def _serves(session: AnySession, link: CalendarLink, now: datetime) -> bool:
    if link.group is None:
        return False
    today = today_in(link.group, now)
    role = roles.role_in(session, link.person, link.group, today=today)
    return role is not None and role.covers(Role.STEWARD)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
