"""What a browser shows while no page is open: asked for, shown, opened by a tap; and where it can't."""

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.barn import tell_the_worker
from tests.browser.conftest import OpenAs
from tests.listening import Listener
from tests.messages.receiver import Receiver
from tests.world import MONDAY_NOON, World
from toolshare import pushing, ringing
from toolshare.database import transaction
from toolshare.outbox.models import Topic
from toolshare.outbox.telling import tell

pytestmark = pytest.mark.browser
# Chromium subscribes at a service of its maker alone, which is out of reach here, and in no window of a
# test: so what it would give is given in its place, with keys that can be read. All else is its own.
SUBSCRIBED = """([given, key]) => {
  PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
    if (!userVisibleOnly || applicationServerKey !== key) throw new Error("not asked as it should be");
    return { toJSON: () => JSON.parse(given) };
  };
}"""
SHOWN = """async () => {
  const shown = await (await navigator.serviceWorker.ready).getNotifications();
  return shown.map(({ title, body, lang, data }) => [title, body, lang, data.path]);
}"""
TAP = """async () => {
  const [notification] = await registration.getNotifications();
  dispatchEvent(new NotificationEvent("notificationclick", { notification }));
}"""
TURN_ON = "Show it in this browser"
FAILED = "the browser did not reach who delivers for it"
ANYTHING, SOMETHING = "Toolshare", "There is something for you to read."


def shows(page: Page, *notes: list[str]) -> None:
    """Waits until it shows these, and nothing else."""
    page.wait_for_function(
        f"async (notes) => JSON.stringify(await ({SHOWN})()) === notes",
        arg=page.evaluate("JSON.stringify", [*notes]),
    )


@pytest.mark.usefixtures("push_at_home")
def test_a_browser_asks_first_and_then_shows_what_comes_and_where_it_leads(
    app: Flask, open_as: OpenAs, server: str, world: World, listener: Listener
) -> None:
    page, receiver = open_as("ana@example.org"), Receiver()
    page.context.grant_permissions(["notifications"], origin=server)
    page.goto("/account/messages")
    page.get_by_role("button", name=TURN_ON).click()
    expect(page.get_by_text(FAILED)).to_be_visible()
    key = pushing.public_key_of(app.config["CHOSEN"].secret_key)
    page.evaluate(SUBSCRIBED, [receiver.given(listener.address), key])
    page.get_by_role("button", name=TURN_ON).click()
    expect(page.get_by_text("shows only that there is something")).to_be_visible()
    with transaction() as session:
        tell(session, Topic.WELCOME, world.ana, group=world.borgo, now=MONDAY_NOON)
    with app.app_context():
        ringing.ring()
    ((_, _, body),) = listener.told
    tell_the_worker(page, server, "deliverPushMessage", data=receiver.read(body).decode())
    shows(page, [ANYTHING, SOMETHING, "en", "/groups/borgo"])
    (worker,) = page.context.service_workers
    worker.evaluate(TAP)
    page.wait_for_url("**/catalogue")
    shows(page)
    tell_the_worker(page, server, "deliverPushMessage", data="no note of ours")
    shows(page, [ANYTHING, "", "", "/"])


def test_a_browser_that_may_not_or_can_not_says_so(
    open_as: OpenAs, server: str, world: World
) -> None:
    page = open_as("ana@example.org")
    page.context.grant_permissions([], origin=server)
    page.goto("/account/messages")
    expect(page.get_by_text("was told never to show")).to_be_visible()
    expect(page.get_by_role("button", name=TURN_ON)).to_be_hidden()
    page.context.add_init_script("delete window.PushManager")  # as on an iPhone's pages
    page.reload()
    expect(page.get_by_text("can't show you anything")).to_be_visible()
    expect(page.get_by_role("button", name=TURN_ON)).to_be_hidden()
