"""The camera at the desk: a real Chromium, whose camera plays a film of our own labels."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
import qrcode
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from tests.browser import film
from tests.browser.conftest import PHONE
from tests.conftest import QUIET
from tests.needs import need
from tests.world import PASSWORD, World
from toolshare.circulation.models import Loan
from toolshare.inventory.models import Item
from toolshare.labels.composing import Face
from toolshare.people.roles import membership_in

pytestmark = pytest.mark.browser
PREFIX = "HTTP://127.0.0.1/I/"
READY, LOOK, AWAY, LONG = 90, 18, 2, 900  # frames, of which there are 30 a second
FOR_A_FILM = 60_000  # ms
CAMERA = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
Scenes = list[tuple[Image.Image, int]]
Filmed = Callable[[Scenes, str], AbstractContextManager[Page]]


@pytest.fixture
def filmed(browser: Browser, server: str, tmp_path: Path) -> Filmed:
    """Sam's phone on a page, whose camera sees these scenes once it is opened."""

    @contextmanager
    def filmed(scenes: Scenes, path: str = "/desk") -> Iterator[Page]:
        reel = film.film(
            [(film.bench(), READY), *scenes, (film.bench(), LONG)], tmp_path / "film.mjpeg"
        )
        phone = browser.browser_type.launch(
            executable_path=need(shutil.which("chromium"), "apt-get install chromium"),
            args=[*QUIET, *CAMERA, f"--use-file-for-fake-video-capture={reel}"],
        )
        context = phone.new_context(base_url=server, viewport=PHONE, permissions=["camera"])
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        sign_in(page, path)
        yield page
        phone.close()
        assert errors == []

    return filmed


def sign_in(page: Page, path: str) -> None:
    """Sam signs in and lands on a page."""
    page.goto(f"/sign-in?next={path}")
    page.get_by_label("E-mail").fill("sam@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**{path}")


def open_camera(page: Page) -> None:
    page.get_by_role("button", name="Open the camera").click()


def drills(world: World, count: int) -> list[Item]:
    """As many drills, all of which one person may have."""
    kind = world.make_kind()
    world.make_rule("open_loans", count)
    items = [world.make_item(kind) for _ in range(count)]
    world.session.commit()
    return items


def labels_of(world: World, items: list[Item], folder: Path) -> list[Image.Image]:
    """Ana's card, then the labels of these items."""
    card = membership_in(world.session, world.ana, world.borgo)
    assert card is not None
    faces = [
        Face(code, "Hand drill", ("Borgo",)) for code in (card.code, *(one.code for one in items))
    ]
    return film.labels(PREFIX, faces, folder)


def one_after_the_other(labels: list[Image.Image]) -> Scenes:
    """Each label for a moment, with a glance at the wood in between."""
    return [scene for one in labels for scene in ((film.lying(one), LOOK), (film.bench(), AWAY))]


def test_forty_things_are_lent_and_taken_back_in_one_go(
    world: World, filmed: Filmed, tmp_path: Path
) -> None:
    card, *labels = labels_of(world, drills(world, 40), tmp_path)
    with filmed(one_after_the_other([card, *labels, *labels]), "/desk") as page:
        open_camera(page)
        expect(page.get_by_role("heading", name="Lending to Ana")).to_be_visible(timeout=FOR_A_FILM)
        expect(page.locator(".answer.lent")).to_have_count(40, timeout=FOR_A_FILM)
        expect(page.locator(".answer.returned")).to_have_count(40, timeout=FOR_A_FILM)
    world.session.rollback()
    loans = world.session.scalars(select(Loan)).all()
    assert [(loan.borrower_id, loan.is_out) for loan in loans] == [(world.ana.id, False)] * 40


def test_labels_are_read_askew_in_the_dusk_and_two_at_once_and_others_are_refused(
    world: World, filmed: Filmed, tmp_path: Path
) -> None:
    card, *labels = labels_of(world, drills(world, 5), tmp_path)
    foreign = qrcode.make("https://shop.example.com/drill").convert("RGB").resize((220, 220))
    scenes = [
        film.tilted(film.lying(card), 7),
        film.tilted(film.lying(labels[0]), 38),
        film.dim(film.lying(labels[1]), 0.35),
        film.blurred(film.lying(labels[2]), 1.2),
        film.lying(foreign),
        film.lying(labels[3].resize((250, 150)), labels[4].resize((250, 150))),
    ]
    with filmed([(scene, LOOK) for scene in scenes], "/desk") as page:
        open_camera(page)
        expect(page.locator(".answer.lent")).to_have_count(5, timeout=FOR_A_FILM)
        expect(page.locator(".answer.refused")).to_contain_text("it leads to shop.example.com")
        assert page.locator("answer-tones").get_attribute("said") in {"good", "refused"}


def test_a_label_leads_to_its_page(world: World, filmed: Filmed, tmp_path: Path) -> None:
    (drill,) = drills(world, 1)
    code = drill.code
    _, label = labels_of(world, [drill], tmp_path)
    with filmed([(film.lying(label), LONG)], "/scan") as page:
        open_camera(page)
        page.wait_for_url(f"**/I/{code}")
        expect(page.get_by_role("heading", name="Hand drill")).to_be_visible()


# A phone with a lamp and a second camera, which notes what is asked of it.
LAMP_AND_TWO_CAMERAS = """
globalThis.asked = []; globalThis.lit = [];
const media = navigator.mediaDevices, open = media.getUserMedia.bind(media);
media.getUserMedia = (what) => { asked.push(what.video.deviceId?.ideal ?? "any"); return open(what); };
const known = media.enumerateDevices.bind(media);
const second = { kind: "videoinput", deviceId: "second", label: "Second camera" };
media.enumerateDevices = async () => [...(await known()), second];
MediaStreamTrack.prototype.getCapabilities = () => ({ torch: true });
MediaStreamTrack.prototype.applyConstraints = async (to) => lit.push(to.advanced[0].torch);
"""


def test_light_goes_on_and_off_and_the_camera_that_was_chosen_is_remembered(
    world: World, filmed: Filmed
) -> None:
    with filmed([], "/desk") as page:
        page.add_init_script(LAMP_AND_TWO_CAMERAS)
        page.reload()
        open_camera(page)
        light = page.get_by_role("button", name="Light")
        for is_on in ("true", "false"):
            light.click()
            expect(light).to_have_attribute("aria-pressed", is_on)
        assert page.evaluate("lit") == [True, False]
        page.locator("label-camera select").select_option("second")
        page.wait_for_function("() => asked.length === 2")
        page.reload()
        open_camera(page)
        page.wait_for_function("() => asked.length === 1")
        assert page.evaluate("asked") == ["second"]


def test_a_code_that_comes_twice_within_three_seconds_is_read_once_and_hands_feel_the_answer(
    page: Page, world: World
) -> None:
    (drill,) = drills(world, 1)
    page.add_init_script("globalThis.felt = []; navigator.vibrate = (how) => felt.push(how);")
    sign_in(page, "/desk")
    page.clock.install()
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if one.method == "POST" else None)

    def scan(code: str) -> None:
        page.locator("#code").fill(code)
        page.keyboard.press("Enter")

    world.make_loan(drill, world.ana)
    world.session.commit()
    scan(drill.code)
    expect(page.locator(".answer.returned")).to_be_visible()
    page.clock.fast_forward(2_000)
    scan(drill.code)
    page.clock.fast_forward(3_500)
    scan(drill.code)
    expect(page.locator(".answer.refused")).to_be_visible()
    assert len(sent) == 2
    assert page.evaluate("felt") == [[60], [90, 60, 90]]


def test_a_camera_that_is_not_allowed_is_said_to_be(page: Page, world: World) -> None:
    sign_in(page, "/desk")
    open_camera(page)
    expect(page.get_by_text("The camera can’t be used")).to_be_visible()
    expect(page.get_by_role("button", name="Open the camera")).to_be_visible()


def test_where_a_page_gets_no_camera_it_says_how_to_scan(page: Page, world: World) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'mediaDevices', {value: undefined})")
    sign_in(page, "/desk")
    expect(page.get_by_text("Open the camera app of your phone")).to_be_visible()
    expect(page.get_by_role("button", name="Open the camera")).to_be_hidden()


def test_labels_are_read_where_there_is_no_signal(
    world: World, filmed: Filmed, tmp_path: Path
) -> None:
    card, *labels = labels_of(world, drills(world, 4), tmp_path)
    with filmed(one_after_the_other([card, *labels]), "/offline?fetch") as page:
        expect(page.get_by_text("Sam, this is what was known")).to_be_visible()
        page.evaluate("navigator.serviceWorker.ready")
        page.context.set_offline(True)
        page.goto("/desk")
        open_camera(page)
        expect(page.get_by_role("heading", name="Lending to Ana")).to_be_visible(timeout=FOR_A_FILM)
        waiting = page.get_by_role("heading", name="Waiting for a signal: 4")
        expect(waiting).to_be_visible(timeout=FOR_A_FILM)
