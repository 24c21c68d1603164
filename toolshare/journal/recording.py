"""Writing what happened, and finding out whether it happened already."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError

from toolshare import rows
from toolshare.journal.models import Entry, Event
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid

Written = TypeVar("Written")
_SAID = "said of what is recorded"


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
    besides = session.info.get(_SAID, {}) if operation else {}
    entry = _entry(
        what,
        by=by,
        at=at,
        group=group,
        item=item,
        loan=loan,
        person=person,
        operation=operation,
        **details,
        **besides,
    )
    return _once(partial(rows.write, session, Entry, **entry), claims=operation is not None)


def record_all(
    session: AnySession,
    what: Event,
    many: Iterable[Mapping[str, Any]],
    *,
    by: Identified | None,
    at: datetime,
) -> None:
    """Appends an entry for each of many, in one statement: what `record` is told of it besides.

    One that was at another time than the others says so itself.
    """
    session.flush()
    entries = [_entry(what, by=by, **{"at": at, **about}) for about in many]
    claims = any(entry["operation"] for entry in entries)
    _once(partial(rows.write_all, session, Entry, entries), claims=claims)


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


@contextmanager
def saying(session: AnySession, **details: Any) -> Iterator[None]:
    """What is recorded inside with an operation says this, too: what its verb doesn't know."""
    session.info[_SAID] = details
    try:
        yield
    finally:
        del session.info[_SAID]


def earlier(session: AnySession, operation: UUID | None) -> Entry | None:
    """The entry that this operation has written already, if it was sent before."""
    if operation is None:
        return None
    known = rows.ask(session, _BY_OPERATION, {"operation": str(operation)}).scalar()
    return session.get(Entry, known) if known is not None else None


def _entry(
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
) -> dict[str, Any]:
    """The row of an entry, about what has an id by now."""
    return {
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


def _once(write: Callable[[], Written], *, claims: bool) -> Written:
    """Writes entries; no other may have the operations that they claim."""
    try:
        return write()
    except IntegrityError as error:
        if not claims:
            raise
        raise Refusal(OperationUsed()) from error


def _id(subject: Identified | None) -> int | None:
    return subject.id if subject is not None else None
