"""The scan page as stewards see it: take back, lend to others, take out of service."""

import re

import pytest
from sqlalchemy import select

from tests.conftest import type_of_client
from tests.reading import text
from tests.world import World
from toolshare.care.models import OutageReason
from toolshare.care.outages import open_outage
from toolshare.circulation.models import Loan
from toolshare.inventory.models import Item


def test_a_steward_takes_it_back_in_one_tap(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    world.make_loan(drill, world.ana)
    world.session.commit()
    client = client_of(world.sam)
    answer = client.get(f"/I/{drill.code}")
    assert "Ana" in text(answer)
    assert answer.text.count('class="main"') == 1
    answer = client.post(f"/I/{drill.code}/return", data={"condition": "fine"})
    assert answer.status_code == 303
    page = text(client.get(answer.location))
    assert "Returned: Hand drill." in page
    assert "It came back just now. Undo" in page


def test_a_steward_says_how_it_came_and_puts_it_into_service_again(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    world.make_loan(drill, world.ana)
    world.session.commit()
    client = client_of(world.sam)
    came = {"condition": "broken", "missing_parts": ["bit"], "note": "Snapped."}
    client.post(f"/I/{drill.code}/return", data=came)
    page = text(client.get(f"/I/{drill.code}"))
    assert "Needs a check" in page
    assert "Broken · missing: bit · “Snapped.”" in page
    assert "A steward has to check it first." in text(client_of(world.ana).get(f"/I/{drill.code}"))
    assert client.post(f"/I/{drill.code}/service").status_code == 303
    assert "You would have it until" in text(client.get(f"/I/{drill.code}"))


def test_a_steward_undoes_a_return(world: World, drill: Item, client_of: type_of_client) -> None:
    loan = world.make_loan(drill, world.ana)
    world.session.commit()
    client = client_of(world.sam)
    client.post(f"/I/{drill.code}/return")
    answer = client.post(f"/loans/{loan.id}/undo", data={"what": "return"})
    assert answer.status_code == 303
    assert "Ana , until Mon 8 Jun, 14:00" in text(client.get(f"/I/{drill.code}"))


def test_a_steward_marks_it_missing(world: World, drill: Item, client_of: type_of_client) -> None:
    sent = {"reason": "missing", "note": "Not on its hook."}
    answer = client_of(world.sam).post(f"/I/{drill.code}/outage", data=sent)
    assert answer.status_code == 303
    outage = open_outage(world.session, drill)
    assert outage is not None
    assert (outage.reason, outage.note) == (OutageReason.MISSING, "Not on its hook.")


def test_a_reason_that_is_none_is_refused(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    client = client_of(world.sam)
    for sent in ({}, {"reason": "stolen"}, {"reason": "missing", "note": "x" * 2_001}):
        assert client.post(f"/I/{drill.code}/outage", data=sent).status_code == 422
    assert open_outage(world.session, drill) is None


@pytest.mark.parametrize("verb", ["return", "outage", "service"])
def test_a_member_does_nothing_that_stewards_do(
    world: World, drill: Item, client_of: type_of_client, verb: str
) -> None:
    world.make_loan(drill, world.ana)
    world.session.commit()
    for person in (world.ana, world.vera, world.zoe):
        answer = client_of(person).post(f"/I/{drill.code}/{verb}", data={"reason": "missing"})
        assert answer.status_code == 403


def test_a_steward_lends_to_a_member_found_by_name(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    client = client_of(world.sam)
    page = client.get(f"/I/{drill.code}/borrowers", query_string={"to": "an"})
    assert "Lend to Ana" in text(page)
    assert "Lend to Vera" not in text(page)
    found = re.search(r'name="to" value="([0-9A-Z]{8})"', page.text)
    assert found is not None
    answer = client.post(f"/I/{drill.code}/loan", data={"to": found[1]})
    assert answer.status_code == 303
    loan = world.session.scalars(select(Loan)).one()
    assert (loan.borrower_id, loan.lent_by_id) == (world.ana.id, world.sam.id)


def test_whom_to_lend_to_must_be_clear(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    client = client_of(world.sam)
    nobody = client.post(f"/I/{drill.code}/loan", data={"to": "Vera"})
    assert (nobody.status_code, "Nobody in Borgo fits" in text(nobody)) == (422, True)
    several = client.post(f"/I/{drill.code}/loan", data={"to": "a"})
    assert (several.status_code, "fits several members" in text(several)) == (409, True)


def test_a_member_learns_nothing_about_members(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    client = client_of(world.ana)
    assert client.get(f"/I/{drill.code}/borrowers?to=sam").status_code == 403
    assert client.post(f"/I/{drill.code}/loan", data={"to": "sam"}).status_code == 403


def test_a_steward_says_by_when_it_is_mended(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    client = client_of(world.sam)
    sent = {"reason": "in_repair", "note": "At the smithy.", "expected_on": "2026-06-05"}
    client.post(f"/I/{drill.code}/outage", data=sent)
    told = "It should be back in service by the end of 5 Jun 2026."
    assert told in text(client_of(world.ana).get(f"/I/{drill.code}"))
    client.post(f"/I/{drill.code}/outage/day", data={"expected_on": "2026-06-12"})
    page = text(client.get(f"/I/{drill.code}"))
    assert "by the end of 12 Jun 2026." in page
    assert "In repair · expected by 12 Jun 2026 · “At the smithy.”" in page
    assert client.post(f"/I/{drill.code}/outage/day", data={"expected_on": ""}).status_code == 303
    assert "by the end of" not in text(client.get(f"/I/{drill.code}"))


def test_what_was_missing_is_found_then_checked(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    client = client_of(world.sam)
    client.post(f"/I/{drill.code}/outage", data={"reason": "missing"})
    page = client.get(f"/I/{drill.code}")
    assert "It was found" in text(page)
    assert "It is fine again" not in text(page)
    assert page.text.count('class="main"') == 1
    client.post(f"/I/{drill.code}/outage", data={"reason": "needs_check"})
    page = text(client.get(f"/I/{drill.code}"))
    assert "It is fine again" in page
    assert "Needs a check · found again" in page


def test_a_retired_thing_says_since_when_and_why(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    client = client_of(world.cora)
    form = text(client.get(f"/groups/borgo/inventory/items/{drill.id}/edit"))
    assert "Why it is retired" in form
    why = "The meeting of 12 May: cracked housing."
    client.post("/groups/borgo/inventory/retirements", data={"code": drill.code, "why": why})
    for person in (world.ana, world.cora):
        page = text(client_of(person).get(f"/I/{drill.code}"))
        assert "Retired since Mon 1 Jun" in page
        assert f"“{why}”" in page
    history = text(client_of(world.ana).get(f"/I/{drill.code}/history"))
    assert f"Retired “{why}”" in history
