"""Pages of another site in a real browser: they change nothing with us, and read nothing."""

import random
from collections.abc import Iterator

import pytest
from flask import Flask, Response, request, request_finished
from playwright.sync_api import Browser, Error, Page
from sqlalchemy import Connection, select

from tests.browser.conftest import TELL_OF_BREACHES, is_error, sign_in_on
from tests.browser.foreign import PRESSES, READS, another_site
from tests.world import World
from toolshare.database import db
from toolshare.gate import SAFE, is_our_own_path
from toolshare.people.models import WrongSignIn
from toolshare.records import Record

pytestmark = pytest.mark.browser
STYLED = '<p style="color: red">'


@pytest.fixture
def window(browser: Browser, server: str, world: World) -> Iterator[Page]:
    """Ana's browser, in which she has signed in with us; errors of foreign pages are their own."""
    context = browser.new_context(base_url=server)
    sign_in_on(context.new_page(), "ana@example.org")
    yield context.new_page()
    context.close()


@pytest.fixture(params=["127.0.0.1", "localhost"], ids=["another port", "another host"])
def theirs(request: pytest.FixtureRequest) -> Iterator[str]:
    """A site at another port of our host, to which browsers send our cookies; and at another host."""
    with another_site() as port:
        yield f"http://{request.param}:{port}/"


def all_that_is_kept() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, save what counts sign-ins."""
    db.session.rollback()
    connection: Connection = db.session.connection()
    tables = [one for one in Record.metadata.sorted_tables if one is not WrongSignIn.__table__]
    return {one.name: [tuple(row) for row in connection.execute(select(one))] for one in tables}


def run(page: Page, script: str, ours: str) -> str | None:
    """What a script of theirs brings home: nothing, when the browser doesn't let it."""
    try:
        return page.evaluate(script, ours)
    except Error:
        return None


@pytest.fixture
def presses(app: Flask) -> Iterator[list[int]]:
    """How each request that was to change something was answered."""
    told: list[int] = []

    def note(_: Flask, response: Response) -> None:
        told.extend([response.status_code] if request.method not in SAFE else [])

    with request_finished.connected_to(note, app):
        yield told


def test_a_page_of_another_site_changes_nothing(
    window: Page, theirs: str, server: str, presses: list[int]
) -> None:
    before = all_that_is_kept()
    presses.clear()
    for script in PRESSES.values():
        window.goto(theirs)
        run(window, script, server)
        window.wait_for_load_state("networkidle")
    assert all_that_is_kept() == before
    assert (set(presses), len(presses) >= 5) == ({403}, True)
    assert window.goto(f"{server}/account").status == 200  # type: ignore[union-attr]
    assert "ana@example.org" in window.inner_text("main")


def test_a_page_of_another_site_reads_nothing(window: Page, theirs: str, server: str) -> None:
    read = {}
    for how, script in READS.items():
        window.goto(theirs)
        read[how] = run(window, script, server) or ""
    assert [how for how, text in read.items() if "ana" in text.lower()] == []


def test_what_foreign_pages_try_does_something_when_it_comes_from_ours(
    window: Page, server: str, world: World
) -> None:
    window.goto(f"{server}/account")
    assert "ana@example.org" in (run(window, READS["a script"], server) or "")
    before = all_that_is_kept()
    run(window, PRESSES["a script that reads the answer"], server)
    after = all_that_is_kept()
    assert [name for name, rows in after.items() if rows != before[name]] == ["people"]


def test_what_the_policy_forbids_is_told_in_every_test_in_a_browser(
    browser: Browser, server: str
) -> None:
    with browser.new_context(base_url=server) as context:
        context.add_init_script(TELL_OF_BREACHES)
        page = context.new_page()
        page.goto("/sign-in")
        with page.expect_console_message(is_error) as told:
            page.evaluate(f"document.body.insertAdjacentHTML('beforeend', '{STYLED}')")
    assert "style" in told.value.text


def test_no_browser_leads_to_another_site_where_we_say_it_is_our_own_path(
    page: Page, server: str
) -> None:
    dice = random.Random(7)
    pieces = ["/", "\\", "\t", "\n", " ", "..", "@", ":", "evil.example", "[", "%2f", "?", "#", "é"]
    tried = {"".join(dice.choices(pieces, k=dice.randint(1, 6))) for _ in range(20_000)}
    ours = [path for path in tried | {f"/{one}" for one in tried} if is_our_own_path(path)]
    assert len(ours) > 1_000
    page.goto("/sign-in")
    leads = """paths => paths.filter(one =>
      !URL.canParse(one, location) || new URL(one, location).origin !== location.origin)"""
    assert page.evaluate(leads, ours) == []
    assert len(page.evaluate(leads, [one for one in tried if one not in ours])) > 100
