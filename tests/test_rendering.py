"""Pages ask the database before they are rendered: no query runs inside a template."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from flask import Flask, before_render_template, render_template_string, template_rendered
from sqlalchemy import select

from tests.browser import shed
from tests.browser.pages import pages_of
from tests.conftest import type_of_client
from tests.counting import statements
from tests.world import World
from toolshare.app import folder
from toolshare.database import transaction
from toolshare.inventory.models import Place
from toolshare.people.models import Membership

# Pages that only an act shows, or a secret address.
SEEN_OTHERWISE = {
    "errors/refusal.html",
    "inventory/preview_import.html",
    "people/password_link.html",
    "people/preview_import.html",
    "people/set_password.html",
}


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
    codes = [world.session.scalars(select(one.code)).first() for one in (Place, Membership)]
    with watching(app) as seen:
        for reader in readers:
            pages_of(app, examples, reader)
            for address in (*(f"/I/{code}" for code in codes), "/nowhere"):
                reader.get(address)
    assert {template: sent for template, sent in seen.items() if sent} == {}
    assert pages_of_rooms() - seen.keys() <= SEEN_OTHERWISE


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
