"""What a backup takes from a database: a copy of one moment, and the facts that it has to bear out."""

import gzip
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, func, inspect, make_url, select, table, text

from toolshare import snapshots
from toolshare.backups import postgres
from toolshare.backups.manifest import DATABASES
from toolshare.backups.reasons import NothingToKeep
from toolshare.inventory.models import Photo
from toolshare.refusals import Refusal

INSIDE_THE_INDEX = "found_by_words_"  # tables that SQLite keeps for itself


@dataclass(frozen=True)
class Facts:
    """The revision of a database, how many rows each of its tables has, and its photos."""

    revision: str
    rows: dict[str, int]
    photos: list[str]


def kind_of(url: str) -> str:
    """`sqlite` or `postgresql`."""
    return make_url(url).get_backend_name()


def file_of(url: str) -> Path:
    """Where SQLite keeps this database."""
    return Path(make_url(url).database or "").resolve()


def copy(url: str, folder: Path) -> tuple[Path, Facts]:
    """A copy of the database as it is in one moment, packed in a folder, and what is in it."""
    packed = folder / DATABASES[kind_of(url)]
    if kind_of(url) == "sqlite":
        return packed, _copy_file(file_of(url), packed)
    with connected(url) as connection:
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
        facts = facts_of(connection)
        postgres.dump(url, str(snapshot), postgres.version_of(connection), packed)
    return packed, facts


def _copy_file(database: Path, packed: Path) -> Facts:
    if not database.exists():
        raise Refusal(NothingToKeep())
    plain = packed.with_suffix("")
    snapshots.copy(database, plain)
    with connected(f"sqlite:///{plain}") as connection:
        facts = facts_of(connection)
    with plain.open("rb") as whole, gzip.open(packed, "wb", compresslevel=6) as small:
        shutil.copyfileobj(whole, small)
    plain.unlink()
    return facts


def facts_of(connection: Connection) -> Facts:
    """What is in the database of a connection; refuses one that was never migrated."""
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None:
        raise Refusal(NothingToKeep())
    return Facts(
        revision,
        rows_of(connection),
        list(connection.scalars(select(Photo.name).order_by(Photo.id))),
    )


def rows_of(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    return {
        name: connection.scalar(select(func.count()).select_from(table(name))) or 0
        for name in sorted(inspect(connection).get_table_names())
        if not name.startswith(INSIDE_THE_INDEX)
    }


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A connection of its own to a database, in which nothing is kept that was changed."""
    engine = create_engine(url)
    try:
        with closing(engine.connect()) as connection:
            yield connection
    finally:
        engine.dispose()
