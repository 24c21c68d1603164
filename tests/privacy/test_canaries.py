"""Nobody but the person and stewards of the group sees who has what: every page, as those who may not."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.browser import shed
from tests.browser.pages import address_of
from tests.conftest import type_of_client
from tests.world import World
from toolshare.database import transaction

NAME, ADDRESS = "Quetzalina Canarywing", "quetzalina.canarywing@example.org"
SIGNS = (b"quetzalina", b"canarywing")
# Where somebody else may read the name, and why.
MAY_TELL = {
    "circulation.taking_over": "who takes a thing over reads it from the giver's screen",
}
# Pau shares a household with Ana, and with it one membership's limits.
WITHIN_A_HOUSEHOLD = {
    "admission.household": "whom one shares the membership with",
    "circulation.my_loans": "what counts for oneself, too",
}


@pytest.fixture
def examples(world: World) -> dict[str, Any]:
    """Ana has, waits for, reserves and passes on whatever there is to show, under a name like no other."""
    with transaction():
        shown = shed.fill(world)
        world.make_person("Eva", world.borgo)
        world.ana.name, world.ana.email = NAME, ADDRESS
    others = {"wished": "pdf", "link_id": 999, "rest": "7K3M9QXA", "filename": "icons.svg"}
    return shown | others


def who_tells(app: Flask, client: FlaskClient, examples: dict[str, Any]) -> set[str]:
    """The endpoints that answer with the name or the address, in a header, too."""
    telling = set()
    for rule in app.url_map.iter_rules():
        address = address_of(rule, examples)
        if address is not None and "GET" in (rule.methods or ()):
            with client.get(address) as answer:
                seen = answer.get_data() + str(answer.headers).encode()
            if any(sign in seen.lower() for sign in SIGNS):
                telling.add(rule.endpoint)
    return telling


@pytest.mark.parametrize("reader", [None, "Zoe", "Eva", "Pau", "Vera"])
def test_nobody_else_reads_who_has_what(
    world: World, app: Flask, client_of: type_of_client, examples: dict[str, Any], reader: str
) -> None:
    who = World.met_again(world.session)
    client = client_of(getattr(who, reader.lower()) if reader else None)
    may_tell = MAY_TELL | (WITHIN_A_HOUSEHOLD if reader == "Pau" else {})
    assert who_tells(app, client, examples) <= may_tell.keys()


def test_stewards_and_the_person_do(
    world: World, app: Flask, client_of: type_of_client, examples: dict[str, Any]
) -> None:
    stewards = who_tells(app, client_of(world.sam), examples)
    assert stewards >= {"calendar.day", "circulation.scan"}
    assert "people.account" in who_tells(app, client_of(world.ana), examples)
