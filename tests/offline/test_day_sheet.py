"""The day sheet: what stands on it, and how what was written on it is taken in with its real time."""

import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.conftest import type_of_client
from tests.counting import statements
from tests.labels.test_printed_sheets import rendered
from tests.world import MONDAY_NOON, World
from toolshare.circulation.models import Loan
from toolshare.database import db, transaction
from toolshare.inventory.models import Condition, Counting, Item
from toolshare.offline import day_sheet
from toolshare.offline.day_sheet import day_sheet_of
from toolshare.offline.models import ExceptionalScan

SHEET = "/groups/borgo/day-sheet"
TODAY = "2026-06-01"  # it is 14:00 in Borgo


@pytest.fixture
def sam(world: World, client_of: type_of_client) -> FlaskClient:
    """Sam's browser."""
    return client_of(world.sam)


def lines(*written: dict[str, Any], on: str = TODAY) -> dict[str, Any]:
    """What the form sends: each line with an act of its own."""
    sent = {"on": on}
    for number, line in enumerate(written):
        operation = f"00000000-0000-4000-8000-00000000000{number}"
        fields = {"operation": operation, "what": "return", "condition": "fine", **line}
        sent |= {f"lines-{number}-{name}": text for name, text in fields.items()}
    return sent


def loans() -> list[Loan]:
    """All loans there are."""
    db.session.rollback()
    return list(db.session.scalars(select(Loan).order_by(Loan.id)))


def test_what_is_due_today_or_late_stands_apart_from_what_is_due_later(world: World) -> None:
    with transaction() as session:
        hours = (11, 9, -1)  # past midnight, tonight, an hour ago
        later, today, late = (
            world.make_loan(
                world.make_item(),
                world.ana,
                borrowed_at=MONDAY_NOON - timedelta(days=7),
                due_at=MONDAY_NOON + timedelta(hours=hour),
            )
            for hour in hours
        )
        world.make_loan(world.make_item(), world.ana, returned_at=MONDAY_NOON)
        sheet = day_sheet_of(session, world.borgo, now=MONDAY_NOON)
    assert (sheet.due, sheet.out) == ([late, today], [later])


def test_a_sheet_of_any_length_takes_one_statement(world: World) -> None:
    with transaction() as session:
        for _ in range(30):
            world.make_loan(world.make_item(), world.ana)
    with statements() as asked:
        sheet = day_sheet_of(session, world.borgo, now=MONDAY_NOON)
        assert {loan.borrower and loan.borrower.name for loan in sheet.out} == {"Ana"}
        assert {loan.item.kind.name for loan in sheet.out} == {"Hand drill"}
    assert len(asked) == 2  # the loans, and which group it was


def test_a_sheet_that_is_too_long_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(day_sheet, "MOST_LINES", 2)
    with transaction() as session:
        first, second, last = (
            world.make_loan(world.make_item(), world.ana, due_at=MONDAY_NOON + timedelta(days=days))
            for days in (1, 2, 3)
        )
        sheet = day_sheet_of(session, world.borgo, now=MONDAY_NOON)
        assert (sheet.out, sheet.is_cut) == ([first, second], True)
        last.returned_at = MONDAY_NOON
        assert not day_sheet_of(session, world.borgo, now=MONDAY_NOON).is_cut


def test_on_paper_each_thing_has_its_name_its_borrower_and_a_code_that_scans(
    world: World, sam: FlaskClient, tmp_path: Path
) -> None:
    with transaction():
        items = [world.make_item() for _ in range(20)]
        for item in items:
            world.make_loan(item, world.ana)
        codes = {item.code for item in items}
    answer = sam.get(f"{SHEET}.pdf")
    assert (
        answer.headers["Content-Disposition"] == f"attachment; filename=day-sheet-borgo-{TODAY}.pdf"
    )
    (tmp_path / "sheet.pdf").write_bytes(answer.data)
    said = subprocess.run(
        ["pdftotext", "-layout", "sheet.pdf", "-"], cwd=tmp_path, capture_output=True, check=True
    ).stdout.decode()
    assert (said.count("Hand drill"), said.count("Ana")) == (20, 20)
    assert {code for code in codes if f"{code[:4]} {code[4:]}" in said} == codes
    found = [
        one for page in rendered(answer.data, tmp_path) for one in zxingcpp.read_barcodes(page)
    ]
    assert {one.text for one in found} == {f"HTTPS://TOOLS.EXAMPLE.ORG/I/{code}" for code in codes}


def test_what_was_written_is_taken_in_with_its_time(
    world: World, sam: FlaskClient, drill: Item
) -> None:
    lent = {"what": "lend", "at": "09:30", "code": drill.code, "who": "Ana"}
    back = {"at": "13:15", "code": drill.code, "condition": "broken", "note": "the chuck slips"}
    answer = sam.post(SHEET, data=lines(back, lent))  # as they stand on two parts of the sheet
    assert answer.status_code == 200
    assert "Hand drill is lent to Ana" in answer.text
    assert "Hand drill is back." in answer.text
    (loan,) = loans()
    assert (loan.borrower_id, loan.lent_by_id) == (world.ana.id, world.sam.id)
    assert loan.borrowed_at == MONDAY_NOON.replace(hour=7, minute=30)
    assert loan.returned_at == MONDAY_NOON.replace(hour=11, minute=15)
    db.session.refresh(drill)
    assert drill.condition is Condition.BROKEN


def test_of_a_bin_it_is_as_many_as_was_written(sam: FlaskClient, world: World) -> None:
    with transaction():
        pegs = world.make_item(world.make_kind(counting=Counting.BULK), quantity=48).code
    lent = {"what": "lend", "at": "09:30", "code": pegs, "who": "Ana", "quantity": "5"}
    back = {"at": "10:30", "code": pegs, "quantity": "2"}
    assert sam.post(SHEET, data=lines(lent, back)).status_code == 200
    assert sorted((one.quantity, one.returned_at is None) for one in loans()) == [
        (2, False),
        (3, True),
    ]


def test_sent_twice_it_is_taken_in_once(sam: FlaskClient, world: World, drill: Item) -> None:
    sent = lines({"what": "lend", "at": "09:30", "code": drill.code, "who": "ana@example.org"})
    for _ in range(2):
        assert sam.post(SHEET, data=sent).status_code == 200
    assert len(loans()) == 1


def test_what_contradicts_is_kept_for_a_steward(
    sam: FlaskClient, world: World, drill: Item
) -> None:
    answer = sam.post(SHEET, data=lines({"at": "09:30", "code": drill.code}))
    assert "A steward will look at this" in answer.text
    kept = db.session.scalars(select(ExceptionalScan)).one()
    assert (kept.item_id, kept.at) == (drill.id, MONDAY_NOON.replace(hour=7, minute=30))


GOOD = {"what": "lend", "at": "09:30", "who": "Ana"}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"at": ""}, "This is missing."),
        ({"at": "half past nine"}, "There is no such time."),
        ({"at": "14:30"}, "This time is still to come."),
        ({"code": ""}, "This is missing."),
        ({"code": "7K3M9QXB"}, "mistyped"),
        ({"code": "https://shop.example.com/I/7K3M9QXA"}, "it leads to shop.example.com"),
        ({"quantity": "0"}, "Number must be between 1 and 9999."),
        ({"quantity": "some"}, "This is not a whole number."),
        ({"who": ""}, "This is missing."),
        ({"who": "Nobody"}, "Nobody in Borgo fits"),
        ({"what": "juggle"}, "Not a valid choice."),
        ({"operation": "x"}, "This is not a UUID."),
    ],
)
def test_while_a_line_can_not_be_understood_nothing_is_taken_in(
    sam: FlaskClient, world: World, drill: Item, wrong: dict[str, str], said: str
) -> None:
    with transaction():
        another = world.make_item()
        codes = drill.code, another.code
    good, bad = ({**GOOD, "code": code} for code in codes)
    answer = sam.post(SHEET, data=lines(good, bad | wrong))
    assert answer.status_code == 422
    assert said in answer.text
    assert codes[0] in answer.text  # nobody types it twice
    assert loans() == []


@pytest.mark.parametrize(("on", "said"), [("2026-06-02", "to come"), ("2026-04-01", "30 days ago")])
def test_a_sheet_is_typed_in_within_a_month(
    sam: FlaskClient, drill: Item, on: str, said: str
) -> None:
    answer = sam.post(SHEET, data=lines({**GOOD, "code": drill.code}, on=on))
    assert (answer.status_code, said in answer.text) == (422, True)


def test_a_thing_of_another_village_is_none_of_ours(
    app: Flask, sam: FlaskClient, world: World
) -> None:
    with transaction():
        theirs = world.make_item(world.make_kind(group_id=world.castello.id)).code
    answer = sam.post(SHEET, data=lines({**GOOD, "code": theirs}))
    assert (answer.status_code, loans()) == (422, [])
