"""Webhooks: another program is told what happens, signed, at least once, and never who."""

import json
import re
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import standardwebhooks
from flask import Flask

from tests.conftest import type_of_client
from tests.counting import statements
from tests.listening import Listener
from tests.postgres import on_any_database
from tests.webhooks.conftest import name_one
from tests.world import MONDAY_NOON, World
from toolshare import clock
from toolshare.circulation.borrowing import borrow
from toolshare.database import reading, transaction
from toolshare.inventory.models import Item
from toolshare.journal.models import Entry, Event
from toolshare.journal.recording import record
from toolshare.messages.delivering import MOST_ATTEMPTS
from toolshare.webhooks import delivering, following, signing
from toolshare.webhooks.events import EVENTS, MEANING
from toolshare.webhooks.forms import WebhookForm
from toolshare.webhooks.models import Delivery, Webhook

Carry = Callable[[], None]
HOOKS = "/groups/borgo/webhooks"


def lend(world: World) -> Item:
    """Something is lent to Ana."""
    with transaction() as session:
        item = world.make_item(world.make_kind(name="Saw"))
        world.borgo.contact = "Rosa, 0123"
        borrow(session, item, borrower=world.ana, by=world.sam, now=MONDAY_NOON)
    return item


def became(world: World) -> list[tuple[str, str | None, int]]:
    """Of each delivery: its event, how it ended, how often it was tried."""
    world.session.rollback()
    found = world.session.query(Delivery).order_by(Delivery.id)
    return [(one.event, one.ended, one.attempts) for one in found]


@pytest.mark.usefixtures("at_home")
@on_any_database
def test_what_happens_is_told_once_with_ids_and_no_names(
    world: World, listener: Listener, carry: Carry
) -> None:
    name_one(world, listener.address, "loan.begun")
    item = lend(world)
    for _ in range(3):
        carry()
    ((path, headers, body),) = listener.told
    told = json.loads(body)
    entry = world.session.query(Entry).filter_by(what=Event.BORROWED).one()
    assert (path, told["type"], headers["Content-Type"]) == (
        *("/hook?from=us", "loan.begun"),
        "application/json",
    )
    assert told["timestamp"] == "2026-06-01T12:00:00+00:00"
    assert told["data"] == {
        "group": "borgo",
        "entry_id": entry.id,
        "loan_id": entry.loan_id,
        "item": item.code,
    }
    assert became(world) == [("loan.begun", "delivered", 1)]


@pytest.mark.usefixtures("at_home")
def test_what_is_told_is_taken_for_ours_by_the_library_of_standard_webhooks(
    world: World, listener: Listener, carry: Carry, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = name_one(world, listener.address).secret
    lend(world)
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC))  # it looks at its own clock
    carry()
    _, headers, body = listener.told[0]
    theirs = standardwebhooks.Webhook(secret)
    assert theirs.verify(body, headers) == json.loads(body)
    for forged, about in ((body + b" ", headers), (body, headers | {"webhook-id": "msg_2"})):
        with pytest.raises(standardwebhooks.WebhookVerificationError):
            theirs.verify(forged, about)


def test_a_signature_is_the_one_that_libraries_for_it_expect() -> None:
    # The example that the libraries of Standard Webhooks are tested with.
    signed = signing.signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "1614265330",
        b'{"test": 2432232314}',
    )
    assert signed == "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert len(b64decode(signing.new_secret().removeprefix("whsec_"))) == 24


@pytest.mark.usefixtures("at_home")
def test_what_happened_before_or_is_not_chosen_or_elsewhere_is_not_told(
    world: World, listener: Listener, carry: Carry
) -> None:
    lend(world)
    name_one(world, listener.address, "loan.returned")
    with transaction() as session:
        record(session, Event.RETURNED, by=world.vera, at=MONDAY_NOON, group=world.castello)
        record(session, Event.BORROWED, by=world.sam, at=MONDAY_NOON, group=world.borgo)
    carry()
    assert listener.told == []
    with reading() as session:
        assert not following.is_any_behind(session)


@pytest.mark.usefixtures("at_home")
def test_what_did_not_happen_is_not_told(world: World, listener: Listener, carry: Carry) -> None:
    name_one(world, listener.address)

    def fail() -> None:
        with transaction() as session:
            record(session, Event.RETURNED, by=world.sam, at=MONDAY_NOON, group=world.borgo)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    carry()
    assert listener.told == []


@pytest.mark.usefixtures("at_home")
def test_many_events_are_told_a_little_at_a_time_and_none_twice(
    world: World, listener: Listener, carry: Carry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "AT_ONCE", 4)
    name_one(world, listener.address, "item.added")
    with transaction() as session:
        for _ in range(10):
            record(session, Event.ITEM_ADDED, by=world.cora, at=MONDAY_NOON, group=world.borgo)
    for _ in range(4):
        carry()
    ids = [json.loads(body)["data"]["entry_id"] for _, _, body in listener.told]
    assert (len(ids), sorted(set(ids))) == (10, ids)


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize("status", [301, 500])
def test_what_is_not_taken_is_tried_again_later_and_given_up_some_day(
    world: World, listener: Listener, carry: Carry, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    name_one(world, listener.address)
    listener.status, listener.headers = status, {"Location": "http://127.0.0.1:9/"}
    lend(world)
    carry()
    carry()
    assert became(world) == [("loan.begun", None, 1)]
    assert world.session.query(Delivery.last_fault).scalar() == f"HTTP {status}"
    with transaction() as session:
        session.query(Delivery).one().attempts = MOST_ATTEMPTS - 1
    monkeypatch.setattr(clock, "now", lambda: MONDAY_NOON + timedelta(days=1))
    carry()
    assert became(world) == [("loan.begun", "given_up", MOST_ATTEMPTS)]
    assert len({headers["webhook-id"] for _, headers, _ in listener.told}) == 1


@pytest.mark.usefixtures("at_home")
def test_an_address_that_does_not_listen_is_not_asked_for_each_event(
    world: World, listener: Listener, carry: Carry
) -> None:
    name_one(world, listener.address, "loan.begun")
    listener.status = 503
    lend(world)
    lend(world)
    carry()
    assert len(listener.told) == 1


@pytest.mark.usefixtures("at_home")
def test_who_dies_while_delivering_leaves_it_to_another(
    world: World, listener: Listener, carry: Carry, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_one(world, listener.address)
    lend(world)
    with transaction() as session:
        following.follow(session, now=MONDAY_NOON)
        dead = delivering.claim(session, now=MONDAY_NOON)
    carry()
    assert listener.told == []
    later = MONDAY_NOON + delivering.LEASE
    monkeypatch.setattr(clock, "now", lambda: later)
    carry()
    assert became(world) == [("loan.begun", "delivered", 2)]
    assert dead is not None
    with transaction() as session:  # come back to life, it changes nothing
        delivering.delivered(session, dead, now=later)
        delivering.failed(session, dead, "late", now=later, chance=0)
    assert became(world) == [("loan.begun", "delivered", 2)]


def test_no_webhook_leads_into_a_private_network(
    world: World, listener: Listener, carry: Carry
) -> None:
    name_one(world, listener.address)
    lend(world)
    carry()
    assert listener.told == []
    assert "private network" in (world.session.query(Delivery.last_fault).scalar() or "")


def test_every_event_is_explained_and_offered_once(app: Flask) -> None:
    assert EVENTS.keys() == MEANING.keys()
    with app.test_request_context():
        offered = [
            value for choices in WebhookForm().events.choices.values() for value, _ in choices
        ]
    assert sorted(offered) == sorted(EVENTS)


@pytest.mark.usefixtures("at_home")
def test_a_coordinator_names_one_tries_it_out_and_ends_it(
    world: World, client_of: type_of_client, listener: Listener, carry: Carry
) -> None:
    cora = client_of(world.cora)
    sent = {"address": listener.address, "events": ["loan.begun", "loan.returned"]}
    shown = cora.post(HOOKS, data=sent)
    hook = world.session.query(Webhook).one()
    assert hook.secret in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    page = cora.get(HOOKS).text
    assert listener.address in page
    assert hook.secret not in page
    cora.post(f"{HOOKS}/{hook.id}/test")
    assert "waits" in cora.get(HOOKS).text
    carry()
    assert json.loads(listener.told[0][2])["type"] == "test"
    assert "taken" in cora.get(HOOKS).text
    cora.post(f"{HOOKS}/{hook.id}/test")
    cora.post(f"{HOOKS}/{hook.id}/end")
    lend(world)
    carry()
    assert len(listener.told) == 1
    assert listener.address not in cora.get(HOOKS).text
    assert cora.post(f"{HOOKS}/{hook.id}/end").status_code == 404


def test_what_is_wrong_is_said_on_the_page(world: World, client_of: type_of_client) -> None:
    cora = client_of(world.cora)
    for sent, says in (
        ({"address": "ftp//example.org/", "events": ["loan.begun"]}, "is no address"),
        ({"address": "https://example.org/"}, "Choose at least one event."),
        ({"address": "https://127.0.0.1/"}, "is in a private network"),
        ({"address": "https://127.0.0.1/"}, "Choose at least one event."),
        ({"address": "", "events": ["loan.begun"]}, "required"),
    ):
        answer = cora.post(HOOKS, data=sent)
        assert (answer.status_code, says in answer.text) == (422, True)
        is_chosen = "events" in sent
        assert ('href="#events"' in answer.text) is not is_chosen
        assert 'id="events"' in answer.text
        assert [" open" in one for one in re.findall("<details([^>]*)>", answer.text)] == [
            *(is_chosen, False),
            False,
        ]
    assert world.session.query(Webhook).count() == 0


def test_with_nothing_to_tell_a_round_asks_two_things(world: World, carry: Carry) -> None:
    name_one(world, "https://example.org/")
    with transaction() as session:
        following.follow(session, now=MONDAY_NOON)
    with statements() as sent:
        carry()
    assert len(sent) == 2
