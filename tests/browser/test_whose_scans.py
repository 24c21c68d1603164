"""On a device that several people use: what waits there is its maker's, and what they knew goes with them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Route, expect
from sqlalchemy import select

from tests.browser.barn import a_phone, scan, wait_for
from tests.browser.conftest import sign_in_on
from tests.world import World
from toolshare.circulation.models import Loan
from toolshare.database import transaction
from toolshare.people.models import Person

pytestmark = pytest.mark.browser
FACTS = "**/offline/facts"
PAGE_KEPT = "caches.match('/offline', {ignoreVary: true}).then((page) => page?.text() ?? '')"
FACTS_KEPT = """() => new Promise((done) => {
  indexedDB.open("toolshare").onsuccess = ({ target: { result } }) => {
    const asked = result.transaction("kept").objectStore("kept").get("facts");
    asked.onsuccess = () => { result.close(); done(Boolean(asked.result)); };
  };
})"""


@pytest.fixture
def phone_of(browser: Browser, server: str) -> Callable[[Person], Any]:
    """A phone whose server runs on a thread of the test."""
    return lambda person: a_phone(browser, server, person)


@contextmanager
def a_browser(browser: Browser, server: str, script: str = "") -> Iterator[BrowserContext]:
    """One in which something is otherwise than in ours."""
    context = browser.new_context(base_url=server)
    context.add_init_script(script)
    yield context
    context.close()


def test_scans_are_not_sent_as_who_signed_in_after_the_device_asked_who_it_is(
    world: World, phone_of: Callable[[Person], Any], deaf: pytest.MonkeyPatch
) -> None:
    code = world.make_item().code
    world.session.commit()
    with phone_of(world.sam) as phone:
        (page,) = phone.pages
        scan(page, code)
        page.get_by_role("button", name="Borrow").click()
        wait_for(page, 1)
        page.goto("about:blank")
        sams = page.request.get("/offline/facts").text()
        phone.clear_cookies()
        page.route(FACTS, lambda route: route.fulfill(body=sams, content_type="application/json"))
        with page.expect_response("**/offline/scans") as answer:
            sign_in_on(page, "ana@example.org")
        assert answer.value.status == 401
        page.unroute(FACTS)
        page.goto("/offline")
        expect(page.get_by_text("whose maker is not signed in: 1")).to_be_visible()
        deaf.undo()
        phone.clear_cookies()
        sign_in_on(page, "sam@example.org")
        expect(page.get_by_role("link", name="Waiting: 1")).to_be_visible()
        expect(page.get_by_role("link", name="Waiting: 1")).to_be_hidden(timeout=20_000)
    world.session.rollback()
    assert world.session.scalars(select(Loan)).one().borrower_id == world.sam.id


def test_facts_that_come_after_somebody_signed_out_are_not_kept(
    world: World, phone_of: Callable[[Person], Any]
) -> None:
    late: list[Route] = []

    def hold(route: Route) -> None:
        late.append(route)

    with phone_of(world.sam) as phone:
        (page,) = phone.pages
        page.clock.install()
        page.clock.fast_forward(10 * 60_000)
        page.route(FACTS, hold)
        page.goto("/offline?fetch")
        while not late:
            page.wait_for_timeout(20)
        sams = page.request.get("/offline/facts").text()
        other = phone.new_page()
        other.goto("/account")
        other.get_by_role("button", name="Sign out", exact=True).click()
        other.wait_for_url("**/sign-in")
        expect(page.get_by_text("This device knows nothing")).to_be_visible()
        with page.expect_response(FACTS):
            late[0].fulfill(body=sams, content_type="application/json")
        other.wait_for_timeout(300)
        assert other.evaluate(FACTS_KEPT) is False


def test_what_was_held_back_while_it_was_described_is_sent_when_nobody_comes_back_to_it(
    world: World, phone_of: Callable[[Person], Any]
) -> None:
    drill = world.make_item()
    world.make_loan(drill, world.ana)
    code = drill.code
    world.session.commit()
    with phone_of(world.sam) as phone:
        (page,) = phone.pages
        phone.set_offline(True)
        scan(page, code)
        wait_for(page, 1)
        page.get_by_text("Condition, note and photo").click()
        page.wait_for_timeout(300)
        page.close()
        phone.set_offline(False)
        other = phone.new_page()
        other.clock.install()
        with other.expect_response(FACTS):
            other.goto("/loans")
        waiting = other.get_by_role("link", name="Waiting: 1")
        other.wait_for_timeout(300)
        expect(waiting).to_be_visible()
        other.clock.fast_forward(6 * 60_000)
        expect(waiting).to_be_hidden()
    world.session.rollback()
    assert world.session.scalars(select(Loan)).one().returned_at is not None


@pytest.mark.usefixtures("world")
def test_a_browser_that_keeps_nothing_still_signs_out(browser: Browser, server: str) -> None:
    script = "indexedDB.open = () => { throw new DOMException('private', 'InvalidStateError'); };"
    with a_browser(browser, server, script) as context:
        page = context.new_page()
        sign_in_on(page, "sam@example.org")
        page.goto("/account")
        page.get_by_role("button", name="Sign out", exact=True).click()
        page.wait_for_url("**/sign-in")


def test_a_browser_that_can_not_keep_the_page_says_so(browser: Browser, server: str) -> None:
    script = "navigator.serviceWorker.register = () => Promise.reject(new TypeError('no modules'));"
    with a_browser(browser, server, script) as context:
        page = context.new_page()
        page.goto("/offline")
        expect(page.get_by_text("here it opens with a signal only")).to_be_visible()
        expect(page.get_by_text("without a signal too")).to_be_hidden()


def test_the_page_is_kept_in_the_language_that_somebody_chose(
    world: World, browser: Browser, server: str
) -> None:
    with transaction():
        world.sam.language = "it"
    with a_browser(browser, server) as context:
        page = context.new_page()
        sign_in_on(page, "sam@example.org")
        page.goto("/offline")
        page.evaluate("navigator.serviceWorker.ready")
        assert '<html lang="it"' in page.evaluate(PAGE_KEPT)
