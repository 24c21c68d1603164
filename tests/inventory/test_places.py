"""The place tree: made, renamed and moved with all that is in it."""

from http import HTTPStatus

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.counting import statements
from tests.world import MONDAY_NOON, World
from toolshare.database import transaction
from toolshare.inventory import places
from toolshare.inventory.models import Place
from toolshare.journal.models import Entry, Event

PLACES = "/groups/borgo/inventory/places"


@pytest.fixture
def ids(world: World) -> dict[str, int]:
    """Barn > Wall > Hook, and a Shed, by path."""
    with transaction() as session:
        paths = ["Barn > Wall > Hook", "Shed", "Barn_2"]
        places.at_paths(session, world.borgo, paths, by=world.cora, now=MONDAY_NOON)
        session.flush()
        found = session.execute(select(Place.path, Place.id))
        return dict(found.all())


def paths_in(session: Session) -> list[str]:
    return sorted(session.scalars(select(Place.path)))


def test_a_place_comes_with_those_around_it(session: Session, cora: FlaskClient) -> None:
    answer = cora.post(PLACES, data={"path": "Barn>North  wall > Hook 12"}, follow_redirects=True)
    assert "Barn &gt; North wall &gt; Hook 12 is a place now." in answer.text
    assert paths_in(session) == ["Barn", "Barn > North wall", "Barn > North wall > Hook 12"]


@pytest.mark.parametrize("path", ["", " > ", "Barn > > Hook", "x" * 121, "a > " * 200 + "b"])
def test_what_is_no_path_is_said(session: Session, cora: FlaskClient, path: str) -> None:
    answer = cora.post(PLACES, data={"path": path})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert paths_in(session) == []


@pytest.mark.parametrize(
    ("new", "then"),
    [
        ("Garage", ["Barn_2", "Garage", "Garage > Wall", "Garage > Wall > Hook", "Shed"]),
        (
            "Shed > Old barn",
            [
                "Barn_2",
                "Shed",
                "Shed > Old barn",
                "Shed > Old barn > Wall",
                "Shed > Old barn > Wall > Hook",
            ],
        ),
    ],
)
def test_what_is_in_a_place_comes_along(
    session: Session, cora: FlaskClient, ids: dict[str, int], new: str, then: list[str]
) -> None:
    before = dict(session.execute(select(Place.id, Place.code)).all())
    assert cora.get(f"{PLACES}/{ids['Barn']}/edit").status_code == HTTPStatus.OK
    answer = cora.post(f"{PLACES}/{ids['Barn']}", data={"path": new}, follow_redirects=True)
    assert "Its label stays right." in answer.text
    assert paths_in(session) == then
    assert dict(session.execute(select(Place.id, Place.code)).all()) == before
    entry = session.scalars(select(Entry).where(Entry.what == Event.PLACE_CHANGED)).one()
    assert entry.details == {"before": "Barn", "path": new}


LONG = " > ".join(letter * 120 for letter in "abcd")


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("Shed", "There is a place"),
        ("Barn > Wall > Barn", "would be inside itself"),
        ("", "required"),
        (LONG, "is no path"),
    ],
)
def test_a_path_that_can_t_be_is_refused(
    session: Session, cora: FlaskClient, ids: dict[str, int], new: str, said: str
) -> None:
    before = paths_in(session)
    answer = cora.post(f"{PLACES}/{ids['Barn']}", data={"path": new})
    assert answer.status_code in {HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY}
    assert said in answer.text
    assert paths_in(session) == before


def test_the_same_path_changes_nothing(
    session: Session, cora: FlaskClient, ids: dict[str, int]
) -> None:
    cora.post(f"{PLACES}/{ids['Barn > Wall']}", data={"path": "Barn>Wall"})
    changes = select(Entry).where(Entry.what == Event.PLACE_CHANGED)
    assert session.scalars(changes).all() == []


def test_the_list_counts_what_lives_where_in_few_statements(
    world: World, cora: FlaskClient, ids: dict[str, int]
) -> None:
    with transaction():
        world.make_item(place_id=ids["Shed"])
    with statements() as few:
        page = cora.get(PLACES).text
    assert f"?place={ids['Shed']}" in page
    with transaction() as session:
        many = [f"Rack {number}" for number in range(30)]
        places.at_paths(session, world.borgo, many, by=world.cora, now=MONDAY_NOON)
    with statements() as more:
        cora.get(PLACES)
    assert len(more) == len(few) < 10


def test_places_of_others_are_out_of_reach(world: World, cora: FlaskClient) -> None:
    with transaction():
        theirs = world.make_place("Cave", group_id=world.castello.id).id
    assert cora.get(f"{PLACES}/{theirs}/edit").status_code == HTTPStatus.NOT_FOUND
