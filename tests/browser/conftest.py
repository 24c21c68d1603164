"""What browser tests are given: a server on a thread, and Chromium."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page
from werkzeug.serving import make_server

from tests.browser import shed
from tests.world import PASSWORD, World
from toolshare import settings
from toolshare.database import transaction
from toolshare.offline import late

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
OpenAs = Callable[..., Page]
# A breach of the content security policy is told as an error, wherever browsers only note it.
TELL_OF_BREACHES = """addEventListener("securitypolicyviolation", (breach) =>
  console.error(`policy breached: ${breach.violatedDirective} ${breach.blockedURI}`))"""


@pytest.fixture
def chosen(tmp_path: Path, database_url: str) -> settings.Settings:
    """Settings under which a browser on this machine keeps its session: no HTTPS."""
    return settings.read(
        {
            "TOOLSHARE_INSTANCE": str(tmp_path / "instance"),
            "TOOLSHARE_DATABASE_URL": database_url,
            "TOOLSHARE_PUBLIC_URL": "http://127.0.0.1",
            "TOOLSHARE_SECRET_KEY": "for tests, where nothing is secret",
        }
    )


@pytest.fixture
def server(app: Flask) -> Iterator[str]:
    """The address of the app, served on a thread."""
    serving = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{serving.server_port}"
    serving.shutdown()
    thread.join()
    serving.server_close()


@contextmanager
def a_window(browser: Browser, server: str, size: dict[str, int]) -> Iterator[Page]:
    """A page in which any error of a script fails the test."""
    context = browser.new_context(base_url=server, viewport=size, reduced_motion="reduce")
    context.add_init_script(TELL_OF_BREACHES)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if is_error(line) else None)
    yield page
    context.close()
    assert errors == []


def is_error(line: ConsoleMessage) -> bool:
    """Whether something went wrong: that what was sent is refused is an answer, and so is what Chromium never does."""
    is_refusal = any(f"a status of {status}" in line.text for status in (409, 422))
    is_never_done = "does not support the Push API in incognito mode" in line.text
    return line.type == "error" and not is_refusal and not is_never_done


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    """A phone's page."""
    with a_window(browser, server, PHONE) as page:
        yield page


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def size(request: pytest.FixtureRequest) -> dict[str, int]:
    """How large the window is: the test is told for each."""
    found: dict[str, int] = request.param
    return found


@pytest.fixture
def open_as(browser: Browser, server: str) -> Iterator[OpenAs]:
    """Opens somebody's own window, signed in."""
    with ExitStack() as windows:

        def open_as(email: str, size: dict[str, int] = PHONE) -> Page:
            page = windows.enter_context(a_window(browser, server, size))
            sign_in_on(page, email)
            return page

        yield open_as


@pytest.fixture
def examples(world: World) -> dict[str, Any]:
    """A shed with something in every state."""
    with transaction():
        return shed.fill(world)


def sign_in_on(page: Page, email: str) -> None:
    """Signs in as people do."""
    page.goto("/sign-in?next=/account")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/account")


@pytest.fixture
def sign_in(page: Page) -> Callable[[str], None]:
    """Signs somebody in on the phone of the test."""
    return lambda email: sign_in_on(page, email)


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The server hangs up when scans come, until this is undone."""

    def hang_up(*_: Any, **__: Any) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(late, "take_in", hang_up)
    return monkeypatch
