"""What makes the app open without a signal: manifest, service worker, and a page about nobody."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from tests.conftest import type_of_client
from tests.world import World
from toolshare.app import folder
from toolshare.assets import shelf_of
from toolshare.offline import page_views

WORKER = "/service-worker.js"


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A stranger's browser."""
    return app.test_client()


def provisions(client: FlaskClient, address: str = WORKER) -> dict[str, object]:
    """What the service worker is told to keep."""
    found = re.match(r"const PROVISIONS = (.+);\n", client.get(address).text)
    assert found
    kept: dict[str, object] = json.loads(found[1])
    return kept


def test_the_app_can_be_installed(client: FlaskClient) -> None:
    page = client.get("/sign-in").text
    address = re.search(r'<link rel="manifest" href="([^"]+)"', page)
    assert address
    answer = client.get(address[1])
    assert answer.mimetype == "application/manifest+json"
    manifest = json.loads(answer.text)
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == (
        "/",
        "/",
        "standalone",
    )
    assert {one["purpose"] for one in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        picture = Image.open(BytesIO(client.get(icon["src"]).data))
        assert f"{picture.width}x{picture.height}" == icon["sizes"]
    assert all(client.get(one["url"]).status_code in {200, 303} for one in manifest["shortcuts"])


@pytest.mark.parametrize("name", ["maskable-512", "apple-touch-icon"])
def test_an_icon_that_is_cut_to_shape_is_filled_to_its_edges(name: str) -> None:
    with Image.open(folder("static") / "icons" / f"{name}.png") as icon:
        assert icon.convert("RGBA").getchannel("A").getextrema() == (255, 255)


def test_the_worker_is_asked_for_anew_and_may_see_to_every_page(client: FlaskClient) -> None:
    answer = client.get(WORKER)
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]
    known = {"If-None-Match": answer.headers["ETag"]}
    assert client.get(WORKER, headers=known).status_code == 304


@pytest.mark.parametrize(
    ("asked", "liked", "language"), [("it", "en-GB", "it"), ("", "it", "it"), ("xx", "de,en", "en")]
)
def test_the_worker_keeps_the_page_in_the_language_that_is_asked_for_or_liked_best(
    client: FlaskClient, asked: str, liked: str, language: str
) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = liked
    kept = provisions(client, f"{WORKER}?language={asked}")
    assert kept["language"] == language
    page = client.get(str(kept["page"]), headers={"Accept-Language": kept["language"]}).text
    assert f'<html lang="{language}"' in page
    assert hashlib.sha256(page.encode()).hexdigest()[:10] == kept["version"]


def test_making_the_worker_swallows_nothing_that_the_next_page_has_to_say(
    world: World, client_of: type_of_client
) -> None:
    sam = client_of(world.sam)
    with sam.session_transaction() as session:
        session["_flashes"] = [("success", "The rake is back.")]
    page_views._worker.cache_clear()
    assert "The rake is back." not in sam.get(WORKER).text
    assert "The rake is back." in sam.get("/loans").text


def test_the_worker_keeps_all_that_its_page_needs_and_nothing_else(client: FlaskClient) -> None:
    kept = provisions(client)
    page = client.get(str(kept["page"]))
    assert "'wasm-unsafe-eval'" in page.headers["Content-Security-Policy"]
    files = kept["files"]
    assert isinstance(files, list)
    assert set(re.findall(r'"(/static/[^"#]+)', page.text)) <= set(files)
    assert {client.get(address).status_code for address in files} == {200}
    imported = re.findall(
        r'from "\./([^"]+)"', "".join(client.get(one).text for one in files if "/offline/" in one)
    )
    assert len(imported) > 5
    assert {f"/static/offline/{name}" for name in imported} <= set(files)
    assert all(address.startswith("/static/") for address in files)


def test_the_page_that_a_device_keeps_says_nothing_about_anybody(
    world: World, client_of: type_of_client
) -> None:
    pages = {client_of(person).get("/offline").text for person in (None, world.ana, world.cora)}
    assert len(pages) == 1


@pytest.fixture
def made_anew() -> Iterator[Callable[[], None]]:
    """Has the service worker made anew, which is done once in a process."""
    yield page_views._worker.cache_clear
    page_views._worker.cache_clear()


def test_the_worker_changes_with_the_page(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, made_anew: Callable[[], None]
) -> None:
    before = provisions(client)["version"]
    monkeypatch.setattr(page_views, "render_template", lambda *_, **__: "<p>Another page.")
    assert provisions(client)["version"] == before
    made_anew()
    assert provisions(client)["version"] != before


def test_a_module_is_named_anew_when_what_it_imports_has_changed() -> None:
    shelf = shelf_of(folder("static"))
    sending = shelf.by_name["offline/sending.js"]
    imported = shelf.by_name["offline/outbox.js"].served_as.removeprefix("offline/")
    assert f'from "./{imported}"' in sending.content.decode()
    assert 'from "./outbox.js"' not in sending.content.decode()
