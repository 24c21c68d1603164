"""The coordinators' table of the inventory: find, sort, choose, and do something with it."""

import re
from datetime import timedelta
from http import HTTPStatus

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import type_of_client
from tests.counting import statements
from tests.world import MONDAY_NOON, World
from toolshare.codes.alphabet import in_groups
from toolshare.database import transaction
from toolshare.inventory.models import Item, Kind, Place
from toolshare.journal.models import Entry, Event
from toolshare.labels.models import BatchLabel
from toolshare.labels.printing import Wishes, print_labels

TABLE = "/groups/borgo/inventory"


@pytest.fixture
def codes(world: World) -> dict[str, str]:
    """Four things in Borgo by name: their codes."""
    with transaction() as session:
        barn = world.make_place("Barn")
        hook = world.make_place("Hook", path="Barn > Hook", parent_id=barn.id)
        garden = world.make_category("Garden > Trees")
        made = {
            "Saw": world.make_item(
                world.make_kind(name="Saw", categories=[garden]), place_id=hook.id, number="A-2"
            ),
            "drill": world.make_item(world.make_kind(name="drill"), number="A-1"),
            "Ladder": world.make_item(
                world.make_kind(name="Ladder"), added_at=MONDAY_NOON - timedelta(days=9)
            ),
            "Old plough": world.make_item(
                world.make_kind(name="Old plough"), retired_at=MONDAY_NOON
            ),
        }
        days = [MONDAY_NOON - timedelta(days=days) for days in (8, 1)]
        world.make_loan(made["Ladder"], world.ana, borrowed_at=days[0], due_at=days[1])
        saw = [made["Saw"].code]
        print_labels(
            session, world.borgo, saw, Wishes("avery-l7160"), by=world.cora, now=MONDAY_NOON
        )
        return {name: item.code for name, item in made.items()}


def names_in(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="[^"]*">([^<]*)</a>', page)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["drill", "Ladder", "Saw"]),
        ("sort=-name", ["Saw", "Ladder", "drill"]),
        ("sort=number", ["Ladder", "drill", "Saw"]),
        ("sort=place", ["drill", "Ladder", "Saw"]),
        ("sort=-place", ["Saw", "drill", "Ladder"]),
        ("sort=added", ["Ladder", "Saw", "drill"]),
        ("sort=state", ["Saw", "drill", "Ladder"]),
        ("sort=nonsense", ["drill", "Ladder", "Saw"]),
        ("words=sa", ["Saw"]),
        ("words=A-1", ["drill"]),
        ("words={drill}", ["drill"]),
        ("category=Garden", ["Saw"]),
        ("place={barn}", ["Saw"]),
        ("place=77777777777777777777777", []),
        ("state=late", ["Ladder"]),
        ("state=free", ["drill", "Saw"]),
        ("state=retired", ["Old plough"]),
        ("state=retired&words=plou", ["Old plough"]),
        ("state=nonsense", []),
        ("unprinted=y", ["drill", "Ladder"]),
        ("page=0", ["drill", "Ladder", "Saw"]),
        ("page=x", ["drill", "Ladder", "Saw"]),
    ],
)
def test_the_table_is_sorted_and_filtered(
    session: Session, cora: FlaskClient, codes: dict[str, str], query: str, names: list[str]
) -> None:
    barn = session.scalars(select(Place.id).where(Place.path == "Barn")).one()
    page = cora.get(f"{TABLE}?{query.format(barn=barn, **codes)}").text
    assert names_in(page) == names


def test_many_things_take_no_more_statements_than_few(
    world: World, cora: FlaskClient, codes: dict[str, str]
) -> None:
    with statements() as few:
        cora.get(TABLE)
    with transaction():
        for number in range(60):
            world.make_item(world.make_kind(name=f"Thing {number:02}"))
    with statements() as many:
        page = cora.get(TABLE).text
    assert len(many) == len(few) < 14
    assert "Page 1 of 2" in page


def test_what_was_ticked_on_one_page_is_still_ticked_on_the_next(
    world: World, cora: FlaskClient
) -> None:
    with transaction():
        codes = [
            world.make_item(world.make_kind(name=f"Thing {number:02}")).code for number in range(60)
        ]
    second = cora.get(TABLE, query_string={"code": [codes[0], codes[55]], "page": 2}).text
    assert f'type="hidden" name="code" value="{codes[0]}"' in second
    assert re.search(rf'value="{codes[55]}"[^>]* checked', second)
    assert "1 more on other pages" in second


def test_chosen_things_move_together(
    session: Session, cora: FlaskClient, codes: dict[str, str]
) -> None:
    told = {"code": [codes["Saw"], codes["drill"]], "to": "Shed > Shelf", "sort": "name"}
    answer = cora.post(f"{TABLE}/move", data=told, follow_redirects=True)
    assert "2 things moved." in answer.text
    at = dict(session.execute(select(Item.code, Place.path).join(Item.place)).all())
    assert at == {codes["Saw"]: "Shed > Shelf", codes["drill"]: "Shed > Shelf"}


def test_all_that_match_are_chosen_on_every_page(
    session: Session, world: World, cora: FlaskClient
) -> None:
    with transaction():
        for number in range(60):
            world.make_item(world.make_kind(name=f"Peg {number:02}"))
        world.make_item(world.make_kind(name="Ladder"))
    told = {"which": "matching", "words": "peg", "to": "Box"}
    assert "60 things moved." in cora.post(f"{TABLE}/move", data=told, follow_redirects=True).text
    left = select(Kind.name).join(Kind.items).where(Item.place_id.is_(None))
    assert session.scalars(left).all() == ["Ladder"]


def test_chosen_things_retire_with_their_reason(
    session: Session, cora: FlaskClient, codes: dict[str, str]
) -> None:
    told = {"code": [codes["Saw"], codes["Old plough"]], "why": "Worn out"}
    answer = cora.post(f"{TABLE}/retirements", data=told, follow_redirects=True)
    assert "1 thing retired." in answer.text
    saw = session.scalars(select(Item).where(Item.code == codes["Saw"])).one()
    assert saw.retired_why == "Worn out"
    retired = session.scalars(select(Entry).where(Entry.what == Event.ITEM_RETIRED)).all()
    assert [entry.item_id for entry in retired] == [saw.id]


def test_nothing_retires_while_one_of_them_is_out(
    session: Session, cora: FlaskClient, codes: dict[str, str]
) -> None:
    told = {"code": [codes["Saw"], codes["Ladder"]], "why": "Worn out"}
    answer = cora.post(f"{TABLE}/retirements", data=told)
    assert answer.status_code == HTTPStatus.CONFLICT
    assert f"Ladder ({in_groups(codes['Ladder'])}) is out." in answer.text
    assert "Log its return first." in answer.text
    still = select(Item.code).where(Item.retired_at.is_(None))
    assert codes["Saw"] in session.scalars(still).all()


@pytest.mark.parametrize("verb", ["move", "retirements"])
def test_nothing_chosen_is_said(cora: FlaskClient, codes: dict[str, str], verb: str) -> None:
    for told in ({}, {"code": ["NOTACODE"]}, {"which": "matching", "words": "zzz"}):
        answer = cora.post(f"{TABLE}/{verb}", data={"why": "Worn out", **told})
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "No thing was chosen." in answer.text


def test_a_place_that_is_none_is_said_and_nothing_moves(
    session: Session, cora: FlaskClient, codes: dict[str, str]
) -> None:
    answer = cora.post(f"{TABLE}/move", data={"code": [codes["Saw"]], "to": "Barn > "})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "is no path" in answer.text
    assert re.search(rf'value="{codes["Saw"]}"[^>]* checked', answer.text)


def test_a_reason_that_is_too_long_is_said_and_nothing_retires(
    session: Session, cora: FlaskClient, codes: dict[str, str]
) -> None:
    answer = cora.post(f"{TABLE}/retirements", data={"code": [codes["Saw"]], "why": "x" * 201})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "longer than 200" in answer.text
    left = select(Item.code).where(Item.retired_at.is_(None))
    assert codes["Saw"] in session.scalars(left).all()


@pytest.mark.parametrize("why", [{}, {"why": "  "}])
def test_a_reason_is_asked_for_and_what_was_chosen_stays_chosen(
    session: Session, cora: FlaskClient, codes: dict[str, str], why: dict[str, str]
) -> None:
    told = {"code": [codes["Saw"]], "which": "matching", "words": "s", **why}
    answer = cora.post(f"{TABLE}/retirements", data=told)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Say what was decided, and by whom." in answer.text
    assert re.search(rf'value="{codes["Saw"]}"[^>]* checked', answer.text)
    assert re.search(r'value="matching" checked', answer.text)
    left = select(Item.code).where(Item.retired_at.is_(None))
    assert codes["Saw"] in session.scalars(left).all()


def test_things_of_another_group_can_t_be_chosen(
    session: Session, world: World, cora: FlaskClient
) -> None:
    with transaction():
        theirs = world.make_item(world.make_kind(group_id=world.castello.id)).code
    answer = cora.post(f"{TABLE}/move", data={"code": [theirs], "to": "Barn"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert session.scalars(select(Place)).all() == []


def test_labels_are_printed_for_what_is_chosen(
    session: Session, cora: FlaskClient, codes: dict[str, str]
) -> None:
    page = cora.post("/groups/borgo/labels/new", data={"code": [codes["Saw"], codes["drill"]]})
    assert "2 labels chosen" in page.text


def test_labels_are_printed_for_all_that_match(
    session: Session, cora: FlaskClient, codes: dict[str, str]
) -> None:
    told = {"which": "matching", "words": "la"}
    page = cora.post("/groups/borgo/labels/new", data=told).text
    assert "1 label chosen" in page
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    asked = {"stock": "avery-l7160", "start": "1", "copies": "1", "level": "M"}
    answer = cora.post("/groups/borgo/labels", data=hidden | asked)
    assert answer.status_code == HTTPStatus.SEE_OTHER
    latest = select(BatchLabel.code).order_by(BatchLabel.batch_id.desc(), BatchLabel.id).limit(1)
    assert session.scalar(latest) == codes["Ladder"]


def test_stewards_look_but_don_t_choose(
    world: World, client_of: type_of_client, codes: dict[str, str]
) -> None:
    page = client_of(world.sam).get(TABLE).text
    assert "drill" in names_in(page)
    assert "With what is chosen" not in page
    assert "Add a thing" not in page


def test_an_empty_inventory_says_how_to_begin(cora: FlaskClient) -> None:
    assert "Add a thing" in cora.get(TABLE).text
    assert "Nothing found" in cora.get(f"{TABLE}?words=saw").text
