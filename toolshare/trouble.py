"""When the machine can't do its part: a full disk, a database that can't be written or reached."""

import errno
import logging
import sqlite3
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import psycopg
from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from sqlalchemy.exc import DBAPIError

from toolshare import wording
from toolshare.database import InDoubt, db
from toolshare.people import signin
from toolshare.refusals import Reason, msgid

COME_BACK_SECONDS = "60"
Fault = DBAPIError | OSError | InDoubt
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class NoRoom(Reason):
    """A disk that takes nothing more."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    says = msgid("The disk of this server is full. Nothing was changed.")
    instead = msgid("Tell who looks after the server. What was kept can still be read.")


@dataclass(frozen=True)
class OnlyReading(Reason):
    """Files or a database that may be read, and not written."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    says = msgid("This server can't write anything down just now. Nothing was changed.")
    instead = msgid("Tell who looks after the server. What was kept can still be read.")


@dataclass(frozen=True)
class NoDatabase(Reason):
    """A database that does not answer, or whose file can't be opened."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    says = msgid("The database can't be reached just now. Nothing was changed.")
    instead = msgid("Try again in a minute. If it stays so, tell who looks after the server.")


@dataclass(frozen=True)
class NobodyKnows(Reason):
    """A database that went away between being told to keep something and saying that it does."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    says = msgid("The database went away in the very moment of writing this down.")
    instead = msgid("Look whether it is done, in a minute, before you do it again.")


# SQLite's codes, or their last byte, which is a class.
OF_SQLITE: dict[int, Reason] = {
    sqlite3.SQLITE_FULL: NoRoom(),
    sqlite3.SQLITE_READONLY: OnlyReading(),
    sqlite3.SQLITE_PERM: OnlyReading(),
    sqlite3.SQLITE_IOERR: NoDatabase(),
    sqlite3.SQLITE_IOERR_WRITE: OnlyReading(),
    sqlite3.SQLITE_IOERR_TRUNCATE: OnlyReading(),
    sqlite3.SQLITE_IOERR_FSYNC: NobodyKnows(),  # it may be found in the file afterwards
    sqlite3.SQLITE_CANTOPEN: NoDatabase(),
    sqlite3.SQLITE_CORRUPT: NoDatabase(),
    sqlite3.SQLITE_NOTADB: NoDatabase(),
}
# PostgreSQL's codes, or their first two characters, which are a class.
OF_POSTGRESQL: dict[str, Reason] = {
    "53100": NoRoom(),
    "53": NoDatabase(),
    "25006": OnlyReading(),
    "08": NoDatabase(),
    "57P": NoDatabase(),
    "58": NoDatabase(),
}
OF_FILES: dict[int | None, Reason] = {
    errno.ENOSPC: NoRoom(),
    errno.EDQUOT: NoRoom(),
    errno.EROFS: OnlyReading(),
    errno.EACCES: OnlyReading(),
    errno.EPERM: OnlyReading(),
    errno.EIO: OnlyReading(),
}


def set_up(app: Flask) -> None:
    """Answers by a clear page wherever the machine fails; every other fault stays one."""
    app.register_error_handler(DBAPIError, show)
    app.register_error_handler(OSError, show)
    app.register_error_handler(InDoubt, show)


def show(error: Fault) -> ResponseReturnValue:
    """Says what is the matter, on a page that asks the database nothing."""
    reason = reason_of(error)
    if reason is None:
        raise error
    log.error("%s %s", reason.says, _first_line(error))
    db.session.remove()
    signin.ask_nobody()
    with force_locale(wording.language_of_browser() or "en"):
        return _told(reason), reason.status, {"Retry-After": COME_BACK_SECONDS}


def _told(reason: Reason) -> str | dict[str, Any]:
    if request.accept_mimetypes.best == "application/json":
        worded = {"says": wording.says(reason), "instead": wording.instead(reason)}
        return {"reasons": [worded]}
    return render_template("errors/trouble.html", reason=reason)


def reason_of(error: Fault) -> Reason | None:
    """What is the matter; nothing when it is a fault of ours."""
    if isinstance(error, InDoubt):
        return NobodyKnows()
    if isinstance(error, OSError):
        return OF_FILES.get(error.errno)
    in_sqlite = getattr(error.orig, "sqlite_errorcode", None)
    if in_sqlite is not None:
        return OF_SQLITE.get(in_sqlite, OF_SQLITE.get(in_sqlite & 0xFF))
    code = getattr(error.orig, "sqlstate", None)
    if code is None:  # who has no connection got no code
        return NoDatabase() if isinstance(error.orig, psycopg.OperationalError) else None
    return next((OF_POSTGRESQL[code[:n]] for n in (5, 3, 2) if code[:n] in OF_POSTGRESQL), None)


def nobody_knows(error: BaseException) -> bool:
    """Whether an act that ended so may have been written down all the same."""
    return isinstance(error, Fault) and isinstance(reason_of(error), NobodyKnows)


def _first_line(error: Fault) -> str:
    """What the database or the system said, without what was to be written."""
    if isinstance(error, InDoubt):
        return ""
    said = error.orig if isinstance(error, DBAPIError) else error.strerror
    return str(said).partition("\n")[0]
