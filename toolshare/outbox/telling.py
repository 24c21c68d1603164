"""Telling somebody something: a row in the transaction of what it tells, sent after it."""

from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from toolshare.journal.recording import Identified
from toolshare.outbox.models import Message, Topic
from toolshare.records import AnySession, locks_rows


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
    return _written(session, message)


def _written(session: AnySession, message: dict[str, Any]) -> bool:
    into = (postgresql if locks_rows(session) else sqlite).insert(Message)
    written = into.values(message).on_conflict_do_nothing().returning(Message.id)
    return session.execute(written).first() is not None
