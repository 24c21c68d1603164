"""When people were born, where something is lent from an age only."""

from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus

from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.people import roles
from toolshare.people.models import Group, Person, Role
from toolshare.people.opening import today_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid

OLDEST = 130  # years


@dataclass(frozen=True)
class NoBirthday(Reason):
    """A day on which nobody alive was born."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("Nobody was born on that day who borrows things today.")
    instead = msgid("Look at the year once more.")


@dataclass(frozen=True)
class BirthdayKnown(Reason):
    """It is known already, and a rule may depend on it."""

    says = msgid("Your date of birth is known already.")
    instead = msgid("If it is wrong, a steward can correct it.")


@dataclass(frozen=True)
class NoMember(Reason):
    """The person belongs neither to the group nor to one below it."""

    name: str
    group: str
    says = msgid("%(name)s is not a member of %(group)s.")
    instead = msgid("Their own group can do this.")


def tell_own(session: AnySession, person: Person, born_on: date | None, *, now: datetime) -> None:
    """The person says once when they were born; from then on a steward corrects it."""
    if born_on == person.born_on:
        return
    if person.born_on is not None:
        raise Refusal(BirthdayKnown())
    _set(session, person, born_on, by=person, now=now)


def correct(
    session: AnySession,
    person: Person,
    born_on: date | None,
    group: Group,
    *,
    by: Person,
    now: datetime,
) -> None:
    """A steward of a group that the person may borrow from says when they were born."""
    require_steward_for(session, person, group, by=by, now=now)
    if born_on != person.born_on:
        _set(session, person, born_on, by=by, now=now, group=group)


def require_steward_for(
    session: AnySession, person: Person, group: Group, *, by: Person, now: datetime
) -> None:
    """Refuses who is no steward of the group, and a person who could not borrow from it."""
    today = today_in(group, now)
    roles.require(session, by, Role.STEWARD, group, today=today)
    if roles.membership_for_borrowing_from(session, person, group, today=today) is None:
        raise Refusal(NoMember(name=person.name, group=group.name))


def age_on(day: date, born_on: date) -> int:
    """How many birthdays somebody has had."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def _set(
    session: AnySession,
    person: Person,
    born_on: date | None,
    *,
    by: Person,
    now: datetime,
    group: Group | None = None,
) -> None:
    """The journal, which nothing is taken from, tells that it was set, not which day it is."""
    if born_on is not None and not 0 <= age_on(now.date(), born_on) <= OLDEST:
        raise Refusal(NoBirthday())
    person.born_on = born_on
    record(session, Event.BORN_ON_SET, by=by, at=now, group=group, person=person)
