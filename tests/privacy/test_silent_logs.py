"""A busy day with all that goes wrong in it, and nobody's name, address, word or key in the log."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from tests.conftest import type_of_client
from tests.programs.conftest import Program, token_of
from tests.test_logs import Kept, breaking, keeping
from tests.world import MONDAY_NOON, PASSWORD, World
from toolshare import carrier
from toolshare.database import transaction
from toolshare.mail_settings import Security
from toolshare.messages import reminding
from toolshare.outbox import telling
from toolshare.outbox.models import Message, Topic
from toolshare.sweeper import log as log_of_sweeper
from toolshare.webhooks import naming
from toolshare.webhooks.events import EVENTS
from toolshare.webhooks.models import Delivery, Webhook
from toolshare.worker import Postman, Worker

NAME, ADDRESS, PHONE = "Quetzalina Canarywing", "canarywing@example.org", "+39 333 5550143"
TYPED, KEY = "a-guess-at-it", "0123456789key"
NOBODY_THERE = "http://127.0.0.1:9/hook?key=" + KEY
MAIL: dict[str, Any] = {"smtp_host": "127.0.0.1", "smtp_port": 9, "smtp_security": Security.NONE}
MAIL |= {"mail_from": "tools@example.org", "smtp_user": "postman", "smtp_password": "smtp-secret"}


@pytest.fixture
def kept() -> Iterator[Kept]:
    """What anything writes while a test runs, ours or not."""
    with keeping("") as kept:
        yield kept


def test_a_busy_day_leaves_no_trace_of_anybody_in_the_log(
    app: Flask, world: World, client_of: type_of_client, kept: Kept
) -> None:
    broken = breaking(app)
    app.config["CHOSEN"] = replace(app.config["CHOSEN"], private_webhooks=True, **MAIL)
    with transaction() as session:
        world.ana.name, world.ana.email, world.ana.phone = NAME, ADDRESS, PHONE
        code, token = world.make_item().code, token_of(world, world.ana)
        acts = {"by": world.cora, "now": MONDAY_NOON}
        naming.name(session, world.borgo, NOBODY_THERE, [*EVENTS], may_be_private=True, **acts)
        secret = session.query(Webhook).one().secret
    ana, stranger, program = client_of(world.ana), client_of(None), Program(app, token)
    assert ana.post(f"/I/{code}/loan").status_code == 303
    assert client_of(world.sam).post(f"/I/{code}/return").status_code == 303
    wrong = stranger.post("/sign-in", data={"email": ADDRESS, "password": TYPED})
    assert wrong.status_code == 422
    assert stranger.post("/sign-in/link", data={"email": ADDRESS}).status_code == 303
    assert ana.post("/account/address", data={"email": NAME, "password": TYPED}).status_code == 422
    assert stranger.get(f"/sign-in/link/{KEY}?email={ADDRESS}").status_code == 410
    assert program.post("/loans", code=f"{TYPED} {NAME}").status_code == 422
    assert Program(app, KEY).get("/loans").status_code == 401
    assert broken.get(f"/broken/{ADDRESS}").status_code == 500
    links = a_round_that_fails(app, world)
    assert "answered" in "".join(kept.in_words)
    assert "can't be written" in "".join(kept.in_words)
    told = "\n".join([*kept.lines, *kept.in_words]).lower()
    secrets = {*NAME.split(), ADDRESS, PHONE, code, TYPED, KEY, token, secret, PASSWORD, *links}
    secrets |= {"postman", "smtp-secret", "333 555"}
    assert {one for one in secrets if one.lower() in told} == set()


def a_round_that_fails(app: Flask, world: World) -> list[str]:
    """Mail and webhooks that nobody takes, and a message that can't be written; what the links hold."""
    with transaction() as session:
        links = [one.facts["path"] for one in session.query(Message) if "path" in one.facts]
        telling.tell(session, Topic.LATE, world.ana, now=MONDAY_NOON, day=NAME, group=world.borgo)
        session.execute(update(Message).values(send_at=MONDAY_NOON))
    assert links
    with app.app_context():
        server = app.config["CHOSEN"].mail_server
        assert not Worker().send_all(Postman(server))
        carrier.carry()
        assert world.session.scalar(select(func.max(Delivery.attempts))) == 1
        with transaction() as session:
            session.execute(delete(Message).where(Message.topic != Topic.LATE))
        assert Worker().send_all(Postman(server))
    return [one.rpartition("/")[2] for one in links]


def test_a_sweep_that_fails_says_not_of_whom(kept: Kept) -> None:
    one = reminding.Reminder(Topic.LATE, 90210, 7, "late 90210", {"day": "2026-06-01"})
    log_of_sweeper.error("A sweep failed: %s", [one])
    assert "90210" not in kept.lines[-1]
