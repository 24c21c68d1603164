"""A barn without a signal: a phone that knows what one needs there, and what is done with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import PHONE, sign_in_on
from toolshare.people.models import Person

SCAN = "Scan or type a code"


@contextmanager
def a_phone(browser: Browser, server: str, person: Person) -> Iterator[BrowserContext]:
    """A phone that knows what this person needs to work without a signal.

    What a browser writes to its console when nothing answers is no fault; what a script throws is.
    """
    context = browser.new_context(base_url=server, viewport=PHONE, reduced_motion="reduce")
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    page = context.new_page()
    sign_in_on(page, person.email)
    page.goto("/offline?fetch")
    expect(page.get_by_text(f"{person.name}, this is what was known")).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready")
    yield context
    context.close()
    assert errors == []


def scan(page: Page, code: str) -> None:
    """Scans as a scanner gun does: it types and presses Enter."""
    page.get_by_label(SCAN).fill(code)
    page.get_by_label(SCAN).press("Enter")


def wait_for(page: Page, count: int) -> None:
    """Until the page says that as many scans wait."""
    waiting = page.get_by_role("heading", name="Waiting for a signal")
    if count:
        expect(waiting).to_have_text(f"Waiting for a signal: {count}")
    else:
        expect(waiting).to_be_hidden(timeout=20_000)


def the_browser_finds_a_signal(page: Page, address: str) -> None:
    """What Chromium does by itself sooner or later after it was asked to: Background Sync."""
    tell_the_worker(page, address, "dispatchSyncEvent", tag="scans", lastChance=False)


def tell_the_worker(page: Page, address: str, what: str, **told: Any) -> None:
    """Has Chromium itself tell its service worker something."""
    known: list[dict[str, Any]] = []
    browser = page.context.new_cdp_session(page)

    def hear(told: dict[str, Any]) -> None:
        known.append(told)

    browser.on("ServiceWorker.workerRegistrationUpdated", hear)
    browser.send("ServiceWorker.enable")
    while not any(told["registrations"] for told in known):
        page.wait_for_timeout(20)
    (ours, *_) = (one for told in known for one in told["registrations"])
    whom = {"registrationId": ours["registrationId"], "origin": address.removesuffix("/")}
    browser.send(f"ServiceWorker.{what}", {**whom, **told})


def kept_pages(page: Page) -> list[str]:
    """The paths of all that this browser's service worker keeps."""
    found: list[str] = page.evaluate(
        "async () => { const found = [];"
        " for (const name of await caches.keys())"
        " for (const one of await (await caches.open(name)).keys())"
        " found.push(new URL(one.url).pathname);"
        " return found; }"
    )
    return found
