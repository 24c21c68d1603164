"""Every page keeps its shape in every language, in large letters, and from right to left."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.browser import counted, shed
from tests.browser.conftest import PHONE
from tests.browser.pages import pages_of
from tests.conftest import type_of_client
from tests.world import World
from toolshare.database import transaction

pytestmark = pytest.mark.browser
SMALLEST = {"width": 320, "height": 640}  # WCAG 2.2, 1.4.10: a desk at 400 %
# What may happen to a page, and how wide it is then.
AS_IT_IS = "document.documentElement.scrollWidth"
MIRRORED = f"(document.documentElement.dir = 'rtl', {AS_IT_IS})"
TWICE_AS_LARGE = f"(document.documentElement.style.fontSize = '200%', {AS_IT_IS})"  # 1.4.4


@pytest.fixture
def addresses(
    app: Flask, world: World, examples: dict[str, Any], client_of: type_of_client
) -> list[str]:
    """Every page that a coordinator opens."""
    pages = pages_of(app, examples, client_of(world.cora))
    return [*pages, *shed.other_labels(world), counted.over(world)]


def too_wide(page: Page, addresses: list[str], shapes: list[str]) -> list[tuple[str, str]]:
    """Which pages stick out at the side of the screen in one of these shapes."""
    width, found = page.evaluate("innerWidth"), []
    for address in addresses:
        page.goto(address)
        found += [(address, shape) for shape in shapes if page.evaluate(shape) > width]
    return found


# The bar at the bottom may scroll, but no word of it lies on another.
CUT_WORDS = """[...document.querySelectorAll(".ways a")]
  .filter((way) => way.scrollWidth > way.clientWidth).map((way) => way.textContent)"""

# On which screen each language is read, and what happens to its pages there.
READ = {
    "es": (PHONE, [AS_IT_IS]),
    "fr": (SMALLEST, [AS_IT_IS, MIRRORED]),
    "it": (PHONE, [AS_IT_IS, TWICE_AS_LARGE]),
}


@pytest.mark.parametrize("language", READ)
def test_nothing_sticks_out_at_the_side(
    page: Page, world: World, addresses: list[str], sign_in: Callable[[str], None], language: str
) -> None:
    size, shapes = READ[language]
    with transaction():
        world.cora.language = language
    page.set_viewport_size(size)
    sign_in("cora@example.org")
    assert too_wide(page, addresses, shapes) == []
    assert page.evaluate(CUT_WORDS) == []
