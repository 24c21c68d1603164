"""Messages: a postbox, a server that fills it, and a postman on his round."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.conftest import type_of_client
from tests.listening import Listener
from tests.mail_server import Postbox, mail_server
from tests.messages.receiver import Receiver
from tests.world import MONDAY_NOON, World
from toolshare import clock, ringing
from toolshare.database import transaction
from toolshare.outbox.models import Message, PushSubscription, Topic
from toolshare.outbox.telling import tell
from toolshare.post import MailServer
from toolshare.worker import Postman, Worker

Round = Callable[[], bool]
CHOICES, BROWSERS = "/account/messages", "/account/messages/browsers"


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


@dataclass
class Phone:
    """Ana's, who is signed in there, with its browser and who delivers for that."""

    app: Flask
    client: FlaskClient
    service: Listener
    receiver: Receiver = field(default_factory=Receiver)

    def turn_on(self, client: FlaskClient | None = None, **more: str) -> TestResponse:
        """Turns it on, or lets somebody else turn it on in this browser."""
        sent = {"subscription": self.receiver.given(self.service.address), **more}
        return (client or self.client).post(BROWSERS, data=sent)

    def ring(self) -> None:
        """Shows what is due, once."""
        with self.app.app_context():
            ringing.ring()

    @property
    def shown(self) -> list[dict[str, str]]:
        """What it has shown."""
        return self.receiver.shown(self.service, str(self.app.secret_key))


@pytest.fixture
def phone(
    app: Flask, world: World, client_of: type_of_client, listener: Listener, push_at_home: None
) -> Phone:
    """It shows what Ana is told; its service says 201, as they do."""
    listener.status = 201
    phone = Phone(app, client_of(world.ana), listener)
    assert phone.turn_on().location == CHOICES
    return phone


def what_became(world: World) -> list[tuple[str, str | None, int]]:
    """Of each message: its topic, how it ended, how often it was tried."""
    world.session.rollback()
    found = world.session.query(Message).order_by(Message.id)
    return [(one.topic, one.ended, one.attempts) for one in found]


def remind(world: World) -> None:
    """Ana has a thing that is due in two hours, and is told so."""
    with transaction() as session:
        due = {"due_at": later(hours=2)}
        world.make_loan(world.make_item(world.make_kind(name="Chainsaw")), world.ana, **due)
        tell(
            session,
            Topic.DUE_TODAY,
            world.ana,
            group=world.borgo,
            now=MONDAY_NOON,
            day="2026-06-01",
        )


def welcome(world: World) -> None:
    """Ana is told that she is in."""
    with transaction() as session:
        tell(session, Topic.WELCOME, world.ana, group=world.borgo, now=MONDAY_NOON)


def left(world: World) -> int:
    """How many browsers are known."""
    world.session.rollback()
    return world.session.scalar(select(func.count()).select_from(PushSubscription)) or 0


def ours(world: World) -> Message:
    """The message for the browser."""
    world.session.rollback()
    return world.session.query(Message).filter(Message.subscription_id.is_not(None)).one()


def text_of(mail: EmailMessage) -> str:
    """What it says, as text."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n").strip()


def later(**more: float) -> datetime:
    """So long after Monday noon."""
    return MONDAY_NOON + timedelta(**more)
