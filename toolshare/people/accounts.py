"""What a person changes about their own account."""

import re
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.outbox.models import Topic
from toolshare.outbox.telling import tell
from toolshare.people.joining import person_with
from toolshare.people.models import Person
from toolshare.people.passwords import end_sessions, is_right, set_password
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid

A_PHONE = re.compile(r"\+?[0-9][0-9 ()/.-]{2,38}", re.ASCII)
FEWEST_DIGITS = 3


@dataclass(frozen=True)
class EmailAndPasswordDontFit(Reason):
    """The password is wrong or nobody has the e-mail address: a stranger can't tell which."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("E-mail and password don't fit together.")
    instead = msgid("Try again, or ask a coordinator for a link to set a new password.")


@dataclass(frozen=True)
class PasswordIsAnother(Reason):
    """What was given as the present password is not it."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("Your present password is another.")
    instead = msgid("Type it once more, or ask a coordinator for a link to set a new one.")


@dataclass(frozen=True)
class NotAPhoneNumber(Reason):
    """No telephone could call this."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("This is not a phone number.")
    instead = msgid("Write it with digits, best with the code of the country: +39 0123 456789.")


@dataclass(frozen=True)
class Profile:
    """What people say of themselves; no language is that of the browser."""

    name: str
    language: str | None
    phone: str = ""
    shows_phone: bool = False  # to who has a thing after them


def person_signing_in(session: AnySession, email: str, password: str) -> Person:
    """Whose e-mail and password these are; the answer and its time don't tell who has an account."""
    person = person_with(session, email)
    if not is_right(person, password) or person is None:
        raise Refusal(EmailAndPasswordDontFit())
    return person


def change_account(person: Person, to: Profile) -> None:
    """Changes what people say of themselves; a number that was taken away is shown to nobody."""
    person.name, person.language = to.name, to.language
    person.phone = known_phone(to.phone)
    person.shows_phone = to.shows_phone and bool(person.phone)


def known_phone(typed: str) -> str:
    """A phone number as people write it, or none."""
    phone = " ".join(typed.split())
    if phone and not (A_PHONE.fullmatch(phone) and sum(map(str.isdigit, phone)) >= FEWEST_DIGITS):
        raise Refusal(NotAPhoneNumber())
    return phone


def change_password(
    session: AnySession, person: Person, *, present: str, new: str, now: datetime
) -> None:
    """Sets a new password for who knows the present one; signs out every other device."""
    if not is_right(person, present):
        raise Refusal(PasswordIsAnother())
    set_password(person, new)
    record(session, Event.PASSWORD_SET, by=person, at=now, person=person)
    tell(session, Topic.ACCOUNT_CHANGED, person, now=now)


def sign_out_everywhere(session: AnySession, person: Person, *, now: datetime) -> None:
    """Ends every session on every device."""
    end_sessions(person)
    record(session, Event.SIGNED_OUT_EVERYWHERE, by=person, at=now, person=person)
