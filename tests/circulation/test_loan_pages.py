"""The page of a loan and what is pressed on it, and what a borrower reads of it."""

from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import type_of_client
from tests.reading import text
from tests.world import MONDAY_NOON, World
from toolshare.circulation.models import Loan
from toolshare.inventory.models import Item

DAY = timedelta(days=1)


@pytest.fixture
def loan(world: World, drill: Item) -> Loan:
    """Ana has the drill, for three weeks."""
    made = world.make_loan(drill, world.ana, due_at=MONDAY_NOON + 21 * DAY)
    world.session.commit()
    return made


def change(world: World, loan: Loan, **facts: Any) -> None:
    for name, fact in facts.items():
        setattr(loan, name, fact)
    world.session.commit()


def test_a_steward_reads_all_about_a_loan(
    world: World, loan: Loan, client_of: type_of_client
) -> None:
    page = text(client_of(world.sam).get(f"/loans/{loan.id}"))
    for fact in ("Who has it Ana", "Borrowed Mon 1 Jun, 13:00", "Due Mon 22 Jun, 14:00"):
        assert fact in page
    assert "Loan period 7 days" in page.replace("\xa0", " ")


def test_the_way_to_it_leads_over_the_thing_and_over_the_overview(
    world: World, loan: Loan, drill: Item, client_of: type_of_client
) -> None:
    client, link = client_of(world.sam), f'href="/loans/{loan.id}"'
    assert link in client.get(f"/I/{drill.code}").text
    assert link in client.get("/groups/borgo/overview?show=out").text


def test_the_borrower_leaves_it_in_the_shed(
    world: World, loan: Loan, drill: Item, client_of: type_of_client
) -> None:
    client = client_of(world.ana)
    assert "I left it in the shed" in text(client.get(f"/I/{drill.code}"))
    answer = client.post(f"/loans/{loan.id}/drop-off", data={"where": "By the door"})
    assert answer.status_code == 303
    page = text(client.get(answer.location))
    assert "Thank you: a steward looks for it and takes it back." in page
    assert "You left it in the shed on Mon 1 Jun, 14:00: “By the door”." in page
    assert "A steward has yet to take it back." in page
    assert "Renew" not in page
    assert "Left in the shed" in text(client.get("/loans"))
    assert "Left in the shed 1" in text(client_of(world.sam).get("/groups/borgo/overview"))
    assert "left in the shed: “By the door”" in text(client_of(world.sam).get(answer.location))


def test_where_has_to_be_said(world: World, loan: Loan, client_of: type_of_client) -> None:
    client = client_of(world.ana)
    for sent in ({}, {"where": ""}, {"where": "x" * 201}):
        assert client.post(f"/loans/{loan.id}/drop-off", data=sent).status_code == 422


def test_a_steward_does_not_find_it(
    world: World, loan: Loan, drill: Item, client_of: type_of_client
) -> None:
    change(world, loan, dropped_at=MONDAY_NOON, dropped_where="By the door")
    client = client_of(world.sam)
    assert "It is not where it was left" in text(client.get(f"/loans/{loan.id}"))
    answer = client.post(f"/loans/{loan.id}/dispute", data={"note": "Looked twice."})
    page = text(client.get(answer.location))
    assert "Noted: it is not there." in page
    assert "In dispute" in page
    assert "“Looked twice.”" in page
    assert "It is in dispute: a coordinator finds out" in page
    assert "In dispute 1" in text(client.get("/groups/borgo/overview"))
    page = text(client.get(f"/I/{drill.code}"))
    assert "It is in dispute" in page
    assert "How is it?" not in page
    assert "How is it?" in text(client_of(world.cora).get(f"/I/{drill.code}"))
    own = text(client_of(world.ana).get(f"/I/{drill.code}"))
    assert "A steward did not find it there. Talk to a coordinator." in own
    assert "Give it up for lost" in text(client_of(world.cora).get(f"/loans/{loan.id}"))


def test_a_coordinator_calls_it_back(
    world: World, loan: Loan, drill: Item, client_of: type_of_client
) -> None:
    client = client_of(world.cora)
    assert "It would be due on Wed 3 Jun" in text(client.get(f"/loans/{loan.id}"))
    answer = client.post(f"/loans/{loan.id}/recall", data={"why": "The mill needs it."})
    page = text(client.get(answer.location))
    assert "Called back by Wed 3 Jun." in page
    assert "Due Wed 3 Jun" in page
    own = client_of(world.ana)
    assert "It was called back: somebody needs it." in text(own.get(f"/I/{drill.code}"))
    assert "Called back" in text(own.get("/loans"))


def test_only_a_coordinator_is_offered_to_call_back(
    world: World, loan: Loan, client_of: type_of_client
) -> None:
    assert "Call it back" not in text(client_of(world.sam).get(f"/loans/{loan.id}"))


def test_it_is_given_up_and_found_again(
    world: World, loan: Loan, drill: Item, client_of: type_of_client
) -> None:
    client = client_of(world.sam)
    told = {"note": "It fell into the river.", "says_borrower": "yes"}
    answer = client.post(f"/loans/{loan.id}/loss", data=told)
    page = text(client.get(answer.location))
    assert "“It fell into the river.”" in page
    assert "Lost 1" in text(client.get("/groups/borgo/overview"))
    own = client_of(world.ana)
    assert "It was given up for lost." in text(own.get(f"/I/{drill.code}"))
    assert "Lost" in text(own.get("/loans"))
    client.post(f"/I/{drill.code}/return")
    assert "Needs a check" in text(client.get(f"/I/{drill.code}"))
    assert "Given back" in text(client.get(f"/loans/{loan.id}"))


def test_who_gives_up_says_what_was_tried(
    world: World, loan: Loan, client_of: type_of_client
) -> None:
    answer = client_of(world.cora).post(f"/loans/{loan.id}/loss", data={"says_borrower": "yes"})
    assert answer.status_code == 422


def test_a_mistake_is_taken_back_within_the_hour(
    world: World, loan: Loan, client_of: type_of_client
) -> None:
    client = client_of(world.sam)
    assert "It was a mistake" in text(client.get(f"/loans/{loan.id}"))
    client.post(f"/loans/{loan.id}/undo")
    page = text(client.get(f"/loans/{loan.id}"))
    assert "A mistake" in page
    assert "Return" not in page


def test_others_read_nothing_of_it(world: World, loan: Loan, client_of: type_of_client) -> None:
    assert client_of(world.ana).get(f"/loans/{loan.id}").status_code == 403
    for person in (world.pau, world.vera, world.zoe):
        assert client_of(person).get(f"/loans/{loan.id}").status_code == 404


def test_a_steward_renews_all_the_same_when_they_say_why(
    world: World, loan: Loan, client_of: type_of_client
) -> None:
    address = f"/loans/{loan.id}"
    steward = client_of(world.sam)
    change(world, loan, rules={"renewals": 0}, due_at=MONDAY_NOON + DAY)
    page = text(steward.get(address))
    assert "Renew it all the same" in page
    assert "can be renewed 0 times only" in page
    assert steward.post(f"{address}/renewals").status_code == 409
    steward.post(f"{address}/renewals", data={"note": "The baler broke down."})
    assert "The baler broke down." in text(steward.get(address))
