"""The catalogue by days: what is free when somebody needs it."""

import pytest
from flask.testing import FlaskClient

from tests.circulation.test_reserving import book
from tests.conftest import type_of_client
from tests.counting import statements
from tests.world import World
from toolshare.database import transaction

NAMES = ("Tent", "Tent pole", "Plough")
DAYS = "from_day=2026-06-10&until_day=2026-06-12"


@pytest.fixture
def ana(world: World, client_of: type_of_client) -> FlaskClient:
    """Ana's browser, and three things, the first of which is reserved from the 11th to the 13th."""
    with transaction():
        camping = world.make_category("Camping")
        tent = world.make_item(world.make_kind(name="Tent", categories=[camping]))
        world.make_item(world.make_kind(name="Tent pole", categories=[camping]))
        world.make_item(world.make_kind(name="Plough", group_id=world.castello.id))
        book(world, tent.kind, 11, 13)
    return client_of(world.ana)


def found(ana: FlaskClient, query: str) -> set[str]:
    """Which of the three the catalogue shows."""
    page = ana.get(f"/catalogue?{query}").text
    return {name for name in NAMES if f">{name}</a>" in page}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        (DAYS, {"Tent pole", "Plough"}),
        (f"{DAYS}&words=tent", {"Tent pole"}),
        (f"{DAYS}&category=Camping", {"Tent pole"}),
        (f"{DAYS}&group=castello", {"Plough"}),
        (f"{DAYS}&free=y", {"Tent pole", "Plough"}),
        ("from_day=2026-06-14&until_day=2026-06-20", set(NAMES)),
        ("from_day=2026-06-13", {"Tent pole", "Plough"}),
        ("until_day=2026-06-10", set(NAMES)),
        ("from_day=&until_day=", set(NAMES)),
    ],
)
def test_only_what_is_free_on_all_of_the_days_is_shown(
    ana: FlaskClient, query: str, names: set[str]
) -> None:
    assert found(ana, query) == names


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("from_day=2026-06-12&until_day=2026-06-10", "It ends before it begins."),
        ("from_day=2026-05-31", "That day is over."),
        ("until_day=2026-05-31", "That day is over."),
        ("from_day=soon", "There is no such date."),
        ("from_day=2026-06-10&until_day=9999-12-31", "That is too far ahead."),
        ("from_day=9999-12-31", "That is too far ahead."),
    ],
)
def test_days_that_are_none_are_answered_clearly(ana: FlaskClient, query: str, says: str) -> None:
    answer = ana.get(f"/catalogue?{query}")
    assert answer.status_code == 200
    assert says in answer.text
    assert found(ana, query) == set()


def test_the_days_go_along_to_the_thing_and_to_reserving_it(world: World, ana: FlaskClient) -> None:
    page = ana.get(f"/catalogue?{DAYS}&words=pole").text
    address = page.split('<h2><a href="')[1].split('"')[0].replace("&amp;", "&")
    assert address.endswith(f"?{DAYS}")
    kind = ana.get(address).text
    assert f"&amp;{DAYS.replace('&', '&amp;')}" in kind
    assert "calendar?month=2026-06" in kind
    assert ana.get(f"{address}0000").status_code == 200


def test_days_take_no_more_statements_for_many_kinds(world: World, ana: FlaskClient) -> None:
    with statements() as few:
        ana.get(f"/catalogue?{DAYS}")
    with transaction():
        for number in range(40):
            item = world.make_item(world.make_kind(name=f"Chair {number}"))
            world.make_loan(item, world.ana)
    with statements() as many:
        page = ana.get(f"/catalogue?{DAYS}").text
    assert len(many) == len(few) < 20
    assert "2 kinds of things" in page


def test_who_belongs_to_no_group_is_shown_nothing(world: World, client_of: type_of_client) -> None:
    assert "Nothing found" in client_of(world.zoe).get(f"/catalogue?{DAYS}").text
