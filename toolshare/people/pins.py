"""PINs: a few digits, for the tablet in a shed; kept and checked as passwords are."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from itertools import pairwise

from argon2.exceptions import InvalidHashError, VerificationError

from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.people.models import Group, Person
from toolshare.people.passwords import NOBODYS, hasher
from toolshare.records import AnySession
from toolshare.refusals import Reason, msgid, refuse_if

SHORTEST = 4
LONGEST = 8


@dataclass(frozen=True)
class NotAPin(Reason):
    """Too short, too long, or not digits."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    shortest: int = SHORTEST
    longest: int = LONGEST
    says = msgid("A PIN has %(shortest)s to %(longest)s digits, and nothing else.")
    instead = msgid("Six digits are hard to guess and easy to type.")


@dataclass(frozen=True)
class PinTooEasy(Reason):
    """One digit again and again, or digits in a row: the first that anyone tries."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("That PIN is one of the first that anyone tries.")
    instead = msgid("Choose digits that neither repeat nor count up or down.")


def reasons_against(pin: str) -> list[Reason]:
    """Why this can't be anybody's PIN."""
    if not (pin.isascii() and pin.isdecimal() and SHORTEST <= len(pin) <= LONGEST):
        return [NotAPin()]
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    return [PinTooEasy()] if steps in ({0}, {1}, {-1}) else []


def set_pin(session: AnySession, person: Person, pin: str, *, now: datetime) -> None:
    """Gives the person a PIN in place of any before; refuses one that breaks the rule."""
    refuse_if(reasons_against(pin))
    person.pin_hash = hasher.hash(pin)
    record(session, Event.PIN_SET, by=person, at=now, person=person)


def remove_pin(
    session: AnySession,
    person: Person,
    *,
    by: Person,
    now: datetime,
    group: Group | None = None,
) -> None:
    """Lets nobody in by the person's PIN until they set another; nobody can read the one there was."""
    if person.pin_hash is not None:
        person.pin_hash = None
        record(session, Event.PIN_REMOVED, by=by, at=now, person=person, group=group)


def is_right(person: Person | None, pin: str) -> bool:
    """Whether this is the person's PIN; takes as long when there is no such person, or no PIN."""
    kept = person.pin_hash if person else None
    try:
        return hasher.verify(kept or NOBODYS, pin) and kept is not None
    except (VerificationError, InvalidHashError):
        return False
