"""Reserving one certain thing and no other of its kind, from its own page."""

import pytest
from sqlalchemy import select

from tests.conftest import type_of_client
from tests.world import World
from toolshare.circulation.promises import Reservation, ReservedUnit
from toolshare.inventory.models import Counting, Kind

DAYS = {"from_day": "2026-06-10", "until_day": "2026-06-12"}


@pytest.fixture
def saws(world: World) -> tuple[Kind, str, str]:
    """Two of a kind, and their codes."""
    kind = world.make_kind(name="Saw")
    codes = tuple(world.make_item(kind).code for _ in range(2))
    world.session.commit()
    return (kind, *codes)


def test_the_page_of_a_thing_leads_to_reserving_it_and_no_other(
    world: World, client_of: type_of_client, saws: tuple[Kind, str, str]
) -> None:
    kind, _, code = saws
    client = client_of(world.ana)
    address = f"/reservations/new?kind={kind.id}&amp;only-{kind.id}={code}"
    assert address in client.get(f"/I/{code}").text
    page = client.get(address.replace("&amp;", "&")).text
    assert f'name="only-{kind.id}" value="{code}"' in page
    assert "any of them will do" in page


def test_it_is_this_one_that_is_kept(
    world: World, client_of: type_of_client, saws: tuple[Kind, str, str]
) -> None:
    kind, _, code = saws
    client = client_of(world.ana)
    sent = {"kind": kind.id, f"only-{kind.id}": code.lower(), **DAYS}
    made = client.post("/reservations", data=sent, follow_redirects=True)
    assert "Reserved. It is kept for you." in made.text
    assert "only" in made.text
    unit = world.session.scalars(select(ReservedUnit)).one()
    assert unit.item_id is not None
    again = client_of(world.sam).post("/reservations", data=sent)
    assert again.status_code == 409
    assert "Saw is not free for all of that time." in again.text
    assert f'name="only-{kind.id}"' in again.text


def test_with_something_else_along_it_stays_this_one(
    world: World, client_of: type_of_client, saws: tuple[Kind, str, str]
) -> None:
    kind, _, code = saws
    world.make_item(world.make_kind(name="Saw horse"))
    world.session.commit()
    asked = {"kind": kind.id, f"only-{kind.id}": code, "add": "horse"}
    page = client_of(world.ana).get("/reservations/new", query_string=asked).text
    assert f"only-{kind.id}={code}" in page


@pytest.mark.parametrize("code", ["7K3M9QXA", "nonsense", "x" * 500])
def test_a_code_that_names_none_of_the_kind_reserves_nothing(
    world: World, client_of: type_of_client, saws: tuple[Kind, str, str], code: str
) -> None:
    kind = saws[0]
    sent = {"kind": kind.id, f"only-{kind.id}": code, **DAYS}
    client = client_of(world.ana)
    assert client.get("/reservations/new", query_string=sent).status_code == 404
    assert client.post("/reservations", data=sent).status_code == 404
    assert world.session.scalars(select(Reservation)).all() == []


def test_bins_and_what_is_retired_are_not_reserved_one_by_one(
    world: World, client_of: type_of_client
) -> None:
    pegs = world.make_item(world.make_kind(counting=Counting.BULK), quantity=9).code
    gone = world.make_item(retired_at=world.borgo.founded_at).code
    world.session.commit()
    for code in (pegs, gone):
        assert "Reserve this one" not in client_of(world.ana).get(f"/I/{code}").text
    other = client_of(world.zoe).get(f"/I/{pegs}").text
    assert "Reserve" not in other
