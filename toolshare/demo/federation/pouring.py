"""Pouring rows into an empty database: by COPY on PostgreSQL, many at a time on SQLite.

Indexes and foreign keys are set aside meanwhile and brought back at the end, which costs a fraction of
keeping them row by row, and says of all rows at once whether they are sound. SQLite forgets its foreign
keys only while no transaction runs: whoever begins one sees to that.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from sqlalchemy import Connection, text

from toolshare.demo.federation import ledgers
from toolshare.inventory.models import categories_of_kinds
from toolshare.records import AnySession

AT_ONCE = 20_000
SAID_EVERY = 20
Say = Callable[[str], None]
Row = tuple[Any, ...]
# Each after those that it refers to, as far as that goes.
TABLES: dict[type[Row], str] = {
    ledgers.GroupRow: "groups",
    ledgers.HoursRow: "opening_hours",
    ledgers.PersonRow: "people",
    ledgers.CodeRow: "codes",
    ledgers.MembershipRow: "memberships",
    ledgers.PlaceRow: "places",
    ledgers.CategoryRow: "categories",
    ledgers.KindRow: "kinds",
    ledgers.CategoryOfKindRow: categories_of_kinds.name,
    ledgers.ItemRow: "items",
    ledgers.InspectionRow: "inspections",
    ledgers.LoanRow: "loans",
    ledgers.RenewalRow: "renewals",
    ledgers.OutageRow: "outages",
    ledgers.HoldRow: "holds",
    ledgers.ReservationRow: "reservations",
    ledgers.ReservedUnitRow: "reserved_units",
    ledgers.PromiseRow: "promises",
    ledgers.EntryRow: "journal",
    ledgers.MessageRow: "messages",
}

CONSTRAINTS = """
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', CAST(conrelid AS regclass), conname),
       format('ALTER TABLE %s ADD CONSTRAINT %I %s', CAST(conrelid AS regclass), conname,
              pg_get_constraintdef(oid))
FROM pg_constraint
WHERE connamespace = CAST('public' AS regnamespace) AND contype IN ('f', 'u', 'x')
ORDER BY contype <> 'f', CAST(CAST(conrelid AS regclass) AS text), conname
"""
INDEXES = """
SELECT format('DROP INDEX %s', CAST(indexrelid AS regclass)), pg_get_indexdef(indexrelid)
FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
WHERE relnamespace = CAST('public' AS regnamespace)
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
ORDER BY CAST(CAST(indrelid AS regclass) AS text), CAST(CAST(indexrelid AS regclass) AS text)
"""
INDEXES_OF_SQLITE = """
SELECT format('DROP INDEX "%w"', name), sql FROM sqlite_master
WHERE type = 'index' AND sql IS NOT NULL ORDER BY tbl_name, name
"""


class Pouring:
    """Takes rows one by one and writes them by the basketful."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.driver: Any = connection.connection.driver_connection
        self.by_copy = connection.dialect.name == "postgresql"
        self.baskets: dict[type[Row], list[Row]] = {row: [] for row in TABLES}
        self.ids: dict[type[Row], Iterator[int]] = {row: count(1) for row in TABLES}

    def new_id(self, row: type[Row]) -> int:
        """The id of the next row of this sort."""
        return next(self.ids[row])

    def add(self, row: Row) -> None:
        """Writes a row, sooner or later."""
        basket = self.baskets[type(row)]
        basket.append(row)
        if len(basket) >= AT_ONCE:
            self._empty(type(row))

    def rest(self) -> None:
        """Writes what is left."""
        for row in TABLES:
            self._empty(row)

    def _empty(self, row: type[Row]) -> None:
        rows, self.baskets[row] = self.baskets[row], []
        columns = ", ".join(f'"{name}"' for name in columns_of(row))
        if self.by_copy:
            self._copy(f'COPY "{TABLES[row]}" ({columns}) FROM STDIN (FREEZE)', rows)
        else:
            marks = ", ".join("?" for _ in columns_of(row))
            into = f'INSERT INTO "{TABLES[row]}" ({columns}) VALUES ({marks})'  # noqa: S608
            self.driver.executemany(into, rows)

    def _copy(self, into: str, rows: Iterable[Row]) -> None:
        with self.driver.cursor() as cursor, cursor.copy(into) as copy:
            for row in rows:
                copy.write_row(row)


@contextmanager
def poured(session: AnySession, say: Say) -> Iterator[Pouring]:
    """What takes the rows; at the end of the block all of them are written, indexed and counted."""
    connection = session.connection()
    pouring = Pouring(connection)
    bring_back = _set_aside(connection, by_copy=pouring.by_copy)
    yield pouring
    pouring.rest()
    for number, statement in enumerate(bring_back, start=1):
        if number % SAID_EVERY == 1:
            say(f"Indexes and references: {number} of {len(bring_back)}")
        connection.exec_driver_sql(statement)
    if pouring.by_copy:
        _go_on_counting(connection)
    elif lost := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise RuntimeError(f"a row of {lost[0]} refers to nothing")
    connection.exec_driver_sql("ANALYZE")


def _set_aside(connection: Connection, *, by_copy: bool) -> list[str]:
    """Drops what would have to be kept up row by row; gives the statements that bring it back."""
    if not by_copy:
        return _dropped(connection, INDEXES_OF_SQLITE)
    connection.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
    constraints = _dropped(connection, CONSTRAINTS)
    indexes = _dropped(connection, INDEXES)
    # What was made or emptied in this transaction can be written without a log of each row.
    connection.exec_driver_sql(f"TRUNCATE {', '.join(TABLES.values())}")
    return [*indexes, *reversed(constraints)]


def _dropped(connection: Connection, which: str) -> list[str]:
    found = connection.execute(text(which)).all()
    for drop, _ in found:
        connection.exec_driver_sql(drop)
    return [bring_back for _, bring_back in found]


def _go_on_counting(connection: Connection) -> None:
    """Lets PostgreSQL give the ids after those that were written."""
    for row, table in TABLES.items():
        if "id" in columns_of(row):
            highest = f'SELECT max(id) FROM "{table}"'  # noqa: S608
            last = f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), ({highest}))"
            connection.exec_driver_sql(last)


def columns_of(row: type[Row]) -> tuple[str, ...]:
    """The columns that a row fills, in its order."""
    fields: tuple[str, ...] = row._fields  # type: ignore[attr-defined]
    return fields
