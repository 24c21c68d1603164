"""The start, the field for any scan, and the desk, as people see them."""

from datetime import timedelta
from http import HTTPStatus
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from tests.circulation.test_reserving import book
from tests.conftest import type_of_client
from tests.counting import statements
from tests.reading import text
from tests.world import MONDAY_NOON, World
from toolshare.care.models import Outage, OutageReason
from toolshare.inventory.models import Counting
from toolshare.people.models import Person
from toolshare.people.roles import membership_in


def card_of(world: World, person: Person) -> str:
    membership = membership_in(world.session, person, world.borgo)
    assert membership is not None
    return membership.code


@pytest.fixture
def sam(world: World, client_of: type_of_client) -> FlaskClient:
    """Sam's browser."""
    return client_of(world.sam)


def test_a_stranger_reads_what_this_is_and_whose(world: World, client_of: type_of_client) -> None:
    page = client_of(None).get("/")
    assert page.status_code == HTTPStatus.OK
    assert "Castello" in page.text
    assert "Ana" not in page.text
    assert 'href="/sign-in"' in page.text


def test_who_belongs_to_nothing_reads_how_to_begin(world: World, client_of: type_of_client) -> None:
    assert "Ask a coordinator to add zoe@example.org" in client_of(world.zoe).get("/").text


def test_a_member_sees_what_is_out_and_what_is_free(
    world: World, client_of: type_of_client
) -> None:
    world.make_loan(world.make_item(world.make_kind(name="Auger")), world.ana)
    world.make_loan(world.make_item(world.make_kind(name="Bow saw")), world.cora)
    world.make_item(world.make_kind(name="Chisel"))
    world.make_item(world.make_kind(name="Digger", group_id=world.valle.id))
    world.make_item(world.make_kind(name="Edger", group_id=world.castello.id))
    world.session.commit()
    page = text(client_of(world.ana).get("/"))
    for shown in ("Auger", "until Mon 8 Jun", "Chisel", "Digger"):
        assert shown in page
    for hidden in ("Bow saw", "Edger", "is late"):
        assert hidden not in page


def test_a_member_sees_what_is_due_soon(world: World, client_of: type_of_client) -> None:
    world.make_loan(world.make_item(), world.ana, due_at=MONDAY_NOON + timedelta(hours=30))
    world.session.commit()
    assert "Due soon on Tue 2 Jun" in text(client_of(world.ana).get("/"))


def test_a_steward_sees_what_waits(world: World, sam: FlaskClient) -> None:
    world.make_loan(
        world.make_item(),
        world.ana,
        borrowed_at=MONDAY_NOON.replace(month=1),
        due_at=MONDAY_NOON.replace(month=2),
    )
    item = world.make_item()
    world.session.add(Outage(item=item, reason=OutageReason.NEEDS_CHECK, since=MONDAY_NOON))
    world.session.commit()
    page = sam.get("/").text
    assert "1 thing is late" in page
    assert "1 thing needs a check" in page


def test_a_steward_sees_what_was_left_what_needs_a_yes_and_what_is_to_be_set_aside(
    world: World, sam: FlaskClient
) -> None:
    left = world.make_item(world.make_kind(name="Hoe"))
    world.make_loan(left, world.ana, dropped_at=MONDAY_NOON, dropped_where="On the bench")
    for name in ("Tractor", "Baler"):
        item = world.make_item(world.make_kind(name=name))
        if name == "Baler":
            world.make_rule("needs_approval", True, kind_id=item.kind_id)
        book(world, item.kind, 2, 2, world.ana)
    world.session.commit()
    page = sam.get("/").text
    assert "1 thing was left in the shed" in page
    assert "1 reservation waits for your yes" in page
    assert "1 thing to set aside" in page
    assert "are late" not in page


def test_a_steward_with_nothing_to_do_is_told_so(sam: FlaskClient) -> None:
    assert "Nothing waits for you here." in sam.get("/").text


def test_the_start_takes_as_many_statements_for_much_as_for_little(
    world: World, sam: FlaskClient
) -> None:
    counts = []
    for number in (1, 20):
        for _ in range(number):
            world.make_loan(world.make_item(), world.sam)
            world.make_item()
        world.session.commit()
        with statements() as sent:
            sam.get("/")
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 11


@pytest.mark.parametrize("written", ["{code}", " {lower}", "HTTPS://TOOLS.EXAMPLE.ORG/I/{code}"])
def test_what_is_scanned_or_typed_leads_to_its_page(
    world: World, client_of: type_of_client, written: str
) -> None:
    code = world.make_item().code
    world.session.commit()
    typed = written.format(code=code, lower=code.lower())
    answer = client_of(world.ana).get("/scan", query_string={"code": typed})
    assert (answer.status_code, answer.location) == (HTTPStatus.SEE_OTHER, f"/I/{code}")


def test_what_is_no_code_is_refused_on_the_page(world: World, client_of: type_of_client) -> None:
    client = client_of(world.ana)
    assert "camera" in client.get("/scan").text
    answer = client.get("/scan", query_string={"code": "<b>barrow"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "This is not a code" in answer.text
    assert 'value="&lt;b&gt;barrow"' in answer.text


def test_the_desk_is_for_stewards(world: World, client_of: type_of_client) -> None:
    for person in (world.ana, world.zoe):
        answer = client_of(person).get("/desk")
        assert answer.status_code == HTTPStatus.FORBIDDEN
        assert "The desk is for stewards" in answer.text


def test_who_has_no_desk_undoes_nothing_there(world: World, client_of: type_of_client) -> None:
    loan = world.make_loan(world.make_item(), world.ana)
    press = {"outcome": "lent", "record_id": str(loan.id)}
    world.session.commit()
    assert client_of(world.ana).post("/desk/undoings", data=press).status_code == 403
    world.session.refresh(loan)
    assert loan.is_out


def test_a_card_then_a_thing_then_the_thing_again(world: World, sam: FlaskClient) -> None:
    code, card = world.make_item().code, card_of(world, world.ana)
    world.session.commit()
    served = sam.post("/desk/scans", data={"code": card}).text
    assert "Lending to Ana" in served
    assert f'name="served" value="{card}"' in served
    lent = sam.post("/desk/scans", data={"code": code, "served": card}).text
    assert "Lent" in lent
    assert "until Mon 8 Jun" in lent
    assert "Lending to Ana" in lent
    back = sam.post("/desk/scans", data={"code": code})
    assert back.status_code == HTTPStatus.OK
    assert "Returned" in back.text


def test_a_refusal_stands_in_the_list_and_says_what_to_do(world: World, sam: FlaskClient) -> None:
    code = world.make_item().code
    world.session.commit()
    for scanned, status, says in (
        (code, 409, "scan a member&#39;s card first"),
        ("wheelbarrow", 422, "This is not a code"),
        ("", 422, "There is no code here"),
        ("https://elsewhere.example/I/" + code, 422, "it leads to elsewhere.example"),
    ):
        answer = sam.post("/desk/scans", data={"code": scanned})
        assert answer.status_code == status
        assert says in answer.text
        assert 'class="answer refused"' in answer.text


def test_the_same_scan_sent_twice_is_shown_again(world: World, sam: FlaskClient) -> None:
    code, card = world.make_item().code, card_of(world, world.ana)
    world.session.commit()
    scan = {"code": code, "served": card, "operation": str(uuid4())}
    for _ in range(2):
        assert "answer lent" in sam.post("/desk/scans", data=scan).text


def test_undo_and_needs_a_look_are_pressed_on_the_answer(world: World, sam: FlaskClient) -> None:
    item = world.make_item()
    loan = world.make_loan(item, world.ana)
    code, loan_id = item.code, loan.id
    world.session.commit()
    sam.post("/desk/scans", data={"code": code})
    press = {"outcome": "returned", "record_id": loan_id}
    assert "Not returned after all" in sam.post("/desk/undoings", data=press).text
    sam.post("/desk/scans", data={"code": code})
    assert "Put aside for a check" in sam.post("/desk/checks", data={"code": code}).text


def test_a_bin_asks_how_many(world: World, sam: FlaskClient) -> None:
    kind = world.make_kind(name="Crate", counting=Counting.BULK)
    code, card = world.make_item(kind, quantity=10).code, card_of(world, world.ana)
    world.session.commit()
    assert "How many?" in sam.post("/desk/scans", data={"code": code, "served": card}).text
    scan = {"code": code, "served": card, "quantity": "4"}
    assert "4 of them" in sam.post("/desk/scans", data=scan).text
    refused = sam.post("/desk/scans", data={**scan, "quantity": "0"})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


@pytest.mark.parametrize(
    "sent",
    [
        {"outcome": "lent"},
        {"outcome": "serving", "record_id": "1"},
        {"outcome": "lent", "record_id": "9" * 30},
        {"outcome": "lent", "record_id": "1", "operation": "no uuid"},
    ],
)
def test_what_no_page_of_ours_sends_is_refused(sam: FlaskClient, sent: dict[str, str]) -> None:
    assert sam.post("/desk/undoings", data=sent).status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_a_card_that_was_put_away_is_not_served(world: World, sam: FlaskClient) -> None:
    page = sam.get("/desk", query_string={"served": card_of(world, world.pau)}).text
    assert "Lending to" not in page
    assert 'name="served" value=""' in page
