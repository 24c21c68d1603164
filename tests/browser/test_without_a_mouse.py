"""With a keyboard alone one does every main job."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESK
from tests.world import PASSWORD, World

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


def test_signing_in_and_taking_back_and_undoing_that(page: Page, world: World) -> None:
    loan = world.make_loan(world.make_item(world.make_kind(name="Tractor")), world.ana)
    code = loan.item.code
    world.session.commit()
    page.set_viewport_size(DESK)
    page.goto("/desk")
    for label, typed in [("E-mail", "sam@example.org"), ("Password", PASSWORD)]:
        tab_to(page, page.get_by_label(label, exact=True))
        page.keyboard.type(typed)
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Scan or type a code"))
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    latest = page.locator(".answer").first
    expect(latest).to_contain_text("Returned")
    tab_to(page, latest.get_by_role("button", name="Undo").first)
    page.keyboard.press("Enter")
    expect(latest).to_contain_text("Not returned after all")


def test_adding_a_thing_and_printing_its_label(
    page: Page, world: World, sign_in: Callable[[str], None]
) -> None:
    page.set_viewport_size(DESK)
    sign_in("cora@example.org")
    page.goto("/groups/borgo/inventory")
    press(page, "link", "Add a thing")
    tab_to(page, page.get_by_label("Name", exact=True))
    page.keyboard.type("Cider press")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Cider press")).to_be_visible()
    page.goto("/groups/borgo/labels")
    press(page, "link", "Print what is new")
    tab_to(page, page.get_by_label("Stock"))
    page.keyboard.type("Avery L7160")
    press(page, "button", "Print")
    expect(page.get_by_role("link", name="Open the PDF")).to_be_visible()


def test_counting_a_place_and_closing_the_stocktake(
    page: Page, world: World, sign_in: Callable[[str], None]
) -> None:
    shelf = world.make_place("Shelf")
    item = world.make_item(world.make_kind(name="Hoe"), place_id=shelf.id)
    code = item.code
    world.session.commit()
    page.set_viewport_size(DESK)
    sign_in("cora@example.org")
    page.goto("/groups/borgo/stocktakes")
    press(page, "button", "Begin")
    tab_to(page, page.get_by_label("Scan or type a code"))
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    expect(page.locator("#answers > li").first).to_contain_text("Seen")
    press(page, "link", "Close it")
    press(page, "button", "Close it")
    expect(page.get_by_text("Closed on Mon 1 Jun by Cora")).to_be_visible()
