"""Kits at the desk: lent and returned by one scan, and what is missing is said on the line."""

from uuid import uuid4

from flask.testing import FlaskClient
from sqlalchemy import select

from tests.conftest import type_of_client
from tests.reading import text
from tests.world import World
from toolshare.care.models import Outage
from toolshare.circulation.models import Loan
from toolshare.inventory.models import KitPart
from toolshare.people.roles import membership_in


def scan(client: FlaskClient, code: str, served: str = "") -> str:
    return text(client.post("/desk/scans", data={"code": code, "served": served}))


def card_of_ana(world: World) -> str:
    card = membership_in(world.session, world.ana, world.borgo)
    assert card is not None
    return card.code


def test_a_kit_is_lent_and_returned_and_what_is_missing_is_said_on_the_line(
    world: World, client_of: type_of_client
) -> None:
    drill = world.make_item()
    kit, card = world.make_kit(drill), card_of_ana(world)
    world.session.commit()
    sam, code = client_of(world.sam), kit.code
    assert "Lent Fence kit" in scan(sam, code, card)
    page = sam.post("/desk/scans", data={"code": code})
    assert "Returned Fence kit" in text(page)
    assert "Hand drill is missing" in text(page)
    loan = world.session.scalars(select(Loan)).one()
    part = world.session.scalars(select(KitPart)).one()
    said = {"loan": str(loan.id), "operation": str(uuid4()), f"missing-{part.id}": "1"}
    for _ in range(2):  # pressed twice
        page = sam.post("/desk/findings", data=said)
        assert "This kit is not complete. It is lent without: Hand drill (missing)" in text(page)
    assert "is missing" not in text(page).replace("(missing)", "")
    assert "This kit is not complete." in scan(sam, code, card)


def test_a_return_that_is_undone_takes_back_what_was_said_on_the_line(
    world: World, client_of: type_of_client
) -> None:
    kit = world.make_kit(world.make_item())
    loan = world.make_loan(kit, world.ana)
    world.session.commit()
    sam = client_of(world.sam)
    scan(sam, kit.code)
    part = world.session.scalars(select(KitPart)).one()
    sam.post("/desk/findings", data={"loan": str(loan.id), f"missing-{part.id}": "1"})
    sam.post("/desk/undoings", data={"outcome": "returned", "record_id": str(loan.id)})
    assert world.session.get_one(Loan, loan.id).is_out
    assert world.session.scalars(select(Outage).where(Outage.ended_at.is_(None))).all() == []


def test_a_scan_of_a_thing_in_a_kit_says_so(world: World, client_of: type_of_client) -> None:
    drill = world.make_item()
    world.make_kit(drill)
    card = card_of_ana(world)
    world.session.commit()
    sam = client_of(world.sam)
    for served in ("", card):
        assert "It is part of the kit “Fence kit”" in scan(sam, drill.code, served)
