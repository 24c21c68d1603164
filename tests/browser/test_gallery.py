"""Every component can be read by everyone, by day and by night, on a phone and on a desk."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page

from tests.browser import gallery
from tests.browser.conftest import DESK, PHONE

pytestmark = pytest.mark.browser
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"color-contrast-enhanced": {"enabled": True}},
}


@pytest.fixture(autouse=True)
def with_gallery(app: Flask) -> None:
    """The app has one page more here."""
    app.register_blueprint(gallery.room)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing_in_any_component(page: Page, scheme: str, size: dict[str, int]) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(size)
    page.goto("/gallery")
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_nothing_sticks_out_at_the_side(page: Page, size: dict[str, int]) -> None:
    page.set_viewport_size(size)
    page.goto("/gallery")
    assert page.evaluate("document.documentElement.scrollWidth") == size["width"]


def test_a_question_is_asked_before_something_grave(page: Page) -> None:
    page.goto("/gallery")
    page.get_by_role("button", name="Retire").click()
    asked = page.get_by_role("dialog", name="Retire this?")
    asked.wait_for()
    asked.get_by_role("button", name="Cancel").click()
    asked.wait_for(state="detached")
    assert page.get_by_role("button", name="Retire").evaluate("it => it === document.activeElement")
