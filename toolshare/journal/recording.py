"""Writing what happened, and finding out whether it happened already."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError

from toolshare.journal.models import Entry, Event
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid


@dataclass(frozen=True)
class OperationUsed(Reason):
    """The operation stands in the journal for another act."""

    says = msgid("This was sent twice, for different things, and was not done again.")
    instead = msgid("Open the page again and press once more.")


# Built once: every act asks whether it was done already.
_BY_OPERATION = select(Entry).where(Entry.operation == bindparam("operation"))


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
) -> Entry:
    """Appends one entry; `details` are plain values that JSON can hold.

    `operation` is the id that the page or device gave this act, so that the same act sent twice
    is done once.
    """
    if any(one is not None and one.id is None for one in (by, group, item, loan, person)):
        session.flush()
    entry = Entry(
        what=what,
        at=at,
        by_id=_id(by),
        group_id=_id(group),
        item_id=_id(item),
        loan_id=_id(loan),
        person_id=_id(person),
        operation=str(operation) if operation else None,
        details=details,
    )
    session.add(entry)
    if operation is not None:
        _claim(session)
    return entry


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


def earlier(session: AnySession, operation: UUID | None) -> Entry | None:
    """The entry that this operation has written already, if it was sent before."""
    if operation is None:
        return None
    return session.scalar(_BY_OPERATION, {"operation": str(operation)})


def _claim(session: AnySession) -> None:
    """Writes the entry now: the first to write an operation has done it, any other is refused."""
    try:
        session.flush()
    except IntegrityError as error:
        raise Refusal(OperationUsed()) from error


def _id(subject: Identified | None) -> int | None:
    return subject.id if subject is not None else None
