"""Messages: a postbox, a server that fills it, and a postman on his round."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from flask import Flask

from tests.mail_server import Postbox, mail_server
from tests.world import MONDAY_NOON, World
from toolshare import clock
from toolshare.outbox.models import Message
from toolshare.post import MailServer
from toolshare.worker import Postman, Worker

Round = Callable[[], bool]


@pytest.fixture
def box() -> Postbox:
    """What arrives."""
    return Postbox()


@pytest.fixture
def server(box: Postbox) -> Iterator[MailServer]:
    """A server that takes everything."""
    with mail_server(box) as server:
        yield server


@pytest.fixture
def deliver(app: Flask, server: MailServer) -> Round:
    """Sends all that is due, once; whether the server could be reached."""

    def deliver() -> bool:
        with app.app_context():
            return Worker().send_all(Postman(server))

    return deliver


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the clock."""
    return lambda then: monkeypatch.setattr(clock, "now", lambda: then)


def what_became(world: World) -> list[tuple[str, str | None, int]]:
    """Of each message: its topic, how it ended, how often it was tried."""
    world.session.rollback()
    found = world.session.query(Message).order_by(Message.id)
    return [(one.topic, one.ended, one.attempts) for one in found]


def text_of(mail: EmailMessage) -> str:
    """What it says, as text."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n").strip()


def later(**more: float) -> datetime:
    """So long after Monday noon."""
    return MONDAY_NOON + timedelta(**more)
