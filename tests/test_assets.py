"""Static files: kept for ever under hashed names, packed, and third-party ones as they were pinned."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import type_of_client
from tests.world import World
from toolshare.app import folder
from toolshare.assets import STYLESHEET, shelf_of

STATIC = folder("static")
MANIFEST = json.loads((STATIC / "vendor" / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A stranger's browser."""
    return app.test_client()


@pytest.fixture
def stylesheet(client: FlaskClient) -> str:
    """The address of the stylesheet, as a page names it."""
    found = re.search(r'href="(/static/css/[^"]+)"', client.get("/sign-in").text)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("coding", "unpack"), [("br", brotli.decompress), ("gzip", gzip.decompress)]
)
def test_the_stylesheet_is_packed_as_the_browser_likes(
    client: FlaskClient, stylesheet: str, coding: str, unpack: type[bytes]
) -> None:
    answer = client.get(stylesheet, headers={"Accept-Encoding": coding})
    assert answer.headers["Content-Encoding"] == coding
    assert unpack(answer.data) == shelf_of(STATIC).by_name[STYLESHEET].content


def test_browsers_that_take_both_get_the_smaller(client: FlaskClient, stylesheet: str) -> None:
    answer = client.get(stylesheet, headers={"Accept-Encoding": "gzip, deflate, br, zstd"})
    assert answer.headers["Content-Encoding"] == "br"


def test_browsers_that_take_neither_get_it_as_it_is(client: FlaskClient, stylesheet: str) -> None:
    answer = client.get(stylesheet)
    assert "Content-Encoding" not in answer.headers
    assert answer.text.startswith("@layer pico, reset, base, components, utilities;")


def test_a_static_file_is_kept_for_ever(client: FlaskClient, stylesheet: str) -> None:
    answer = client.get(stylesheet)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert "Set-Cookie" not in answer.headers


def test_a_name_without_its_hash_leads_nowhere(client: FlaskClient) -> None:
    assert client.get("/static/css/toolshare.css").status_code == 404
    assert client.get("/static/../setup.cfg").status_code == 404


def test_every_stylesheet_of_ours_names_its_layer() -> None:
    sheets = list((STATIC / "css").glob("*.css"))
    assert sheets
    for sheet in sheets:
        bare = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert bare.strip().startswith("@layer "), sheet


@pytest.mark.parametrize("entry", MANIFEST, ids=lambda entry: entry["file"])
def test_a_third_party_file_is_the_one_that_was_pinned(entry: dict[str, str]) -> None:
    content = (STATIC / "vendor" / entry["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert entry["licence"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", entry["version"])


def test_the_manifest_names_every_third_party_file() -> None:
    kept = {path.name for path in (STATIC / "vendor").iterdir()} - {"manifest.json"}
    assert kept == {entry["file"] for entry in MANIFEST}


def test_every_icon_that_a_template_names_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text("utf-8")))
    for template in folder("templates").rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        named = re.findall(r'\bicon(?:_name)?(?:\(|=)"([a-z-]+)"', text)
        assert set(named) <= drawn, template


def test_only_pages_that_open_the_camera_may_run_its_decoder(
    world: World, client_of: type_of_client
) -> None:
    may_decode = {
        path: "'wasm-unsafe-eval'"
        in client_of(world.sam).get(path).headers["Content-Security-Policy"]
        for path in ("/desk", "/scan", "/loans")
    }
    assert may_decode == {"/desk": True, "/scan": True, "/loans": False}


def test_a_large_file_is_packed_too(client: FlaskClient) -> None:
    decoder = shelf_of(STATIC).by_name["vendor/zxing_reader.wasm"]
    answer = client.get(f"/static/{decoder.served_as}", headers={"Accept-Encoding": "br"})
    assert answer.mimetype == "application/wasm"
    assert len(answer.data) < 450_000
    assert brotli.decompress(answer.data) == decoder.content


# Mail programs read no stylesheet, and no page is made of this one.
PAGES = set(folder("templates").rglob("*.html")) - {folder("templates") / "messages/_mail.html"}


@pytest.mark.parametrize("template", sorted(PAGES), ids=str)
def test_no_template_holds_script_or_style(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert not re.search(r'\sstyle="|<style|\son[a-z]+="|<script(?![^>]*\ssrc=)', text)
