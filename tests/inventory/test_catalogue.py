"""The catalogue: what members find, and how fast it leads there."""

from http import HTTPStatus

import pytest
from flask import current_app
from flask.testing import FlaskClient
from PIL import Image

from tests.conftest import type_of_client
from tests.counting import statements
from tests.world import MONDAY_NOON, World
from toolshare.database import transaction
from toolshare.inventory import photos
from toolshare.inventory.models import Counting, Photo


@pytest.fixture
def ana(world: World, client_of: type_of_client) -> FlaskClient:
    """Ana's browser."""
    return client_of(world.ana)


def test_members_see_what_their_villages_share(world: World, ana: FlaskClient) -> None:
    with transaction():
        world.make_item(world.make_kind(name="Apple press"))
        world.make_item(world.make_kind(name="Manure spreader", group_id=world.castello.id))
        elsewhere = world.make_group("Far away", "far")
        world.make_item(world.make_kind(name="Far plough", group_id=elsewhere.id))
    page = ana.get("/catalogue").text
    assert "Apple press" in page
    assert "Manure spreader" in page
    assert "Far plough" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("words=saw", {"Jig saw", "Chain saw"}),
        ("words=CHAÍN", {"Chain saw"}),
        ("words=bosch", {"Jig saw"}),
        ("category=Saws", {"Jig saw"}),
        ("category=Wood", {"Chain saw"}),
        ("free=y", {"Jig saw", "Pegs"}),
        ("words=saw&free=y", {"Jig saw"}),
        ("group=castello", set()),
        ("group=nowhere", {"Jig saw", "Chain saw", "Pegs"}),
        ("words=%22%27%3B--+%28%2A", {"Jig saw", "Chain saw", "Pegs"}),
        ("page=99999999999999999999999&place=x", {"Jig saw", "Chain saw", "Pegs"}),
    ],
)
def test_the_catalogue_is_searched_and_filtered(
    world: World, ana: FlaskClient, query: str, found: set[str]
) -> None:
    with transaction():
        saws, oak = world.make_category("Saws"), world.make_category("Wood > Oak")
        world.make_item(world.make_kind(name="Jig saw", brand="Bosch", categories=[saws]))
        out = world.make_item(world.make_kind(name="Chain saw", categories=[oak]))
        world.make_loan(out, world.ana)
        world.make_item(world.make_kind(name="Pegs", counting=Counting.BULK), quantity=5)
    page = ana.get(f"/catalogue?{query}").text
    assert {name for name in ("Jig saw", "Chain saw", "Pegs") if f">{name}</a>" in page} == found


def test_a_place_holds_what_is_in_the_places_inside_it(world: World, ana: FlaskClient) -> None:
    with transaction():
        barn = world.make_place("Barn")
        wall = world.make_place("Wall", path="Barn > Wall", parent_id=barn.id)
        world.make_item(world.make_kind(name="Scythe"), place_id=wall.id)
        world.make_item(world.make_kind(name="Ladder"))
        barn_id = barn.id
    page = ana.get(f"/catalogue?place={barn_id}").text
    assert ">Scythe</a>" in page
    assert ">Ladder</a>" not in page


@pytest.mark.parametrize("typed", ["{code}", "{lower}", "HTTPS://TOOLS.EXAMPLE.ORG/I/{code}"])
def test_a_code_or_a_scanned_label_leads_to_its_thing(
    world: World, ana: FlaskClient, typed: str
) -> None:
    with transaction():
        code = world.make_item().code
    words = typed.format(code=code, lower=f"{code[:4]}-{code[4:]}".lower())
    answer = ana.get("/catalogue", query_string={"words": words})
    assert answer.location == f"/I/{code}"


def test_each_kind_says_how_many_are_free(world: World, ana: FlaskClient) -> None:
    with transaction():
        drill = world.make_kind(name="Drill")
        world.make_item(drill)
        world.make_item(drill)
        world.make_loan(world.make_item(drill), world.ana)
        plenty = world.make_kind(name="String", counting=Counting.CONSUMABLE)
        world.make_item(plenty, quantity=None)
    page = ana.get("/catalogue").text
    assert "Free 2" in page
    assert "Free plenty" in page


def test_many_kinds_take_no_more_statements_than_few(world: World, ana: FlaskClient) -> None:
    with transaction():
        world.make_item()
    with statements() as few:
        ana.get("/catalogue?words=dri")
    with transaction():
        for number in range(30):
            world.make_item(world.make_kind(name=f"Drill {number}"))
    with statements() as many:
        page = ana.get("/catalogue?words=dri").text
    assert len(many) == len(few) < 16
    assert "Page 1 of 2" in page


def test_a_kind_shows_what_it_is_and_where_each_one_stands(world: World, ana: FlaskClient) -> None:
    with transaction():
        kind = world.make_kind(
            name="Post-hole digger",
            checkout_notice="Two people carry it.",
            guide="Choke out, pull.",
            guide_links=["https://example.org/manual.pdf"],
            parts=["auger 200 mm"],
        )
        barn = world.make_place("Barn")
        here = world.make_item(kind, place_id=barn.id)
        world.make_loan(world.make_item(kind), world.sam)
        world.make_item(kind, retired_at=MONDAY_NOON, number="old one")
        address, code = f"/catalogue/{kind.id}", here.code
    page = ana.get(address).text
    for words in ("Two people carry it.", "Choke out", "manual.pdf", "auger 200 mm", "Barn"):
        assert words in page
    assert f"/I/{code}" in page
    assert "old one" not in page
    assert "Edit" not in page


def test_a_kind_takes_no_more_statements_for_more_items(world: World, ana: FlaskClient) -> None:
    with transaction():
        kind = world.make_kind()
        world.make_item(kind)
        address = f"/catalogue/{kind.id}"
    with statements() as few:
        ana.get(address)
    with transaction():
        for _number in range(20):
            world.make_item(kind, place_id=world.make_place(f"Hook {_number}").id)
    with statements() as many:
        ana.get(address)
    assert len(many) == len(few) < 18


@pytest.mark.parametrize("number", ["999", "99999999999999999999999"])
def test_a_kind_that_is_not_there_is_not_found(ana: FlaskClient, number: str) -> None:
    assert ana.get(f"/catalogue/{number}").status_code == HTTPStatus.NOT_FOUND


def kept_photo(world: World, *, of_damage: bool = False) -> Photo:
    kind = None if of_damage else world.make_kind()
    shelf, acts = current_app.config["CHOSEN"].shelf, {"by": world.cora, "now": MONDAY_NOON}
    photo = photos.lay(shelf, Image.new("RGB", (640, 480)), now=MONDAY_NOON)
    return photos.keep(world.session, photo, group=world.borgo, kind=kind, **acts)


def test_a_photo_of_a_thing_is_for_everyone_and_kept_for_ever(
    world: World, client_of: type_of_client
) -> None:
    with transaction():
        name = kept_photo(world).name
    with client_of(None).get(f"/photos/{name}-320.webp") as answer:
        assert answer.mimetype == "image/webp"
        assert "immutable" in answer.headers["Cache-Control"]
        assert "public" in answer.headers["Cache-Control"]


def test_a_photo_of_damage_is_for_stewards(world: World, client_of: type_of_client) -> None:
    with transaction():
        address = f"/photos/{kept_photo(world, of_damage=True).name}-320.webp"
    assert client_of(None).get(address).status_code == HTTPStatus.NOT_FOUND
    assert client_of(world.ana).get(address).status_code == HTTPStatus.NOT_FOUND
    assert client_of(world.vera).get(address).status_code == HTTPStatus.NOT_FOUND
    with client_of(world.sam).get(address) as answer:
        assert answer.status_code == HTTPStatus.OK
        assert "private" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("address", ["/photos/none-320.webp", "/photos/..-320.webp"])
def test_no_other_file_is_shown(client_of: type_of_client, address: str) -> None:
    assert client_of(None).get(address).status_code == HTTPStatus.NOT_FOUND


def test_a_photo_has_only_the_widths_that_pages_show(
    world: World, client_of: type_of_client
) -> None:
    with transaction():
        name = kept_photo(world).name
    assert client_of(None).get(f"/photos/{name}-641.webp").status_code == HTTPStatus.NOT_FOUND


def test_a_photo_whose_files_are_lost_is_not_found(world: World, client_of: type_of_client) -> None:
    with transaction():
        name = kept_photo(world).name
    photos.erase(current_app.config["CHOSEN"].shelf, name)
    assert client_of(None).get(f"/photos/{name}-320.webp").status_code == HTTPStatus.NOT_FOUND
