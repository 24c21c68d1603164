"""A server of another program, on this machine, and a round of the carrier."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from flask import Flask

from tests.world import MONDAY_NOON, World
from toolshare import carrier
from toolshare.database import transaction
from toolshare.webhooks import naming
from toolshare.webhooks.events import EVENTS
from toolshare.webhooks.models import Webhook


@dataclass
class Listener:
    """What another program is told, and what it answers."""

    port: int = 0
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    told: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?from=us"


@contextmanager
def listening(context: ssl.SSLContext | None = None) -> Iterator[Listener]:
    """A real HTTP server that keeps what it is told."""
    listener = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            listener.told.append((self.path, {**self.headers}, body))
            self.send_response(listener.status)
            for name, value in listener.headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    listener.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


@pytest.fixture
def at_home(app: Flask) -> None:
    """An installation that lets webhooks lead into private networks."""
    app.config["CHOSEN"] = replace(app.config["CHOSEN"], private_webhooks=True)


@pytest.fixture
def carry(app: Flask) -> Callable[[], None]:
    """Delivers what is due, once."""

    def carry() -> None:
        with app.app_context():
            carrier.carry()

    return carry


def name_one(world: World, address: str, *events: str) -> Webhook:
    """A webhook of Borgo, for these events or all."""
    with transaction() as session:
        return naming.name(
            session,
            world.borgo,
            address,
            events or [*EVENTS],
            by=world.cora,
            now=MONDAY_NOON,
            schemes=("https", "http"),
        )
