"""A label comes into view: how long until its answer is on the screen.

Run `make bench`, or this alone: `python -m benchmarks.scanning 40`. A real Chromium, whose camera plays
a film of labels as we print them, is at the desk of `toolshare serve` and lends one thing after the
other. In the corner of each picture with a label is a patch of colour: the page itself sees by it in
which frame of its camera the label is there first, and notes when the answer is in its list.
"""

import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.browser import film
from tests.browser.conftest import PHONE
from tests.conftest import QUIET
from tests.needs import need
from tests.server import serving
from tests.world import PASSWORD, World
from toolshare import create_app, settings
from toolshare.database import db, transaction
from toolshare.labels.composing import Face
from toolshare.migrating import migrate
from toolshare.people.roles import membership_in

HOST = "tools.example.org"  # on the labels; in the app it is one that it had before
READY, LOOK, AWAY = 90, 40, 8  # frames, of which there are 30 a second
PATIENCE = 5_000  # ms, for one answer
CAMERA = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
PATCH = Image.new("RGB", (64, 64), "#0000ff")
NOTING = """
const video = document.querySelector("label-camera video");
const corner = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
globalThis.seen = []; globalThis.answered = [];
let there = false;
const look = () => {
    corner.drawImage(video, 16, 16, 16, 16, 0, 0, 1, 1);
    const [red, , blue] = corner.getImageData(0, 0, 1, 1).data;
    const now = blue > 150 && red < 100;
    if (now && !there) seen.push(performance.now());
    there = now;
    video.requestVideoFrameCallback(look);
};
video.requestVideoFrameCallback(look);
new MutationObserver(() => requestAnimationFrame(() => {
    const lent = document.querySelectorAll("#answers .lent").length;
    while (answered.length < lent) answered.push(performance.now());
})).observe(document.querySelector("scan-desk"), { childList: true, subtree: true });
"""


def main(labels: str = "40") -> None:
    """Prints how long it took from the first frame with a label to the first with its answer."""
    with tempfile.TemporaryDirectory() as name:
        took = sorted(waited(Path(name), int(labels)))
    print(
        f"| labels | median | 9 of 10 within | longest |\n|--:|--:|--:|--:|\n| {len(took)} | ",
        end="",
    )
    shown = (statistics.median(took), took[len(took) * 9 // 10], took[-1])
    print(" | ".join(f"{one:.0f} ms" for one in shown), "|")


def waited(folder: Path, count: int) -> Iterator[float]:
    """The ms between each label and its answer."""
    instance = folder / "instance"
    instance.mkdir()
    (instance / "settings.toml").write_text(f'former_hosts = "{HOST}"\n')
    chosen = settings.read({"TOOLSHARE_INSTANCE": str(instance)})
    migrate(chosen.database_url)
    faces = furnished(chosen, count)
    labels = film.labels(f"HTTPS://{HOST.upper()}/I/", faces, folder)
    with (
        serving(instance, chosen.database_url) as port,
        seen_by_a_phone(labels, port, folder) as page,
    ):
        wait_for(page, count)
        seen, answered = page.evaluate("[seen, answered]")
    _card, *seen = seen
    yield from (later - sooner for sooner, later in zip(seen, answered, strict=True))


def wait_for(page: Page, count: int) -> None:
    """Waits until so many answers are there."""
    is_done = "count => answered.length >= count"
    page.wait_for_function(is_done, arg=count, timeout=(count + 1) * PATIENCE)


def furnished(chosen: settings.Settings, count: int) -> list[Face]:
    """Ana's card and as many drills, all of which she may have."""
    with create_app(chosen).app_context():
        with transaction() as session:
            world = World(session)
            world.make_rule("open_loans", count)
            kind = world.make_kind()
            card = membership_in(session, world.ana, world.borgo)
            codes = [card and card.code, *(world.make_item(kind).code for _ in range(count))]
            faces = [Face(str(code), "Hand drill", ("Borgo",)) for code in codes]
        db.session.remove()
        db.engine.dispose()
    return faces


@contextmanager
def seen_by_a_phone(labels: Sequence[Image.Image], port: int, folder: Path) -> Iterator[Page]:
    """A steward's phone at the desk, whose camera is open and sees one label after the other."""
    reel = film.film(scenes(labels), folder / "film.mjpeg")
    with sync_playwright() as playwright:
        phone = playwright.chromium.launch(
            executable_path=need(shutil.which("chromium"), "apt-get install chromium"),
            args=[*QUIET, *CAMERA, f"--use-file-for-fake-video-capture={reel}"],
        )
        options: dict[str, Any] = {"viewport": PHONE, "permissions": ["camera"]}
        page = phone.new_context(base_url=f"http://127.0.0.1:{port}", **options).new_page()
        page.goto("/sign-in?next=/desk")
        page.get_by_label("E-mail").fill("sam@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/desk")
        page.evaluate(NOTING)
        page.get_by_role("button", name="Open the camera").click()
        yield page
        phone.close()


def scenes(labels: Sequence[Image.Image]) -> Iterator[tuple[Image.Image, int]]:
    """Wood, then each label with the patch, and wood in between."""
    yield film.bench(), READY
    for label in labels:
        picture = film.lying(label)
        picture.paste(PATCH, (0, 0))
        yield picture, LOOK
        yield film.bench(), AWAY


if __name__ == "__main__":
    main(*sys.argv[1:])
