"""Passkeys: what opens an account, what does not, and whom it is told."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.conftest import type_of_client
from tests.people.device import PRESENT, Device
from tests.world import MONDAY_NOON, World
from toolshare.database import transaction
from toolshare.journal.models import Entry
from toolshare.outbox.models import Message, Topic
from toolshare.people import passkeys
from toolshare.people.models import Passkey, Person
from toolshare.people.passkeys import EnoughPasskeys, NoSuchPasskey, PasskeyNotGood, site_of
from toolshare.refusals import Reason, Refusal

SITE = site_of("https://tools.example.org")
LATER = MONDAY_NOON + passkeys.GOOD_FOR
assert SITE is not None
HERE: dict[str, Any] = {"site": SITE, "now": MONDAY_NOON}


def add(world: World, device: Device, person: Person | None = None) -> Passkey:
    person = person or world.ana
    question, state = passkeys.ask_for_new(world.session, person, SITE, now=MONDAY_NOON)
    return passkeys.add(
        world.session, person, device.make(question), state, name="My phone", **HERE
    )


def who(world: World, device: Device, **differences: Any) -> Person:
    question, state = passkeys.ask_who(SITE, now=MONDAY_NOON)
    answer = device.sign(question)
    return passkeys.person_with(world.session, answer, state, **HERE | differences)


def refused(act: Any, *given: Any, **named: Any) -> list[Reason]:
    with pytest.raises(Refusal) as refusal:
        act(*given, **named)
    return list(refusal.value.reasons)


@pytest.mark.parametrize("counts", [True, False])
def test_a_passkey_says_whose_it_is_again_and_again(world: World, counts: bool) -> None:
    device = Device(counts=counts)
    kept = add(world, device)
    assert kept.used_at is None
    assert [who(world, device).name for _ in range(3)] == ["Ana"] * 3
    assert (kept.used_at, kept.sign_count) == (MONDAY_NOON, 3 if counts else 0)


def test_a_copy_that_lags_behind_its_original_opens_nothing(world: World) -> None:
    device = Device()
    add(world, device)
    copy = replace(device)
    who(world, device)
    assert refused(who, world, copy) == [PasskeyNotGood()]
    assert who(world, device) is world.ana


@pytest.mark.parametrize(
    "differences",
    [
        {"origin": "https://evil.example"},
        {"origin": "https://tools.example.org.evil.example"},
        {"origin": "https://tools.example.org:8443"},
        {"flags": PRESENT},
        {"flags": 0},
    ],
    ids=str,
)
def test_an_answer_of_another_site_or_of_nobody_present_is_refused(
    world: World, differences: dict[str, Any]
) -> None:
    device = Device()
    assert refused(add, world, replace(device, **differences)) == [PasskeyNotGood()]
    add(world, device)
    assert refused(who, world, replace(device, **differences)) == [PasskeyNotGood()]


def test_an_answer_to_another_question_or_too_late_or_signed_by_another_is_refused(
    world: World,
) -> None:
    device = Device()
    add(world, device)
    question, state = passkeys.ask_who(SITE, now=MONDAY_NOON)
    _, another = passkeys.ask_who(SITE, now=MONDAY_NOON)
    answer = device.sign(question)
    for tried in ((another, MONDAY_NOON), (state, LATER)):
        late = {"site": SITE, "now": tried[1]}
        found = refused(passkeys.person_with, world.session, answer, tried[0], **late)
        assert found == [PasskeyNotGood()]
    assert refused(who, world, Device()) == [PasskeyNotGood()]
    assert refused(who, world, replace(device, key=Device().key)) == [PasskeyNotGood()]
    in_time = {"site": SITE, "now": LATER - timedelta(seconds=1)}
    assert passkeys.person_with(world.session, answer, state, **in_time) is world.ana


def test_a_passkey_is_of_one_person_and_is_not_made_twice(world: World) -> None:
    device = Device()
    add(world, device)
    question, _ = passkeys.ask_for_new(world.session, world.ana, SITE, now=MONDAY_NOON)
    assert len(question["excludeCredentials"]) == 1
    assert refused(add, world, device, world.zoe) == [PasskeyNotGood()]


def test_nobody_has_more_than_twenty(world: World) -> None:
    for _ in range(passkeys.MOST):
        add(world, Device())
    assert refused(add, world, Device()) == [EnoughPasskeys()]


def test_a_passkey_that_was_removed_opens_nothing_and_only_its_owner_removes_it(
    world: World,
) -> None:
    device = Device()
    kept = add(world, device)
    for person, number in ((world.zoe, kept.id), (world.ana, kept.id + 1)):
        found = refused(passkeys.remove, world.session, person, number, now=MONDAY_NOON)
        assert found == [NoSuchPasskey()]
    assert passkeys.remove(world.session, world.ana, kept.id, now=MONDAY_NOON) == "My phone"
    assert refused(who, world, device) == [PasskeyNotGood()]
    told = world.session.execute(select(Message.topic, Message.person_id)).all()
    assert told == [(Topic.ACCOUNT_CHANGED, world.ana.id)] * 2
    whats = world.session.scalars(select(Entry.what).order_by(Entry.id)).all()
    assert whats == ["passkey_added", "passkey_removed"]


@pytest.mark.parametrize(
    ("scheme", "host", "works"),
    [
        ("https", "tools.example.org", True),
        ("https", "tools.example.org:8443", True),
        ("http", "localhost:8000", True),
        ("http", "tools.example.org", False),
        ("https", "192.0.2.7", False),
        ("https", "[2001:db8::7]", False),
    ],
)
def test_browsers_make_passkeys_for_names_and_by_https(scheme: str, host: str, works: bool) -> None:
    assert (site_of(f"{scheme}://{host}") is not None) is works


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.just("AAAA"),
    lambda some: (
        st.lists(some, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "rawId", "type", "response", "x"]), some)
        | st.fixed_dictionaries({"id": some, "rawId": some, "response": some, "type": some})
    ),
    max_leaves=8,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=anything.map(json.dumps) | st.text(max_size=20))
def test_whatever_is_sent_as_an_answer_is_refused(world: World, sent: str) -> None:
    _, state = passkeys.ask_who(SITE, now=MONDAY_NOON)
    assert refused(passkeys.person_with, world.session, sent, state, **HERE) == [PasskeyNotGood()]
    named = HERE | {"name": "x"}
    assert refused(passkeys.add, world.session, world.ana, sent, state, **named) == [
        PasskeyNotGood()
    ]


def sign_in(client: FlaskClient, device: Device) -> tuple[int, str | None]:
    question = client.post("/sign-in/passkey/question").json
    sent = {"answer": device.sign(question), "next": "/account"}
    answer = client.post("/sign-in/passkey", data=sent)
    again = client.post("/sign-in/passkey", data=sent)
    assert again.status_code == 422, "what was asked is asked once"
    return answer.status_code, answer.location


def test_an_answer_signs_in_once_and_leads_to_where_one_was_going(
    world: World, client_of: type_of_client
) -> None:
    device = Device()
    with transaction():
        add(world, device)
    client = client_of(None)
    assert sign_in(client, device) == (303, "/account")
    assert "ana@example.org" in client.get("/account").text
    assert sign_in(client_of(None), Device()) == (422, None)


def test_a_passkey_is_added_named_and_removed_on_ones_own_page(
    world: World, client_of: type_of_client
) -> None:
    client, device = client_of(world.ana), Device()
    question = client.post("/account/passkeys/question").json
    made = {"answer": device.make(question)}
    nameless = client.post("/account/passkeys", data=made | {"name": " "})
    assert (nameless.status_code, "This field is required" in nameless.text) == (422, True)
    assert client.post("/account/passkeys", data=made | {"name": "Phone"}).status_code == 303
    page = client.get("/account/passkeys").text
    assert "Phone" in page
    assert "added on Mon 1 Jun, not used yet" in page
    assert client.post("/account/passkeys", data=made | {"name": "Again"}).status_code == 422
    number = world.session.scalars(select(Passkey.id)).one()
    assert client.post(f"/account/passkeys/{number}/removal").status_code == 303
    assert "You have no passkey yet" in client.get("/account/passkeys").text
