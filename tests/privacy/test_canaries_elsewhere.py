"""What nobody asks for by its address: pages of errors, webhooks, and mail tell of nobody else either."""

import json
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import type_of_client
from tests.mail_server import Postbox, mail_server
from tests.privacy.busy import HOUR, LATER, WEEKS_LATER, a_busy_week
from tests.privacy.canaries import ADDRESS, name_the_cast, read, told_in
from tests.programs.conftest import Program, token_of
from tests.test_logs import breaking
from tests.world import MONDAY_NOON, World
from toolshare import clock
from toolshare.database import transaction
from toolshare.gate import FORM
from toolshare.inventory.models import Item
from toolshare.webhooks import delivering, following, naming
from toolshare.webhooks.events import EVENTS
from toolshare.worker import Postman, Worker

ANA = ADDRESS.format("ana")
TOO_LONG = 21_000_000


@pytest.fixture
def named(world: World) -> World:
    """The cast under names like no other, and Eva."""
    with transaction():
        world.eva = world.make_person("Eva", world.borgo)  # type: ignore[attr-defined]
        name_the_cast(world)
    return world


def faults(ours: FlaskClient, code: str, how: dict[str, Any]) -> Iterator[TestResponse]:
    """Each error that there is, as Eva gets it."""
    yield ours.get(f"/I/{code}?q=%00", **how)
    yield ours.get("/groups/borgo/people", **how)
    yield ours.get(f"/groups/castello/{ANA}", **how)
    yield ours.delete("/loans", **how)
    yield ours.post(f"/I/{code}/loan", **how)
    yield ours.post("/account", data=b"name=" + b"x" * TOO_LONG, content_type=FORM, **how)
    for _ in range(20):
        guess = {"email": ADDRESS.format("eva"), "password": "a guess"}
        answer = ours.post("/sign-in", data=guess, **how)
    yield answer


@pytest.mark.parametrize("accepted", ["text/html", "application/json"])
def test_a_page_of_an_error_tells_of_nobody(
    app: Flask, named: World, client_of: type_of_client, accepted: str
) -> None:
    with transaction():
        code = named.make_item().code
        named.make_loan(named.session.query(Item).one(), named.ana)
    how = {"headers": {"Accept": accepted}}
    broken = breaking(app)
    answers = [*faults(client_of(named.eva), code, how)]  # type: ignore[attr-defined]
    answers.append(broken.get(f"/broken/{ANA}", **how))
    assert [one.status_code for one in answers] == [400, 403, 404, 405, 409, 413, 429, 500]
    told = {one for answer in answers for one in told_in(read(answer))}
    assert {who for _, who in told} <= {"Eva"}


def test_what_programs_are_told_of_their_mistakes_is_of_nobody(app: Flask, named: World) -> None:
    with transaction():
        item, token = named.make_item(), token_of(named, named.eva)  # type: ignore[attr-defined]
        loan = named.make_loan(item, named.ana)
        code, path = item.code, f"/loans/{loan.id}"
    program = Program(app, token)
    answers = [
        program.post("/loans", code=code),
        program.post("/loans", code=ANA),
        program.get(path),
        program.post(f"{path}/renewals"),
        program.open(path, method="DELETE"),
        program.get(f"/{ANA}"),
        Program(app, ANA).get(path),
    ]
    assert [one.status_code for one in answers] == [409, 422, 404, 404, 405, 404, 401]
    assert not {one for answer in answers for one in told_in(read(answer))}


def test_a_busy_week_names_nobody_to_a_webhook(named: World) -> None:
    session, acts = named.session, {"by": named.cora, "now": MONDAY_NOON}
    address = "https://example.org/hook"
    naming.name(session, named.borgo, address, [*EVENTS], **acts)  # type: ignore[arg-type]
    a_busy_week(named)
    following.follow(session, now=WEEKS_LATER)
    bodies = []
    while (due := delivering.claim(session, now=WEEKS_LATER)) is not None:
        bodies.append(json.dumps(due.body))
        delivering.delivered(session, due, now=WEEKS_LATER)
    assert {json.loads(one)["type"] for one in bodies} >= {"loan.begun", "reservation.made"}
    assert told_in("\n".join(bodies)) == set()


def test_a_busy_week_names_people_in_no_mail_but_to_stewards_and_themselves(
    app: Flask, named: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction():
        a_busy_week(named)
    box = Postbox()
    with mail_server(box) as server, app.app_context():
        for then in (MONDAY_NOON, LATER + HOUR):
            monkeypatch.setattr(clock, "now", lambda then=then: then)
            assert Worker().send_all(Postman(server))
    told = {
        (parseaddr(mail["To"])[1], *one) for mail in box.mails for one in told_in(words_of(mail))
    }
    assert {one[2] for one in told} > {"Ana"}
    for to, kind, who in told:
        is_to_who_serves = to in {ADDRESS.format("sam"), ADDRESS.format("cora")}
        assert to == ADDRESS.format(who.lower()) or (is_to_who_serves and kind == "name"), (to, who)


def words_of(mail: EmailMessage) -> str:
    """What it says, as text and as a page, and its headers but for whom it is to."""
    parts = [one.get_content() for one in mail.walk() if one.get_content_maintype() == "text"]
    return "\n".join([*parts, *(str(one) for name, one in mail.items() if name != "To")])
