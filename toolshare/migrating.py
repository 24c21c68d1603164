"""Bringing a database to the shape that this version needs."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, create_engine

from toolshare.database import engine_options, prepare
from toolshare.settings import WrongSetting

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(url: str, to: str = "head") -> None:
    """Runs every migration that the database at `url` still lacks.

    Raises WrongSetting for a database that a newer version has migrated further.
    """
    try:
        _run(url, lambda config: command.upgrade(config, to))
    except CommandError as error:
        raise WrongSetting(f"the database belongs to a newer Toolshare: {error}") from None


def migrate_down(url: str, to: str = "base") -> None:
    """Takes migrations back, newest first."""
    _run(url, lambda config: command.downgrade(config, to))


def is_up_to_date(url: str) -> bool:
    """Whether the database has seen the newest migration."""
    engine = create_engine(url, **engine_options(url))
    with engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    engine.dispose()
    return present == ScriptDirectory(str(MIGRATIONS)).get_current_head()


def _run(url: str, steps: Callable[[Config], None]) -> None:
    engine = create_engine(url, **engine_options(url))
    prepare(engine)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect() as connection:
        _let_tables_be_made_anew(connection)
        config.attributes["connection"] = connection
        steps(config)
        connection.commit()
    engine.dispose()


def _let_tables_be_made_anew(connection: Connection) -> None:
    """SQLite has to, to drop a column; it can't while others point to the table.

    It ignores this inside a transaction, so it is told before one begins.
    """
    driver = connection.connection.driver_connection
    if connection.dialect.name == "sqlite" and driver is not None:
        driver.execute("PRAGMA foreign_keys=OFF")
