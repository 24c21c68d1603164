"""Coordinators print blank labels; who scans one may put it on something, or reads whose it is."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.conftest import type_of_client
from tests.counting import statements
from tests.world import MONDAY_NOON, World
from toolshare.codes.alphabet import in_groups
from toolshare.codes.models import Code
from toolshare.database import transaction
from toolshare.inventory.models import Item
from toolshare.labels.models import Batch, Cause
from toolshare.labels.printing import Wishes, codes_of, print_blanks

NEW = {"name": "Saw", "counting": "counted", "condition": "fine"}
PRINT: dict[str, Any] = {"count": "24", "stock": "avery-l7160", "start": "1", "copies": "1"}


@pytest.fixture
def blank(world: World) -> str:
    with transaction() as session:
        by, now = world.cora, MONDAY_NOON
        batch = print_blanks(session, world.borgo, 1, Wishes("avery-l7160"), by=by, now=now)
        return codes_of(batch)[0]


def test_a_coordinator_prints_blank_labels(world: World, client_of: type_of_client) -> None:
    cora = client_of(world.cora)
    assert "/groups/borgo/labels/blanks/new" in cora.get("/groups/borgo/labels").text
    assert cora.get("/groups/borgo/labels/blanks/new").status_code == 200
    answer = cora.post("/groups/borgo/labels/blanks", data=PRINT)
    assert answer.status_code == 303
    assert "24 labels are ready" in cora.get(answer.location).text
    assert cora.get(f"{answer.location}.pdf").data.startswith(b"%PDF")
    assert len(world.session.scalars(select(Code).where(Code.wearer.is_(None))).all()) == 24


@pytest.mark.parametrize("wrong", [{"count": "0"}, {"count": "9999"}, {"start": "22"}])
def test_what_can_not_be_printed_is_refused_and_draws_nothing(
    world: World, client_of: type_of_client, wrong: dict[str, str]
) -> None:
    answer = client_of(world.cora).post("/groups/borgo/labels/blanks", data=PRINT | wrong)
    assert answer.status_code == 422
    assert "Print blank labels" in answer.text
    assert world.session.scalars(select(Code).where(Code.wearer.is_(None))).all() == []
    assert world.session.scalars(select(Batch)).all() == []


def test_others_read_whose_a_blank_label_is_and_that_it_is_on_nothing(
    world: World, client_of: type_of_client, blank: str
) -> None:
    for person in (None, world.zoe, world.ana, world.vera):
        page = client_of(person).get(f"/I/{blank}?words=a")
        assert page.status_code == 200
        assert "It belongs to Borgo." in page.text
        assert "on nothing" in page.text
        assert "/claims" not in page.text
        assert "Something we have" not in page.text


def test_a_steward_finds_what_it_is_on_and_puts_it_there(
    world: World, client_of: type_of_client, blank: str
) -> None:
    with transaction():
        saw = world.make_item(
            world.make_kind(name="Anvil saw"), place_id=world.make_place("Barn").id
        )
        world.make_item(world.make_kind(name="Anaconda", group_id=world.castello.id))
    sam, before = client_of(world.sam), saw.code
    page = sam.get(f"/I/{blank}?words=an").text
    for said in ("Anvil saw, Barn", in_groups(before), "Ana"):
        assert said in page
    assert "Anaconda" not in page
    assert "A new thing" not in page  # that is for coordinators
    sent = {"thing": before, "cause": "worn", "operation": str(uuid4())}
    answers = [sam.post(f"/I/{blank}/claims", data=sent) for _ in range(2)]
    assert {answer.location for answer in answers} == {f"/I/{blank}"}
    assert "This label is on Anvil saw now." in sam.get(f"/I/{blank}").text
    assert "is old" in sam.get(f"/I/{before}").text
    history = sam.get(f"/I/{blank}/labels").text
    assert "It had no label" in history


def test_who_comes_second_hears_what_it_is_on(
    world: World, client_of: type_of_client, blank: str
) -> None:
    with transaction():
        saw, rake = (world.make_item(world.make_kind(name=name)) for name in ("Saw", "Rake"))
    sam, cora = client_of(world.sam), client_of(world.cora)
    sam.post(f"/I/{blank}/claims", data={"thing": saw.code, "cause": "worn"})
    answer = cora.post(f"/I/{blank}/claims", data={"thing": rake.code, "cause": "worn"})
    assert answer.status_code == 409
    assert "it is on Saw" in answer.text
    answer = cora.post("/groups/borgo/inventory/things", data=NEW | {"label": blank})
    assert answer.status_code == 409
    assert "it is on Saw" in answer.text


def test_a_coordinator_adds_a_new_thing_with_it(
    world: World, client_of: type_of_client, blank: str
) -> None:
    cora = client_of(world.cora)
    address = f"/groups/borgo/inventory/things/new?label={blank}"
    assert address in cora.get(f"/I/{blank}").text
    page = cora.get(address).text
    assert f'It wears the label <span class="code">{in_groups(blank)}</span>.' in page
    assert f'name="label" value="{blank}"' in page
    wrong = cora.post("/groups/borgo/inventory/things", data={"label": blank, "name": ""})
    assert f'name="label" value="{blank}"' in wrong.text
    assert (
        cora.post("/groups/borgo/inventory/things", data=NEW | {"label": blank}).status_code == 303
    )
    assert world.session.scalars(select(Item)).one().code == blank
    assert "Saw" in client_of(None).get(f"/I/{blank}").text


def test_with_a_label_of_another_village_nothing_is_added(
    world: World, client_of: type_of_client, blank: str
) -> None:
    answer = client_of(world.vera).post(
        "/groups/castello/inventory/things", data=NEW | {"label": blank}
    )
    assert answer.status_code == 422
    assert "was printed by Borgo" in answer.text
    assert world.session.scalars(select(Item)).all() == []


def test_at_the_desk_a_blank_label_is_refused_for_what_it_is(
    world: World, client_of: type_of_client, blank: str
) -> None:
    page = client_of(world.sam).post("/desk/scans", data={"code": blank})
    assert page.status_code == 404
    assert "of Borgo is on nothing yet" in page.text


def test_what_a_blank_label_may_be_put_on_takes_as_many_statements_however_much_fits(
    world: World, client_of: type_of_client, blank: str
) -> None:
    sam = client_of(world.sam)

    def count() -> int:
        with statements() as sent:
            sam.get(f"/I/{blank}?words=saw")
        return len(sent)

    with transaction():
        world.make_item(world.make_kind(name="Saw"))
    one = count()
    with transaction():
        for number in range(8):
            world.make_item(world.make_kind(name=f"Saw {number}"))
            world.make_place(f"Saw rack {number}")
    assert count() == one


def test_nothing_fits(world: World, client_of: type_of_client, blank: str) -> None:
    assert "Nothing fits “xyz”." in client_of(world.sam).get(f"/I/{blank}?words=xyz").text


def test_unprinted_is_no_cause_that_one_can_send(
    world: World, client_of: type_of_client, blank: str
) -> None:
    sent = {"thing": blank, "cause": Cause.UNPRINTED}
    assert client_of(world.sam).post(f"/I/{blank}/claims", data=sent).status_code == 422
