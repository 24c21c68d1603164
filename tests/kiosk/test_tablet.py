"""The tablet's own pages: who gets in, that nothing else opens, and that nothing stays on the screen."""

import re
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.browser import kiosks, shed
from tests.browser.kiosks import PIN, begin
from tests.browser.pages import address_of
from tests.conftest import type_of_client
from tests.counting import statements
from tests.kiosk.conftest import Later
from tests.world import World
from toolshare.circulation.models import Loan
from toolshare.database import transaction
from toolshare.inventory.models import Counting, Item
from toolshare.kiosk.models import Kiosk
from toolshare.people.models import Device

pytestmark = pytest.mark.usefixtures("by_https")
OWN = {"kiosk", "show_card", "begin", "take_scan", "undo", "stay", "finish"}


def scan(client: FlaskClient, code: str, **sent: Any) -> TestResponse:
    found = re.search(r'name="sitting" value="(\d+)"', client.get("/kiosk").text)
    number = found[1] if found else "0"
    sent = {"sitting": number, "code": code, "operation": uuid4(), **sent}
    return client.post("/kiosk/scans", data=sent)


def test_a_link_asks_first_then_makes_the_tablet_a_kiosk_and_signs_out_who_was_there(
    world: World, client_of: type_of_client
) -> None:
    cora = client_of(world.cora)
    cora.environ_base["wsgi.url_scheme"] = "https"
    with transaction():
        address = f"/kiosk/pairing/{kiosks.set_up(world)[1]}"
    assert "Make this device the kiosk" in cora.get(address).text
    answer = cora.post(address)
    assert (answer.status_code, answer.location) == (303, "/kiosk")
    kept = answer.headers.getlist("Set-Cookie")
    ours = next(one for one in kept if one.startswith("__Host-kiosk="))
    assert all(word in ours for word in ("Secure", "HttpOnly", "SameSite=Lax", "Max-Age=34560000"))
    assert world.session.scalars(select(Device.person_id)).all() == []
    assert cora.get("/account").location == "/kiosk"
    cora.delete_cookie("__Host-kiosk")
    assert (cora.get("/account").location or "").startswith("/sign-in")


def test_a_link_that_was_used_or_is_too_old_pairs_nothing(
    world: World, client: FlaskClient, link: str, client_of: type_of_client
) -> None:
    other = client_of(None)
    for answer in (other.get(link), other.post(link)):
        assert answer.status_code == 410
        assert "works once" in answer.text
    assert other.get("/kiosk").status_code == 404


def test_a_tablet_opens_nothing_but_its_own_pages(
    app: Flask, world: World, client: FlaskClient
) -> None:
    with transaction():
        examples = shed.fill(world) | {"membership_id": 1, "wished": "pdf", "link_id": 9}
        examples |= {"rest": "7K3M9QXA", "filename": "icons.svg", "taking_id": 1}
    turned_away = 0
    for rule in app.url_map.iter_rules():
        address = address_of(rule, examples) or "/nowhere"
        if rule.endpoint in {
            *(f"kiosk.{one}" for one in OWN),
            "offline.manifest",
            "inventory.photo",
        }:
            continue
        for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}:
            answer = client.open(address, method=method)
            assert (answer.status_code, answer.location) == (303, "/kiosk"), (method, address)
            turned_away += 1
    assert turned_away > 150
    assert client.get("/nowhere").location == "/kiosk"


def test_nobody_else_opens_the_pages_of_a_tablet(world: World, client_of: type_of_client) -> None:
    for person in (None, world.cora):
        other = client_of(person)
        other.set_cookie("__Host-kiosk", "forged")
        assert other.get("/kiosk").status_code == 404
        assert other.post("/kiosk/scans", data={"code": "7K3M9QXA"}).status_code == 404


def test_card_pin_borrow_return_and_done(
    world: World, client: FlaskClient, card: str, item: Item
) -> None:
    assert "Scan your card" in client.get("/kiosk").text
    asked = client.post("/kiosk/cards", data={"code": card.lower()})
    assert "Your PIN" in asked.text
    assert "Ana" not in asked.text
    assert begin(client, card) == 303
    assert "Hello Ana" in client.get("/kiosk").text
    assert scan(client, item.code).status_code == 303
    page = client.get("/kiosk").text
    assert "Borrowed" in page
    assert page.count("Hand drill") == 2  # what was done, and what she has
    number = re.findall(r'name="sitting" value="(\d+)"', page)[0]
    client.post("/kiosk/ends", data={"sitting": number})
    after = client.get("/kiosk").text
    assert "Scan your card" in after
    assert not re.search("Ana|Hand drill|Borrowed", after)


def test_whoever_goes_away_is_signed_out_by_the_clock_of_the_server(
    world: World, client: FlaskClient, card: str, item: Item, later: Later
) -> None:
    begin(client, card)
    number = world.session.query(Kiosk.sitting).scalar()
    later(29)
    assert client.post("/kiosk/touches", data={"sitting": number}).status_code == 303
    later(58)
    touched = client.post(
        "/kiosk/touches", data={"sitting": number}, headers={"Accept": "application/json"}
    )
    assert touched.json == {"seconds": 30}
    later(88)
    page = client.get("/kiosk").text
    assert "Ana" not in page
    answer = client.post("/kiosk/scans", data={"sitting": number, "code": item.code})
    assert (answer.status_code, "You were signed out" in answer.text) == (409, True)
    assert client.post("/kiosk/touches", data={"sitting": number}).location == "/kiosk"
    assert world.session.query(Loan).count() == 0


def test_a_page_of_who_stood_there_before_lends_nothing_to_the_next(
    world: World, client: FlaskClient, card: str, item: Item
) -> None:
    begin(client, card)
    begin(client, card)
    assert scan(client, item.code, sitting=1).status_code == 409
    assert world.session.query(Loan).count() == 0


def test_no_page_is_kept_and_without_javascript_it_goes_back_by_itself(
    client: FlaskClient, card: str, later: Later
) -> None:
    pages = [client.get("/kiosk"), client.post("/kiosk/cards", data={"code": card})]
    begin(client, card)
    later(10)
    pages.append(client.get("/kiosk"))
    assert {page.headers["Cache-Control"] for page in pages} == {"no-store"}
    refreshes = [re.findall(r'http-equiv="refresh" content="(.+?)"', page.text) for page in pages]
    assert refreshes == [[], ["30; url=/kiosk"], ["20; url=/kiosk"]]


def test_wrong_pins_are_slowed_down_for_the_card_and_a_right_one_waits_too(
    client: FlaskClient, card: str, later: Later
) -> None:
    assert [begin(client, card, "314159") for _ in range(5)] == [422] * 5
    assert begin(client, card) == 429
    answer = client.post("/kiosk/sittings", data={"code": card, "pin": PIN})
    assert "Too many PINs were wrong" in answer.text
    later(11)
    assert begin(client, card) == 303


def test_wrong_pins_are_slowed_down_for_the_kiosk_whatever_the_card(
    world: World, client: FlaskClient, card: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toolshare.people.throttling.FREE_FOR_ADDRESS", 3)
    with transaction():
        others = [world.make_item().code for _ in range(3)]
    assert [begin(client, code) for code in others] == [422] * 3
    assert begin(client, card) == 429


def test_an_ended_kiosk_is_revoked_at_once(
    world: World, client: FlaskClient, card: str, item: Item, client_of: type_of_client
) -> None:
    begin(client, card)
    kiosk_id = world.session.query(Kiosk.id).scalar()
    client_of(world.cora).post(f"/groups/borgo/kiosks/{kiosk_id}/end")
    assert client.get("/kiosk").status_code == 404
    assert client.post("/kiosk/scans", data={"code": item.code, "sitting": 1}).status_code == 404
    assert client.get("/sign-in").status_code == 200
    assert world.session.query(Loan).count() == 0


def test_what_is_no_card_or_no_thing_is_told_so(client: FlaskClient, card: str, item: Item) -> None:
    for typed, said in [(item.code, "Scan your card first"), ("x", "This is not a code"), ("", "")]:
        answer = client.post("/kiosk/cards", data={"code": typed})
        assert (answer.status_code, said in answer.text) == (422, True)
    assert begin(client, "x") == 422
    begin(client, card)
    assert "not on a thing" in scan(client, card).text


def test_of_a_bin_the_page_asks_how_many(world: World, client: FlaskClient, card: str) -> None:
    with transaction():
        kind = world.make_kind(name="Clothes pegs", counting=Counting.BULK)
        pegs = world.make_item(kind, quantity=48)
    begin(client, card)
    assert "Clothes pegs: how many?" in scan(client, pegs.code).text
    scan(client, pegs.code, quantity=12)
    assert "12 of them" in client.get("/kiosk").text


def test_a_page_takes_as_many_statements_however_much_one_has(
    world: World, client: FlaskClient, card: str
) -> None:
    begin(client, card)
    counted = []
    for _ in range(2):
        with transaction():
            codes = [world.make_item().code for _ in range(2)]
        for code in codes:
            scan(client, code)
        with statements() as sent:
            assert client.get("/kiosk").status_code == 200
        counted.append(len(sent))
    assert counted[0] == counted[1] <= 12
