"""The Host header: whoever sends the request chooses it, so nothing of ours follows it."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.browser import shed
from tests.browser.pages import pages_of
from tests.conftest import type_of_client
from tests.world import World
from toolshare.database import transaction

FOREIGN = {
    "Host": "evil.example",
    "X-Forwarded-Host": "evil.example",
    "Forwarded": "host=evil.example",
}
ELSEWHERE = ["/nowhere", "/i/7K3M9QXA", "/account//", "/groups//borgo", "/groups/borgo/"]


def cookie_of(client: FlaskClient) -> dict[str, str]:
    """The header by which somebody is signed in, whatever host they seem to have asked."""
    cookie = client.get_cookie("__Host-session")
    return {"Cookie": f"{cookie.key}={cookie.value}"} if cookie else {}


@pytest.mark.parametrize("reader", ["cora", "nobody"])
def test_no_page_and_no_redirect_names_a_host_that_the_request_named(
    app: Flask, world: World, client_of: type_of_client, reader: str
) -> None:
    with transaction():
        examples: dict[str, Any] = shed.fill(world)
    client = client_of(getattr(world, reader, None))
    addresses, sent = pages_of(app, examples, client), FOREIGN | cookie_of(client)
    assert len(addresses) > 3
    for address in addresses + ELSEWHERE:
        with app.test_client(use_cookies=False).get(address, headers=sent) as answer:
            assert (answer.status_code == 200) is (address not in ELSEWHERE), address
            assert "evil.example" not in answer.text + str(answer.headers), address


def test_links_that_are_given_away_carry_the_address_of_the_settings(
    app: Flask, world: World, client_of: type_of_client
) -> None:
    sent = FOREIGN | cookie_of(client_of(world.cora))
    cora = app.test_client(use_cookies=False)
    for address in ("/calendar-links", "/groups/borgo/people/1/password-link"):
        shown = cora.post(address, headers=sent)
        assert "https://tools.example.org/" in shown.text, address
        assert "evil.example" not in shown.text, address
