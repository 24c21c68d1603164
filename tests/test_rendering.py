"""Pages ask the database before they are rendered: no query runs inside a template."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import BytesIO
from typing import Any

import pytest
from flask import Flask, before_render_template, render_template_string, template_rendered
from flask.testing import FlaskClient
from sqlalchemy import event, select

from tests.browser import counted, kiosks, shed
from tests.browser.pages import pages_of
from tests.conftest import type_of_client
from tests.counting import statements
from tests.disks import let_only_read
from tests.people.links import links_sent_to
from tests.world import World
from toolshare.app import folder
from toolshare.circulation.at_hand import MOST_AT_ONCE
from toolshare.database import db, transaction
from toolshare.people.models import Membership

GROUP = "/groups/borgo"


@pytest.fixture
def examples(world: World) -> dict[str, Any]:
    """A shed with something in every state."""
    with transaction():
        return shed.fill(world)


@contextmanager
def watching(app: Flask) -> Iterator[dict[str, list[str]]]:
    """The statements that are sent while a template is rendered, by template."""
    seen: dict[str, list[str]] = {}
    during = ExitStack()

    def begin(_app: Flask, template: Any, **_others: Any) -> None:
        nonlocal during
        during = ExitStack()
        sent = during.enter_context(statements())
        during.callback(lambda: seen.setdefault(template.name, []).extend(sent))

    def end(_app: Flask, **_others: Any) -> None:
        during.close()

    with before_render_template.connected_to(begin, app), template_rendered.connected_to(end, app):
        yield seen


def test_no_query_runs_inside_a_template(
    app: Flask, world: World, examples: dict[str, Any], client_of: type_of_client
) -> None:
    readers = [client_of(one) for one in (world.cora, world.sam, world.ana, world.zoe, None)]
    with watching(app) as seen:
        for reader in readers:
            pages_of(app, examples, reader)
            for address in (*shed.other_labels(world), counted.over(world), "/nowhere"):
                reader.get(address)
        act(readers[0], examples)
        fail_to_write(readers[0])
        stand_at_a_tablet(readers[0], examples)
    assert {template: sent for template, sent in seen.items() if sent} == {}
    assert pages_of_rooms() - seen.keys() == set()


def act(cora: FlaskClient, examples: dict[str, Any]) -> None:
    """Opens the pages that only an act shows, and those with something wrong on them."""
    things, people = b"name\nSaw\n\xff\n", b"name,email\nEva,eva@example.org\nAda,nowhere\n"
    for content in (things, things[:9]):
        cora.post(f"{GROUP}/inventory/import/preview", data={"file": (BytesIO(content), "a.csv")})
    for content in (people, people[:31]):
        cora.post(f"{GROUP}/people/import/preview", data={"file": (BytesIO(content), "a.csv")})
    given = cora.post(f"{GROUP}/people/{examples['membership_id']}/password-link")
    link = re.findall(r"/password/[\w-]+", given.text)
    cora.get(link[0])
    cora.post("/calendar-links")
    cora.post(f"{GROUP}/invitations", data={"until": "2026-06-30", "role": "member"})
    cora.post("/account/tokens", data={"name": "Screen", "scopes": "loans:read", "days": "30"})
    cora.post("/account/tokens", data={"name": "Screen", "days": "30"})
    hook = {"address": "https://example.org/hook", "events": "loan.begun"}
    cora.post(f"{GROUP}/webhooks", data=hook)
    for address in ("people", "settings", "inventory/things", "labels/stocks"):
        cora.post(f"{GROUP}/{address}", data={"name": ""})
    for address in links_sent_to("cora@example.org"):
        cora.get(address)
    cora.post(f"/I/{examples['code']}/return")


def fail_to_write(browser: FlaskClient) -> None:
    """Presses a button while whoever opens the database may only read it."""
    event.listen(db.engine, "connect", let_only_read)
    db.engine.dispose()
    browser.post("/calendar-links")
    event.remove(db.engine, "connect", let_only_read)
    db.engine.dispose()


def stand_at_a_tablet(browser: FlaskClient, examples: dict[str, Any]) -> None:
    """Makes Cora's browser a kiosk and stands at it; from then on it opens nothing else."""
    browser.environ_base["wsgi.url_scheme"] = "https"
    shown = browser.post(f"{GROUP}/kiosks", data={"name": "Barn"}).text
    link = re.findall(r"/kiosk/pairing/[\w-]+", shown)[0]
    browser.get(link)
    browser.post(link)
    browser.get("/kiosk")
    browser.post("/kiosk/cards", data={"code": examples["card"]})
    kiosks.begin(browser, examples["card"])
    browser.post("/kiosk/scans", data={"code": examples["code"], "sitting": 1})
    browser.get("/kiosk")


def test_a_query_inside_a_template_would_be_seen(app: Flask, world: World) -> None:
    def ask() -> Any:
        return world.session.scalar(select(Membership.code))

    with app.test_request_context(), watching(app) as seen:
        render_template_string("{{ ask() }}", ask=ask)
    assert [len(sent) for sent in seen.values()] == [1]


def pages_of_rooms() -> set[str]:
    """Every template that is a page by itself."""
    templates = folder("templates")
    found = {path.relative_to(templates).as_posix() for path in templates.rglob("[!_]*.html")}
    return {one for one in found if not one.startswith(("components/", "layouts/"))}


def test_no_template_knows_by_itself_how_many_go_out_at_once() -> None:
    number, pages = re.compile(rf"\b{MOST_AT_ONCE}\b"), folder("templates").rglob("*.html")
    assert [one.name for one in pages if number.search(one.read_text("utf-8"))] == []
