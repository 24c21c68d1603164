"""What a person changes about their own account."""

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


def person_signing_in(session: AnySession, email: str, password: str) -> Person:
    """Whose e-mail and password these are; the answer and its time don't tell who has an account."""
    person = person_with(session, email)
    if not is_right(person, password) or person is None:
        raise Refusal(EmailAndPasswordDontFit())
    return person


def change_account(person: Person, *, name: str, language: str | None) -> None:
    """Changes what the person is called and in which language they read; None is the browser's."""
    person.name = name
    person.language = language


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
