"""Registering where mail is sent: an account is made when the link in the mail is opened."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.admission.conftest import refused
from tests.browser.admission import invite
from tests.conftest import type_of_client
from tests.world import MONDAY_NOON, PASSWORD, World
from toolshare.admission import inviting, registering
from toolshare.admission import reasons as why
from toolshare.admission.models import Registration
from toolshare.database import transaction
from toolshare.outbox.models import Message
from toolshare.people.passwords import PasswordTooShort, is_right
from toolshare.people.roles import membership_in

ADA = {"name": "Ada", "email": "Ada@example.org", "password": PASSWORD}


@pytest.fixture
def mailing(app: Flask) -> Iterator[None]:
    """The installation has a mail server; nothing is sent to it here."""
    chosen = app.config["CHOSEN"]
    app.config["CHOSEN"] = replace(chosen, smtp_host="127.0.0.1", mail_from="tools@example.org")
    yield
    app.config["CHOSEN"] = chosen


def registers(world: World, token: str, **differences: Any) -> None:
    typed = {**ADA, "language": "it", "now": MONDAY_NOON, **differences}
    registering.register(world.session, token, **typed)


def told(world: World) -> Message:
    return world.session.scalars(select(Message).order_by(Message.id.desc())).first()  # type: ignore[return-value]


def link_of(world: World) -> str:
    return str(told(world).facts["path"]).rpartition("/")[2]


def test_the_link_in_the_mail_makes_the_account_once(world: World) -> None:
    made, token = invite(world)
    registers(world, token)
    message, link = told(world), link_of(world)
    assert (message.topic, message.address, message.language) == (
        "new_address",
        "ada@example.org",
        "it",
    )
    assert made.used == 0
    ada = registering.confirm(world.session, link, now=MONDAY_NOON)
    assert is_right(ada, PASSWORD)
    assert membership_in(world.session, ada, world.borgo) is not None
    assert made.used == 1
    assert world.session.scalars(select(Registration)).all() == []
    again = refused(registering.confirm, world.session, link, now=MONDAY_NOON)
    assert again == [why.ConfirmationNotGood()]


def test_who_has_an_account_is_sent_the_invitation(world: World) -> None:
    _, token = invite(world)
    registers(world, token, email="zoe@example.org")
    message = told(world)
    assert (message.topic, message.person_id) == ("invitation", world.zoe.id)
    assert message.facts == {"by": "Cora", "path": f"/join/{token}"}
    assert world.session.scalars(select(Registration)).all() == []


def test_a_link_works_for_a_day_and_is_forgotten_then(world: World) -> None:
    _, token = invite(world)
    registers(world, token)
    link, later = link_of(world), MONDAY_NOON + timedelta(days=1)
    over = refused(registering.confirm, world.session, link, now=later)
    assert over == [why.ConfirmationNotGood()]
    registers(world, token, email="eve@example.org", now=later)
    assert world.session.scalars(select(Registration.email)).all() == ["eve@example.org"]


def test_what_has_changed_since_the_mail_counts(world: World) -> None:
    made, token = invite(world)
    registers(world, token)
    first = link_of(world)
    registers(world, token)
    second = link_of(world)
    registering.confirm(world.session, first, now=MONDAY_NOON)
    known = refused(registering.confirm, world.session, second, now=MONDAY_NOON)
    assert known == [why.HasAnAccount()]
    registers(world, token, email="eve@example.org")
    inviting.revoke(world.session, made, by=world.cora, now=MONDAY_NOON)
    ended = refused(registering.confirm, world.session, link_of(world), now=MONDAY_NOON)
    assert ended == [why.InvitationNotGood()]


def test_a_short_password_is_said_before_any_mail(world: World) -> None:
    _, token = invite(world)
    assert refused(registers, world, token, password="short") == [PasswordTooShort()]
    assert told(world) is None


@pytest.mark.usefixtures("mailing")
def test_known_and_unknown_addresses_get_the_same_answer_and_the_link_leads_in(
    world: World, client_of: type_of_client
) -> None:
    with transaction():
        link = f"/join/{invite(world)[1]}/account"
    stranger = client_of(None)
    answers = [
        stranger.post(link, data=ADA | {"email": email})
        for email in ("ana@example.org", "ada@example.org")
    ]
    assert {(one.status_code, one.text) for one in answers} == {(303, answers[0].text)}
    assert "Look into your mailbox" in stranger.get(answers[0].location).text
    assert stranger.post(link, data=ADA | {"password": "short"}).status_code == 422
    page = f"/join/confirmations/{link_of(world)}"
    assert "ada@example.org" in stranger.get(page).text
    assert stranger.post(page).location == "/groups/borgo"
    assert stranger.get("/groups/borgo").status_code == 200
    assert stranger.get(page).status_code == 410
