"""Rows as they are: a session's records are worth their price where somebody works with them.

What a session reads and writes as records takes it four times as long as the statement itself.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import Delete, Executable, Insert, Result, Update, bindparam, insert, update
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from toolshare.records import AnySession, Record

AnyRecord = TypeVar("AnyRecord", bound=Record)


def ask(
    session: AnySession, statement: Executable, asked: dict[str, Any]
) -> Result[*tuple[Any, ...]]:
    """Asks for plain values."""
    return cast("Result[*tuple[Any, ...]]", _done(session, statement, asked))


def write(session: AnySession, table: type[Record], **values: Any) -> int:
    """Writes a row that nobody here will look at as a record; gives its id."""
    written = _done(session, _into(table), values)
    return cast("tuple[int]", written.inserted_primary_key)[0]


def write_all(session: AnySession, table: type[Record], many: Sequence[dict[str, Any]]) -> None:
    """Writes rows in one statement, however many they are; each has the same columns."""
    if many:
        _done(session, _into(table), many)


def add(session: AnySession, table: type[AnyRecord], **values: Any) -> AnyRecord:
    """Writes a row and gives the record of it, as if it had been read.

    What the database filled in by itself is read when somebody asks for it.
    """
    record = table(id=write(session, table, **values), **values)
    make_transient_to_detached(record)
    session.add(record)
    return record


def change(session: AnySession, record: Record, **values: Any) -> None:
    """Changes a record and its row at once."""
    _done(session, _of_one(type(record)), values | {"its_id": record.id})
    for name, value in values.items():
        set_committed_value(record, name, value)


def remove(session: AnySession, statement: Delete, which: dict[str, Any]) -> None:
    """Removes rows that nobody here looks at as records."""
    _done(session, statement, which)


@cache
def _into(table: type[Record]) -> Insert:
    return insert(table)


@cache
def _of_one(table: type[Record]) -> Update:
    return update(table).where(table.id == bindparam("its_id"))


def _done(session: AnySession, statement: Any, values: Any) -> Any:
    """What was changed before is written first, as the session would do by itself."""
    session.flush()
    return session.connection().execute(statement, values)
