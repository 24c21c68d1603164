"""The screens of two people in a field: the giver's, which waits, and the taker's."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.circulation.passing import pass_on
from tests.conftest import type_of_client
from tests.counting import statements
from tests.reading import text
from tests.world import MONDAY_NOON, World
from toolshare.circulation.handing_over import consent
from toolshare.circulation.models import Handover, Loan
from toolshare.inventory.models import Item
from toolshare.people.models import Person

DAY = timedelta(days=1)


@pytest.fixture
def loan(world: World, tractor: Item) -> Loan:
    """Ana has the tractor, whose meter read 100 when it went out."""
    return world.make_loan(tractor, world.ana, meter_before=Decimal(100))


@pytest.fixture
def waiting(world: World, loan: Loan, bea: Person) -> Handover:
    """Ana passes it on, and Bea is next."""
    handover = pass_on(world, loan, now=MONDAY_NOON, note="Left tyre is soft.")
    world.session.commit()
    return handover


def test_a_tractor_goes_from_farm_to_farm(
    world: World, loan: Loan, bea: Person, client_of: type_of_client
) -> None:
    world.session.commit()
    code = world.session.scalars(select(Item.code)).one()
    ana, taker = client_of(world.ana), client_of(bea)
    assert f"/loans/{loan.id}/handover" in ana.get(f"/I/{code}").text
    giving = f"/loans/{loan.id}/handover"
    assert "It read 100.0 when it went out." in text(ana.get(giving))
    said = {"condition": "fine", "meter": "112.5", "note": "Left tyre is soft."}
    answer = ana.post(giving, data=said)
    page = ana.get(answer.location)
    assert "Now let who takes it scan this code." in text(page)
    address = re.search(r'href="https?://[^/"]+(/handovers/[\w-]+)"', page.text)
    assert address
    assert 'class="symbol"' in page.text
    page = text(taker.get(f"/I/{code}"))
    assert "Ana is passing this on. Take it over" in page
    page = text(taker.get(address[1]))
    assert "How it is Fine “Left tyre is soft.” Meter 112.5 h" in page
    assert "You would have it until Mon 8 Jun ." in page
    answer = taker.post(address[1], data={"condition": "fine", "meter": "112.5"})
    assert "Taken over: Tractor is yours until Mon 8 Jun." in text(taker.get(answer.location))
    assert "Passed on: Bea has it from now on." in text(ana.get(giving))
    assert "Undo" not in text(taker.get(f"/I/{code}"))
    history = text(client_of(world.sam).get(f"/I/{code}/history"))
    assert "Passed on · Ana by Bea" in history
    assert "Bea" not in text(ana.get(f"/I/{code}/history"))


def test_the_givers_page_says_to_programs_how_it_stands(
    world: World, waiting: Handover, bea: Person, client_of: type_of_client
) -> None:
    loan_id, token = waiting.loan_id, waiting.token
    ana = client_of(world.ana)

    def state() -> str:
        answer = ana.get(f"/loans/{loan_id}/handover", headers={"Accept": "application/json"})
        return str(answer.json["state"])

    assert state() == "begun"
    client_of(world.sam).post(f"/handovers/{token}/consent")
    assert state() == "consented"
    ana.post(f"/handovers/{token}/withdrawal")
    assert state() == "to_begin"


def test_a_steward_lets_it_go_to_somebody_else(
    world: World, waiting: Handover, client_of: type_of_client
) -> None:
    cem = world.make_person("Cem", world.borgo)
    world.session.commit()
    address, loan_id = f"/handovers/{waiting.token}", waiting.loan_id
    page = text(client_of(cem).get(address))
    assert "It is passed on to who is next in line, and that is not you." in page
    sam = client_of(world.sam)
    assert "Let it go to anybody" in text(sam.get(f"/loans/{loan_id}"))
    answer = sam.post(f"{address}/consent")
    assert "You let it go to whoever takes it over." in text(sam.get(answer.location))
    assert "You would have it until" in text(client_of(cem).get(address))
    assert "A steward lets it go to whoever takes it." in text(
        client_of(world.ana).get(f"/loans/{loan_id}/handover")
    )


def test_who_is_not_next_learns_nothing_from_the_label(
    world: World, waiting: Handover, client_of: type_of_client
) -> None:
    cem = world.make_person("Cem", world.borgo)
    world.session.commit()
    code = world.session.scalars(select(Item.code)).one()
    page = text(client_of(cem).get(f"/I/{code}"))
    assert "is passing this on" not in page
    assert "Ana" not in page


def test_a_withdrawn_one_is_over(
    world: World, waiting: Handover, bea: Person, client_of: type_of_client
) -> None:
    ana, token = client_of(world.ana), waiting.token
    answer = ana.post(f"/handovers/{token}/withdrawal")
    assert "Withdrawn: it is not passed on." in text(ana.get(answer.location))
    assert "Nobody is passing this on any more." in text(client_of(bea).get(f"/handovers/{token}"))
    assert client_of(bea).post(f"/handovers/{token}").status_code == 409


def test_stewards_read_the_chain(
    world: World, waiting: Handover, bea: Person, client_of: type_of_client
) -> None:
    first, token = waiting.loan_id, waiting.token
    client_of(bea).post(
        f"/handovers/{token}", data={"condition": "broken", "note": "Tyre is flat."}
    )
    second = world.session.scalars(select(Loan.id).where(Loan.borrower_id == bea.id)).one()
    sam = client_of(world.sam)
    page = sam.get(f"/loans/{first}")
    assert "Passed on to Bea" in text(page)
    assert f'href="/loans/{second}"' in page.text
    page = sam.get(f"/loans/{second}")
    assert "Taken over from Ana" in text(page)
    assert f'href="/loans/{first}"' in page.text
    assert "It was a mistake" not in text(page)
    code = world.session.scalars(select(Item.code)).one()
    page = text(sam.get(f"/I/{code}"))
    assert "Needs a check" in page
    assert "It came back just now" not in page


@pytest.mark.parametrize("sent", [{"condition": "lost"}, {"meter": "many"}, {"note": "x" * 2_001}])
def test_nonsense_is_refused(
    world: World, waiting: Handover, bea: Person, client_of: type_of_client, sent: dict[str, str]
) -> None:
    assert client_of(bea).post(f"/handovers/{waiting.token}", data=sent).status_code == 422


def test_only_the_giver_sees_the_code(
    world: World, waiting: Handover, bea: Person, client_of: type_of_client
) -> None:
    loan_id, token = waiting.loan_id, waiting.token
    for person, status in ((world.sam, 403), (bea, 404), (world.vera, 404)):
        assert client_of(person).get(f"/loans/{loan_id}/handover").status_code == status
    assert client_of(world.vera).get(f"/handovers/{token}").status_code == 404


def test_a_scan_takes_no_more_statements_when_nobody_passes_it_on(
    world: World, loan: Loan, client_of: type_of_client
) -> None:
    cem, code = world.make_person("Cem", world.borgo), loan.item.code
    world.session.commit()
    client = client_of(cem)
    client.get(f"/I/{code}")
    with statements() as sent:
        client.get(f"/I/{code}")
    assert sum("handovers" in one for one in sent) == 1
    consent(world.session, pass_on(world, loan, now=MONDAY_NOON), by=world.sam, now=MONDAY_NOON)
    world.session.commit()
    assert "Ana is passing this on." in text(client.get(f"/I/{code}"))
