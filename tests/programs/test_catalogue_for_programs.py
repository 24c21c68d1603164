"""What programs read of the catalogue: groups, kinds, things and codes, within their reach."""

from typing import Any

import pytest

from tests.counting import statements
from tests.postgres import on_any_database
from tests.programs.conftest import type_of_program
from tests.world import MONDAY_NOON, World
from toolshare.database import transaction
from toolshare.inventory.models import Counting, Photo
from toolshare.people.roles import membership_in
from toolshare.programs.scopes import Scope


def names(answer: Any) -> list[str]:
    return [one["name"] for one in answer.get_json()["results"]]


def test_a_kind_is_told_with_all_that_its_page_says(
    world: World, program_of: type_of_program
) -> None:
    with transaction() as session:
        soil = world.make_category("Garden > Soil")
        digger = world.make_kind(name="Digger", guide="Pull.", parts=["auger"], categories=[soil])
        photo = {"name": "a" * 20, "width": 640, "height": 480, "added_at": MONDAY_NOON}
        session.add(Photo(kind_id=digger.id, group_id=world.borgo.id, **photo))
        world.make_item(digger)
        world.make_loan(world.make_item(digger), world.sam)
    program = program_of(world.vera, Scope.CATALOGUE_READ)
    told = program.get(f"/kinds/{digger.id}").get_json()
    whole = {"name": "Digger", "guide": "Pull.", "parts": ["auger"], "free": 1, "group": "borgo"}
    assert whole.items() <= told.items()
    assert told["categories"] == ["Garden > Soil"]
    address = f"https://tools.example.org/photos/{'a' * 20}-1280.webp"
    assert told["photos"] == [{"url": address, "width": 640, "height": 480}]
    assert "Sam" not in str(told)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Saw", "Pegs", "Tractor"]),
        ("?group=borgo", ["Saw", "Pegs"]),
        ("?group=nowhere", []),
        ("?words=pe", ["Pegs"]),
        ("?category=Garden", ["Saw"]),
    ],
)
def test_kinds_are_sought(
    world: World, program_of: type_of_program, query: str, found: list[str]
) -> None:
    with transaction():
        garden = world.make_category("Garden")
        world.make_item(world.make_kind(name="Saw", categories=[garden]))
        world.make_item(world.make_kind(name="Pegs", counting=Counting.BULK), quantity=48)
        world.make_item(world.make_kind(name="Tractor", group_id=world.valle.id))
    assert names(program_of(world.ana).get(f"/kinds{query}")) == found


def test_what_is_of_another_network_is_not_there(world: World, program_of: type_of_program) -> None:
    with transaction():
        elsewhere = world.make_group("Elsewhere", "elsewhere")
        saw = world.make_kind(name="Saw", group_id=elsewhere.id)
        item, place = world.make_item(saw), world.make_place("Shed", group_id=elsewhere.id)
    program = program_of(world.ana)
    for path in (f"/kinds/{saw.id}", f"/items/{item.code}", f"/codes/{item.code}"):
        assert program.get(path).status_code == 404
    assert names(program.get("/items")) == names(program.get("/kinds")) == []
    assert program.get(f"/codes/{place.code}").get_json()["place"] is None


def test_a_thing_is_told_by_its_code_or_the_address_on_its_label(
    world: World, program_of: type_of_program
) -> None:
    with transaction():
        wall = world.make_place("Wall", path="Barn > Wall")
        item = world.make_item(place_id=wall.id, number="7", notes_for_stewards="Rosa's")
        world.make_loan(item, world.ana)
    program = program_of(world.ana)
    told = program.get(f"/items/{item.code.lower()}").get_json()
    assert (told["code"], told["state"], told["place"]) == (item.code, "out", "Barn > Wall")
    assert "Rosa" not in str(told)
    assert program.get("/items", query_string={"kind": item.kind_id}).get_json()["results"] == [
        told
    ]


def test_a_code_tells_what_wears_it_and_nothing_of_whose_card_it_is(
    world: World, program_of: type_of_program
) -> None:
    with transaction():
        item, place = world.make_item(), world.make_place("Barn")
        card = membership_in(world.session, world.sam, world.borgo)
    assert card is not None
    program = program_of(world.ana)
    told = program.get(f"/codes/{item.code}").get_json()
    assert (told["wearer"], told["item"]["code"]) == ("item", item.code)
    told = program.get(f"/codes/{place.code}").get_json()
    assert (told["wearer"], told["place"]) == ("place", "Barn")
    told = program.get(f"/codes/{card.code}").get_json()
    assert told == {"code": card.code, "wearer": "card", "item": None, "place": None}


@pytest.mark.parametrize(("code", "status"), [("NOCODE", 422), ("7K3M9QXB", 422)])
def test_a_wrong_code_is_told_why(
    world: World, program_of: type_of_program, code: str, status: int
) -> None:
    answer = program_of(world.ana).get(f"/items/{code}")
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


@on_any_database
def test_pages_follow_one_another_by_their_links(world: World, program_of: type_of_program) -> None:
    with transaction():
        for number in range(5):
            world.make_item(world.make_kind(name=f"Kind {number}"))
    program, path, found = program_of(world.ana), "/kinds?limit=2&group=borgo", []
    while path:
        answer = program.get(path)
        found += names(answer)
        following = answer.get_json()["next"]
        path = following.removeprefix("https://tools.example.org/api/v1") if following else ""
        assert answer.headers.get("Link") == (f'<{following}>; rel="next"' if following else None)
    assert found == [f"Kind {number}" for number in range(5)]


@pytest.mark.parametrize("path", ["/kinds", "/items", "/groups", "/loans", "/reservations"])
def test_a_page_takes_as_many_statements_for_twenty_as_for_two(
    world: World, program_of: type_of_program, path: str
) -> None:
    program, took = program_of(world.ana), []
    program.get(path)
    for many in (2, 20):
        with transaction():
            for number in range(many):
                item = world.make_item(world.make_kind(name=f"Kind {number}"))
                world.make_loan(item, world.ana)
        with statements() as sent:
            program.get(path)
        took.append(len(sent))
    assert took[0] == took[1]
    assert took[0] <= 9


def test_who_knows_it_already_gets_nothing_new(world: World, program_of: type_of_program) -> None:
    with transaction():
        item = world.make_item()
    program = program_of(world.ana)
    first = program.get("/items")
    known = {"If-None-Match": first.headers["ETag"]}
    again = program.get("/items", headers=known)
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert "Authorization" in first.headers["Vary"]
    with transaction():
        world.make_loan(world.session.merge(item), world.sam)
    assert program.get("/items", headers=known).get_json()["results"][0]["state"] == "out"


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=x", "limit=1&limit=2", "after=-1", "after=99999999999", "x=1"],
)
def test_a_query_that_is_not_as_described_is_refused(
    world: World, program_of: type_of_program, query: str
) -> None:
    answer = program_of(world.ana).get(f"/kinds?{query}")
    assert answer.status_code == 400
    assert query.partition("=")[0] in answer.get_json()["detail"]
