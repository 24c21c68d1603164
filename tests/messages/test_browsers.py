"""Browsers that show what their person is told: turned on and off, and gone with the session there."""

import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.browser.kiosks import set_up
from tests.conftest import type_of_client
from tests.messages.conftest import (
    BROWSERS,
    CHOICES,
    Phone,
    later,
    left,
    remind,
    welcome,
    what_became,
)
from tests.messages.receiver import Receiver
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.database import transaction
from toolshare.outbox.models import PushSubscription
from toolshare.people import devices
from toolshare.people.models import Device, Person
from toolshare.privacy import erasing, exporting


def sign_out(world: World, phone: Phone, desk: FlaskClient) -> None:
    phone.client.post("/sign-out")


def sign_out_there(world: World, phone: Phone, desk: FlaskClient) -> None:
    oldest = world.session.scalars(select(Device.id).order_by(Device.id)).first()
    desk.post(f"/account/devices/{oldest}/sign-out")


def sign_out_everywhere(world: World, phone: Phone, desk: FlaskClient) -> None:
    with transaction():
        world.session.get_one(Person, world.ana.id).session_version += 1


def forget_the_device(world: World, phone: Phone, desk: FlaskClient) -> None:
    with transaction() as session:
        devices.forget_unused(session, now=later(days=91))


@on_any_database
@pytest.mark.parametrize("ends", [sign_out, sign_out_there, sign_out_everywhere, forget_the_device])
def test_who_is_signed_out_there_is_told_nothing_there(
    world: World,
    client_of: type_of_client,
    phone: Phone,
    ends: Callable[[World, Phone, FlaskClient], None],
) -> None:
    remind(world)
    ends(world, phone, client_of(world.ana))
    remind(world)
    phone.ring()
    assert phone.service.told == []
    assert left(world) == (1 if ends is sign_out_everywhere else 0)


def test_a_device_that_others_share_is_told_nothing_of_who_was_there(
    world: World, phone: Phone, client_of: type_of_client
) -> None:
    phone.turn_on(client_of(world.sam))
    remind(world)
    phone.ring()
    assert (phone.service.told, left(world)) == ([], 1)


def test_a_kiosk_may_not_show_what_somebody_is_told(
    world: World, client_of: type_of_client, phone: Phone
) -> None:
    with transaction():
        _, link = set_up(world)
    tablet = client_of(world.cora)
    phone.turn_on(tablet)
    tablet.post(f"/kiosk/pairing/{link}")
    assert left(world) == 0
    assert phone.turn_on(tablet).location != CHOICES
    assert left(world) == 0


def test_one_turns_off_ones_own_and_nobody_elses(
    world: World, client_of: type_of_client, phone: Phone
) -> None:
    page = phone.client.get(CHOICES).text
    assert "this browser, shows only that there is something" in page
    (subscription,) = world.session.scalars(select(PushSubscription.id)).all()
    removal = f"{BROWSERS}/{subscription}/removal"
    assert client_of(world.sam).post(removal).status_code == 404
    assert left(world) == 1
    remind(world)
    assert phone.client.post(removal).location == CHOICES
    assert (left(world), len(what_became(world))) == (0, 1)
    assert phone.client.post(removal).status_code == 404


@pytest.mark.parametrize(
    "given",
    [
        "",
        "{",
        "[]",
        "7",
        '{"endpoint": "https://push.example/1"}',
        '{"endpoint": "https://push.example/1", "keys": {"p256dh": "AAAA", "auth": "AAAA"}}',
        '{"endpoint": "https://push.example/1", "keys": {"p256dh": 7, "auth": "é"}}',
        Receiver().given("http://push.example/1"),
        Receiver().given("https://user@push.example/1"),
        Receiver().given("https://push.example/" + "1" * 2_000),
        "[" * 100_000,
    ],
)
def test_what_is_no_browser_is_refused_and_nothing_written(
    world: World, client_of: type_of_client, given: str
) -> None:
    answer = client_of(world.ana).post(BROWSERS, data={"subscription": given})
    assert answer.status_code == 422
    assert "has not said where it can be reached" in answer.text
    assert left(world) == 0


def test_one_reads_of_ones_browsers_what_is_no_secret_and_they_go_with_the_account(
    world: World, phone: Phone
) -> None:
    told = "".join(exporting.document(world.session, world.ana, now=MONDAY_NOON))
    (browser,) = json.loads(told)["push_subscriptions"]
    assert browser["shows_what"] is False
    assert phone.service.address not in told
    assert {"endpoint", "auth", "point", "digest", "key"}.isdisjoint(browser)
    welcome(world)
    with transaction() as session:
        erasing.erase(session, world.session.get_one(Person, world.ana.id), now=MONDAY_NOON)
    assert (left(world), what_became(world)) == (0, [])
