"""All that is known of somebody, for themselves, and nothing about others."""

import json
from typing import Any

from sqlalchemy import select

from tests.circulation.telling import lend
from tests.conftest import type_of_client
from tests.counting import statements
from tests.offline.telling import lent, tell
from tests.postgres import on_any_database
from tests.privacy.busy import LATER, a_busy_week
from tests.world import MONDAY_NOON, World
from toolshare.database import transaction
from toolshare.inventory.models import Item, Kind
from toolshare.people.models import Person
from toolshare.privacy import exporting
from toolshare.privacy.registry import GONE
from toolshare.rules.certificates import grant

PAGE = "/account/data.json"
HERS = {
    *("memberships", "loans", "takings", "holds", "reservations", "handovers", "damage_reports"),
    *("exceptional_scans", "certificates", "renewals", "reserved_units", "join_requests"),
    "journal",
}


def data_of(world: World, person: Person) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(
        "".join(exporting.document(world.session, person, now=MONDAY_NOON))
    )
    return told


@on_any_database
def test_all_that_somebody_did_is_in_it(world: World) -> None:
    a_busy_week(world)
    grant(world.session, world.ana, "Chainsaw", world.borgo, by=world.sam, now=LATER)
    with statements() as sent:
        told = data_of(world, world.ana)
    assert len(sent) <= 50
    assert {name for name, rows in told.items() if rows} >= HERS
    assert {name.split(".")[0] for name in GONE} - {"former_codes"} <= told.keys()
    assert (told["schema"], told["person"]["email"]) == (1, "ana@example.org")
    assert [one["name"] for one in told["certificates"]] == ["Chainsaw"]
    assert {one["what"] for one in told["journal"] if one["by_me"]} >= {"borrowed", "taken"}


def test_what_ids_stand_for_is_said_in_words(world: World) -> None:
    a_busy_week(world)
    told = data_of(world, world.ana)
    called = dict(
        world.session.execute(select(Item.id, Kind.name + " (" + Item.code + ")").join(Kind)).all()
    )
    for part in ("loans", "takings", "damage_reports"):
        assert [one["item"] for one in told[part]] == [called[one["item_id"]] for one in told[part]]
    for part in ("renewals", "handovers"):
        assert {one["loan"] for one in told[part]} <= {one["item"] for one in told["loans"]}
    assert {one["kind"] for one in told["holds"] + told["reserved_units"]} == {"Hand drill"}
    assert {one["group"] for one in told["memberships"]} == {"Borgo"}
    ids = {one["id"] for one in told["reservations"]}
    assert {one["reservation_id"] for one in told["reserved_units"]} == ids


def test_nothing_about_others_and_no_key_is_in_it(world: World) -> None:
    a_busy_week(world)
    everybody = world.session.query(Person).all()
    for person in (world.ana, world.sam, world.cora):
        whole = json.dumps(data_of(world, person))
        assert [one.email for one in everybody if one.email in whole] == [person.email]
        assert not [key for key in ("password_hash", "pin_hash", "digest") if f'"{key}"' in whole]
    whole = json.dumps(data_of(world, world.ana))
    assert [name for name in ("Bob", "Sam", "Cora", "Pau") if name in whole] == []


def test_what_a_steward_told_of_somebody_else_is_not_in_it_and_what_of_themselves_is(
    world: World,
) -> None:
    for borrower in (world.pau, world.sam):
        tell(world, lent(lend(world, world.make_item()).item, LATER, borrower=borrower), world.sam)
    of_pau, own = data_of(world, world.sam)["exceptional_scans"]
    assert (of_pau["about_me"], of_pau["sent"], of_pau["reasons"]) == (False, None, [])
    assert own["about_me"]
    assert own["sent"]
    assert own["reasons"]


def test_it_is_downloaded_from_the_account(world: World, client_of: type_of_client) -> None:
    with transaction():
        a_busy_week(world)
    client = client_of(world.ana)
    assert PAGE in client.get("/account").text
    answer = client.get(PAGE)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.get_json()["person"]["name"] == "Ana"
