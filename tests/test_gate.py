"""What no request gets past: pages of other sites, and strangers."""

import pytest
from flask import Flask

from tests.conftest import type_of_client
from tests.world import World
from toolshare.gate import FOR_PROGRAMS, SAFE

FROM_OURSELVES = [
    {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "https://tools.example.org"},
    {"Origin": "http://localhost"},
    {},
]
FROM_ELSEWHERE = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "https://tools.example.org"},
    {"Origin": "https://evil.example"},
    {"Origin": "https://tools.example.org.evil.example"},
    {"Origin": "null"},
]


@pytest.mark.parametrize("headers", FROM_OURSELVES)
def test_our_own_pages_may_change_things(
    world: World, client_of: type_of_client, headers: dict[str, str]
) -> None:
    assert client_of(world.ana).post("/sign-out", headers=headers).status_code == 303


@pytest.mark.parametrize("headers", FROM_ELSEWHERE)
def test_pages_of_other_sites_may_change_nothing(
    world: World, client_of: type_of_client, headers: dict[str, str]
) -> None:
    client = client_of(world.ana)
    assert client.post("/sign-out", headers=headers).status_code == 403
    assert client.get("/account", headers=headers).status_code == 200


def test_no_button_of_ours_can_be_pressed_from_elsewhere(
    app: Flask, world: World, client_of: type_of_client
) -> None:
    client = client_of(world.cora)
    buttons = [
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - SAFE
        if not rule.rule.startswith(FOR_PROGRAMS)  # where no session counts
    ]
    assert len(buttons) > 20
    for method, address in buttons:
        ours = client.open(address, method=method, headers={"Sec-Fetch-Site": "same-origin"})
        foreign = client.open(address, method=method, headers={"Sec-Fetch-Site": "cross-site"})
        assert (ours.status_code != 403, foreign.status_code) == (True, 403), address


def test_there_is_one_way_in_and_no_order_of_checks_to_mistake(app: Flask) -> None:
    assert [one.__name__ for one in app.before_request_funcs[None]] == ["note_beginning", "let_in"]


def test_an_address_that_leads_nowhere_is_not_found(
    world: World, client_of: type_of_client
) -> None:
    for person in (None, world.ana):
        assert client_of(person).get("/nowhere").status_code == 404
