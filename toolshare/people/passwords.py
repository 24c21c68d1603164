"""Passwords: kept as argon2 hashes, checked in the same time whether or not there is one."""

from dataclasses import dataclass
from http import HTTPStatus

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from toolshare.people.models import Person
from toolshare.refusals import Reason, msgid, refuse_if

SHORTEST = 10  # characters
LONGEST = 1000
hasher = PasswordHasher()  # its defaults follow RFC 9106
NOBODYS = hasher.hash("nobody has this password")


@dataclass(frozen=True)
class PasswordTooShort(Reason):
    """The password has too few characters."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    shortest: int = SHORTEST
    says = msgid("A password needs at least %(shortest)s characters.")
    instead = msgid("Three or four words in a row are easy to keep in mind.")


@dataclass(frozen=True)
class PasswordTooLong(Reason):
    """The password has too many characters."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    longest: int = LONGEST
    says = msgid("A password has at most %(longest)s characters.")
    instead = msgid("Choose a shorter one.")


@dataclass(frozen=True)
class PasswordIsTheirName(Reason):
    """The password is the person's name or e-mail address: the first that anyone tries."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("Your name or e-mail address is no password.")
    instead = msgid("Choose something that others don't know.")


def reasons_against(person: Person, password: str) -> list[Reason]:
    """Why this can't be the person's password."""
    reasons: list[Reason] = []
    if len(password) < SHORTEST:
        reasons.append(PasswordTooShort())
    if len(password) > LONGEST:
        reasons.append(PasswordTooLong())
    if _bare(password) in {_bare(person.name), _bare(person.email)}:
        reasons.append(PasswordIsTheirName())
    return reasons


def set_password(person: Person, password: str) -> None:
    """Gives the person a new password and ends all sessions that the old one began.

    Refuses one that breaks the rule.
    """
    refuse_if(reasons_against(person, password))
    person.password_hash = hasher.hash(password)
    end_sessions(person)


def end_sessions(person: Person) -> None:
    """Signs the person out on every device."""
    person.session_version = (person.session_version or 0) + 1


def is_right(person: Person | None, password: str) -> bool:
    """Whether this is the person's password; takes as long when there is no such person."""
    kept = person.password_hash if person else None
    try:
        return hasher.verify(kept or NOBODYS, password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def _bare(text: str) -> str:
    return "".join(text.casefold().split())
