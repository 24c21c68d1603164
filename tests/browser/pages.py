"""Every page that the app has, with an example for each part of its address."""

from collections.abc import Iterator
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from tests.world import World


def examples_of(world: World) -> dict[str, Any]:
    """What stands for each part of an address."""
    return {"slug": world.borgo.slug}


def pages_of(app: Flask, world: World, client: FlaskClient) -> Iterator[str]:
    """The addresses that this reader can open as a page: no downloads, nothing forbidden."""
    examples = examples_of(world)
    with app.test_request_context():
        rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
        addresses = sorted({address_of(rule, examples) for rule in rules} - {None})
    for address in addresses:
        answer = client.get(address)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            yield address


def address_of(rule: Rule, examples: dict[str, Any]) -> str | None:
    """The rule's address with examples filled in, or None when one is missing."""
    built = rule.build({name: examples.get(name) for name in rule.arguments}, append_unknown=False)
    if any(examples.get(name) is None for name in rule.arguments) or built is None:
        return None
    return built[1]
