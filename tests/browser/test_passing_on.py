"""Two people with their phones in a field: one passes a thing on, the other takes it over."""

from io import BytesIO
from urllib.parse import urlsplit

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.accessibility import problems_by_day_and_night
from tests.browser.conftest import DESK, OpenAs
from tests.circulation.in_line import asks
from tests.world import World
from toolshare.inventory.models import Item

pytestmark = pytest.mark.browser


@pytest.fixture
def tractor(world: World) -> Item:
    """Ana has the tractor, and Pia waits for it."""
    tractor = world.make_item(world.make_kind(name="Tractor", meter="h"))
    world.make_loan(tractor, world.ana)
    asks(world, tractor, world.make_person("Pia", world.borgo))
    world.session.commit()
    return tractor


def read_off(page: Page) -> str:
    """What another phone's camera reads from this one's screen."""
    with Image.open(BytesIO(page.screenshot())) as screen:
        (found,) = zxingcpp.read_barcodes(screen)
    return found.text


def pass_on(page: Page, code: str) -> str:
    """Says how it is; gives what the screen then shows to the other phone, by day and by night."""
    page.goto(f"/I/{code}")
    page.get_by_role("link", name="Pass it on").click()
    page.get_by_label("The meter reads").fill("1204.5")
    page.get_by_label("Note").fill("The left tyre wants air.")
    page.get_by_role("button", name="Pass it on").click()
    expect(page.get_by_role("img", name="The code for who takes it")).to_be_visible()
    by_day = read_off(page)
    assert not problems_by_day_and_night(page)
    assert read_off(page) == by_day
    return by_day


def take_over(page: Page, read: str) -> None:
    """Goes where the code leads; sees how the thing is, and agrees."""
    page.goto(urlsplit(read).path)
    expect(page.get_by_text("Ana is passing it on.")).to_be_visible()
    expect(page.get_by_text("1204.5 h")).to_be_visible()
    expect(page.get_by_text("The left tyre wants air.")).to_be_visible()
    assert not problems_by_day_and_night(page)
    page.get_by_label("Needs a look").check()
    page.get_by_label("The meter reads").fill("1204.5")
    page.get_by_role("button", name="Take it over").click()
    expect(page.get_by_text("Taken over: Tractor is yours")).to_be_visible()


def test_a_tractor_is_passed_on_in_the_field(
    open_as: OpenAs, tractor: Item, size: dict[str, int]
) -> None:
    code = tractor.code
    ana, pia = open_as("ana@example.org", size), open_as("pia@example.org", size)
    take_over(pia, pass_on(ana, code))
    # Ana's phone says so by itself.
    expect(ana.get_by_text("Passed on: Pia has it from now on.")).to_be_visible(timeout=10_000)
    sam = open_as("sam@example.org", DESK)
    sam.goto(f"/I/{code}")
    sam.get_by_role("link", name="Pia").click()
    expect(sam.get_by_role("definition").filter(has_text="Ana")).to_be_visible()
    expect(sam.get_by_text("Taken over from")).to_be_visible()
    sam.get_by_role("link", name="Ana").click()
    expect(sam.get_by_text("Passed on to")).to_be_visible()
    expect(sam.get_by_text("Pia, Mon 1 Jun, 14:00")).to_be_visible()
    assert not problems_by_day_and_night(sam)
