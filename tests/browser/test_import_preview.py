"""The preview of an import, which no address leads to: readable by everyone, on a phone too."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import problems_by_day_and_night
from tests.browser.conftest import DESK, PHONE
from tests.world import World

pytestmark = pytest.mark.browser
ROWS = """Asset Tag\tAsset Name\tLocation\tPurchase Cost\tWarranty
1\tPost-hole digger, petrol\tBarn > North wall\t249.90\t24
2\tLadder\tBarn > North wall > Hook 12\tabout 40\t
3\t\tBarn\t\t
"""


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_preview_says_to_everyone_what_will_happen(
    page: Page, world: World, sign_in: Callable[[str], None], size: dict[str, int]
) -> None:
    page.set_viewport_size(size)
    sign_in(world.cora.email)
    page.goto("/groups/borgo/inventory/import")
    page.get_by_label("Or rows copied from a spreadsheet").fill(ROWS)
    page.get_by_role("button", name="Show what would happen").click()
    expect(page.get_by_text("2 bad rows")).to_be_visible()
    page.get_by_text("What each column is taken for").click()
    assert problems_by_day_and_night(page) == ""
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.get_by_label("Purchase Cost").select_option("Kept in the notes for stewards")
    page.get_by_role("button", name="Show what would happen").click()
    expect(page.get_by_text("1 bad row")).to_be_visible()
    page.get_by_label("Skip the bad rows").check()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("2 things came in, 0 changed.")).to_be_visible()
