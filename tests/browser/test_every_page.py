"""Every page can be read by everyone, fits a phone, and needs no script to be read."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, ViewportSize

from tests.browser import counted, shed
from tests.browser.accessibility import problems_by_day_and_night
from tests.browser.conftest import DESK, PHONE
from tests.browser.pages import pages_of
from tests.conftest import type_of_client
from tests.world import World

pytestmark = pytest.mark.browser
Readers = Callable[[str], list[str]]


@pytest.fixture
def pages_as(
    app: Flask,
    world: World,
    examples: dict[str, Any],
    client_of: type_of_client,
    sign_in: Callable[[str], None],
) -> Readers:
    """Signs somebody in, and gives the addresses of all pages that are open to them."""

    def pages_as(name: str) -> list[str]:
        person = getattr(world, name, None)
        if person is not None:
            sign_in(person.email)
        over = [counted.over(world)] if person is world.cora else []
        return pages_of(app, examples, client_of(person)) + shed.other_labels(world) + over

    return pages_as


def test_axe_finds_nothing_and_nothing_sticks_out_on_any_page(
    page: Page, pages_as: Readers
) -> None:
    problems, wide = "", []
    for address in pages_as("cora"):
        page.goto(address)
        for size in both_sizes(page):
            wide += [(address, size)] * sticks_out(page)
            problems += problems_by_day_and_night(page)
    assert (problems, wide) == ("", [])


def both_sizes(page: Page) -> Iterator[str]:
    """The names of a phone and a desk, as the window gets their size: first what it has already."""
    sizes = {"phone": PHONE, "desk": DESK}
    for name in sorted(sizes, key=lambda name: sizes[name] != page.viewport_size):
        page.set_viewport_size(ViewportSize(**sizes[name]))
        yield name


def sticks_out(page: Page) -> bool:
    """Whether one had to move the page to the side to read it."""
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


@pytest.mark.parametrize("reader", ["sam", "ana"])
def test_axe_finds_nothing_on_things_that_need_care(
    page: Page,
    examples: dict[str, Any],
    sign_in: Callable[[str], None],
    reader: str,
) -> None:
    sign_in(f"{reader}@example.org")
    problems, wide = "", []
    for code in examples["in_care"]:
        page.goto(f"/I/{code}")
        page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
        for size in both_sizes(page):
            problems += problems_by_day_and_night(page)
            wide += [(code, size)] * sticks_out(page)
    assert (problems, wide) == ("", [])


@pytest.mark.parametrize("reader", ["sam", "ana", "nobody"])
def test_axe_finds_nothing_and_nothing_sticks_out_on_what_others_see(
    page: Page, pages_as: Readers, reader: str
) -> None:
    problems, wide = "", []
    for address in pages_as(reader):
        page.goto(address)
        wide += [address] * sticks_out(page)
        if not address.startswith("/groups/"):
            problems += problems_by_day_and_night(page)
    assert (problems, wide) == ("", [])


def test_there_are_pages_to_look_at(pages_as: Readers) -> None:
    assert len(pages_as("cora")) >= 6
