"""At the tablet a label does one thing by being seen; what goes back on it is pressed."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from tests.browser.kiosks import begin
from tests.kiosk.conftest import Later
from tests.kiosk.test_tablet import scan
from tests.world import MONDAY_NOON, World
from toolshare.circulation.models import Loan
from toolshare.database import transaction
from toolshare.inventory import photos
from toolshare.inventory.models import Item

pytestmark = pytest.mark.usefixtures("by_https")


def test_only_a_press_takes_off_what_was_borrowed_and_only_a_press_lends_it_again(
    world: World, client: FlaskClient, card: str, item: Item, later: Later
) -> None:
    code = item.code
    begin(client, card)
    assert scan(client, code).status_code == 303
    later(5)
    seen = scan(client, code).text
    assert "You have it" in seen
    assert "Not borrowed after all" not in seen
    press, sent = pressed(seen, r"/kiosk/loans/\d+/undo")
    for _ in range(2):
        assert client.post(press, data=sent).status_code == 303
    later(10)
    assert "Not borrowed after all" in client.get("/kiosk").text
    again = scan(client, code).text
    assert "It is back" in again
    press, sent = pressed(again, "/kiosk/scans")
    assert client.post(press, data=sent).status_code == 303
    later(15)
    world.session.rollback()
    assert [loan.is_out for loan in world.session.query(Loan).order_by(Loan.id)] == [False, True]


def test_a_press_of_who_has_left_takes_nothing_off(
    world: World, client: FlaskClient, card: str, item: Item, later: Later
) -> None:
    begin(client, card)
    scan(client, item.code)
    press, sent = pressed(client.get("/kiosk").text, r"/kiosk/loans/\d+/undo")
    later(5)
    begin(client, card)
    assert client.post(press, data=sent).status_code == 409
    assert client.post(press, data={**sent, "sitting": 2}).status_code == 409
    world.session.rollback()
    assert world.session.query(Loan).one().is_out


def pressed(page: str, address: str) -> tuple[str, dict[str, str]]:
    """Where the first button that leads there does, and what it sends."""
    found = re.search(
        rf'<form class="button-to" [^>]*action="({address})">(.*?)</form>', page, re.S
    )
    assert found is not None
    where, inside = found.groups()
    return where, dict(re.findall(r'name="(\w+)" value="(.*?)"', inside))


def test_the_photo_of_a_thing_is_shown_beside_what_was_done(
    app: Flask, world: World, client: FlaskClient, card: str
) -> None:
    with transaction() as session:
        acts: dict[str, Any] = {"group": world.borgo, "by": world.cora, "now": MONDAY_NOON}
        shelf = app.config["CHOSEN"].shelf
        photo = photos.lay(shelf, Image.new("RGB", (400, 300)), now=MONDAY_NOON)
        kind = world.make_kind()
        name, code = (
            photos.keep(session, photo, kind=kind, **acts).name,
            world.make_item(kind).code,
        )
    begin(client, card)
    scan(client, code)
    src = re.findall(r'<img class="photo" src="(.+?)"', client.get("/kiosk").text)
    assert src == [f"/photos/{name}-320.webp"]
    with client.get(src[0]) as shown:
        assert shown.mimetype == "image/webp"
