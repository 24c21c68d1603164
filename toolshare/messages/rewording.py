"""A group's own words for a message: only what can be filled in stands in braces, or it isn't kept."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from string import Formatter

from sqlalchemy import delete, select

from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.messages.models import OwnWording
from toolshare.messages.wording import ALWAYS, FIELDS
from toolshare.outbox.models import Topic
from toolshare.people.models import Group, Person
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid, refuse_if

# What an account needs is said in our words alone.
OF_GROUPS = tuple(topic for topic in Topic if topic in FIELDS or topic is Topic.WELCOME)


@dataclass(frozen=True)
class NoSuchMessage(Reason):
    """Nothing of this name is told, or it isn't for groups to put into words."""

    status = HTTPStatus.NOT_FOUND
    says = msgid("There is no such message.")


@dataclass(frozen=True)
class NothingSaid(Reason):
    """A message needs a subject and a text."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("A message needs a subject and a text.")
    instead = msgid("Write both, or go back to the usual words.")


@dataclass(frozen=True)
class BracesDontFit(Reason):
    """A brace that is opened and not closed, or the other way round."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("A brace is opened and not closed, or closed and not opened.")
    instead = msgid("Braces stand round what is filled in, like {name}; leave others out.")


@dataclass(frozen=True)
class NothingToFillIn(Reason):
    """In braces stands something that this message does not know."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    field: str
    known: str
    says = msgid("This message has nothing to fill in for {%(field)s}.")
    instead = msgid("It knows %(known)s.")


def topic_named(name: str) -> Topic:
    """The topic with this name that groups may put into words; refuses any other."""
    if name not in OF_GROUPS:
        raise Refusal(NoSuchMessage())
    return Topic(name)


def fields_of(topic: Topic) -> tuple[str, ...]:
    """What can be filled in."""
    return (*ALWAYS, *FIELDS.get(topic, ()))


def reasons_against(topic: Topic, subject: str, text: str) -> list[Reason]:
    """What speaks against these words."""
    if not subject.strip() or not text.strip():
        return [NothingSaid()]
    return list(dict.fromkeys([*_against(topic, subject), *_against(topic, text)]))


def filled_in(words: str, fields: Mapping[str, str]) -> str:
    """The words with everything in its place; they have been found good.

    A list that stands in a line of one is that list.
    """
    filled = "".join(
        said + (fields.get(name, "") if name is not None else "")
        for said, name, _, _ in Formatter().parse(words)
    )
    return re.sub(r"(?m)^- (?=- )", "", filled)


def own_wording(
    session: AnySession, group: Group, topic: Topic, language: str
) -> OwnWording | None:
    """How the group puts it in a language, if it does so in words of its own."""
    return session.scalar(
        select(OwnWording)
        .where(OwnWording.group_id == group.id, OwnWording.topic == topic)
        .where(OwnWording.language == language)
    )


def own_topics(session: AnySession, group: Group) -> set[str]:
    """What the group says in words of its own."""
    return set(session.scalars(select(OwnWording.topic).where(OwnWording.group_id == group.id)))


def reword(
    session: AnySession,
    group: Group,
    topic: Topic,
    *,
    subject: str,
    text: str,
    by: Person,
    now: datetime,
) -> None:
    """Lets the group say it in these words, to who reads its language."""
    refuse_if(reasons_against(topic, subject, text))
    known = own_wording(session, group, topic, group.language)
    words = known or OwnWording(group_id=group.id, topic=topic, language=group.language)
    words.subject, words.text = " ".join(subject.split()), text.strip().replace("\r\n", "\n")
    session.add(words)
    record(session, Event.WORDING_CHANGED, by=by, at=now, group=group, topic=topic)


def say_as_usual(
    session: AnySession, group: Group, topic: Topic, *, by: Person, now: datetime
) -> None:
    """Goes back to the usual words, in every language."""
    own = delete(OwnWording).where(OwnWording.group_id == group.id, OwnWording.topic == topic)
    session.execute(own)
    record(session, Event.WORDING_CHANGED, by=by, at=now, group=group, topic=topic, usual=True)


def _against(topic: Topic, words: str) -> Iterator[Reason]:
    known = fields_of(topic)
    try:
        parsed = list(Formatter().parse(words))
    except ValueError:
        yield BracesDontFit()
        return
    for _, name, how, as_what in parsed:
        if name is not None and (name not in known or how or as_what):
            yield NothingToFillIn(field=name, known=", ".join(f"{{{one}}}" for one in known))
