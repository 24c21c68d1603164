"""Where no script runs, people still borrow, return and look after their group."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE
from tests.world import World
from toolshare.people.roles import membership_in

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    """A phone's page on which no script runs."""
    context = browser.new_context(base_url=server, viewport=PHONE, java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_a_member_borrows_and_a_steward_takes_it_back(
    page: Page, examples: dict[str, Any], sign_in: Callable[[str], None]
) -> None:
    label = f"/I/{examples['code']}"
    sign_in("ana@example.org")
    page.goto(label)
    page.get_by_role("button", name="Borrow").click()
    expect(page.get_by_text("You have it until")).to_be_visible()
    page.context.clear_cookies()
    sign_in("sam@example.org")
    page.goto(label)
    page.get_by_role("button", name="Return").click()
    expect(page.get_by_text("Returned: Post-hole digger, petrol.")).to_be_visible()


def test_a_coordinator_adds_somebody(
    page: Page, examples: dict[str, Any], sign_in: Callable[[str], None]
) -> None:
    sign_in("cora@example.org")
    page.goto("/groups/borgo/people")
    page.get_by_role("link", name="Add somebody").click()
    page.get_by_label("Name", exact=True).fill("Bruno")
    page.get_by_label("E-mail").fill("bruno@example.org")
    page.get_by_role("main").locator("button.main").click()
    expect(page.get_by_text("Bruno").first).to_be_visible()


def test_what_is_wrong_with_a_form_is_said_and_leads_to_the_field(
    page: Page, examples: dict[str, Any], sign_in: Callable[[str], None]
) -> None:
    sign_in("cora@example.org")
    page.goto("/groups/borgo/people/new")
    page.get_by_role("main").locator("button.main").click()
    wrong = page.get_by_role("alert")
    expect(wrong).to_contain_text("Name")
    expect(wrong).to_be_focused()
    wrong.get_by_role("link", name="Name").click()
    field = page.get_by_label("Name", exact=True)
    expect(field).to_have_attribute("aria-invalid", "true")


def test_a_coordinator_stocks_the_inventory_and_prints_labels(
    page: Page, examples: dict[str, Any], sign_in: Callable[[str], None]
) -> None:
    sign_in("cora@example.org")
    page.goto("/groups/borgo/inventory")
    page.get_by_role("link", name="Add a thing").click()
    page.get_by_label("Name", exact=True).fill("Wheelbarrow")
    page.get_by_label("Place").fill("Barn > Door")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_text("Wheelbarrow is in the inventory.")).to_be_visible()
    page.goto("/groups/borgo/inventory?words=wheel")
    page.get_by_label("Choose Wheelbarrow").check()
    page.get_by_role("button", name="Print labels").click()
    expect(page.get_by_text("1 label chosen")).to_be_visible()
    page.get_by_role("button", name="Print", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 label is ready")


def test_a_coordinator_designs_a_label_and_sees_it_by_a_button(
    page: Page, examples: dict[str, Any], sign_in: Callable[[str], None]
) -> None:
    sign_in("cora@example.org")
    page.goto("/groups/borgo/labels/stocks")
    page.get_by_role("link", name="What stands on it Dymo 30252/99010").click()
    page.get_by_label("A line of your own").fill("Ring 0123")
    page.get_by_role("button", name="Show it").click()
    expect(page.locator("#shown svg").first).to_contain_text("Ring 0123")
    page.get_by_role("button", name="Keep it so").click()
    expect(page.get_by_text("are printed so from now on")).to_be_visible()
    expect(page.get_by_label("A line of your own")).to_have_value("Ring 0123")


def test_a_member_searches_and_filters(
    page: Page, examples: dict[str, Any], sign_in: Callable[[str], None]
) -> None:
    sign_in("ana@example.org")
    page.goto("/catalogue")
    page.get_by_label("Search").fill("digger")
    page.get_by_label("Free now").check()
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("1 kind of thing")).to_be_visible()
    page.get_by_role("link", name="Post-hole digger, petrol").click()
    expect(page.get_by_role("heading", name="Where they are")).to_be_visible()


def test_a_steward_lends_and_takes_back_at_the_desk(
    page: Page, world: World, examples: dict[str, Any], sign_in: Callable[[str], None]
) -> None:
    card = membership_in(world.session, world.ana, world.borgo)
    assert card is not None
    sign_in("sam@example.org")
    page.goto("/desk")
    for scanned in (card.code, examples["code"]):
        page.get_by_label("Scan or type a code").fill(scanned)
        page.get_by_role("main").get_by_role("button", name="Scan").click()
    latest = page.locator(".answer").first
    expect(latest).to_contain_text("Lent")
    page.get_by_label("Scan or type a code").fill(examples["code"])
    page.get_by_role("main").get_by_role("button", name="Scan").click()
    expect(latest).to_contain_text("Returned")
    expect(latest).to_contain_text("Post-hole digger, petrol")


def test_a_steward_collects_a_list_and_lends_it(
    page: Page, world: World, examples: dict[str, Any], sign_in: Callable[[str], None]
) -> None:
    card = membership_in(world.session, world.ana, world.borgo)
    assert card is not None
    sign_in("sam@example.org")
    page.goto("/desk/list")
    for scanned in (examples["code"], card.code, examples["code"]):
        page.get_by_label("Scan or type a code").fill(scanned)
        page.get_by_role("main").get_by_role("button", name="Scan", exact=True).click()
    expect(page.get_by_text("already in the list")).to_be_visible()
    page.get_by_role("button", name="Lend this thing").click()
    expect(page.get_by_text("1 thing is lent to Ana.")).to_be_visible()
