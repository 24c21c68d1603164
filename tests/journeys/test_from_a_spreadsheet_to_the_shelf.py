"""A tool library's spreadsheet comes in, labels are printed, and one tap borrows a tool."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESK, PHONE
from tests.journeys.conftest import Toolshare
from tests.labels.test_printed_sheets import read_from, rendered
from tests.needs import need
from tests.server import serving

pytestmark = pytest.mark.browser
REAL = Path(__file__).parents[2] / "toolshare/demo/data/tool-library-items.csv"
PASSWORD = "three words in a row"


@contextmanager
def a_page(browser: Browser, address: str, size: dict[str, int]) -> Iterator[Page]:
    """Somebody's own phone or computer, on which no script may fail."""
    context = browser.new_context(base_url=address, viewport=size)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


def sign_in(page: Page, email: str) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def found_the_library(toolshare: Toolshare, folder: Path) -> None:
    """Cora founds it; Ana is a member, Sam a steward."""
    password, people = folder / "password", folder / "people.csv"
    password.write_text(PASSWORD)
    people.write_text("name,email,role\nAna,ana@example.org,member\nSam,sam@example.org,steward\n")
    founding = "init --group Library --slug library --coordinator cora@example.org"
    toolshare(*founding.split(), "--time-zone", "Europe/Rome", "--password-file", password)
    toolshare("import-people", people, "--group", "library")


def set_password(page: Page, link: str, name: str) -> None:
    page.goto(re.sub(r"^https?://[^/]+", "", link.strip()))
    expect(page.get_by_text(f"Hello {name}.")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Set password").click()


def bring_the_spreadsheet_in(page: Page) -> None:
    page.goto("/sign-in?next=/groups/library/inventory")
    sign_in(page, "cora@example.org")
    page.get_by_role("link", name="Import").click()
    page.get_by_label("File").set_input_files(REAL)
    page.get_by_role("button", name="Show what would happen").click()
    expect(page.get_by_text("120 new")).to_be_visible()
    page.get_by_role("main").get_by_role("button", name="Import").click()
    expect(page.get_by_text("120 things came in")).to_be_visible()


def print_all_labels(page: Page) -> bytes:
    """The PDF with the labels of everything that has none yet."""
    page.get_by_role("link", name="Labels").click()
    page.get_by_role("link", name="Print what is new").click()
    page.get_by_label("Stock").select_option("avery-l7160")
    page.get_by_role("button", name="Print", exact=True).click()
    address = page.get_by_role("link", name="Open the PDF").get_attribute("href")
    return page.request.get(str(address)).body()


def addresses_on(document: bytes, folder: Path) -> list[str]:
    """What a phone reads from the printed sheets."""
    need(shutil.which("pdftoppm"), "pdftoppm (Debian: poppler-utils)")
    return [text for sheet in rendered(document, folder) for text in read_from(sheet)]


def borrow(page: Page, link: str, label: str) -> str:
    """Ana sets her password, then points her phone at a label; gives the thing's name."""
    set_password(page, link, "Ana")
    page.context.clear_cookies()
    page.goto(label)
    expect(page.get_by_text("It belongs to Library.")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Sign in").click()
    sign_in(page, "ana@example.org")
    page.get_by_role("button", name="Borrow").click()
    expect(page.get_by_text("You have it until")).to_be_visible()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    return page.get_by_role("heading", level=1).inner_text()


def take_back(page: Page, link: str, label: str, thing: str) -> list[str]:
    """Sam sets his password and scans the thing; gives what its history tells."""
    set_password(page, link, "Sam")
    page.goto(label)
    expect(page.get_by_text("Ana", exact=True)).to_be_visible()
    page.get_by_role("button", name="Return").click()
    expect(page.get_by_text(f"Returned: {thing}.")).to_be_visible()
    page.get_by_role("link", name="The whole history").click()
    lines = page.locator(".history li").all_inner_texts()
    return [re.sub(r"\s+", " ", line) for line in lines]


def test_from_a_spreadsheet_to_a_tool_back_on_its_shelf(
    browser: Browser, toolshare: Toolshare, instance: Path, tmp_path: Path
) -> None:
    found_the_library(toolshare, tmp_path)
    links = {name: toolshare("password-link", f"{name}@example.org") for name in ("ana", "sam")}
    with serving(instance, f"sqlite:///{instance}/toolshare.sqlite") as port:
        address = f"http://127.0.0.1:{port}"
        with a_page(browser, address, DESK) as coordinator:
            bring_the_spreadsheet_in(coordinator)
            labels = addresses_on(print_all_labels(coordinator), tmp_path)
        # 117 of the 120 are in stock: three are retired.
        assert len(set(labels)) == len(labels) == 117
        assert labels[5].startswith(f"HTTP://127.0.0.1:{port}/I/")
        with a_page(browser, address, PHONE) as member:
            thing = borrow(member, links["ana"], labels[5])
        with a_page(browser, address, PHONE) as steward:
            story = take_back(steward, links["sam"], labels[5], thing)
    assert "Returned · Ana by Sam" in story[0]
    assert re.search(r"Borrowed until .* by Ana", story[1])
    assert "Added to the inventory by Cora" in story[2]
    assert "All is well." in toolshare("check")
