"""Passwords: kept as argon2 hashes, checked in the same time whether or not there is one."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from toolshare.people.models import Person

hasher = PasswordHasher()  # its defaults follow RFC 9106
NOBODYS = hasher.hash("nobody has this password")


def set_password(person: Person, password: str) -> None:
    """Gives the person a new password and ends all sessions that the old one began."""
    person.password_hash = hasher.hash(password)
    person.session_version = (person.session_version or 0) + 1


def is_right(person: Person | None, password: str) -> bool:
    """Whether this is the person's password; takes as long when there is no such person."""
    kept = person.password_hash if person else None
    try:
        return hasher.verify(kept or NOBODYS, password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False
