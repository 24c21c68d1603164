"""What acts call for by mail, and what of it arrived, though who sends it was killed again and again."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from toolshare import clock
from toolshare.inventory.models import Condition
from toolshare.journal.models import Entry, Event
from toolshare.messages.delivering import LEASE
from toolshare.messages.models import Choices
from toolshare.outbox.models import Message, MessageEnd, Topic
from toolshare.people.models import Membership, Person, Role
from toolshare.post import MailServer
from toolshare.records import AnySession
from toolshare.worker import Postman, Worker


def let_nobody_sleep(session: AnySession) -> None:
    """Nobody has quiet hours, at whatever time of the day this is tried."""
    for person_id in session.scalars(select(Person.id)):
        session.add(Choices(person_id=person_id, quiet_from=time(0), quiet_until=time(0)))


def send_the_rest(server: MailServer) -> None:
    """Sends what is left when all claims of those who were killed have run out."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: datetime.now(UTC) + LEASE + timedelta(minutes=1))
        assert Worker().send_all(Postman(server))


def wrong_with_mail(
    session: AnySession, mails: Sequence[EmailMessage], kills: int
) -> Iterator[str]:
    """Messages that were called for and never kept, kept and never sent, or sent too often.

    Who is killed between a message and its mark has one in hand: so there is one more of a message
    for each kill at most.
    """
    kept = {_key(one): one for one in session.scalars(select(Message))}
    arrived = Counter(mail["Message-ID"].partition("@")[0].strip("<") for mail in mails)
    about_damage = {one.once for one in kept.values() if one.topic == Topic.RETURNED_WITH_DAMAGE}
    yield from (f"never kept: {once}" for once in called_for(session) - about_damage)
    yield from (f"not called for: {once}" for once in about_damage - called_for(session))
    yield from (f"in no outbox: {key}" for key in arrived.keys() - kept.keys())
    for key, message in kept.items():
        if message.ended is None or message.ended is MessageEnd.GIVEN_UP:
            yield f"not sent: {message.topic} {key} {message.last_fault}"
        elif message.ended is MessageEnd.SENT and not arrived[key]:
            yield f"never arrived: {message.topic} {key}"
        elif message.ended is MessageEnd.DROPPED and message.once in about_damage:
            yield f"dropped though true: {message.topic} {key}"
    if arrived.total() - len(arrived) > kills:
        yield f"twice: {arrived.total() - len(arrived)} messages by {kills} kills"


def called_for(session: AnySession) -> set[str | None]:
    """The keys of what has to be told, by the journal: damage to each steward but who found it."""
    stewards = session.execute(
        select(Membership.group_id, Membership.person_id).where(Membership.role != Role.MEMBER)
    ).all()
    returned = session.scalars(select(Entry).where(Entry.what == Event.RETURNED))
    return {
        f"damage loan {entry.loan_id} to {person_id}"
        for entry in returned
        for group_id, person_id in stewards
        if entry.details["condition"] != Condition.FINE
        and (group_id, person_id != entry.by_id) == (entry.group_id, True)
    }


def _key(message: Message) -> str:
    """What its Message-ID begins with, however often it is sent."""
    return f"{message.id}.{message.created_at:%Y%m%d%H%M%S}"
