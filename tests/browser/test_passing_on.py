"""Two people with their phones in a field: one passes a thing on, the other takes it over."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE
from tests.world import MONDAY_NOON, PASSWORD, World
from toolshare.circulation import asking
from toolshare.inventory.models import Item

pytestmark = pytest.mark.browser


@pytest.fixture
def tractor(world: World) -> Item:
    """Ana has the tractor, and Pia waits for it."""
    tractor = world.make_item(world.make_kind(name="Tractor", meter="h"))
    world.make_loan(tractor, world.ana)
    pia = world.make_person("Pia", world.borgo)
    asking.ask(world.session, tractor.kind, person=pia, by=pia, now=MONDAY_NOON)
    world.session.commit()
    return tractor


@pytest.fixture
def phones(browser: Browser, server: str, tractor: Item) -> Iterator[list[Page]]:
    """Ana's phone and Pia's, each signed in."""
    contexts = [browser.new_context(base_url=server, viewport=PHONE) for _ in range(2)]
    pages = [context.new_page() for context in contexts]
    for page, email in zip(pages, ("ana@example.org", "pia@example.org"), strict=True):
        page.goto("/sign-in?next=/account")
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/account")
    yield pages
    for context in contexts:
        context.close()


def test_a_tractor_is_passed_on_in_the_field(
    phones: list[Page], world: World, tractor: Item
) -> None:
    ana, pia = phones
    code = world.session.get_one(Item, tractor.id).code
    ana.goto(f"/I/{code}")
    ana.get_by_role("link", name="Pass it on").click()
    ana.get_by_label("The meter reads").fill("1204.5")
    ana.get_by_role("button", name="Pass it on").click()
    expect(ana.get_by_role("img", name="The code for who takes it")).to_be_visible()
    scanned = ana.get_by_role("link", name="/handovers/").get_attribute("href")
    pia.goto(re.sub("^https?://[^/]+", "", str(scanned)))
    expect(pia.get_by_text("Ana is passing it on.")).to_be_visible()
    expect(pia.get_by_text("1204.5 h")).to_be_visible()
    pia.get_by_label("The meter reads").fill("1204.5")
    pia.get_by_role("button", name="Take it over").click()
    expect(pia.get_by_text("Taken over: Tractor is yours")).to_be_visible()
    # Ana's phone says so by itself.
    expect(ana.get_by_text("Passed on: Pia has it from now on.")).to_be_visible(timeout=10_000)
