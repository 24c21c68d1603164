"""The scan page, which knows who looks."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.conftest import type_of_client
from tests.counting import statements
from tests.reading import text
from tests.world import MONDAY_NOON, World
from toolshare import clock
from toolshare.circulation.models import Loan
from toolshare.inventory.models import Counting, Item
from toolshare.journal.models import Entry


def test_a_stranger_sees_whose_it_is_and_nothing_else(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    world.make_loan(drill, world.ana)
    world.session.commit()
    for stranger in (None, world.zoe, world.vera):
        answer = client_of(stranger).get(f"/I/{drill.code}")
        page = text(answer)
        assert answer.status_code == 200
        assert "Hand drill" in page
        assert "It belongs to Borgo." in page
        assert "Hang it on the door of the barn." in page
        assert "borgo@example.org" in page
        for secret in ("Ana", "Out", "until", "Pull twice", "Secret", "Wear goggles", "Borrow "):
            assert secret not in page


def test_a_stranger_signs_in_and_comes_back(drill: Item, client_of: type_of_client) -> None:
    page = client_of(None).get(f"/I/{drill.code}").text
    assert f'href="/sign-in?next=/I/{drill.code}"' in page


def test_a_member_sees_until_when_and_one_big_button(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    answer = client_of(world.ana).get(f"/I/{drill.code}")
    page = text(answer)
    assert "You would have it until Mon 8 Jun ." in page
    assert "Wear goggles." in page
    assert "Pull twice." in page
    assert "Secret" not in page
    assert answer.text.count('class="main"') == 1


def test_after_one_tap_it_is_borrowed(world: World, drill: Item, client_of: type_of_client) -> None:
    client = client_of(world.ana)
    answer = client.post(f"/I/{drill.code}/loan")
    assert (answer.status_code, answer.location) == (303, f"/I/{drill.code}")
    page = text(client.get(answer.location))
    assert "Borrowed: Hand drill is yours until Mon 8 Jun." in page
    assert "You have it until Mon 8 Jun ." in page
    assert "Undo" in page
    assert "Hang it on the door of the barn." in page


def test_undo_stands_there_for_a_quarter_of_an_hour(
    world: World, drill: Item, client_of: type_of_client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(world.ana)
    client.post(f"/I/{drill.code}/loan")
    monkeypatch.setattr(clock, "now", lambda: MONDAY_NOON + timedelta(minutes=16))
    page = text(client.get(f"/I/{drill.code}"))
    assert "Undo" not in page
    assert "renewing today would give no more" in page


def test_pressing_undo_sets_it_free(world: World, drill: Item, client_of: type_of_client) -> None:
    client = client_of(world.ana)
    client.post(f"/I/{drill.code}/loan")
    loan = world.session.scalars(select(Loan)).one()
    answer = client.post(f"/loans/{loan.id}/undo")
    assert (answer.status_code, answer.location) == (303, f"/I/{drill.code}")
    assert "You would have it until" in text(client.get(answer.location))


def test_after_some_days_it_can_be_renewed(
    world: World, drill: Item, client_of: type_of_client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(world.ana)
    client.post(f"/I/{drill.code}/loan")
    monkeypatch.setattr(clock, "now", lambda: MONDAY_NOON + timedelta(days=5))
    assert "Renew" in text(client.get(f"/I/{drill.code}"))
    loan = world.session.scalars(select(Loan)).one()
    client.post(f"/loans/{loan.id}/renewals")
    assert "You have it until Sat 13 Jun ." in text(client.get(f"/I/{drill.code}"))


def test_who_comes_too_late_reads_until_when_it_is_out_but_not_with_whom(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    world.make_loan(drill, world.sam, due_at=MONDAY_NOON + timedelta(days=2))
    world.session.commit()
    client = client_of(world.ana)
    page = text(client.get(f"/I/{drill.code}"))
    assert "It is out until Wed 3 Jun, 14:00." in page
    assert "Sam" not in page
    answer = client.post(f"/I/{drill.code}/loan")
    assert answer.status_code == 409
    assert "It is out until Wed 3 Jun, 14:00." in text(answer)


def test_programs_are_answered_in_json(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    client, headers = client_of(world.ana), {"Accept": "application/json"}
    done = client.post(f"/I/{drill.code}/loan", headers=headers)
    assert done.status_code == 200
    loan = world.session.scalars(select(Loan)).one()
    assert done.json == {
        "says": "Borrowed: Hand drill is yours until Mon 8 Jun.",
        "loan": loan.id,
        "code": drill.code,
        "due_at": "2026-06-08T21:59:59+00:00",
    }
    refused = client.post(f"/I/{drill.code}/loan", headers=headers)
    assert refused.status_code == 409
    assert refused.json == {
        "reasons": [{"says": "It is out with you already, until Mon 8 Jun.", "instead": ""}]
    }


def test_the_same_press_sent_twice_is_one_loan(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    client = client_of(world.ana)
    found = re.search(r'name="operation" value="([^"]+)"', client.get(f"/I/{drill.code}").text)
    assert found is not None
    for _ in range(2):
        answer = client.post(f"/I/{drill.code}/loan", data={"operation": found[1]})
        assert answer.status_code == 303
    assert len(world.session.scalars(select(Entry)).all()) == 1
    stolen = client_of(world.sam).post(f"/I/{drill.code}/loan", data={"operation": found[1]})
    assert stolen.status_code == 409
    assert "Ana" not in stolen.text


@pytest.mark.parametrize(
    "sent",
    [
        {"operation": "not a uuid"},
        {"quantity": "many"},
        {"quantity": "0"},
        {"quantity": "1" * 40},
        {"to": "x" * 201},
    ],
)
def test_what_no_page_of_ours_would_send_is_refused(
    world: World, drill: Item, client_of: type_of_client, sent: dict[str, str]
) -> None:
    answer = client_of(world.ana).post(f"/I/{drill.code}/loan", data=sent)
    assert answer.status_code == 422
    assert world.session.scalars(select(Loan)).all() == []


def test_the_address_of_a_label_is_read_in_any_case(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    client = client_of(world.ana)
    for path in (f"/i/{drill.code.lower()}", f"/I/{drill.code.lower()}", f"/i/{drill.code}"):
        answer = client.get(path, follow_redirects=True)
        assert answer.request.path == f"/I/{drill.code}"
    assert client.post(f"/i/{drill.code}/loan", follow_redirects=True).status_code == 200


def test_a_damaged_or_unknown_code_says_which_it_is(client_of: type_of_client) -> None:
    client = client_of(None)
    for path, status, words in (
        ("/I/7K3M9QX", 422, "a code has eight letters and digits"),
        ("/I/7K3M9QXA", 422, "one of its characters is wrong"),
        ("/I/00000000", 404, "Nothing here wears the code"),
    ):
        answer = client.get(path)
        assert answer.status_code == status
        assert words in text(answer)


def test_screws_are_taken_and_put_back(world: World, client_of: type_of_client) -> None:
    kind = world.make_kind(name="Screw", counting=Counting.CONSUMABLE)
    screws = world.make_item(kind, quantity=10)
    world.session.commit()
    client = client_of(world.ana)
    assert "10 are here." in text(client.get(f"/I/{screws.code}"))
    answer = client.post(f"/I/{screws.code}/loan", data={"quantity": 4})
    page = client.get(answer.location)
    assert "Taken: 4 × Screw." in text(page)
    found = re.search(r'action="(/takings/\d+/undo)"', page.text)
    assert found is not None
    client.post(found[1])
    assert "10 are here." in text(client.get(f"/I/{screws.code}"))
    assert client_of(world.zoe).post(found[1]).status_code == 404


def test_a_bin_comes_back_in_parts(world: World, client_of: type_of_client) -> None:
    crates = world.make_item(world.make_kind(name="Crate", counting=Counting.BULK), quantity=10)
    world.session.commit()
    client_of(world.ana).post(f"/I/{crates.code}/loan", data={"quantity": 5})
    anas = world.session.scalars(select(Loan.id)).one()
    client_of(world.cora).post(f"/I/{crates.code}/loan", data={"quantity": 2})
    client = client_of(world.sam)
    page = text(client.get(f"/I/{crates.code}"))
    assert "Ana × 5" in page
    assert "Cora × 2" in page
    assert "How many come back" in page
    client.post(f"/I/{crates.code}/return", data={"loan": anas, "quantity": 3})
    assert "Ana × 2" in text(client.get(f"/I/{crates.code}"))


def test_the_history_names_people_to_stewards_only(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    client_of(world.ana).post(f"/I/{drill.code}/loan")
    client_of(world.sam).post(f"/I/{drill.code}/return", data={"note": "Ana says hello."})
    stewards = text(client_of(world.sam).get(f"/I/{drill.code}/history"))
    assert "Returned · Ana by Sam “Ana says hello.”" in stewards
    members = text(client_of(world.cora).get(f"/I/{drill.code}/history"))
    assert "Ana" in members
    members = text(client_of(world.pau).get(f"/I/{drill.code}/history"))
    assert "Borrowed until Mon 8 Jun" in members
    assert "Ana" not in members
    assert "Sam" not in members
    assert client_of(world.zoe).get(f"/I/{drill.code}/history").status_code == 404


def statements_for(client: FlaskClient, path: str) -> int:
    with statements() as sent:
        assert client.get(path).status_code == 200
    return len(sent)


def test_the_page_takes_few_statements_however_much_has_happened(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    path = f"/I/{drill.code}"
    clients = [client_of(person) for person in (None, world.ana, world.sam)]
    before = [statements_for(client, path) for client in clients]
    for number in range(30):
        borrower = world.make_person(f"Member{number}", world.borgo)
        world.make_loan(drill, borrower, returned_at=MONDAY_NOON)
        world.make_loan(world.make_item(), world.ana)
        world.session.add(Entry(what="borrowed", at=MONDAY_NOON, item_id=drill.id, details={}))
    world.session.commit()
    assert [statements_for(client, path) for client in clients] == before
    assert before[0] <= 2
    assert before[1] <= 8
    assert before[2] <= 11


def test_coordinators_edit_it_and_stewards_too_print_its_label_again(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    edit = f"/groups/borgo/inventory/items/{drill.id}/edit"
    reprint = f"/groups/borgo/labels/new?code={drill.code}"
    page = f"/I/{drill.code}"
    coordinators, stewards = (client_of(one).get(page).text for one in (world.cora, world.sam))
    assert all(link in coordinators for link in (edit, reprint))
    assert edit not in stewards
    assert reprint in stewards
