"""Links that people have sent to themselves: to sign in, and to prove that an address is theirs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import and_, delete, func, or_, select

from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.outbox.models import Topic
from toolshare.outbox.telling import tell
from toolshare.people.accounts import PasswordIsAnother
from toolshare.people.joining import known_email, person_with
from toolshare.people.models import AccountLink, LinkFor, Person
from toolshare.people.passwords import is_right, set_password
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid

GOOD_FOR = {LinkFor.SIGN_IN: timedelta(minutes=30), LinkFor.NEW_ADDRESS: timedelta(days=1)}
TOPICS = {LinkFor.SIGN_IN: Topic.SIGN_IN_LINK, LinkFor.NEW_ADDRESS: Topic.NEW_ADDRESS}
PathTo = Callable[[str], str]  # the page behind a token


@dataclass(frozen=True)
class AccountLinkNotGood(Reason):
    """The link was used, is too old, was replaced by a newer one, or never was."""

    status = HTTPStatus.GONE
    says = msgid("This link doesn't work any more: it works once, and not for long.")
    instead = msgid("Ask for a new one where you asked for this one.")


@dataclass(frozen=True)
class AddressIsYours(Reason):
    """The new address is the present one."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    email: str
    says = msgid("You sign in with %(email)s already.")
    instead = msgid("Write another address.")


def send_sign_in_link(session: AnySession, email: str, *, path: PathTo, now: datetime) -> None:
    """Sends a link by which whoever has the address signs in, or sets a new password.

    As much is done when nobody has it, in the name of somebody else, and taken back: neither the
    answer nor its time tell who has an account.
    """
    person = _who_has_or_stands_in(session, email)
    if person is not None:
        is_theirs = person.email == email.strip().lower()
        link = AccountLink(person_id=person.id, purpose=LinkFor.SIGN_IN, address=person.email)
        _send(session, link, person, path=path, now=now, keep=is_theirs)


def ask_for_new_address(
    session: AnySession, person: Person, email: str, *, present: str, path: PathTo, now: datetime
) -> None:
    """Sends a link to a new address, for who knows the present password, if there is one.

    Nothing comes to an address that somebody else signs in with, and the answer doesn't tell.
    """
    if not is_right(person, present) and person.password_hash is not None:
        raise Refusal(PasswordIsAnother())
    email = known_email(email)
    if email == person.email:
        raise Refusal(AddressIsYours(email))
    is_free = person_with(session, email) is None
    link = AccountLink(person_id=person.id, purpose=LinkFor.NEW_ADDRESS, address=email)
    _send(session, link, person, path=path, now=now, keep=is_free)


def link_behind(
    session: AnySession, token: str, purpose: LinkFor, *, now: datetime
) -> tuple[AccountLink, Person]:
    """A link and whose it is; using it up is for the verbs below. Refuses one that is good no more."""
    found = select(AccountLink).where(
        AccountLink.digest == _digest(token), AccountLink.purpose == purpose
    )
    link = session.scalar(found.with_for_update())
    if link is None or link.expires_at <= now:
        raise Refusal(AccountLinkNotGood())
    person = session.get_one(Person, link.person_id, populate_existing=True)
    if person.session_version != link.session_version:
        raise Refusal(AccountLinkNotGood())
    return link, person


def sign_in_by_link(session: AnySession, token: str, *, now: datetime) -> Person:
    """Whom a link signs in, once."""
    link, person = link_behind(session, token, LinkFor.SIGN_IN, now=now)
    session.delete(link)
    return person


def set_password_by_link(
    session: AnySession, token: str, password: str, *, now: datetime
) -> Person:
    """Sets a new password for whom a link signs in; a password that is refused leaves it good."""
    link, person = link_behind(session, token, LinkFor.SIGN_IN, now=now)
    set_password(person, password)
    session.delete(link)
    record(session, Event.PASSWORD_SET, by=person, at=now, person=person)
    tell(session, Topic.ACCOUNT_CHANGED, person, now=now)
    return person


def confirm_address(session: AnySession, token: str, *, now: datetime) -> Person:
    """Lets a person sign in with the address that a link was sent to; the former one is told."""
    link, person = link_behind(session, token, LinkFor.NEW_ADDRESS, now=now)
    if person_with(session, link.address) is not None:
        raise Refusal(AccountLinkNotGood())
    former, person.email = person.email, link.address
    session.execute(delete(AccountLink).where(AccountLink.person_id == person.id))
    record(session, Event.ADDRESS_CHANGED, by=person, at=now, person=person)
    tell(session, Topic.ACCOUNT_CHANGED, former, language=person.language, now=now)
    return person


def _who_has_or_stands_in(session: AnySession, email: str) -> Person | None:
    """Who has the address, else whoever was first here; in one statement for both."""
    has_it = Person.email == email.strip().lower()
    first = select(func.min(Person.id)).scalar_subquery()
    found = select(Person).where(or_(has_it, Person.id == first)).order_by(has_it.desc())
    return session.scalar(found.limit(1))


def _send(
    session: AnySession,
    link: AccountLink,
    person: Person,
    *,
    path: PathTo,
    now: datetime,
    keep: bool,
) -> None:
    """Puts a link in place of earlier ones and leaves word of it, for good or only to have done it."""
    with session.begin_nested() as trying:
        token, link.expires_at = token_urlsafe(32), now + GOOD_FOR[link.purpose]
        link.digest, link.session_version = _digest(token), person.session_version
        is_former = and_(AccountLink.person_id == person.id, AccountLink.purpose == link.purpose)
        session.execute(delete(AccountLink).where(or_(is_former, AccountLink.expires_at <= now)))
        session.add(link)
        to = person if link.purpose is LinkFor.SIGN_IN else link.address
        facts: dict[str, Any] = {"path": path(token), "good_until": link.expires_at.isoformat()}
        tell(session, TOPICS[link.purpose], to, language=person.language, now=now, **facts)
        if not keep:
            trying.rollback()


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
