"""Where scripts run: the desk and the catalogue answer at once, without a new page."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.world import World
from toolshare.people.roles import membership_in

pytestmark = pytest.mark.browser


def test_the_catalogue_answers_as_one_types(
    page: Page, examples: dict[str, Any], sign_in: Callable[[str], None]
) -> None:
    sign_in("ana@example.org")
    page.goto("/catalogue")
    page.evaluate("window.isTheSamePage = true")
    page.get_by_label("Search").press_sequentially("digg")
    expect(page.get_by_text("1 kind of thing")).to_be_visible()
    page.get_by_label("Search").press_sequentially("zzz")
    expect(page.get_by_text("Nothing found")).to_be_visible()
    assert page.evaluate("window.isTheSamePage")
    assert "words=diggzzz" in page.url
    page.get_by_label("Search").fill(examples["code"])
    page.wait_for_url(f"**/I/{examples['code']}")


def test_the_desk_takes_scan_after_scan_in_one_field(
    page: Page, world: World, examples: dict[str, Any], sign_in: Callable[[str], None]
) -> None:
    card = membership_in(world.session, world.ana, world.borgo)
    assert card is not None
    sign_in("sam@example.org")
    page.goto("/desk")
    page.evaluate("window.isTheSamePage = true")
    for scanned, where, said in (
        (card.code, "#serving", "Ana"),
        (examples["code"], "#answers > :first-child", "Lent"),
        (examples["code"].lower(), "#answers > :first-child", "Returned"),
    ):
        # A scanner gun types where the cursor is, and ends with Enter.
        page.keyboard.type(scanned)
        page.keyboard.press("Enter")
        expect(page.locator(where)).to_contain_text(said)
    page.get_by_role("button", name="Undo").first.click()
    expect(page.get_by_role("heading", name="Not returned after all")).to_be_visible()
    assert page.evaluate("window.isTheSamePage")


def test_things_are_chosen_at_once_and_the_page_says_how_many(
    page: Page, examples: dict[str, Any], sign_in: Callable[[str], None]
) -> None:
    sign_in("cora@example.org")
    page.goto("/groups/borgo/inventory?words=digger")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_label("Choose all on this page").check()
    expect(page.get_by_text("2 chosen")).to_be_visible()
    page.get_by_label("Move to").fill("Shed")
    page.get_by_role("button", name="Move").click()
    expect(page.get_by_text("2 things moved.")).to_be_visible()
    page.get_by_label("Choose all on this page").check()
    page.get_by_role("button", name="Retire").click()
    expect(page.get_by_label("Why it is retired")).to_be_focused()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_label("Why it is retired").fill("The assembly of 3 May said so.")
    page.get_by_role("button", name="Retire").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("2 chosen")).to_be_visible()


def test_a_label_is_seen_as_it_is_designed_and_kept_by_a_button(
    page: Page, examples: dict[str, Any], sign_in: Callable[[str], None]
) -> None:
    sign_in("cora@example.org")
    page.goto("/groups/borgo/labels/stocks/dymo-30252/design")
    page.evaluate("window.isTheSamePage = true")
    shown = page.locator("#shown svg").first
    page.get_by_label("A line of your own").press_sequentially("Ring 0123")
    expect(shown).to_contain_text("Ring 0123")
    page.get_by_label("Group", exact=True).uncheck()
    expect(shown).not_to_contain_text("Borgo")
    page.get_by_label("Error correction").select_option("H")
    page.get_by_label("QR code").select_option("55")
    expect(page.locator("#shown")).to_contain_text("The QR codes come out fine")
    page.get_by_label("QR code").select_option("100")
    expect(page.locator("#shown")).not_to_contain_text("The QR codes come out fine")
    assert page.evaluate("window.isTheSamePage")
    page.get_by_role("button", name="Keep it so").click()
    expect(page.get_by_text("are printed so from now on")).to_be_visible()
    page.goto("/groups/borgo/labels/stocks/dymo-30252/design")
    expect(page.get_by_label("A line of your own")).to_have_value("Ring 0123")
    page.get_by_role("button", name="As it was before").click()
    page.get_by_role("dialog").get_by_role("button", name="As it was before").click()
    expect(page.get_by_text("The labels are as they were.")).to_be_visible()
    expect(shown).to_contain_text("Borgo")
