"""The database: its set-up on SQLite and PostgreSQL, reading(), and transaction(), the only commit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import IntegrityError, OperationalError

from toolshare.records import AnySession, Record
from toolshare.settings import Settings

BUSY_SECONDS = 10
ATTEMPTS = 3
# PostgreSQL: serialization failure, deadlock, and somebody else was first with the same name.
RETRIABLE = ("40001", "40P01", "23505")

db = SQLAlchemy(metadata=Record.metadata)
Answer = TypeVar("Answer")


def set_up(app: Flask, settings: Settings) -> None:
    """Joins the database that the settings name to the app."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(settings.database_url)
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)


def engine_options(url: str) -> dict[str, Any]:
    """What create_engine needs for this kind of database."""
    if url.startswith("sqlite"):
        # No transactions by the driver: we say BEGIN ourselves, and mean it.
        return {"connect_args": {"isolation_level": None, "timeout": BUSY_SECONDS}}
    return {"pool_pre_ping": True, "connect_args": {"options": "-c lock_timeout=10s"}}


def prepare(engine: Engine) -> None:
    """Makes SQLite keep foreign keys, write ahead, and begin transactions when told."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)


def _set_pragmas(connection: Any, _record: Any) -> None:
    for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def reading() -> Iterator[AnySession]:
    """A session to read with; nothing that was changed in it is kept."""
    try:
        yield db.session
    finally:
        db.session.rollback()


@contextmanager
def transaction() -> Iterator[AnySession]:
    """The only place that commits: all of the block, or nothing of it.

    What was read before is forgotten, so that the block decides on what is true under the lock:
    on SQLite the whole database is locked for writing here; on PostgreSQL a verb locks the rows
    that it decides on.
    """
    db.session.rollback()
    db.session.connection(execution_options={"writing": True})
    try:
        yield db.session
        db.session.commit()
    finally:
        db.session.rollback()


def again_if_unlucky(work: Callable[[], Answer]) -> Answer:
    """Does the work; does it again when the database gave it up in favour of another's."""
    for _ in range(ATTEMPTS - 1):
        try:
            return work()
        except (OperationalError, IntegrityError) as error:
            if getattr(error.orig, "sqlstate", None) not in RETRIABLE:
                raise
            db.session.rollback()
    return work()
