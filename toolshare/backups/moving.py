"""Carrying a running SQLite installation over to PostgreSQL: all of it in one transaction, and proved."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    column,
    create_engine,
    func,
    select,
    table,
    text,
)

from toolshare import migrating
from toolshare.backups import databases, postgres
from toolshare.backups.digests import Digest, digest_of, everything_in, rows_in
from toolshare.backups.reasons import (
    AnotherIsAtIt,
    CameOverDifferently,
    CannotComeOver,
    DatabaseIsTaken,
    MovedBefore,
)
from toolshare.records import Record
from toolshare.refusals import Refusal
from toolshare.snapshots import MOVED, has_moved
from toolshare.turnstile import TooManyWait, Turnstile

PATIENCE = 60  # seconds, to get the turn to write, and to keep it
# Words to find kinds by: SQLite keeps them in a table of its own sort.
WORDS = Table(
    "found_by_words",
    MetaData(),
    Column("kind_id", Integer, primary_key=True),
    Column("name", Text),
    Column("rest", Text),
)
WORDS_IN_SQLITE: Any = (
    select(column("rowid", Integer).label("kind_id"), column("name", Text), column("rest", Text))
    .select_from(table("found_by_words"))
    .order_by(text("rowid"))
)


@dataclass(frozen=True)
class Moved:
    """How many tables and rows were carried over."""

    tables: int
    rows: int


def move(source_url: str, target_url: str, *, tell: Callable[[str, int], None]) -> Moved:
    """Carries everything over to an empty database, and marks the old one, which refuses writes then.

    Nobody writes meanwhile: who tries is told to come back, as whenever others write for long.
    Readers go on. Every table is compared by the number and the digest of its rows before the new
    database keeps any of it; what fails leaves both as they were. `tell` hears of each table.
    """
    source, rows = databases.file_of(source_url), 0
    with _held(source) as kept:
        _make_ready(target_url)
        engine = create_engine(target_url)
        try:
            with engine.begin() as target:
                _refuse_unless_empty(target)
                for one, asked in tables():
                    rows += (moved := _carry(kept, target, one, asked))
                    tell(one.name, moved)
        finally:
            engine.dispose()
        kept.exec_driver_sql(f"PRAGMA user_version = {MOVED}")
        kept.exec_driver_sql("COMMIT")
    return Moved(len(list(tables())), rows)


def tables() -> Iterator[tuple[Table, Select[Any]]]:
    """All tables, each after those that it refers to, and what asks SQLite for their rows."""
    for one in Record.metadata.sorted_tables:
        yield one, everything_in(one)
        if one.name == "kinds":
            yield WORDS, WORDS_IN_SQLITE


@contextmanager
def _held(source: Path) -> Iterator[Connection]:
    """A connection to SQLite in whose transaction nobody else writes."""
    turns = Turnstile(source.with_name(f"{source.name}-turns"), PATIENCE)
    engine = create_engine(
        f"sqlite:///{source}", connect_args={"isolation_level": None, "timeout": PATIENCE}
    )
    try:
        with turns.passed(), engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            if has_moved(connection.connection.driver_connection):
                raise Refusal(MovedBefore())
            yield connection
    except TooManyWait:
        raise Refusal(AnotherIsAtIt()) from None
    finally:
        engine.dispose()


def _make_ready(url: str) -> None:
    """Makes the tables where there are none."""
    with databases.connected(url) as connection:
        is_bare = postgres.is_empty(connection)
    if is_bare:
        migrating.migrate(url)
    if not migrating.is_up_to_date(url):
        raise Refusal(DatabaseIsTaken())


def _refuse_unless_empty(target: Connection) -> None:
    target.execute(text("LOCK TABLE alembic_version IN EXCLUSIVE MODE"))
    for one, _ in tables():
        if target.scalar(select(func.count()).select_from(one)):
            raise Refusal(DatabaseIsTaken())


def _carry(kept: Connection, target: Connection, one: Table, asked: Select[Any]) -> int:
    digest = Digest()
    try:
        _copy(rows_in(kept, asked), digest, target, one)
    except (psycopg.Error, ValueError, LookupError) as error:  # these of what SQLite let pass
        raise Refusal(CannotComeOver(one.name, str(error).partition("\n")[0])) from None
    _set_sequence(target, one)
    if digest_of(target, everything_in(one)) != digest.both:
        raise Refusal(CameOverDifferently(one.name))
    return digest.rows


def _copy(rows: Iterator[Sequence[Any]], digest: Digest, target: Connection, one: Table) -> None:
    dialect = target.dialect
    driver: Any = target.connection.driver_connection  # psycopg's own
    binds = [None if isinstance(c.type, JSON) else _bind_of(c, dialect) for c in one.columns]
    quote = dialect.identifier_preparer.quote
    names = ", ".join(quote(c.name) for c in one.columns)
    with driver.cursor().copy(f"COPY {quote(one.name)} ({names}) FROM STDIN".encode()) as copy:
        for row in rows:
            digest.add(row)
            both = zip(row, binds, strict=True)
            copy.write_row([bind(value) if bind else value for value, bind in both])


def _bind_of(one: Column[Any], dialect: Any) -> Callable[[Any], Any] | None:
    """What makes of a value what the driver writes."""
    return one.type.dialect_impl(dialect).bind_processor(dialect)


def _set_sequence(target: Connection, one: Table) -> None:
    """Lets ids go on after the last one."""
    if "id" in one.columns:
        last = target.scalar(select(func.max(one.c.id)))
        if last is not None:
            sequence = func.pg_get_serial_sequence(one.name, "id")
            target.execute(select(func.setval(sequence, last)))
