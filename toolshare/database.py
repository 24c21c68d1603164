"""The database: its set-up on SQLite and PostgreSQL, reading(), transaction(), the only commit."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar, cast

import psycopg
from flask import Flask, Response, current_app, g, request
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import Connection, Engine, ExceptionContext, event, inspect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.attributes import set_committed_value

from toolshare import cookies, replica
from toolshare.records import AnySession, Record
from toolshare.refusals import Reason, Refusal, msgid
from toolshare.replica import How, Replica
from toolshare.settings import Settings
from toolshare.snapshots import has_moved
from toolshare.turnstile import TooManyWait, Turnstile

BUSY_SECONDS = 10
ATTEMPTS = 3
# PostgreSQL: serialization failure, deadlock, and somebody else was first with the same name.
# SQLite: a file that was opened when nobody could write, which is opened anew.
RETRIABLE = ("40001", "40P01", "23505", sqlite3.SQLITE_READONLY)
# Who was unlucky every time, or waited for a lock too long.
BUSY = ("40001", "40P01", "55P03", sqlite3.SQLITE_BUSY)

TURNSTILE = "turnstile"
REPLICA = "replica"
WROTE = "wrote"  # a cookie of who has just done so


class OneDatabase(Session):
    """A session that need not look for the database of each table anew: there is but one."""

    def __init__(self, db: SQLAlchemy, **options: Any) -> None:
        super().__init__(db, **options)
        self.engine = db.engine

    def get_bind(self, *_about: Any, **_more: Any) -> Engine:
        """The same for everything."""
        return self.engine


db = SQLAlchemy(metadata=Record.metadata, session_options={"class_": OneDatabase})
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class TooBusy(Reason):
    """Others wrote all the time that anybody can be asked to wait."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    says = msgid("Too many people are at it in this moment. Nothing was changed.")
    instead = msgid("Wait a few seconds, and do it again.")


class InDoubt(Exception):  # noqa: N818 - what is the matter
    """The database went away while it was told to keep something: nobody knows whether it does."""


@dataclass(frozen=True)
class HasMoved(Reason):
    """A SQLite database that was carried over to PostgreSQL, and would lead a second life."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    says = msgid("This installation has moved to another database. Nothing was changed.")
    instead = msgid("Who looks after the server has to let TOOLSHARE_DATABASE_URL name that one.")


def set_up(app: Flask, settings: Settings) -> None:
    """Joins the database that the settings name to the app."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(settings.database_url)
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
        app.extensions[TURNSTILE] = turnstile_of(db.engine)
    app.extensions[REPLICA] = replica_of(settings.replica_url)
    app.after_request(remember_who_wrote)


def engine_options(url: str) -> dict[str, Any]:
    """What create_engine needs for this kind of database."""
    # What people typed stands in no fault that somebody logs.
    options: dict[str, Any] = {"hide_parameters": True}
    if url.startswith("sqlite"):
        # No transactions by the driver: we say BEGIN ourselves, and mean it.
        return options | {"connect_args": {"isolation_level": None, "timeout": BUSY_SECONDS}}
    told = {"options": "-c lock_timeout=10s", "connect_timeout": BUSY_SECONDS}
    return options | {"pool_pre_ping": True, "connect_args": told}


def turnstile_of(engine: Engine) -> Turnstile | None:
    """What keeps order among those who write to SQLite; PostgreSQL does so itself."""
    if engine.dialect.name != "sqlite":
        return None
    name = engine.url.database
    return Turnstile(Path(f"{name}-turns") if name else None, BUSY_SECONDS)


def replica_of(url: str | None) -> Replica | None:
    """The copy to read from, where there is one."""
    return Replica(url, engine_options(url)) if url else None


def prepare(engine: Engine) -> None:
    """Makes SQLite keep foreign keys, write ahead, and begin transactions when told."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _leave_what_can_not_write)


def _set_pragmas(connection: Any, _record: Any) -> None:
    for pragma in (
        "foreign_keys=ON",
        "journal_mode=WAL",
        "synchronous=FULL",
        "wal_autocheckpoint=4000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _leave_what_can_not_write(context: ExceptionContext) -> None:
    """A file that was opened on a disk that was read-only stays so until all have closed it."""
    code = getattr(context.original_exception, "sqlite_errorcode", 0)
    if code & 0xFF == sqlite3.SQLITE_READONLY:
        context.is_disconnect = True
        if context.execution_context is not None:
            context.execution_context.cursor.close()  # else the connection outlives its end
        if context.engine is not None:
            context.engine.dispose()


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
def may_lag() -> Iterator[None]:
    """Inside reading(): what is read in the block may be some seconds old, so a replica may answer.

    It is for what is only shown, and that nobody decides by. Who may see it is asked outside of the
    block. Whoever has just written reads from the primary, and sees what they did.
    """
    there: Replica | None = current_app.extensions[REPLICA]
    if there is None or request.method not in {"GET", "HEAD"}:
        yield
    elif cookies.read(WROTE):
        there.note(How.OWN)
        yield
    else:
        with there.asked_by(cast(OneDatabase, db.session())):
            yield


def how_is_the_replica() -> How | None:
    """Whether it can be read from now; nothing where there is none."""
    there: Replica | None = current_app.extensions[REPLICA]
    return there.how_it_is(cast(OneDatabase, db.session())) if there else None


def remember_who_wrote(response: Response) -> Response:
    """Lets who wrote something read from the primary until the replica has it, too."""
    if current_app.extensions[REPLICA] is not None and g.get(WROTE):
        cookies.keep(response, WROTE, "yes", seconds=replica.BEHIND_SECONDS + 1)
    return response


@contextmanager
def transaction() -> Iterator[AnySession]:
    """The only place that commits: all of the block, or nothing of it.

    What was read before is forgotten but for its ids, so that the block decides on what is true
    under the lock:
    on SQLite the whole database is locked for writing here; on PostgreSQL a verb locks the rows
    that it decides on. Refuses after a while when others write all the time.
    """
    session = db.session()
    session.rollback()
    _keep_ids(session)
    with _turn():
        connection = session.connection(execution_options={"writing": True})
        try:
            refuse_what_has_moved(connection)
            yield session
            _commit(session)
        finally:
            session.rollback()


def _commit(session: Session) -> None:
    session.flush()
    try:
        session.commit()
    except DBAPIError as error:
        if error.connection_invalidated and isinstance(error.orig, psycopg.Error):
            raise InDoubt from error
        raise
    g.wrote = True


def refuse_what_has_moved(connection: Connection) -> None:
    """Refuses to write to a database that another has taken the place of."""
    driver = connection.connection.driver_connection
    if connection.dialect.name == "sqlite" and has_moved(driver):
        raise Refusal(HasMoved())


def _keep_ids(session: Session) -> None:
    """Who acts on what is known all the time; only what they are like has to be read again."""
    for record in session.identity_map.values():
        (known,) = inspect(record).identity
        set_committed_value(record, "id", known)


@contextmanager
def _turn() -> Iterator[None]:
    turnstile: Turnstile | None = current_app.extensions[TURNSTILE]
    try:
        with turnstile.passed() if turnstile else nullcontext():
            yield
    except TooManyWait as error:
        raise Refusal(TooBusy()) from error


def again_if_unlucky(work: Callable[[], Answer]) -> Answer:
    """Does the work; does it again when the database gave it up in favour of another's.

    Refuses when that happens every time, and when a lock could not be had for too long.
    """
    try:
        return _tried(work)
    except DBAPIError as error:
        if _code(error) not in BUSY:
            raise
        raise Refusal(TooBusy()) from error


def apart(work: Callable[[AnySession], Answer]) -> Answer:
    """Does work of no request in a transaction of its own, and forgets afterwards what it knew."""

    def once() -> Answer:
        with transaction() as session:
            return work(session)

    try:
        return again_if_unlucky(once)
    finally:
        db.session.remove()


def _tried(work: Callable[[], Answer]) -> Answer:
    for _ in range(ATTEMPTS - 1):
        try:
            return work()
        except replica.Away:
            db.session.rollback()
        except DBAPIError as error:
            if _code(error) not in RETRIABLE:
                raise
            db.session.rollback()
    return work()


def _code(error: DBAPIError) -> str | int:
    """What PostgreSQL calls it, or SQLite without its finer distinctions."""
    in_sqlite = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    return getattr(error.orig, "sqlstate", None) or in_sqlite
