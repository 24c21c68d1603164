"""A tractor and a seed drill, reserved together on a phone and fetched on the day."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.world import World
from toolshare import clock
from toolshare.inventory.models import Item

pytestmark = pytest.mark.browser


@pytest.fixture
def tractor(world: World) -> Item:
    """Borgo's tractor; there is a seed drill, too."""
    tractor = world.make_item(world.make_kind(name="Tractor"))
    world.make_item(world.make_kind(name="Seed drill"))
    world.session.commit()
    return tractor


def test_two_machines_are_reserved_together_and_fetched_on_the_day(
    page: Page,
    sign_in: Callable[[str], None],
    tractor: Item,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kind_id, code = tractor.kind_id, tractor.code
    sign_in("ana@example.org")
    page.goto(f"/catalogue/{kind_id}")
    page.get_by_role("link", name="Reserve").click()
    page.get_by_label("What else?").fill("seed")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Add Seed drill").click()
    page.get_by_label("From", exact=True).fill("2026-06-10")
    page.get_by_label("Until", exact=True).fill("2026-06-11")
    page.get_by_role("button", name="Is it free then?").click()
    expect(page.get_by_text("All of it is free then.")).to_be_visible()
    page.get_by_role("main").get_by_role("button", name="Reserve").click()
    expect(page.get_by_text("Reserved. It is kept for you.")).to_be_visible()
    expect(page.get_by_role("heading", name="Seed drill, Tractor")).to_be_visible()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=9))
    page.goto(f"/I/{code}")
    expect(page.get_by_text("You have reserved it.")).to_be_visible()
    page.get_by_role("button", name="Borrow").click()
    expect(page.get_by_text("You have it until")).to_contain_text("Thu 11 Jun")
