"""Whatever is typed into any form of any page is answered: with a page, a refusal, never a fault."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.browser import shed
from tests.browser.pages import pages_of
from tests.conftest import type_of_client
from tests.world import World
from toolshare.database import transaction

GARBAGE: list[str | None] = [
    None,  # not sent at all
    "",
    " ",
    "0",
    "-1",
    "999999999999999999999999",
    "1e999",
    "nan",
    "x" * 5_000,
    "\u202eright to left 🚜 <b>'\"; --",
    "a > b > ",
    "2026-13-45",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
]
LEFT_ALONE = ("/sign-out", "/sign-out-everywhere")  # they end the reader's session


@dataclass
class Form:
    """A form of a page: where it goes, and what it would send."""

    method: str
    action: str
    fields: dict[str, str] = field(default_factory=dict)


class Forms(HTMLParser):
    """Collects the forms of a page; a button that goes elsewhere makes one of its own."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.found: list[Form] = []
        self.elsewhere: list[Form] = []
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = urljoin(self.address, known.get("action") or self.address)
            self.found.append(Form(known.get("method", "get").lower(), action))
        elif self.found and "name" in known:
            self.found[-1].fields.setdefault(known["name"], known.get("value", ""))
            self.select = known["name"] if tag == "select" else ""
        elif tag == "option" and self.select and self.found:
            fields, value = self.found[-1].fields, known.get("value", "")
            if "selected" in known or not fields[self.select]:
                fields[self.select] = value
        if self.found and "formaction" in known:
            here = self.found[-1]
            method = known.get("formmethod", here.method)
            self.elsewhere.append(Form(method, known["formaction"], here.fields))


def forms_of(client: FlaskClient, addresses: list[str]) -> Iterator[Form]:
    """Every form of these pages once, however many pages it stands on."""
    seen = set()
    for address in addresses:
        parser = Forms(address)
        with client.get(address) as answer:
            parser.feed(answer.text)
        for form in (*parser.found, *parser.elsewhere):
            if (form.method, urlsplit(form.action).path) not in seen:
                seen.add((form.method, urlsplit(form.action).path))
                yield form


Sent = Mapping[str, str | None]  # a field that is None is left out


def tries(form: Form, number: int) -> Iterator[Sent]:
    """What is sent: garbage in all fields at once, and in each alone while the others are right.

    All garbage is in all fields at once; alone, a field has a third of it, and the same field of the
    next form another third. Of lines that are alike, one stands for all.
    """
    yield from (dict.fromkeys(form.fields, typed) for typed in GARBAGE)
    alike = {re.sub(r"\d+", "#", name): name for name in form.fields}
    for place, name in enumerate(alike.values(), start=number):
        yield from ({**form.fields, name: typed} for typed in GARBAGE[place % 3 :: 3])


def faults(client: FlaskClient, form: Form, number: int) -> Iterator[str]:
    """What a form answers with a fault."""
    for sent in tries(form, number):
        how = {"query_string": sent} if form.method == "get" else {"data": sent}
        with client.open(form.action, method=form.method.upper(), **how) as answer:
            if answer.status_code >= 500:
                yield f"{form.method} {form.action} {sent!r:.200}"


@pytest.mark.parametrize("reader", ["cora", "ana"])
def test_no_form_of_any_page_answers_garbage_with_a_fault(
    app: Flask, world: World, client_of: type_of_client, reader: str
) -> None:
    app.testing = False  # a fault is answered with a page, as for people
    with transaction():
        examples: dict[str, Any] = shed.fill(world)
    client = client_of(getattr(world, reader))
    forms = [
        form
        for form in forms_of(client, pages_of(app, examples, client))
        if not form.action.endswith(LEFT_ALONE)
    ]
    assert len(forms) > 5
    found = [fault for number, form in enumerate(forms) for fault in faults(client, form, number)]
    assert found == []
