"""Passkeys in Chromium, with a device that it pretends to have: made, used, refused."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, CDPSession, Page, expect
from werkzeug.serving import make_server

from tests.browser.accessibility import problems_by_day_and_night
from tests.browser.conftest import DESK, PHONE, a_window, sign_in_on
from tests.server import free_port
from tests.world import World
from toolshare import settings

pytestmark = pytest.mark.browser
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def port() -> int:
    """Where it is served: a passkey is for one origin, its port included."""
    return free_port()


@pytest.fixture
def chosen(tmp_path: Path, database_url: str, port: int) -> settings.Settings:
    """An installation at localhost, where browsers make passkeys without https."""
    return settings.read(
        {
            "TOOLSHARE_INSTANCE": str(tmp_path / "instance"),
            "TOOLSHARE_DATABASE_URL": database_url,
            "TOOLSHARE_PUBLIC_URL": f"http://localhost:{port}",
            "TOOLSHARE_SECRET_KEY": "for tests, where nothing is secret",
        }
    )


@pytest.fixture
def server(app: Flask, port: int) -> Iterator[str]:
    """The app, served on a thread."""
    serving = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{port}"
    serving.shutdown()
    thread.join()
    serving.server_close()


def device_of(page: Page) -> tuple[CDPSession, str]:
    """A device that keeps passkeys, and whose owner says yes."""
    chromium = page.context.new_cdp_session(page)
    chromium.send("WebAuthn.enable")
    made = chromium.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return chromium, made["authenticatorId"]


def sign_in(page: Page) -> None:
    page.goto("/sign-in?next=/account/passkeys")
    page.get_by_role("button", name="Use a passkey").click()


def test_a_passkey_is_made_and_opens_the_account_until_it_is_removed(
    browser: Browser, server: str, world: World
) -> None:
    with a_window(browser, server, PHONE) as page:
        chromium, device = device_of(page)
        sign_in_on(page, "ana@example.org")
        page.get_by_role("link", name="My passkeys").click()
        for name in ("  ", "My phone"):
            page.get_by_label("Name").fill(name)
            page.get_by_role("button", name="Add a passkey").click()
        expect(page.get_by_text("From now on you can sign in")).to_be_visible()
        (kept,) = chromium.send("WebAuthn.getCredentials", {"authenticatorId": device})[
            "credentials"
        ]
        assert (kept["rpId"], kept["isResidentCredential"]) == ("localhost", True)
        page.get_by_label("Name").fill("Once more")
        page.get_by_role("button", name="Add a passkey").click()
        expect(page.get_by_role("alert")).to_contain_text("has made one already")
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            assert problems_by_day_and_night(page) == ""
        page.goto("/account")
        page.get_by_role("button", name="Sign out", exact=True).click()
        page.wait_for_url("**/sign-in")
        assert problems_by_day_and_night(page) == ""
        sign_in(page)
        expect(page.get_by_text("last used on Mon 1 Jun")).to_be_visible()
        page.get_by_role("button", name="Remove").click()
        page.get_by_role("dialog").get_by_role("button", name="Remove").click()
        expect(page.get_by_text("You have no passkey yet.")).to_be_visible()
        page.goto("/account")
        page.get_by_role("button", name="Sign out", exact=True).click()
        page.wait_for_url("**/sign-in")
        sign_in(page)
        expect(page.get_by_text("This passkey does not open an account here.")).to_be_visible()


def test_whoever_is_not_recognised_by_the_device_is_told_so_and_signs_in_otherwise(
    browser: Browser, server: str, world: World
) -> None:
    with a_window(browser, server, PHONE) as page:
        chromium, device = device_of(page)
        nobody = {"authenticatorId": device, "isUserVerified": False}
        chromium.send("WebAuthn.setUserVerified", nobody)
        sign_in(page)
        expect(page.get_by_role("alert")).to_contain_text("The device gave no passkey.")
        sign_in_on(page, "ana@example.org")
