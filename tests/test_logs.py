"""What the server writes about itself: enough to find a fault, and nothing of anybody."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import abort

from tests.conftest import type_of_client
from tests.world import World
from toolshare import create_app, logs, settings
from toolshare.database import reading, transaction
from toolshare.logs import AsJson, InWords
from toolshare.people.models import Person

ANA = "ana@example.org"


class Kept(logging.Handler):
    """Keeps what would be written, in both forms."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.in_words: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(AsJson().format(record))
        self.in_words.append(InWords().format(record))

    @property
    def last(self) -> dict[str, object]:
        """The newest record as a program reads it."""
        read: dict[str, object] = json.loads(self.lines[-1])
        return read


@contextmanager
def keeping(where: str) -> Iterator[Kept]:
    """What is written meanwhile by a logger and those below it, ours from how things go on."""
    ours, written, handler = logging.getLogger("toolshare"), logging.getLogger(where), Kept()
    level = ours.level
    written.addHandler(handler)
    ours.setLevel(logging.INFO)
    yield handler
    written.removeHandler(handler)
    ours.setLevel(level)


@pytest.fixture
def kept() -> Iterator[Kept]:
    """What we write while a test runs."""
    with keeping("toolshare") as kept:
        yield kept


def breaking(app: Flask) -> FlaskClient:
    """A stranger's browser, in an app with a view that breaks over what somebody typed."""
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def broken(typed: str) -> str:
        if typed == "busy":
            abort(503)
        with reading() as session:
            session.scalar(select(Person).where(Person.email == typed, Person.id == "x"))
        return str(int(typed))

    broken.is_open_to_all = True  # type: ignore[attr-defined]
    app.add_url_rule("/broken/<typed>", view_func=broken)
    return app.test_client()


def test_a_request_is_a_line_without_anybody_in_it(
    world: World, client_of: type_of_client, kept: Kept
) -> None:
    client = client_of(world.ana)
    with transaction():
        code = world.make_item().code
    answer = client.get(f"/I/{code}?q={ANA}")
    line = kept.last
    assert line["message"] == "answered"
    assert (line["method"], line["route"], line["status"]) == ("GET", "/I/<code>", 200)
    assert line["request"] == answer.headers["X-Request-ID"]
    assert isinstance(line["ms"], float)
    secrets = (code, ANA, world.ana.name, "127.0.0.1")
    assert not [one for line in kept.lines for one in secrets if one in line]


def test_a_fault_tells_where_it_was_and_nothing_that_was_typed(app: Flask, kept: Kept) -> None:
    answer = breaking(app).get(f"/broken/{ANA}")
    assert answer.status_code == 500
    number = answer.headers["X-Request-ID"]
    assert f"Number of this fault: {number}" in answer.text
    fault = json.loads(kept.lines[0])
    assert (fault["level"], fault["message"]) == ("error", "a request failed")
    assert (fault["request"], fault["route"]) == (number, "/broken/<typed>")
    assert fault["trace"].startswith("builtins.ValueError\n")
    assert "return str(int(typed))" in fault["trace"]
    assert ANA not in "".join([*kept.lines, *kept.in_words])


def test_a_fault_in_words_is_a_line_and_where_it_was_under_it(app: Flask, kept: Kept) -> None:
    number = breaking(app).get("/broken/x").headers["X-Request-ID"]
    first, kind, *where = kept.in_words[0].splitlines()
    assert first.endswith(f"error a request failed request={number} route=/broken/<typed>")
    assert kind == "builtins.ValueError"
    assert "    return str(int(typed))" in where


def test_what_caused_a_fault_is_told_too(kept: Kept) -> None:
    fault = KeyError(ANA)
    fault.__cause__ = OSError(28, "No space left on device", f"/photos/{ANA}")
    logging.getLogger("toolshare.sweeper").error("a sweep failed", exc_info=fault)
    trace = str(kept.last["trace"])
    assert trace == "builtins.KeyError\nbuiltins.OSError: No space left on device"


def test_what_a_database_says_of_itself_is_told(kept: Kept) -> None:
    refused = OperationalError("SELECT :who", {"who": ANA}, Exception("connection refused\nANA"))
    trace = logs.trace_of(refused)
    assert trace == "sqlalchemy.exc.OperationalError: connection refused"


def test_a_page_that_is_busy_has_no_number_to_tell(app: Flask, kept: Kept) -> None:
    answer = breaking(app).get("/broken/busy")
    assert (answer.status_code, "Number of this fault" in answer.text) == (503, False)


@pytest.mark.parametrize(
    ("proxies", "sent", "is_taken"),
    [
        ("1", "7f3a-0c.K_9", True),
        ("0", "7f3a-0c.K_9", False),
        ("1", "ana@example.org", False),
        ("1", "x" * 65, False),
        ("1", "", False),
    ],
)
def test_an_id_comes_from_a_trusted_server_in_front_or_from_us(
    chosen: settings.Settings, proxies: str, sent: str, is_taken: bool
) -> None:
    known = {
        "TOOLSHARE_INSTANCE": str(chosen.instance),
        "TOOLSHARE_DATABASE_URL": chosen.database_url,
        "TOOLSHARE_TRUSTED_PROXIES": proxies,
    }
    client = create_app(settings.read(known)).test_client()
    came = client.get("/health", headers={"X-Request-ID": sent}).headers["X-Request-ID"]
    assert came == sent if is_taken else came.isdecimal() and len(came) == 12


def test_two_requests_have_two_ids(client_of: type_of_client) -> None:
    client = client_of(None)
    ids = {client.get("/health").headers["X-Request-ID"] for _ in range(3)}
    assert len(ids) == 3


def test_what_is_written_outside_of_requests_has_no_id(kept: Kept) -> None:
    logging.getLogger("toolshare.keeper").warning("a backup is late by %d hours", 5)
    assert kept.last["message"] == "a backup is late by 5 hours"
    assert kept.last.keys() == {"time", "level", "logger", "message"}
    assert kept.in_words[-1].endswith("warning a backup is late by 5 hours")
