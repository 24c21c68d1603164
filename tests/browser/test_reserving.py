"""A tractor and a seed drill, reserved together and fetched on the day."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import problems_by_day_and_night
from tests.browser.conftest import OpenAs
from tests.circulation.test_reserving import book
from tests.world import World
from toolshare import clock
from toolshare.inventory.models import Item, Kind

pytestmark = pytest.mark.browser


@pytest.fixture
def tractor(world: World) -> Item:
    """Borgo's tractor; there is a seed drill, too."""
    tractor = world.make_item(world.make_kind(name="Tractor"))
    world.make_item(world.make_kind(name="Seed drill"))
    world.session.commit()
    return tractor


def choose_both(page: Page, kind_id: int, first: str, last: str) -> None:
    """Goes from the tractor's page to the form, adds the drill, and asks about these days."""
    page.goto(f"/catalogue/{kind_id}")
    page.get_by_role("link", name="Reserve").click()
    page.get_by_label("What else?").fill("seed")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Add Seed drill").click()
    page.get_by_label("From", exact=True).fill(first)
    page.get_by_label("Until", exact=True).fill(last)
    page.get_by_role("button", name="Is it free then?").click()


def reserve(page: Page) -> None:
    """Presses the button; both are reserved."""
    expect(page.get_by_text("All of it is free then.")).to_be_visible()
    assert not problems_by_day_and_night(page)
    page.get_by_role("main").get_by_role("button", name="Reserve").click()
    expect(page.get_by_text("Reserved. It is kept for you.")).to_be_visible()
    expect(page.get_by_role("heading", name="Seed drill, Tractor")).to_be_visible()


def test_two_machines_are_reserved_together_and_fetched_on_the_day(
    open_as: OpenAs,
    tractor: Item,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    size: dict[str, int],
) -> None:
    kind_id, code = tractor.kind_id, tractor.code
    ana = open_as("ana@example.org", size)
    choose_both(ana, kind_id, "2026-06-10", "2026-06-11")
    reserve(ana)
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=9))
    ana.goto(f"/I/{code}")
    expect(ana.get_by_text("You have reserved it.")).to_be_visible()
    ana.get_by_role("button", name="Borrow").click()
    expect(ana.get_by_text("You have it until")).to_contain_text("Thu 11 Jun")


def test_where_one_of_two_is_not_free_the_next_days_of_both_are_offered_and_taken(
    open_as: OpenAs, world: World, tractor: Item, size: dict[str, int]
) -> None:
    kind_id = tractor.kind_id
    book(world, world.session.get_one(Kind, kind_id), 10, 11, world.sam)
    world.session.commit()
    ana = open_as("ana@example.org", size)
    choose_both(ana, kind_id, "2026-06-10", "2026-06-11")
    expect(ana.get_by_text("Tractor is not free for all of that time.")).to_be_visible()
    assert not problems_by_day_and_night(ana)
    ana.get_by_role("link", name="Fri 12 Jun – Sat 13 Jun").click()
    reserve(ana)
    expect(ana.get_by_text("Fri 12 Jun – Sat 13 Jun")).to_be_visible()
