"""Telling somebody something: a row in the transaction of what it tells, sent after it."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from toolshare.journal.recording import Identified
from toolshare.outbox.models import BY_MAIL_ALONE, Message, PushSubscription, Topic
from toolshare.records import AnySession, locks_rows

# The same once more for each browser of the person: each is sent, tried again and given up by itself.
_COPIED = ("topic", "person_id", "group_id", "facts", "created_at", "send_at")
_IN_BROWSERS = insert(Message.metadata.tables[Message.__tablename__]).from_select(
    [*_COPIED, "subscription_id"],
    select(*(getattr(Message, name) for name in _COPIED), PushSubscription.id)
    .join(PushSubscription, PushSubscription.person_id == Message.person_id)
    .where(Message.id == bindparam("message_id")),
)


def tell(
    session: AnySession,
    topic: Topic,
    to: Identified | str,
    *,
    now: datetime,
    group: Identified | None = None,
    once: str | None = None,
    send_at: datetime | None = None,
    language: str | None = None,
    **facts: Any,
) -> bool:
    """Leaves word for a person, or for an address that nobody here has yet; whether it was new.

    `once` is a key under which the same thing is told once, however often it is asked for: "late-3
    loan 17". `facts` are ids and plain values that JSON can hold; `path` is the page that the
    message leads to, with its token if it has one. `language` is that of an address without an
    account. Nothing is sent before `send_at`.
    """
    session.flush()  # so that what is new has an id
    message = {
        "topic": topic,
        "person_id": None if isinstance(to, str) else to.id,
        "address": to if isinstance(to, str) else None,
        "language": language,
        "group_id": group.id if group is not None else None,
        "facts": facts,
        "once": once,
        "created_at": now,
        "send_at": send_at or now,
    }
    message_id = _written(session, message)
    if message_id is not None and not isinstance(to, str) and topic not in BY_MAIL_ALONE:
        session.execute(_IN_BROWSERS, {"message_id": message_id})
    return message_id is not None


def _written(session: AnySession, message: dict[str, Any]) -> int | None:
    into = (postgresql if locks_rows(session) else sqlite).insert(Message)
    written = into.values(message).on_conflict_do_nothing().returning(Message.id)
    found: int | None = session.scalar(written)
    return found
