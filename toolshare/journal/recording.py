"""Writing what happened, and finding out whether it happened already."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError

from toolshare import rows
from toolshare.journal.models import Entry, Event
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid


@dataclass(frozen=True)
class OperationUsed(Reason):
    """The operation stands in the journal for another act."""

    says = msgid("This was sent twice, for different things, and was not done again.")
    instead = msgid("Open the page again and press once more.")


# Built once: every act asks whether it was done already.
_BY_OPERATION = select(Entry.id).where(Entry.operation == bindparam("operation"))


class Identified(Protocol):
    """Anything with an id: the journal is below the rooms whose records it names."""

    id: Any


def record(
    session: AnySession,
    what: Event,
    *,
    by: Identified | None,
    at: datetime,
    group: Identified | None = None,
    item: Identified | None = None,
    loan: Identified | None = None,
    person: Identified | None = None,
    operation: UUID | None = None,
    **details: Any,
) -> int:
    """Appends one entry and gives its id; `details` are plain values that JSON can hold.

    `operation` is the id that the page or device gave this act, so that the same act sent twice
    is done once: the first to write it has done it, any other is refused.
    """
    session.flush()  # so that what is new has an id
    entry = {
        "what": what,
        "at": at,
        "by_id": _id(by),
        "group_id": _id(group),
        "item_id": _id(item),
        "loan_id": _id(loan),
        "person_id": _id(person),
        "operation": str(operation) if operation else None,
        "details": details,
    }
    return rows.write(session, Entry, **entry) if operation is None else _claim(session, entry)


def told_late(happened_at: datetime | None, now: datetime) -> dict[str, str]:
    """For the details of an entry whose act was told late: when; its `at` is when it happened."""
    return {} if happened_at is None else {"told_at": now.isoformat()}


def done_already(
    session: AnySession, operation: UUID | None, what: Event, **subjects: Identified | None
) -> Entry | None:
    """The entry that this same act wrote when it was sent before.

    Refuses an operation that stands for another act: another event, person or thing.
    """
    entry = earlier(session, operation)
    if entry is None:
        return None
    same = all(getattr(entry, f"{name}_id") == _id(one) for name, one in subjects.items())
    if entry.what != what or not same:
        raise Refusal(OperationUsed())
    return entry


def say_more(session: AnySession, operation: UUID, **details: Any) -> None:
    """Adds to the entry that an operation of this same transaction wrote, if it did anything."""
    entry = earlier(session, operation)
    if entry is not None:
        entry.details = {**entry.details, **details}


def earlier(session: AnySession, operation: UUID | None) -> Entry | None:
    """The entry that this operation has written already, if it was sent before."""
    if operation is None:
        return None
    known = rows.ask(session, _BY_OPERATION, {"operation": str(operation)}).scalar()
    return session.get(Entry, known) if known is not None else None


def _claim(session: AnySession, entry: dict[str, Any]) -> int:
    """Writes an entry whose operation no other may have."""
    try:
        return rows.write(session, Entry, **entry)
    except IntegrityError as error:
        raise Refusal(OperationUsed()) from error


def _id(subject: Identified | None) -> int | None:
    return subject.id if subject is not None else None
