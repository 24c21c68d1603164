"""It rains: a steward sees what moves by a day and what stays, moves it, and takes that back."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import problems_by_day_and_night
from tests.browser.conftest import OpenAs
from tests.circulation.test_shifting import book
from tests.world import World

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _booked(world: World) -> None:
    """Three of Wednesday's bookings depend on the weather; one's machine is taken on Thursday."""
    kinds = [world.make_kind(name=name) for name in ("Hay baler", "Hay rake", "Tractor")]
    for kind in kinds:
        world.make_item(kind)
        book(world, kind, 10, 10, world.ana)
    book(world, kinds[2], 11, 11, world.cora, flexible=False)
    world.session.commit()


def go_to_rain(page: Page) -> None:
    """From the start page to the page for rain, and the days that it is about."""
    page.goto("/")
    page.get_by_role("link", name="Overview").click()
    page.get_by_role("link", name="Reservations").click()
    page.get_by_role("link", name="Rain").click()
    page.get_by_label("What begins from").fill("2026-06-10")
    page.get_by_label("Until", exact=True).fill("2026-06-10")
    page.get_by_role("button", name="Show what would happen").click()


def test_a_steward_looks_moves_all_by_a_day_and_takes_it_back(
    open_as: OpenAs, size: dict[str, int]
) -> None:
    sam = open_as("sam@example.org", size)
    go_to_rain(sam)
    for name in ("Hay baler", "Hay rake"):
        line = sam.get_by_role("listitem").filter(has_text=name)
        expect(line).to_contain_text("from Wed 10 Jun to Thu 11 Jun")
    stays = sam.get_by_role("listitem").filter(has_text="Tractor")
    expect(stays).to_contain_text("stays on Wed 10 Jun: Tractor is not free then.")
    assert not problems_by_day_and_night(sam)
    sam.get_by_role("button", name="Move 2 bookings").click()
    expect(sam.get_by_text("2 bookings moved.")).to_be_visible()
    expect(sam.get_by_text("from Thu 11 Jun to Wed 10 Jun")).to_have_count(2)
    assert not problems_by_day_and_night(sam)
    sam.get_by_role("button", name="Undo: move them back").click()
    expect(sam.get_by_text("2 bookings moved.")).to_be_visible()
    sam.get_by_role("link", name="Reservations").first.click()
    baler = sam.get_by_role("listitem").filter(has_text="Hay baler")
    expect(baler).to_contain_text("Wed 10 Jun")
