"""What browsers show: what, when and where, and what becomes of it when their services do not take it."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest
from flask import Flask

from tests.conftest import type_of_client
from tests.mail_server import Postbox
from tests.messages.conftest import (
    BROWSERS,
    CHOICES,
    Phone,
    Round,
    later,
    left,
    ours,
    remind,
    welcome,
    what_became,
)
from tests.messages.receiver import Receiver
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare import ringing, worker
from toolshare.circulation.models import Loan
from toolshare.database import transaction
from toolshare.messages import choosing
from toolshare.outbox.models import PushSubscription, Topic
from toolshare.outbox.telling import tell

NOTHING_OF_IT = {"title": "Toolshare", "body": "There is something for you to read."}
At = Callable[[datetime], None]


@on_any_database
def test_a_browser_shows_that_there_is_something_and_what_only_on_wish(
    world: World, phone: Phone
) -> None:
    remind(world)
    for _ in range(2):
        phone.ring()
    (shown,) = phone.shown
    assert {name: shown[name] for name in NOTHING_OF_IT} == NOTHING_OF_IT
    assert (shown["path"], shown["lang"]) == ("/loans", "en")
    assert "Chainsaw" not in json.dumps(shown)
    phone.turn_on(shows_what="y")
    remind(world)
    phone.ring()
    shown = phone.shown[1]
    assert (shown["title"], shown["body"]) == ("Due today: 2 things", "Borgo")


def test_it_is_the_worker_that_shows_it_where_no_mail_is_set_up(
    world: World, app: Flask, phone: Phone
) -> None:
    remind(world)
    turns = iter((True,))
    worker.Worker().run(app, lambda: next(turns, False))
    assert len(phone.shown) == 1
    assert what_became(world) == [("due_today", None, 0), ("due_today", "sent", 1)]


def test_mail_and_browsers_are_told_each_by_themselves(
    world: World, phone: Phone, box: Postbox, deliver: Round
) -> None:
    remind(world)
    box.replies["ana@example.org"] = "550 no such user"
    deliver()
    phone.ring()
    assert [end for _, end, _ in what_became(world)] == ["given_up", "sent"]


@pytest.mark.parametrize("topic", [Topic.SIGN_IN_LINK, Topic.PASSWORD_LINK, Topic.NEW_ADDRESS])
def test_what_opens_an_account_comes_by_mail_alone(
    world: World, phone: Phone, topic: Topic
) -> None:
    with transaction() as session:
        tell(session, topic, world.ana, path="/links/secret", now=MONDAY_NOON)
    assert len(what_became(world)) == 1


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_browser_that_is_gone_or_will_not_be_told_by_us_is_forgotten_and_the_mail_goes_all_the_same(
    world: World, phone: Phone, box: Postbox, deliver: Round, status: int
) -> None:
    phone.service.status = status
    remind(world)
    phone.ring()
    assert left(world) == 0
    assert "No browser shows you anything." in phone.client.get(CHOICES).text
    deliver()
    assert what_became(world) == [("due_today", "sent", 1)]


def test_with_another_secret_key_no_browser_is_told_and_each_is_to_be_turned_on_anew(
    world: World, app: Flask, phone: Phone, client_of: type_of_client
) -> None:
    remind(world)
    app.config["CHOSEN"] = replace(app.config["CHOSEN"], secret_key="another")
    assert "No browser shows you anything." in client_of(world.ana).get(CHOICES).text
    assert left(world) == 1
    phone.ring()
    assert (phone.service.told, left(world)) == ([], 0)
    assert what_became(world) == [("due_today", None, 0)]


@pytest.mark.parametrize("status", [400, 413])
def test_what_a_service_refuses_for_good_is_given_up(
    world: World, phone: Phone, status: int
) -> None:
    phone.service.status = status
    remind(world)
    phone.ring()
    assert (ours(world).ended, ours(world).last_fault) == ("given_up", f"HTTP {status}")
    assert left(world) == 1


@pytest.mark.parametrize(
    ("asked", "waits"),
    [
        ("", timedelta(seconds=75)),
        ("30", timedelta(seconds=75)),
        ("3600", timedelta(hours=1)),
        (format_datetime(later(hours=3), usegmt=True), timedelta(hours=3)),
        (format_datetime(later(days=3), usegmt=True), timedelta(hours=6)),
        (format_datetime(later(hours=-3), usegmt=True), timedelta(seconds=75)),
        ("soon", timedelta(seconds=75)),
    ],
)
def test_a_service_that_is_busy_is_left_alone_for_as_long_as_it_asks(
    world: World, phone: Phone, at: At, asked: str, waits: timedelta
) -> None:
    phone.service.status, phone.service.headers = 503, {"Retry-After": asked}
    welcome(world)
    phone.ring()
    at_least = waits if waits > timedelta(minutes=2) else timedelta(seconds=45)
    assert later() + at_least <= ours(world).send_at <= later() + waits
    phone.service.status = 201
    phone.ring()
    assert len(phone.service.told) == 1
    at(ours(world).send_at)
    phone.ring()
    assert (ours(world).ended, ours(world).attempts) == ("sent", 2)


def test_a_service_that_can_not_be_reached_is_asked_again(world: World, phone: Phone) -> None:
    with transaction() as session:
        session.query(PushSubscription).one().endpoint = "http://127.0.0.1:1/"
    remind(world)
    phone.ring()
    assert (ours(world).ended, ours(world).attempts) == (None, 1)
    assert "Refused" in ours(world).last_fault


def test_what_can_not_be_said_holds_nothing_else_up(
    world: World, phone: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    with transaction() as session:
        tell(session, Topic.YOUR_TURN, world.ana, group=world.borgo, now=MONDAY_NOON)
    remind(world)
    phone.ring()
    assert [end for _, end, _ in what_became(world)] == [None, None, None, "sent"]
    assert "can't be shown" in caplog.text
    assert phone.service.address not in caplog.text


def test_nobody_is_woken_and_nobody_told_what_they_do_not_want(
    world: World, phone: Phone, at: At
) -> None:
    welcome(world)
    at(later(hours=10, minutes=30))  # 00:30 in Rome
    phone.ring()
    assert (phone.service.told, ours(world).send_at) == ([], later(hours=18))
    at(later(hours=18))
    phone.ring()
    assert len(phone.service.told) == 1
    with transaction() as session:
        choosing.switch_off(session, world.ana, choosing.subject_named("due_today"))
    at(MONDAY_NOON)
    remind(world)
    phone.ring()
    assert len(phone.service.told) == 1
    assert what_became(world)[-1] == ("due_today", "dropped", 1)


def test_what_is_not_true_any_more_is_not_shown(world: World, phone: Phone) -> None:
    remind(world)
    with transaction() as session:
        session.query(Loan).one().returned_at = MONDAY_NOON
        session.query(Loan).one().returned_to_id = world.sam.id
    phone.ring()
    assert (phone.service.told, what_became(world)[1]) == ([], ("due_today", "dropped", 1))


def test_where_it_leads_into_our_own_network_nothing_is_sent_even_if_webhooks_may_go_there(
    world: World, app: Flask, client_of: type_of_client
) -> None:
    app.config["CHOSEN"] = replace(app.config["CHOSEN"], private_webhooks=True)
    given = Receiver().given("https://127.0.0.1:1/x")
    client_of(world.ana).post(BROWSERS, data={"subscription": given})
    remind(world)
    with app.app_context():
        ringing.ring()
    assert "private network" in ours(world).last_fault
