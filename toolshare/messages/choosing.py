"""What a person wants to be told: subjects that can be switched off, and quiet hours."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from http import HTTPStatus

from sqlalchemy import select

from toolshare.messages.models import MOST_DAYS, Choices
from toolshare.outbox.models import Topic
from toolshare.people.models import Person, Role
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid


@dataclass(frozen=True)
class Subject:
    """Something that a person hears of or not, and the role for which there is anything to hear."""

    name: str
    called: str
    topics: tuple[Topic, ...]
    role: Role = Role.MEMBER


SUBJECTS = (
    Subject("due_soon", msgid("What is due soon"), (Topic.DUE_SOON,)),
    Subject("due_today", msgid("What is due today"), (Topic.DUE_TODAY,)),
    Subject("turns", msgid("When it is my turn"), (Topic.YOUR_TURN,)),
    Subject(
        "reservations",
        msgid("What becomes of my reservations"),
        (
            Topic.RESERVATION_APPROVED,
            Topic.RESERVATION_DECLINED,
            Topic.RESERVATION_READY,
            Topic.RESERVATION_MISSED,
            Topic.RESERVATION_EXPIRED,
            Topic.RESERVATION_UNSERVED,
            Topic.RESERVATION_CANCELLED,
            Topic.DISPLACED,
        ),
    ),
    Subject(
        "damage", msgid("What comes back damaged"), (Topic.RETURNED_WITH_DAMAGE,), Role.STEWARD
    ),
    Subject("joining", msgid("Who asks to join"), (Topic.ASKED_TO_JOIN,), Role.COORDINATOR),
    Subject(
        "stocktakes", msgid("Stocktakes that are done"), (Topic.STOCKTAKE_DONE,), Role.COORDINATOR
    ),
    Subject("digest", msgid("The week, on Mondays"), (Topic.DIGEST,), Role.COORDINATOR),
)
# What no one can switch off; a request for a link is answered at any hour.
AT_ANY_HOUR = {Topic.SIGN_IN_LINK, Topic.PASSWORD_LINK, Topic.NEW_ADDRESS, Topic.ACCOUNT_CHANGED}
_SUBJECT_OF = {topic: subject for subject in SUBJECTS for topic in subject.topics}


@dataclass(frozen=True)
class NoSuchSubject(Reason):
    """A subject that nobody is told about, or that can't be switched off."""

    status = HTTPStatus.NOT_FOUND
    says = msgid("There is nothing here to switch off.")
    instead = msgid("Choose on the page of your account what you want to hear.")


def subject_of(topic: Topic) -> Subject | None:
    """The subject with which a topic is switched off; None of what is told in any case."""
    return _SUBJECT_OF.get(topic)


def subject_named(name: str) -> Subject:
    """The subject with this name; refuses what isn't one."""
    found = next((one for one in SUBJECTS if one.name == name), None)
    if found is None:
        raise Refusal(NoSuchSubject())
    return found


def subjects_for(roles: Collection[Role]) -> list[Subject]:
    """What there is to hear for who has these roles, in any group."""
    return [one for one in SUBJECTS if any(role.covers(one.role) for role in roles)]


def choices_of(session: AnySession, person: Person) -> Choices:
    """What a person chose; the usual, for who chose nothing."""
    found = session.scalar(select(Choices).where(Choices.person_id == person.id))
    return found or Choices(
        person_id=person.id,
        unwanted=[],
        quiet_from=Choices.quiet_from.default.arg,
        quiet_until=Choices.quiet_until.default.arg,
        days_before=1,
    )


def choose(
    session: AnySession,
    person: Person,
    *,
    offered: Collection[Subject],
    wanted: Collection[str],
    quiet_from: time,
    quiet_until: time,
    days_before: int,
) -> None:
    """Sets what a person is told; what was not offered to them stays as it is."""
    choices = choices_of(session, person)
    names = {one.name for one in offered}
    kept = [one for one in choices.unwanted if one not in names]
    choices.unwanted = sorted({*kept, *(names - set(wanted))})
    choices.quiet_from, choices.quiet_until = quiet_from, quiet_until
    choices.days_before = min(max(days_before, 1), MOST_DAYS)
    session.add(choices)


def switch_off(session: AnySession, person: Person, subject: Subject) -> None:
    """Tells a person no more about a subject."""
    choices = choices_of(session, person)
    choices.unwanted = sorted({*choices.unwanted, subject.name})
    session.add(choices)


def is_wanted(choices: Choices, topic: Topic) -> bool:
    """Whether a person with these choices is told about a topic."""
    subject = subject_of(topic)
    return subject is None or subject.name not in choices.unwanted


def end_of_quiet(choices: Choices, there: datetime) -> datetime | None:
    """When quiet hours end, where the clock shows `there` now; None outside them."""
    begins, ends, at = choices.quiet_from, choices.quiet_until, there.time()
    over_midnight = begins > ends
    is_quiet = (at >= begins or at < ends) if over_midnight else begins <= at < ends
    if not is_quiet:
        return None
    tomorrow = over_midnight and at >= begins
    return datetime.combine(there.date() + timedelta(days=tomorrow), ends, there.tzinfo)
