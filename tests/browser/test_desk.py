"""The desk: a work party's list, things put away, and how something came back."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from tests.browser.accessibility import problems_by_day_and_night
from tests.world import MONDAY_NOON, World
from toolshare.care.models import Inspection
from toolshare.circulation.models import Loan
from toolshare.inventory.models import Item
from toolshare.people.roles import membership_in

pytestmark = pytest.mark.browser

SUNDAY = "2026-06-07"


def scan(page: Page, code: str) -> None:
    page.get_by_label("Scan or type a code").fill(code)
    page.keyboard.press("Enter")


def scan_while_pressing(page: Page, code: str, button: str) -> None:
    """Presses a button while a scan is on its way."""
    on_its_way: list[Route] = []
    page.route("**/desk/list?*", lambda route, _: on_its_way.append(route))
    with page.expect_request("**/desk/list?*"):
        scan(page, code)
    page.get_by_role("button", name=button).click()
    on_its_way[0].continue_()
    page.unroute("**/desk/list?*")


def test_a_work_party_is_checked_first_and_lent_at_once(
    page: Page, world: World, sign_in: Callable[[str], None]
) -> None:
    card = membership_in(world.session, world.ana, world.borgo)
    assert card is not None
    anas, codes = card.code, [world.make_item().code for _ in range(8)]
    out = world.make_item(world.make_kind(name="Mattock"))
    gone, lent_before = out.code, world.make_loan(out, world.cora).id
    world.session.commit()
    sign_in("sam@example.org")
    page.goto("/desk")
    page.get_by_role("link", name="Collect a list first").click()
    for code in (*codes[:4], gone, anas, *codes[4:], codes[0]):
        scan(page, code)
    expect(page.get_by_text("already in the list")).to_be_visible()
    expect(page.get_by_role("heading", name="9 things · 1 can’t be lent")).to_be_visible()
    page.get_by_label("Until the end of").fill(SUNDAY)
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("until Sun 7 Jun")).to_have_count(8)
    page.reload()
    expect(page.get_by_role("button", name="Lend the other 8")).to_be_visible()
    assert problems_by_day_and_night(page) == ""
    page.get_by_role("button", name="Take off the list: Mattock").press("Enter")
    expect(page.get_by_role("heading", name="8 things")).to_be_visible()
    take_off = page.get_by_role("button", name=f"Take off the list: Hand drill {codes[7]}")
    take_off.press("Enter")
    scan_while_pressing(page, codes[7], "Lend all 7 things")
    expect(page.get_by_role("heading", name="8 things")).to_be_visible()
    take_off.press("Enter")
    page.get_by_role("button", name="Lend all 7 things").click()
    expect(page.get_by_text("7 things are lent to Ana.")).to_be_visible()
    expect(page.locator(".answer.lent")).to_have_count(7)
    world.session.rollback()
    lent = world.session.scalars(select(Loan).where(Loan.id != lent_before)).all()
    assert {(one.borrower_id, one.due_at.date().isoformat()) for one in lent} == {
        (world.ana.id, SUNDAY)
    }


def test_things_are_put_at_a_place_and_come_back_with_parts_and_photo(
    page: Page, world: World, sign_in: Callable[[str], None], tmp_path: Path
) -> None:
    shelf = world.make_place("Shelf 3")
    here = world.make_item(world.make_kind(name="Bow saw"))
    back = world.make_item(world.make_kind(name="Auger", parts=["bit", "case"]))
    loan_id = world.make_loan(back, world.ana).id
    here_id, back_id, shelf_id = here.id, back.id, shelf.id
    scans = (shelf.code, here.code, back.code)
    Image.new("RGB", (60, 40), "green").save(tmp_path / "bit.png")
    world.session.commit()
    sign_in("sam@example.org")
    page.goto("/desk")
    for code in scans:
        scan(page, code)
    expect(page.get_by_role("heading", name="Putting things at Shelf 3")).to_be_visible()
    expect(page.get_by_text("put at Shelf 3")).to_have_count(2)
    line = page.locator(".answer.returned")
    line.get_by_text("Condition, parts, photo").click()
    line.get_by_label("Needs a look").check()
    line.get_by_label("bit").check()
    line.get_by_label("Photo").set_input_files(tmp_path / "bit.png")
    line.get_by_role("button", name="Note it").click()
    expect(line.get_by_text("missing: bit")).to_be_visible()
    expect(line.get_by_alt_text("As it came back")).to_be_visible()
    expect(page.locator("#answers > li")).to_have_count(2)
    assert problems_by_day_and_night(page) == ""
    page.locator(".answer.put").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="Not put there after all")).to_be_visible()
    world.session.rollback()
    assert world.session.get_one(Item, here_id).place_id is None
    assert world.session.get_one(Item, back_id).place_id == shelf_id
    loan = world.session.get_one(Loan, loan_id)
    inspection = world.session.get_one(Inspection, loan.inspection_id)
    assert (loan.returned_at, inspection.missing_parts) == (MONDAY_NOON, ["bit"])
    assert inspection.photo_id is not None
