"""A stocktake in the barn: two people scan at once, it is closed, read on paper, and undone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import problems_by_day_and_night
from tests.browser.conftest import OpenAs
from tests.stocktake.counting import Shed
from tests.world import World

pytestmark = pytest.mark.browser


@pytest.fixture
def codes(world: World) -> dict[str, str]:
    """What hangs and stands in the barn, by name: codes."""
    shed = Shed(world)
    things = [*map(shed.make, ("Hoe", "Rake", "Saw")), shed.make_bin("Pegs", 48)]
    codes = {one.kind.name: one.code for one in things} | {"loft": shed.loft.code}
    world.session.commit()
    return codes


def scan(page: Page, code: str, answer: str) -> None:
    """Types a code as a scanner gun does, and waits for what the page says."""
    page.get_by_label("Scan or type a code").fill(code)
    page.keyboard.press("Enter")
    expect(page.locator("#answers > li").first).to_contain_text(answer)


def test_two_people_scan_one_closes_and_undoes(open_as: OpenAs, codes: dict[str, str]) -> None:
    cora, sam = open_as("cora@example.org"), open_as("sam@example.org")
    cora.goto("/groups/borgo/stocktakes")
    assert not problems_by_day_and_night(cora)
    cora.get_by_label("What is counted").select_option("Barn")
    cora.get_by_role("button", name="Begin").click()
    expect(cora.get_by_role("heading", name="Stocktake: Barn")).to_be_visible()
    sam.goto(cora.url)
    count(cora, sam, codes)
    cora.reload()
    close(cora)
    undo(cora)


def count(cora: Page, sam: Page, codes: dict[str, str]) -> None:
    """Sam is in the loft, where the rake should not be; Cora sees what he does without a touch."""
    scan(sam, codes["loft"], "Now here")
    expect(sam.get_by_role("heading", name="Now here: Barn > Loft")).to_be_visible()
    scan(sam, codes["Rake"], "Belongs elsewhere")
    expect(sam.locator("answer-tones")).to_have_attribute("said", "good")
    scan(sam, "00000000", "Not one of ours")
    expect(sam.locator("answer-tones")).to_have_attribute("said", "refused")
    expect(cora.get_by_role("link", name="Belongs elsewhere 1")).to_be_visible()
    scan(cora, codes["Hoe"], "Seen")
    scan(cora, codes["Pegs"], "How many?")
    cora.get_by_label("How many are there?").fill("40")
    cora.get_by_role("button", name="Note it").click()
    expect(cora.locator("#answers > li").first).to_contain_text("40 counted, 48 expected")
    expect(cora.get_by_text("3 of 4 seen")).to_be_visible()
    scan(sam, codes["Hoe"], "Seen already")
    sam.get_by_role("button", name="Undo").first.click()
    expect(sam.locator("#answers > li").first).to_contain_text("Taken back")
    expect(sam.locator("#answers > li")).to_have_count(4)
    expect(cora.get_by_role("link", name="Not seen 1")).to_be_visible()
    look_through_the_lists(sam, codes)
    assert not problems_by_day_and_night(cora)


def look_through_the_lists(sam: Page, codes: dict[str, str]) -> None:
    """Sam looks at another list and loads the page anew: he is still in the loft, and may undo."""
    here = sam.get_by_role("heading", name="Now here: Barn > Loft")
    sam.get_by_role("link", name="Seen 3", exact=True).click()
    expect(sam.get_by_role("link", name="Seen 3", exact=True)).to_have_attribute(
        "aria-current", "page"
    )
    expect(here).to_be_visible()
    sam.reload()
    expect(here).to_be_visible()
    sam.get_by_text("Take scans back").click()
    sam.locator("#own-scans li", has_text="Rake").get_by_role("button", name="Undo").click()
    expect(sam.locator("#answers > li")).to_contain_text("Taken back")
    expect(sam.locator("#own-scans li")).to_have_count(1)
    expect(sam.get_by_role("link", name="Seen 2", exact=True)).to_have_attribute(
        "aria-current", "page"
    )
    assert not problems_by_day_and_night(sam)
    scan(sam, codes["Rake"], "Belongs elsewhere")


def close(cora: Page) -> None:
    """Cora reads what closing does, and does it."""
    cora.get_by_role("link", name="Close it").click()
    expect(cora.get_by_text("1 thing was not seen, and will be missing")).to_be_visible()
    expect(cora.get_by_text("Barn > Wall → Barn > Loft")).to_be_visible()
    assert not problems_by_day_and_night(cora)
    cora.get_by_role("button", name="Close it").click()
    expect(cora.get_by_text("Closed on Mon 1 Jun by Cora")).to_be_visible()
    assert not problems_by_day_and_night(cora)
    with cora.expect_download() as begun:
        cora.get_by_role("link", name="On paper").click()
    assert begun.value.suggested_filename == "stocktake-borgo-2026-06-01.pdf"


def undo(cora: Page) -> None:
    """Closed too early: all is as it was, and the scanning goes on."""
    cora.get_by_role("button", name="Undo the closing").click()
    cora.get_by_role("button", name="Undo the closing").last.click()
    expect(cora.get_by_text("the stocktake is open again")).to_be_visible()
    expect(cora.get_by_label("Scan or type a code")).to_be_visible()
    expect(cora.get_by_text("3 of 4 seen")).to_be_visible()
