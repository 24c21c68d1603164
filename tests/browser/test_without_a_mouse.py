"""With a keyboard alone one borrows and reserves."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESK
from tests.world import World

pytestmark = pytest.mark.browser
MANY = 60  # a page has fewer stops


def tab_to(page: Page, wanted: Locator) -> None:
    """Presses Tab until it has the focus, and sees that something is drawn round it."""
    for _ in range(MANY):
        if wanted.evaluate("element => element === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(wanted).to_be_focused()
    style = "element => (({outlineStyle, boxShadow}) => [outlineStyle, boxShadow])"
    assert wanted.evaluate(f"{style}(getComputedStyle(element))") != ["none", "none"]


def press(page: Page, role: Any, name: str) -> None:
    """Goes to a link or button of the page itself, and presses Enter."""
    tab_to(page, page.get_by_role("main").get_by_role(role, name=name, exact=True))
    page.keyboard.press("Enter")


def test_borrowing(page: Page, examples: dict[str, Any], sign_in: Callable[[str], None]) -> None:
    page.set_viewport_size(DESK)
    sign_in("ana@example.org")
    page.goto("/")
    tab_to(page, page.get_by_role("navigation").get_by_role("link", name="Scan"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Scan or type a code"))
    page.keyboard.type(examples["code"])
    page.keyboard.press("Enter")
    press(page, "button", "Borrow")
    expect(page.get_by_text("You have it until")).to_be_visible()


def test_reserving(page: Page, world: World, sign_in: Callable[[str], None]) -> None:
    page.set_viewport_size(DESK)
    tractor = world.make_item(world.make_kind(name="Tractor"))
    kind_id = tractor.kind_id
    world.session.commit()
    sign_in("ana@example.org")
    page.goto(f"/catalogue/{kind_id}")
    press(page, "link", "Reserve")
    for label in ("From", "Until"):
        tab_to(page, page.get_by_label(label, exact=True))
        page.keyboard.type("06102026")
    press(page, "button", "Reserve")
    expect(page.get_by_text("Reserved. It is kept for you.")).to_be_visible()
