"""Pages with which coordinators stock the inventory."""

import io
from http import HTTPStatus
from typing import Any

import pytest
from flask import current_app
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from tests.world import MONDAY_NOON, World
from toolshare.database import transaction
from toolshare.inventory import photos
from toolshare.inventory.models import Category, Condition, Counting, Item, Kind, Photo, Place
from toolshare.journal.models import Entry, Event

THINGS = "/groups/borgo/inventory/things"


def picture() -> io.BytesIO:
    stream = io.BytesIO()
    Image.new("RGB", (400, 300), "green").save(stream, "JPEG")
    stream.seek(0)
    return stream


def a_thing(**differences: Any) -> dict[str, Any]:
    return {"name": "Apple press", "counting": "counted", "condition": "fine", **differences}


def how_many(session: Session, record: Any) -> int | None:
    return session.scalar(select(func.count()).select_from(record))


def test_one_page_makes_a_kind_and_its_item(session: Session, cora: FlaskClient) -> None:
    assert cora.get(f"{THINGS}/new").status_code == HTTPStatus.OK
    told = a_thing(
        brand="Lancman",
        categories="Orchard > Presses\nKitchen",
        place="Barn > North wall",
        parts="lid\nhandle",
        guide_links="https://example.org/manual",
        value="480.50",
        bought_on="2024-09-01",
        number="AP-1",
        photo=(picture(), "press.jpg"),
    )
    answer = cora.post(THINGS, data=told, follow_redirects=True)
    assert "Apple press is in the inventory." in answer.text
    options = (
        selectinload(Item.place),
        selectinload(Item.kind).options(selectinload(Kind.categories), selectinload(Kind.photos)),
    )
    item = session.scalars(select(Item).options(*options)).one()
    assert item.kind.parts == ["lid", "handle"]
    assert [one.path for one in item.kind.categories] == ["Kitchen", "Orchard > Presses"]
    assert item.place is not None
    assert item.place.path == "Barn > North wall"
    assert str(item.value) == "480.50"
    assert len(item.kind.photos) == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "This field is required"),
        ({"name": "x" * 201}, "longer than 200"),
        ({"counting": "weighed"}, "Not a valid choice"),
        ({"place": "Barn > > Hook"}, "is no path"),
        ({"categories": "A > "}, "is no path"),
        ({"guide_links": "javascript:alert(1)"}, "is not a web address"),
        ({"guide_links": "https://[half"}, "is not a web address"),
        ({"value": "dear"}, "This is not a number"),
        ({"value": "-1"}, "between 0 and"),
        ({"bought_on": "yesterday"}, "There is no such date"),
        ({"quantity": "-3"}, "between 0 and 1000000"),
        ({"parts": "x" * 201}, "below 200 characters"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(
    session: Session, cora: FlaskClient, wrong: dict[str, str], said: str
) -> None:
    answer = cora.post(THINGS, data=a_thing(brand="Lancman") | wrong)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert said in answer.text
    assert "Lancman" in answer.text
    assert [how_many(session, one) for one in (Kind, Item, Place, Category)] == [0, 0, 0, 0]


def test_a_photo_that_is_none_keeps_the_whole_thing_out(
    session: Session, cora: FlaskClient
) -> None:
    told = a_thing(place="Barn", photo=(io.BytesIO(b"<svg/>"), "press.jpg"))
    answer = cora.post(THINGS, data=told)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "not a picture" in answer.text
    assert [how_many(session, one) for one in (Kind, Item, Photo, Place)] == [0, 0, 0, 0]


def test_another_of_a_kind_is_one_tap(session: Session, world: World, cora: FlaskClient) -> None:
    with transaction():
        kind_id = world.make_item().kind_id
    answer = cora.post(f"/groups/borgo/inventory/kinds/{kind_id}/items", follow_redirects=True)
    assert "One more is in the inventory" in answer.text
    codes = session.scalars(select(Item.code).where(Item.kind_id == kind_id)).all()
    assert len(set(codes)) == 2


def test_a_kind_is_changed_with_all_that_its_form_showed(
    session: Session, world: World, cora: FlaskClient
) -> None:
    with transaction():
        kind = world.make_kind(
            name="Drill", parts=["bit"], categories=[world.make_category("Power")]
        )
        address = f"/groups/borgo/inventory/kinds/{kind.id}"
    page = cora.get(f"{address}/edit").text
    assert ">\nbit</textarea>" in page.replace("\r", "")
    assert ">\nPower</textarea>" in page.replace("\r", "")
    told = {
        "name": "Drill, cordless",
        "counting": "bulk",
        "categories": "Hand",
        "parts": "bit\nbag",
    }
    assert cora.post(address, data=told).status_code == HTTPStatus.SEE_OTHER
    kind = session.scalars(select(Kind).options(selectinload(Kind.categories))).one()
    assert (kind.name, kind.counting, kind.parts) == (
        "Drill, cordless",
        Counting.BULK,
        ["bit", "bag"],
    )
    assert [one.path for one in kind.categories] == ["Hand"]
    wrong = cora.post(address, data=told | {"name": ""})
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_a_kind_is_not_counted_otherwise_while_some_of_it_is_out(
    session: Session, world: World, cora: FlaskClient
) -> None:
    with transaction():
        loan = world.make_loan(world.make_item(), world.ana)
        address = f"/groups/borgo/inventory/kinds/{loan.item.kind_id}"
    answer = cora.post(address, data={"name": "Drills", "counting": "bulk"})
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "Change how it is counted when everything is back." in answer.text
    assert session.scalars(select(Kind.name)).all() == ["Hand drill"]
    cora.post(address, data={"name": "Drills", "counting": "counted"})
    assert session.scalars(select(Kind.name)).all() == ["Drills"]


def test_an_item_is_changed_and_the_journal_says_what(
    session: Session, world: World, cora: FlaskClient
) -> None:
    with transaction():
        barn = world.make_place("Barn")
        item = world.make_item(place_id=barn.id, serial="123")
        address = f"/groups/borgo/inventory/items/{item.id}"
    page = cora.get(f"{address}/edit").text
    assert 'value="Barn"' in page
    assert 'value="123"' in page
    told = {"condition": "needs_a_look", "place": "Barn > Shelf", "serial": "124"}
    assert cora.post(address, data=told).status_code == HTTPStatus.SEE_OTHER
    item = session.scalars(select(Item).options(selectinload(Item.place))).one()
    assert item.place is not None
    assert (item.condition, item.place.path) == (Condition.NEEDS_A_LOOK, "Barn > Shelf")
    entry = session.scalars(select(Entry).where(Entry.what == Event.ITEM_CHANGED)).one()
    assert entry.details["changed"] == ["condition", "place", "serial"]
    wrong = cora.post(address, data=told | {"bought_on": "?"})
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_what_was_retired_by_mistake_comes_back_into_stock(
    session: Session, world: World, cora: FlaskClient
) -> None:
    with transaction():
        item = world.make_item(retired_at=MONDAY_NOON, retired_why="Lent to a wrong pile")
        address, catalogue = (
            f"/groups/borgo/inventory/items/{item.id}",
            f"/catalogue/{item.kind_id}",
        )
        code = item.code
    assert "Lent to a wrong pile" in cora.get(f"{address}/edit").text
    for _twice in range(2):
        assert "in stock again" in cora.post(f"{address}/stock", follow_redirects=True).text
    assert f"/I/{code}" in cora.get(catalogue).text
    back = select(func.count(Entry.id)).where(Entry.what == Event.ITEM_BACK_IN_STOCK)
    assert session.scalar(back) == 1


def test_photos_are_added_put_first_and_taken_away(
    session: Session, world: World, cora: FlaskClient
) -> None:
    with transaction():
        kind_id = world.make_kind().id
    address = f"/groups/borgo/inventory/kinds/{kind_id}/photos"
    for name in ("one.jpg", "two.jpg"):
        answer = cora.post(address, data={"photo": (picture(), name)})
        assert answer.status_code == HTTPStatus.SEE_OTHER
    in_order = select(Photo.id).order_by(Photo.position, Photo.id)
    first, second = session.scalars(in_order).all()
    cora.post(f"{address}/{second}/cover")
    assert session.scalars(in_order).all() == [second, first]
    folder = current_app.config["CHOSEN"].photos
    assert len(list(folder.iterdir())) == 2 * len(photos.WIDTHS)
    cora.post(f"{address}/{second}/removal")
    assert session.scalars(in_order).all() == [first]
    assert len(list(folder.iterdir())) == len(photos.WIDTHS)
    assert cora.post(f"{address}/{second}/cover").status_code == HTTPStatus.NOT_FOUND
    nothing = cora.post(address, data={})
    assert nothing.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Choose a photo" in nothing.text


def test_things_of_another_group_are_out_of_reach(world: World, cora: FlaskClient) -> None:
    with transaction():
        kind = world.make_kind(group_id=world.castello.id)
        item = world.make_item(kind)
        addresses = [f"kinds/{kind.id}/edit", f"items/{item.id}/edit"]
    for address in addresses:
        answer = cora.get(f"/groups/borgo/inventory/{address}")
        assert answer.status_code == HTTPStatus.NOT_FOUND
