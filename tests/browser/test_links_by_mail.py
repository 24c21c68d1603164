"""Pages behind links by mail, as everyone reads them."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import problems_by_day_and_night
from tests.browser.conftest import DESK, PHONE
from tests.people.links import links_sent_to
from tests.world import World

pytestmark = pytest.mark.browser


def test_a_link_asks_before_it_signs_in_and_before_it_makes_an_address_ones_own(
    page: Page, world: World
) -> None:
    to_sign_in, to_the_address = links_sent_to("ana@example.org")
    for address in (to_the_address, to_sign_in):
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            assert problems_by_day_and_night(page) == ""
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.get_by_label("New password").fill("eleven brown hens")
    page.get_by_role("button", name="Set password").click()
    expect(page.get_by_text("Your password is set, and you are signed in.")).to_be_visible()
