"""A week of a village's only scythe, from its reservation to the next in line, by pages alone."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, OpenAs
from tests.world import World
from toolshare import clock
from toolshare.inventory.models import Item

pytestmark = pytest.mark.browser
Pass = Callable[[int], None]
HISTORY = [  # the newest first
    "Borrowed",
    "Offer over",
    "Offer accepted",
    "Offered to the next in line",
    "Put into service",
    "Returned",
    "Taken out of service",
    "Called back by Fri 5 Jun",
    "Borrowed",
]


@pytest.fixture
def scythe(world: World) -> Item:
    """Borgo's only scythe; Bob is a member who would like to have it, too."""
    scythe = world.make_item(world.make_kind(name="Scythe"))
    world.make_person("Bob", world.borgo)
    world.session.commit()
    return scythe


@pytest.fixture
def days_pass(now: datetime, monkeypatch: pytest.MonkeyPatch) -> Pass:
    """So many days after Monday it is noon again."""
    return lambda days: monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=days))


def reserve(page: Page, kind_id: int) -> None:
    page.goto(f"/catalogue/{kind_id}")
    page.get_by_role("link", name="Reserve").click()
    page.get_by_label("From", exact=True).fill("2026-06-02")
    page.get_by_label("Until", exact=True).fill("2026-06-12")
    page.get_by_role("main").get_by_role("button", name="Reserve").click()
    expect(page.get_by_text("Reserved. It is kept for you.")).to_be_visible()


def call_back(page: Page, label: str) -> None:
    page.goto(label)
    page.get_by_role("link", name="Ana").click()
    page.locator("summary", has_text="Call it back").click()
    expect(page.get_by_text("It would be due on")).to_contain_text("Fri 5 Jun")
    page.get_by_label("Why?").fill("The meadow of the school.")
    page.get_by_role("button", name="Call it back").click()
    expect(page.get_by_text("Called back", exact=True)).to_be_visible()


def take_back_broken_and_mend(page: Page, label: str) -> None:
    page.goto(label)
    page.get_by_label("Broken").check()
    page.locator("summary", has_text="Note and photo").click()
    page.get_by_role("textbox", name="Note").fill("The blade has a dent.")
    page.get_by_role("button", name="Return").click()
    expect(page.get_by_text("“The blade has a dent.”").first).to_be_visible()
    page.get_by_role("button", name="It is fine again").click()


def test_reserved_fetched_called_back_late_broken_mended_and_the_next_in_line_has_it(
    open_as: OpenAs, scythe: Item, days_pass: Pass
) -> None:
    kind_id, label = scythe.kind_id, f"/I/{scythe.code}"
    ana, bob = open_as("ana@example.org"), open_as("bob@example.org")
    cora = open_as("cora@example.org", DESK)
    reserve(ana, kind_id)
    days_pass(1)
    ana.goto(label)
    ana.get_by_role("button", name="Borrow").click()
    expect(ana.get_by_text("You have it until")).to_contain_text("Fri 12 Jun")
    bob.goto(label)
    bob.get_by_role("button", name="Put me in line").click()
    days_pass(2)
    call_back(cora, label)
    ana.goto("/")
    ana.get_by_role("main").get_by_role("link", name="Scythe").click()
    expect(ana.get_by_text("It was called back: somebody needs it.")).to_be_visible()
    days_pass(6)
    ana.reload()
    expect(ana.get_by_text("You have it. It was due on")).to_contain_text("Fri 5 Jun")
    take_back_broken_and_mend(cora, label)
    bob.goto("/holds")
    bob.get_by_role("button", name="Accept").click()
    bob.goto(label)
    bob.get_by_role("button", name="Borrow").click()
    expect(bob.get_by_text("You have it until")).to_be_visible()
    cora.goto(label)
    cora.get_by_role("link", name="The whole history").click()
    told = cora.locator(".history strong").all_inner_texts()
    assert [one.split(" until")[0] for one in told] == HISTORY
