"""However long a name is that somebody gives, everything stays on the page."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE
from tests.world import World
from toolshare.database import transaction

pytestmark = pytest.mark.browser


def fill_with_long_words(world: World) -> dict[str, Any]:
    """Names as long as they may be, without a space in them."""
    world.cora.name = "C" * 120
    world.borgo.name = "G" * 120
    shelf = world.make_place("Y" * 120, path=f"Barn > {'Y' * 120}")
    kind = world.make_kind(
        name="W" * 200,
        brand="B" * 120,
        other_names="o" * 400,
        categories=[world.make_category("K" * 120)],
        parts=["P" * 200],
        checkout_notice="N" * 400,
        guide_links=[f"https://example.org/{'l' * 300}"],
    )
    item = world.make_item(kind, place_id=shelf.id, serial="S" * 120, number="N" * 60)
    world.make_loan(world.make_item(kind), world.cora)
    return {"code": item.code, "kind_id": kind.id, "item_id": item.id}


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_nothing_sticks_out_however_long_a_name_is(
    page: Page, world: World, sign_in: Callable[[str], None], size: dict[str, int]
) -> None:
    with transaction():
        named = fill_with_long_words(world)
    page.set_viewport_size(size)
    sign_in("cora@example.org")
    inventory = "/groups/borgo/inventory"
    addresses = [
        *("/", "/catalogue", "/loans", "/groups", "/desk", "/account"),
        *(f"/I/{named['code']}", f"/catalogue/{named['kind_id']}"),
        *(inventory, f"{inventory}/places", f"{inventory}/items/{named['item_id']}/edit"),
        f"{inventory}/kinds/{named['kind_id']}/edit",
        *("/groups/borgo/overview?show=out", "/groups/borgo/labels/new", "/groups/borgo/people"),
    ]
    wide = []
    for address in addresses:
        page.goto(address)
        wide += [address] * (page.evaluate("document.documentElement.scrollWidth") > size["width"])
    assert not wide


def test_nothing_sticks_out_however_long_it_is_what_is_scanned(
    page: Page, world: World, sign_in: Callable[[str], None]
) -> None:
    page.set_viewport_size(PHONE)
    sign_in("sam@example.org")
    page.goto("/desk")
    page.locator("#code").fill(f"https://shop.example.com/{'D' * 300}")
    page.keyboard.press("Enter")
    expect(page.locator(".answer.refused")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
