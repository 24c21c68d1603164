"""What a table holds, as values that are the same on SQLite and PostgreSQL, and a digest of them."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Connection, Select, Table, Text, cast, select

AT_ONCE = 1_000  # rows


class Digest:
    """Of rows, one after the other."""

    def __init__(self) -> None:
        self.rows = 0
        self._digest = hashlib.sha256()

    def add(self, row: Sequence[Any]) -> None:
        """Goes on with another row."""
        self.rows += 1
        self._digest.update(("\x1f".join(map(worded, row)) + "\x1e").encode())

    @property
    def both(self) -> tuple[int, str]:
        """How many rows, and their digest."""
        return self.rows, self._digest.hexdigest()


def worded(value: Any) -> str:
    """A value as text that no other value of its column has."""
    match value:
        case None:
            return "\0"
        case Decimal():
            return format(value.normalize(), "f")
        case float():
            return repr(value)
        case datetime():
            return value.isoformat()
    return str(value)


def everything_in(table: Table) -> Select[Any]:
    """All rows in the order of their keys; JSON as the text that it is kept as."""
    columns = [cast(one, Text) if isinstance(one.type, JSON) else one for one in table.columns]
    return select(*columns).order_by(*table.primary_key.columns)


def rows_in(connection: Connection, asked: Select[Any]) -> Iterator[Sequence[Any]]:
    """The rows, never more than some of them in memory."""
    return iter(connection.execute(asked.execution_options(yield_per=AT_ONCE)))


def digest_of(connection: Connection, asked: Select[Any]) -> tuple[int, str]:
    """How many rows there are, and their digest."""
    digest = Digest()
    for row in rows_in(connection, asked):
        digest.add(row)
    return digest.both
