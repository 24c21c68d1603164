"""What the page of a group's messages reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select

from toolshare.outbox.models import Message, MessageEnd
from toolshare.people.models import Group, Person
from toolshare.records import AnySession

A_MONTH = timedelta(days=30)
A_LIST = 100


@dataclass(frozen=True)
class Failed:
    """A message that could not be sent, or not yet, and whom it was for."""

    message: Message
    name: str
    address: str


@dataclass(frozen=True)
class Messages:
    """How many were sent lately and how many wait, and what is not well."""

    sent: int
    waiting: int
    given_up: Sequence[Failed]
    tried: Sequence[Failed]


def messages_of(session: AnySession, group: Group, *, now: datetime) -> Messages:
    """A group's mail of the last month, in four statements; what browsers show is its reader's."""
    of_group = and_(Message.group_id == group.id, Message.subscription_id.is_(None))
    given_up = (Message.ended == MessageEnd.GIVEN_UP, Message.ended_at > now - A_MONTH)
    sent = (Message.ended == MessageEnd.SENT, Message.ended_at > now - A_MONTH)
    waits = Message.ended_at.is_(None)
    count = select(func.count(Message.id)).where(of_group)
    return Messages(
        session.scalar(count.where(*sent)) or 0,
        session.scalar(count.where(waits)) or 0,
        _failed(session, of_group, *given_up),
        _failed(session, of_group, waits, Message.last_fault != ""),
    )


def _failed(session: AnySession, *which: ColumnElement[bool]) -> Sequence[Failed]:
    found = session.execute(
        select(Message, Person.name, Person.email)
        .outerjoin(Person, Message.person_id == Person.id)
        .where(*which)
        .order_by(Message.id.desc())
        .limit(A_LIST)
    )
    return [
        Failed(message, name or "", message.address or email or "")
        for message, name, email in found
    ]
