"""A kit on phones: made, filled, scanned, borrowed, and back with one thing missing."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import problems_by_day_and_night
from tests.browser.conftest import PHONE, OpenAs
from tests.world import World
from toolshare.inventory.models import Counting

pytestmark = pytest.mark.browser


@pytest.fixture
def things(world: World) -> list[str]:
    """The codes of a post driver, and of a bin of clamps."""
    driver = world.make_item(world.make_kind(name="Post driver"))
    clamps = world.make_item(world.make_kind(name="Clamp", counting=Counting.BULK), quantity=10)
    world.session.commit()
    return [driver.code, clamps.code]


def make_kit(page: Page, things: list[str]) -> str:
    """Cora makes it and puts in what she has before her; its code."""
    page.goto("/groups/borgo/inventory")
    page.get_by_role("link", name="Kits").click()
    expect(page.get_by_text("No kits yet")).to_be_visible()
    page.get_by_role("link", name="Make a kit").click()
    page.get_by_label("Name").fill("Fence kit")
    page.get_by_label("Place").fill("Barn")
    page.get_by_role("button", name="Make it").click()
    for code, quantity in zip(things, ("1", "4"), strict=True):
        page.get_by_label("Scan or type a code").fill(code)
        page.get_by_label("How many, of a bin").fill(quantity)
        page.get_by_role("button", name="Put in").click()
    expect(page.get_by_text("5 things")).to_be_visible()
    return page.url.split("/")[-2]


def scan(page: Page, code: str) -> None:
    """Types what stands below the symbol."""
    page.goto("/scan")
    page.get_by_label("Scan or type a code").fill(code)
    page.get_by_role("button", name="Go to it").click()


def borrow(page: Page, part: str) -> None:
    """Ana scans a thing that is in the kit, and is led to the kit."""
    scan(page, part)
    page.get_by_role("link", name="Open the kit").click()
    page.get_by_role("button", name="Borrow").click()
    expect(page.get_by_text("Borrowed: Fence kit is yours")).to_be_visible()


def take_back(page: Page, code: str) -> None:
    """Sam takes it back without the post driver."""
    scan(page, code)
    page.get_by_label("Post driver is missing").check()
    page.get_by_role("button", name="Return", exact=True).click()
    expect(page.get_by_text("Returned: Fence kit.")).to_be_visible()
    expect(page.get_by_text("This kit is not complete.")).to_be_visible()
    expect(page.get_by_text("Post driver (missing)")).to_be_visible()


def test_a_kit_goes_out_and_comes_back_short(open_as: OpenAs, things: list[str]) -> None:
    code = make_kit(open_as("cora@example.org", PHONE), things)
    borrow(open_as("ana@example.org", PHONE), things[0])
    sam = open_as("sam@example.org", PHONE)
    take_back(sam, code)
    sam.get_by_role("button", name="Undo").click()
    expect(sam.get_by_text("Undone: it is out again.")).to_be_visible()
    assert not problems_by_day_and_night(sam)
    take_back(sam, code)
    scan(sam, things[0])
    expect(sam.get_by_text("Missing").first).to_be_visible()
