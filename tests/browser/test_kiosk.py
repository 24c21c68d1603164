"""A tablet in a shed: paired, used by one member after another, and forgetful."""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import film, kiosks
from tests.browser.accessibility import problems_by_day_and_night
from tests.browser.barn import a_phone, wait_for
from tests.browser.conftest import PHONE, a_window, sign_in_on
from tests.browser.test_camera import CAMERA, FOR_A_FILM, LONG, PREFIX
from tests.conftest import QUIET
from tests.needs import need
from tests.world import MONDAY_NOON, World
from toolshare import clock
from toolshare.circulation.models import Loan
from toolshare.database import transaction
from toolshare.labels.composing import Face
from toolshare.people.roles import membership_in

pytestmark = pytest.mark.browser
TABLET = {"width": 820, "height": 1180}


@pytest.fixture
def tablet(browser: Browser, server: str) -> Iterator[Page]:
    """A tablet whose time the test makes pass."""
    with a_window(browser, server, TABLET) as page:
        page.clock.install()
        yield page


@pytest.fixture
def shed(world: World) -> dict[str, str]:
    """A link for the tablet, Ana's card, two things that are free, and one that Ana has."""
    with transaction() as session:
        kiosks.give_pins(world)
        card = membership_in(session, world.ana, world.borgo)
        assert card is not None
        mill, rake, drill = (
            world.make_item(world.make_kind(name=name)) for name in ("Mill", "Rake", "Drill")
        )
        world.make_loan(drill, world.ana)
        link = f"/kiosk/pairing/{kiosks.set_up(world)[1]}"
        codes = {"mill": mill.code, "rake": rake.code, "drill": drill.code}
        return {"link": link, "card": card.code, **codes}


def pair(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("button", name="Make this device the kiosk").click()
    expect(page.get_by_role("heading", name="Scan your card")).to_be_visible()


def type_in(page: Page, typed: str, heading: str) -> None:
    """By keys alone: a scanner types a code and presses Enter."""
    page.keyboard.type(typed)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=heading)).to_be_visible()


def sign_in(page: Page, card: str) -> None:
    type_in(page, card, "Your PIN")
    type_in(page, kiosks.PIN, "Hello Ana")


def scan(page: Page, code: str, said: str) -> None:
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    first = page.get_by_role("list", name="What you have done").get_by_role("listitem").first
    expect(first).to_contain_text(said)


def test_card_pin_borrow_two_return_one_and_go_away(
    tablet: Page, shed: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pair(tablet, shed["link"])
    sign_in(tablet, shed["card"])
    scan(tablet, shed["mill"], "Borrowed Mill")
    scan(tablet, shed["rake"], "Borrowed Rake")
    scan(tablet, shed["drill"], "Left in the shed Drill")
    had = tablet.get_by_role("region", name="You have").get_by_role("listitem")
    expect(had).to_have_count(3)
    monkeypatch.setattr(clock, "now", lambda: MONDAY_NOON + timedelta(seconds=5))
    tablet.clock.fast_forward(5_000)
    scan(tablet, shed["rake"], "You have it Rake")
    expect(had).to_have_count(3)
    done = tablet.get_by_role("list", name="What you have done").get_by_role("listitem")
    done.first.get_by_role("button", name="Undo").click()
    expect(done.first).to_contain_text("Not borrowed after all Rake")
    expect(had).to_have_count(2)
    expect(done.get_by_role("button", name="Undo")).to_have_count(1)
    tablet.clock.fast_forward(21_000)
    expect(tablet.get_by_text("Signing out in")).to_be_visible()
    tablet.keyboard.press("Shift")
    expect(tablet.get_by_text("Signing out in")).to_have_count(0)
    monkeypatch.setattr(clock, "now", lambda: MONDAY_NOON + timedelta(seconds=40))
    tablet.clock.fast_forward(31_000)
    expect(tablet.get_by_role("heading", name="Scan your card")).to_be_visible()
    tablet.go_back()
    expect(tablet.get_by_role("heading", name="Scan your card")).to_be_visible()
    expect(tablet.get_by_text("Ana")).to_have_count(0)
    expect(tablet.get_by_text("Mill")).to_have_count(0)
    tablet.goto("/account")
    expect(tablet.get_by_role("heading", name="Scan your card")).to_be_visible()


def test_a_wrong_pin_on_the_big_keys_then_the_right_one_and_done(
    tablet: Page, shed: dict[str, str]
) -> None:
    pair(tablet, shed["link"])
    type_in(tablet, shed["card"], "Your PIN")
    for pin, heading in (("2719", "Your PIN"), (kiosks.PIN, "Hello Ana")):
        for digit in pin:
            tablet.get_by_role("button", name=digit, exact=True).click()
        tablet.get_by_role("button", name="Sign in").click()
        expect(tablet.get_by_role("heading", name=heading)).to_be_visible()
    tablet.get_by_role("button", name="Done").click()
    expect(tablet.get_by_role("heading", name="Scan your card")).to_be_visible()


def test_a_camera_that_was_allowed_opens_by_itself(
    browser: Browser, server: str, shed: dict[str, str]
) -> None:
    path = need(shutil.which("chromium"), "apt-get install chromium")
    chromium = browser.browser_type.launch(executable_path=path, args=[*QUIET, *CAMERA])
    page = chromium.new_context(base_url=server, permissions=["camera"]).new_page()
    pair(page, shed["link"])
    expect(page.locator("label-camera[state=open]")).to_be_visible()
    sign_in(page, shed["card"])
    expect(page.locator("label-camera[state=open]")).to_be_visible()
    chromium.close()


def test_a_label_that_lies_before_the_camera_is_read_once_however_often_the_page_comes(
    browser: Browser, server: str, world: World, shed: dict[str, str], tmp_path: Path
) -> None:
    (label,) = film.labels(PREFIX, [Face(shed["mill"], "Mill", ("Borgo",))], tmp_path)
    reel = film.film([(film.lying(label), LONG)], tmp_path / "film.mjpeg")
    path = need(shutil.which("chromium"), "apt-get install chromium")
    args = [*QUIET, *CAMERA, f"--use-file-for-fake-video-capture={reel}"]
    chromium = browser.browser_type.launch(executable_path=path, args=args)
    page = chromium.new_context(base_url=server, permissions=["camera"]).new_page()
    shown: list[str] = []
    page.on("request", lambda one: shown.append(one.url) if one.url.endswith("/cards") else None)
    pair(page, shed["link"])
    expect(page.get_by_text("the label of a thing")).to_be_visible(timeout=FOR_A_FILM)
    last_seen = "() => Math.max(...document.querySelector('label-camera').seen.values())"
    page.wait_for_function(f"() => ({last_seen})() > 0")
    page.wait_for_function(f"before => ({last_seen})() > before", arg=page.evaluate(last_seen))
    assert len(shown) == 1
    chromium.close()


def test_a_device_on_which_scans_wait_becomes_no_kiosk_before_they_are_sent(
    browser: Browser, server: str, world: World, shed: dict[str, str]
) -> None:
    with a_phone(browser, server, world.ana) as phone:
        (page,) = phone.pages
        phone.set_offline(True)
        page.goto(f"/I/{shed['mill']}")
        page.get_by_role("button", name="Borrow").click()
        wait_for(page, 1)
        phone.clear_cookies()
        phone.set_offline(False)
        page.goto(shed["link"])
        expect(page.get_by_role("alert")).to_contain_text("Scans that wait on this device: 1.")
        become = page.get_by_role("button", name="Make this device the kiosk")
        expect(become).to_have_count(0)
        assert not problems_by_day_and_night(page)
        page.get_by_role("link", name="See what waits").click()
        sign_in_on(page, world.ana.email)
        mark = page.get_by_role("link", name="Waiting:")
        expect(mark).to_be_visible()
        expect(mark).to_be_hidden(timeout=20_000)
        pair(page, shed["link"])
    world.session.rollback()
    assert world.session.query(Loan).filter(Loan.borrower_id == world.ana.id).count() == 2


@pytest.mark.parametrize("size", [PHONE, TABLET], ids=["phone", "tablet"])
def test_axe_finds_nothing_on_a_tablet(
    tablet: Page, shed: dict[str, str], size: dict[str, int]
) -> None:
    tablet.set_viewport_size(size)
    problems, wide = "", []

    def look() -> None:
        nonlocal problems
        problems += problems_by_day_and_night(tablet)
        if tablet.evaluate("document.documentElement.scrollWidth") > size["width"]:
            wide.append(tablet.url)

    for steps in steps_of(tablet, shed):
        steps()
        look()
    assert (problems, wide) == ("", [])


def steps_of(page: Page, shed: dict[str, str]) -> list[Callable[[], object]]:
    """From one page of the tablet to the next."""
    return [
        lambda: page.goto(shed["link"]),
        lambda: page.get_by_role("button", name="Make this device the kiosk").click(),
        lambda: type_in(page, shed["card"], "Your PIN"),
        lambda: type_in(page, "314159", "Your PIN"),
        lambda: type_in(page, kiosks.PIN, "Hello Ana"),
        lambda: scan(page, shed["mill"], "Borrowed Mill"),
        lambda: page.clock.fast_forward(21_000),
    ]
