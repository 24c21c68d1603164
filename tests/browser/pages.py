"""Every page that the app has, with an example for each part of its address."""

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule


def pages_of(app: Flask, examples: dict[str, Any], client: FlaskClient) -> list[str]:
    """The addresses that this reader can open as a page: no downloads, nothing forbidden."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    addresses = {address_of(rule, examples) for rule in rules}
    return sorted(address for address in addresses if address and is_page(client, address))


def address_of(rule: Rule, examples: dict[str, Any]) -> str | None:
    """The rule's address with examples filled in, or None when one is missing."""
    if not rule.arguments <= examples.keys():
        return None
    built = rule.build({name: examples[name] for name in rule.arguments}, append_unknown=False)
    return built[1] if built else None


def is_page(client: FlaskClient, address: str) -> bool:
    """Whether this reader sees a page there."""
    with client.get(address) as answer:
        return answer.status_code == 200 and answer.mimetype == "text/html"
