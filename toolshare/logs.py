"""What the server writes about itself: requests and faults, each with an id, and nothing of anybody."""

import json
import logging
import re
import secrets
import time
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from flask import Flask, Response, current_app, has_request_context, request
from sqlalchemy.exc import OperationalError

HEADER = "X-Request-ID"
SENT_BY_A_PROXY = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
BEGAN, ID = "toolshare.began", "toolshare.request"
TRUSTS = "TRUSTS_REQUEST_IDS"
MOST_CAUSES = 5
log = logging.getLogger(__name__)


class InWords(logging.Formatter):
    """Lines for people: what, about which request, and where a fault came from."""

    def format(self, record: logging.LogRecord) -> str:
        """The record in a line, and a fault under it."""
        facts = facts_of(record)
        about = " ".join(f"{name}={facts[name]}" for name in ("request", "route") if name in facts)
        line = f"{facts['time']} {facts['level']} {facts['message']} {about}".rstrip()
        return "\n".join([line, *([facts["trace"]] if "trace" in facts else [])])


class AsJson(logging.Formatter):
    """One line of JSON for each record, for programs that gather them."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as an object in one line."""
        return json.dumps(facts_of(record), default=str)


def begin(*, as_json: bool) -> None:
    """Writes records to standard error, unless another server has said where they go.

    Lines for people leave requests out: the web server in front writes those down.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(AsJson() if as_json else InWords())
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    logging.getLogger("toolshare").setLevel(logging.INFO if as_json else logging.WARNING)


def of_granian(*, as_json: bool) -> dict[str, Any] | None:
    """How the server of WSGI words what it says itself; nothing where its own way will do."""
    formatter = {"()": AsJson}
    return {"formatters": {"generic": formatter, "access": formatter}} if as_json else None


def set_up(app: Flask, *, trusts_proxies: bool) -> None:
    """Gives each request an id, and writes down what came of it."""
    app.config[TRUSTS] = trusts_proxies
    app.before_request(note_beginning)
    app.after_request(write_down)


def note_beginning() -> None:
    """Starts the watch of a request."""
    request.environ[BEGAN] = time.perf_counter()


def seconds_since_beginning() -> float:
    """How long the request has taken until now."""
    now = time.perf_counter()
    return now - float(request.environ.get(BEGAN, now))


def request_id() -> str:
    """The id of this request: from the server in front, if it is trusted, else twelve digits."""
    known = request.environ.get(ID)
    if known is None:
        known = request.environ[ID] = _sent() or f"{secrets.randbelow(10**12):012}"
    return str(known)


def write_down(response: Response) -> Response:
    """Writes a line about an answer, which carries the id."""
    response.headers[HEADER] = request_id()
    about = {"status": response.status_code, "ms": round(seconds_since_beginning() * 1000, 1)}
    log.info("answered", extra={"facts": about})
    return response


def facts_of(record: logging.LogRecord) -> dict[str, Any]:
    """What is written of a record: of an address only its pattern, of a fault only where it was."""
    at = datetime.fromtimestamp(record.created, UTC)
    facts = {
        "time": at.isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": record.getMessage(),
    }
    if has_request_context():
        facts |= {"request": request_id(), "method": request.method[:16], "route": _route()}
    if record.exc_info and record.exc_info[1]:
        facts["trace"] = trace_of(record.exc_info[1])
    return facts | getattr(record, "facts", {})


def trace_of(error: BaseException) -> str:
    """Where a fault came from, the latest first, in lines of ours; not what it says or holds.

    That may be what somebody typed. Only what the machine says for itself is kept: of a full
    disk, say, or of a database that can't be reached.
    """
    return "\n".join(
        line
        for one in islice(_chain(error), MOST_CAUSES)
        for line in (
            _named(one),
            *(text.rstrip() for text in traceback.format_tb(one.__traceback__)),
        )
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _named(error: BaseException) -> str:
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    said = ""
    if isinstance(error, OperationalError):
        said = next(iter(str(error.orig).splitlines()), "")
    elif isinstance(error, OSError):
        said = error.strerror or ""
    return f"{kind}: {said}" if said else kind


def _sent() -> str | None:
    sent = request.headers.get(HEADER, "")
    is_fit = current_app.config[TRUSTS] and SENT_BY_A_PROXY.fullmatch(sent)
    return sent if is_fit else None


def _route() -> str:
    return request.url_rule.rule if request.url_rule else "none"
