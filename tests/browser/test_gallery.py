"""Every component can be read by everyone, by day and by night, on a phone and on a desk."""

import re
from pathlib import Path

import numpy as np
import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser import gallery
from tests.browser.accessibility import problems_by_day_and_night
from tests.browser.conftest import DESK, PHONE

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def with_gallery(app: Flask) -> None:
    """The app has one page more here."""
    app.register_blueprint(gallery.room)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing_in_any_component(page: Page, size: dict[str, int]) -> None:
    page.set_viewport_size(size)
    page.goto("/gallery")
    assert not problems_by_day_and_night(page)


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


def test_all_rows_are_chosen_at_once(page: Page) -> None:
    page.goto("/gallery")
    form = page.locator("#things")
    every = form.get_by_role("checkbox", name="Select all")
    print_labels = form.get_by_role("button", name="Print labels")
    expect(print_labels).to_be_disabled()
    every.check()
    expect(form.get_by_text("3 selected")).to_be_visible()
    form.get_by_role("checkbox", name="Select Log splitter").uncheck()
    expect(form.get_by_text("2 selected")).to_be_visible()
    expect(every).not_to_be_checked()
    expect(print_labels).to_be_enabled()


def test_a_photo_is_made_small_before_it_is_sent(page: Page, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    photo = tmp_path / "press.png"
    Image.fromarray(rng.integers(0, 255, (300, 400, 3), dtype=np.uint8)).save(photo)
    page.goto("/gallery")
    page.get_by_label("Photos").set_input_files([photo, __file__])
    expect(page.get_by_alt_text("press.jpg")).to_be_visible()
    names = "input => [...input.files].map(file => file.name)"
    assert page.get_by_label("Photos").evaluate(names) == ["press.jpg", "test_gallery.py"]
    size = "input => input.files[0].size"
    assert page.get_by_label("Photos").evaluate(size) < photo.stat().st_size


def test_things_are_found_as_one_types(page: Page) -> None:
    page.goto("/gallery")
    page.get_by_role("search").get_by_label("Brand").press_sequentially("Stihl")
    expect(page.locator("#found")).to_have_text("Found: Stihl")
    expect(page).to_have_url(re.compile("brand=Stihl"))
    expect(page.get_by_role("search").get_by_label("Brand")).to_be_focused()
