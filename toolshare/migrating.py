"""Bringing a database to the shape that this version needs."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, create_engine, text

from toolshare import snapshots
from toolshare.database import engine_options, prepare, refuse_what_has_moved
from toolshare.settings import WrongSetting

MIGRATIONS = Path(__file__).parent / "migrations"
MOST_COPIES = 3
ALONE = text("SELECT pg_advisory_xact_lock(7001)")  # a number that only migrations lock


def migrate(url: str, to: str = "head", *, migrations: Path = MIGRATIONS) -> None:
    """Runs every migration that the database at `url` still lacks: all of them, or none.

    Of a SQLite database that holds something a copy is kept beside it. Raises WrongSetting for a
    database that a newer version has migrated further.
    """
    try:
        _run(url, migrations, lambda config: command.upgrade(config, to))
    except CommandError as error:
        raise WrongSetting(f"the database belongs to a newer Toolshare: {error}") from None


def migrate_down(url: str, to: str = "base") -> None:
    """Takes migrations back, newest first."""
    _run(url, MIGRATIONS, lambda config: command.downgrade(config, to))


def is_up_to_date(url: str) -> bool:
    """Whether the database has seen the newest migration."""
    engine = create_engine(url, **engine_options(url))
    with engine.connect() as connection:
        has_seen = has_seen_newest(connection)
    engine.dispose()
    return has_seen


def has_seen_newest(connection: Connection) -> bool:
    """Whether the database of a connection has the shape that this version needs."""
    return _revision(connection) == _newest()


def has_moved(url: str) -> bool:
    """Whether what is in this database was carried over to another."""
    engine = create_engine(url, **engine_options(url))
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        moved = connection.dialect.name == "sqlite" and snapshots.has_moved(driver)
    engine.dispose()
    return moved


def is_known(revision: str) -> bool:
    """Whether a database of this revision can be brought to the shape that this version needs."""
    known = ScriptDirectory(str(MIGRATIONS)).walk_revisions()
    return revision in {one.revision for one in known}


def copies_of(database: Path) -> list[Path]:
    """The copies that were made before migrating, oldest first."""
    beside = database.parent.glob(f"{database.name}-before-*")
    return sorted(beside, key=lambda path: path.stat().st_mtime_ns)


def _run(url: str, migrations: Path, steps: Callable[[Config], None]) -> None:
    """Everything is in one transaction, which no two processes begin at the same time.

    Alembic leaves a transaction alone that it finds; its own would end with each migration, and
    SQLite's driver has none for changes of tables.
    """
    engine = create_engine(url, **engine_options(url))
    prepare(engine)
    config = Config()
    config.set_main_option("script_location", str(migrations))
    try:
        with engine.connect().execution_options(writing=True) as connection:
            _let_tables_be_made_anew(connection)
            config.attributes["connection"] = connection
            with connection.begin():
                _do(connection, config, steps)
    finally:
        engine.dispose()


def _do(connection: Connection, config: Config, steps: Callable[[Config], None]) -> None:
    refuse_what_has_moved(connection)
    _be_alone(connection, ScriptDirectory.from_config(config))
    was_sound = _refers_to_nothing(connection) is None
    steps(config)
    lost = _refers_to_nothing(connection)
    if was_sound and lost is not None:
        raise WrongSetting(f"a row of {lost} would refer to one that isn't there")


@cache
def _newest() -> str | None:
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _let_tables_be_made_anew(connection: Connection) -> None:
    """SQLite has to, to drop a column; it can't while others point to the table.

    It ignores this inside a transaction, so it is told before one begins.
    """
    driver = connection.connection.driver_connection
    if connection.dialect.name == "sqlite" and driver is not None:
        driver.execute("PRAGMA foreign_keys=OFF")


def _be_alone(connection: Connection, script: ScriptDirectory) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(ALONE)
        return
    present = _revision(connection)
    if present not in {None, script.get_current_head()}:
        _keep_a_copy(connection, str(present))


def _keep_a_copy(connection: Connection, revision: str) -> None:
    """What is there before, since nobody else writes now; the oldest of several copies go."""
    database = Path(str(connection.engine.url.database)).resolve()
    copy = database.with_name(f"{database.name}-before-leaving-{revision}")
    copy.unlink(missing_ok=True)
    snapshots.copy(database, copy)
    copy.chmod(0o600)
    for old in copies_of(database)[:-MOST_COPIES]:
        old.unlink()


def _refers_to_nothing(connection: Connection) -> str | None:
    """The table of a lost reference: SQLite does not watch them meanwhile, PostgreSQL always does."""
    if connection.dialect.name != "sqlite":
        return None
    lost = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    return None if lost is None else str(lost[0])
