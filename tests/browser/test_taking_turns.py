"""People in line for a mower: why one is third, and how it is offered, set aside and fetched."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import problems_by_day_and_night
from tests.browser.conftest import DESK, OpenAs
from tests.circulation.in_line import asks
from tests.world import MONDAY_NOON, World
from toolshare.inventory.models import Item
from toolshare.rules.values import Regime

pytestmark = pytest.mark.browser
DAY = timedelta(days=1)


@pytest.fixture
def mower(world: World) -> Item:
    """Cora has the only mower; Bob and Pia wait for it. This season Pia has had it, and Ana more."""
    mower = world.make_item(world.make_kind(name="Mower"))
    bob, pia = (world.make_person(name, world.borgo) for name in ("Bob", "Pia"))
    for person, days in ((world.ana, 9), (pia, 4)):
        begun = MONDAY_NOON - 40 * DAY
        world.make_loan(mower, person, borrowed_at=begun, returned_at=begun + days * DAY)
    world.make_loan(mower, world.cora, borrowed_at=MONDAY_NOON - 3 * DAY)
    asks(world, mower, bob, now=MONDAY_NOON - 2 * DAY)
    asks(world, mower, pia, now=MONDAY_NOON - DAY)
    world.session.commit()
    return mower


def say_why(page: Page, code: str, why: str) -> None:
    """Puts the reader in line, then reads the sentence in the three places that people look at."""
    page.goto(f"/I/{code}")
    page.get_by_role("button", name="Put me in line").click()
    expect(page.get_by_text("In line as number 3")).to_be_visible()
    expect(page.get_by_text(why)).to_be_visible()
    page.get_by_role("link", name="My loans").click()
    page.get_by_role("link", name="My turns").click()
    expect(page.get_by_text(why)).to_be_visible()
    assert not problems_by_day_and_night(page)
    page.get_by_role("link", name="The whole line").click()
    expect(page.get_by_text(why)).to_be_visible()


def test_i_am_third_in_line_and_the_page_says_since_when_each_of_us_waits(
    open_as: OpenAs, mower: Item, size: dict[str, int]
) -> None:
    code = mower.code
    ana = open_as("ana@example.org", size)
    since = "in line since Mon 1 Jun, 14:00, the one before you since Sun 31 May, 14:00."
    say_why(ana, code, f"You are number 3: {since}")
    expect(ana.get_by_text("In order of asking")).to_be_visible()
    expect(ana.get_by_text("Pia")).to_have_count(0)
    assert not problems_by_day_and_night(ana)


def test_i_am_third_in_line_and_the_page_says_how_long_each_of_us_has_had_it(
    open_as: OpenAs, world: World, mower: Item, size: dict[str, int]
) -> None:
    world.make_rule("regime", Regime.TURNS)
    world.session.commit()
    code = mower.code
    ana = open_as("ana@example.org", size)
    had = "you have had it 9 days this season, the one before you 4 days."
    say_why(ana, code, f"You are number 3: {had}")
    expect(ana.get_by_text("who has had least of it this season goes first")).to_be_visible()


def test_an_offer_is_accepted_set_aside_and_fetched(
    open_as: OpenAs, mower: Item, size: dict[str, int]
) -> None:
    code = mower.code
    bob, sam = open_as("bob@example.org", size), open_as("sam@example.org", DESK)
    sam.goto(f"/I/{code}")
    sam.get_by_role("button", name="Return").click()
    bob.goto("/")
    bob.get_by_role("main").get_by_role("link", name="Mower").click()
    expect(bob.get_by_text("It is your turn. Accept until")).to_contain_text("Tue 2 Jun")
    assert not problems_by_day_and_night(bob)
    bob.get_by_role("button", name="Accept").click()
    expect(bob.get_by_text("Accepted: it is kept for pickup.")).to_be_visible()
    sam.goto("/")
    sam.get_by_role("link", name="1 thing to set aside").click()
    expect(sam.get_by_text("for Bob")).to_be_visible()
    sam.get_by_role("button", name="Set aside").click()
    expect(sam.get_by_role("heading", name="On the shelf")).to_be_visible()
    assert not problems_by_day_and_night(sam)
    fetch(bob, code)


def fetch(page: Page, code: str) -> None:
    """Sees that it is ready, scans it and takes it home."""
    page.reload()
    expect(page.get_by_text("Ready on the shelf")).to_be_visible()
    page.get_by_role("link", name="Scan", exact=True).click()
    page.get_by_label("Scan or type a code").fill(code)
    page.get_by_role("button", name="Go to it").click()
    page.get_by_role("button", name="Borrow").click()
    expect(page.get_by_text("You have it until")).to_be_visible()
    page.goto("/holds")
    expect(page.get_by_text("You wait for nothing")).to_be_visible()
