"""Pages on which coordinators set up kiosks, and members their PIN."""

import re

import pytest

from tests.conftest import type_of_client
from tests.world import World
from toolshare.database import transaction
from toolshare.kiosk.models import Kiosk
from toolshare.people.models import Person
from toolshare.people.pins import is_right
from toolshare.people.roles import membership_in

KIOSKS = "/groups/borgo/kiosks"


def test_a_coordinator_sets_up_a_kiosk_and_sees_its_link_once(
    world: World, client_of: type_of_client
) -> None:
    cora = client_of(world.cora)
    shown = cora.post(KIOSKS, data={"name": " Tablet by the door "})
    link = re.findall(r"https://tools.example.org/kiosk/pairing/[\w-]{43}", shown.text)
    assert (len(link), shown.headers["Cache-Control"]) == (1, "no-store")
    page = cora.get(KIOSKS).text
    assert all(words in page for words in ("Tablet by the door", "waits for its tablet", "never"))
    assert "/kiosk/pairing/" not in page
    kiosk_id = world.session.query(Kiosk.id).scalar()
    again = cora.post(f"{KIOSKS}/{kiosk_id}/pairing")
    assert link[0] not in again.text
    assert client_of(None).get(link[0]).status_code == 410


def test_a_kiosk_needs_a_name_and_is_no_other_groups_business(
    world: World, client_of: type_of_client
) -> None:
    cora = client_of(world.cora)
    assert cora.post(KIOSKS, data={"name": " "}).status_code == 422
    cora.post(KIOSKS, data={"name": "Barn"})
    kiosk_id = world.session.query(Kiosk.id).scalar()
    vera = client_of(world.vera)
    for act in ("pairing", "end"):
        assert vera.post(f"/groups/castello/kiosks/{kiosk_id}/{act}").status_code == 404


def test_an_ended_kiosk_leaves_the_list(world: World, client_of: type_of_client) -> None:
    cora = client_of(world.cora)
    cora.post(KIOSKS, data={"name": "Barn"})
    kiosk_id = world.session.query(Kiosk.id).scalar()
    answer = cora.post(f"{KIOSKS}/{kiosk_id}/end", follow_redirects=True)
    assert "Ended: Barn" in answer.text
    assert f"{KIOSKS}/{kiosk_id}" not in answer.text


def test_a_member_sets_and_removes_a_pin(world: World, client_of: type_of_client) -> None:
    ana = client_of(world.ana)
    assert "Set a PIN" in ana.get("/account").text
    answer = ana.post("/account/pin", data={"pin": "2718"}, follow_redirects=True)
    assert "Your PIN is set." in answer.text
    assert "Set another PIN" in answer.text
    assert is_right(world.session.get_one(Person, world.ana.id), "2718")
    ana.post("/account/pin/removal")
    assert world.session.get_one(Person, world.ana.id).pin_hash is None


@pytest.mark.parametrize("typed", ["", "12", "1234", "27182818284"])
def test_a_pin_that_breaks_the_rule_is_not_set(
    world: World, client_of: type_of_client, typed: str
) -> None:
    answer = client_of(world.ana).post("/account/pin", data={"pin": typed})
    assert answer.status_code == 422
    assert world.session.get_one(Person, world.ana.id).pin_hash is None


def test_a_coordinator_removes_a_pin_and_reads_none(
    world: World, client_of: type_of_client
) -> None:
    ana = membership_in(world.session, world.ana, world.borgo)
    assert ana is not None
    with transaction():
        world.session.get_one(Person, world.ana.id).pin_hash = "$argon2id$secret"
    cora, place = client_of(world.cora), f"/groups/borgo/people/{ana.id}"
    page = cora.get(place).text
    assert "Ana has a PIN" in page
    assert "argon2" not in page
    cora.post(f"{place}/pin/removal")
    assert "Ana has a PIN" not in cora.get(place).text
