"""Where the navigation leads, for whom, and which way it says one is."""

import re

import pytest
from flask import Flask

from tests.conftest import type_of_client
from tests.world import World
from toolshare.navigation import MAIN, OF_A_GROUP


def ways_in(page: str, kind: str) -> dict[str, bool]:
    """What a navigation of the page offers, and whether it says one is there."""
    found = re.search(rf'<nav class="{kind}".*?</nav>', page, re.DOTALL)
    links = re.findall(r"<a [^>]*>.*?</a>", found[0], re.DOTALL) if found else []
    return {re.findall(r"<span>(.*?)</span>", one)[0]: "aria-current" in one for one in links}


@pytest.mark.parametrize(("who", "offered"), [("ana", False), ("sam", True), ("cora", True)])
def test_the_desk_is_offered_to_stewards(
    world: World, client_of: type_of_client, who: str, offered: bool
) -> None:
    page = client_of(getattr(world, who)).get("/account").text
    assert ("Desk" in ways_in(page, "ways")) == offered
    assert "My loans" in ways_in(page, "ways")


def test_a_stranger_is_offered_to_sign_in_only(world: World, client_of: type_of_client) -> None:
    page = client_of(None).get("/").text
    assert ways_in(page, "ways") == {}
    assert "/sign-in" in page


def test_stewards_see_no_tabs_of_coordinators(world: World, client_of: type_of_client) -> None:
    tabs = ways_in(client_of(world.sam).get("/groups/borgo/overview").text, "group-ways")
    assert "Overview" in tabs
    assert not tabs.keys() & {"People", "Labels", "Settings"}


def test_who_borrows_from_a_federation_sees_tabs_to_its_board_and_rules(
    world: World, client_of: type_of_client
) -> None:
    tabs = ways_in(client_of(world.ana).get("/groups/valle/board").text, "group-ways")
    assert tabs == {"Board": True, "Rules": False}


@pytest.mark.parametrize(
    ("address", "tab"),
    [
        ("/groups/borgo/people", "People"),
        ("/groups/borgo/people/new", "People"),
        ("/groups/borgo/labels/stocks", "Labels"),
        ("/groups/borgo/inventory/things/new", "Inventory"),
        ("/groups/borgo/settings", "Settings"),
        ("/groups/borgo", "About"),
    ],
)
def test_one_tab_is_here(world: World, client_of: type_of_client, address: str, tab: str) -> None:
    tabs = ways_in(client_of(world.cora).get(address).text, "group-ways")
    assert [name for name, here in tabs.items() if here] == [tab]


@pytest.mark.parametrize("address", ["/loans", "/holds", "/reservations", "/reservations/new"])
def test_ones_turns_and_reservations_are_beside_ones_loans(
    world: World, client_of: type_of_client, address: str
) -> None:
    ways = ways_in(client_of(world.ana).get(address).text, "ways")
    assert [name for name, here in ways.items() if here] == ["My loans"]


def test_every_place_has_its_icon_and_a_page(app: Flask) -> None:
    for place in (*MAIN, *OF_A_GROUP):
        assert place.icon
        assert place.endpoint in app.view_functions
