"""The pages that bring a spreadsheet in and take one out."""

import io
import re
from html import unescape
from http import HTTPStatus

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.world import World
from toolshare import spreadsheets
from toolshare.care.models import Outage, OutageReason
from toolshare.database import transaction
from toolshare.inventory.models import Item, Kind, Place

IMPORT = "/groups/borgo/inventory/import"
FILE = (
    "Asset Tag,Asset Name,Location,Status,Owner\n1,Ladder,Barn > Wall,ready,Ada\n2,,Barn,Lost,Bo\n"
)
GOOD = FILE.replace("ready", "Deployable").replace("2,,", "2,Scythe,")


def preview(cora: FlaskClient, text: str) -> str:
    assert cora.get(IMPORT).status_code == HTTPStatus.OK
    sent = {"file": (io.BytesIO(text.encode()), "things.csv")}
    return str(cora.post(f"{IMPORT}/preview", data=sent).text)


def fields_of(page: str) -> dict[str, list[str]]:
    """What the page's form sends: the file, and what each column is taken for."""
    content = re.findall(r'name="content" value="([^"]*)"', page)
    selects = re.findall(r'<select [^>]*name="column">(.*?)</select>', page, re.DOTALL)
    chosen = [re.findall(r'<option value="(\w*)" selected', one) for one in selects]
    return {"content": content, "column": [(one or [""])[0] for one in chosen]}


def things(session: Session) -> int | None:
    return session.scalar(select(func.count(Item.id)))


def test_a_preview_says_what_each_row_would_do_and_does_nothing(
    session: Session, cora: FlaskClient
) -> None:
    page = preview(cora, FILE)
    assert fields_of(page)["column"] == ["number", "name", "place", "state", ""]
    assert "2 bad rows" in page
    assert "column “Status”: “ready” is not known here." in unescape(page)
    assert unescape(page).count("Write one of the words") == 1
    assert "column “Asset Name”: the name is missing." in unescape(page)
    assert things(session) == 0


def test_what_was_previewed_is_imported(session: Session, cora: FlaskClient) -> None:
    sent = fields_of(preview(cora, GOOD))
    answer = cora.post(IMPORT, data=sent, follow_redirects=True)
    assert "2 things came in, 0 changed." in answer.text
    paths = session.scalars(select(Place.path).order_by(Place.path)).all()
    assert paths == ["Barn", "Barn > Wall"]
    assert session.scalars(select(Outage.reason)).all() == [OutageReason.MISSING]
    assert "2 stay as they are" in preview(cora, GOOD)


def test_rows_can_be_pasted_as_a_spreadsheet_copies_them(
    session: Session, cora: FlaskClient
) -> None:
    pasted = 'Asset Name\tNotes\r\nLadder\t"two\r\nlines"\r\n'
    page = cora.post(f"{IMPORT}/preview", data={"pasted": pasted, "file": (io.BytesIO(), "")}).text
    cora.post(IMPORT, data=fields_of(page))
    assert session.scalars(select(Item.notes_for_stewards)).all() == ["two\nlines"]


def test_bad_rows_are_shown_before_the_others(cora: FlaskClient) -> None:
    page = preview(cora, "number,name\n1,Ladder\n2,\n")
    assert re.findall(r'data-label="Line">(\d+)<', page) == ["3", "2"]


def test_columns_that_are_left_out_are_named(cora: FlaskClient) -> None:
    assert "Left out: Owner." in preview(cora, GOOD)


def test_a_form_with_nothing_in_it_is_answered(cora: FlaskClient) -> None:
    answer = cora.post(f"{IMPORT}/preview", data={"pasted": "", "file": (io.BytesIO(), "")})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "There is nothing in this file." in answer.text


def test_the_biggest_file_can_be_carried_from_preview_to_import(
    session: Session, cora: FlaskClient
) -> None:
    big = "name,notes\n" + "".join(f"Saw {one},{'n' * 19_000}\n" for one in range(260))
    page = cora.post(f"{IMPORT}/preview", data={"pasted": big}).text
    cora.post(IMPORT, data=fields_of(page))
    assert things(session) == 260


def test_what_a_column_is_taken_for_can_be_corrected(session: Session, cora: FlaskClient) -> None:
    sent = fields_of(preview(cora, GOOD))
    sent["column"] = ["serial", "name", "", "state", "note"]
    page = cora.post(f"{IMPORT}/preview", data=sent).text
    assert fields_of(page)["column"] == sent["column"]
    cora.post(IMPORT, data=fields_of(page))
    found = session.execute(select(Item.serial, Item.notes_for_stewards).order_by(Item.serial))
    assert [tuple(row) for row in found] == [("1", "Owner: Ada"), ("2", "Owner: Bo")]
    assert session.scalars(select(Place.path)).all() == []


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (["number", "name", "name", "state", ""], "Two columns are taken for “Name”."),
        (["number", "place", "", "state", ""], "No column holds the names of the things."),
    ],
)
def test_a_mapping_that_can_t_be_is_said(
    session: Session, cora: FlaskClient, column: list[str], said: str
) -> None:
    sent = fields_of(preview(cora, GOOD)) | {"column": column}
    assert said in unescape(cora.post(f"{IMPORT}/preview", data=sent).text)
    answer = cora.post(IMPORT, data=sent)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert said in unescape(answer.text)
    assert things(session) == 0


def test_with_bad_rows_nothing_goes_in_unless_they_are_skipped(
    session: Session, cora: FlaskClient
) -> None:
    half = GOOD.replace("2,Scythe", "2,")
    sent = fields_of(preview(cora, half))
    answer = cora.post(IMPORT, data=sent)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert things(session) == 0
    answer = cora.post(IMPORT, data=sent | {"skip": ["y"]}, follow_redirects=True)
    assert "1 thing came in, 0 changed." in answer.text
    assert session.scalars(select(Kind.name)).all() == ["Ladder"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "There is nothing in this file."),
        (b"name\n", "There is nothing in this file."),
        (b"\x89PNG\r\n\x1a\n\0\0", "This file is not a CSV file."),
        (b'name\n"Ladder', "the quotation marks don't fit together."),
        (b"name,number\nLadder,1,2\n", "there are more cells than columns."),
        (b"x" * 5_000_001, "The file has more than 5 megabytes."),
    ],
)
def test_what_is_no_table_is_said(cora: FlaskClient, content: bytes, said: str) -> None:
    answer = cora.post(f"{IMPORT}/preview", data={"file": (io.BytesIO(content), "things.csv")})
    assert answer.status_code >= HTTPStatus.BAD_REQUEST
    assert said in unescape(answer.text)
    answer.request.input_stream.close()  # a temporary file, when it is big


@pytest.mark.parametrize("address", [IMPORT, f"{IMPORT}/preview"])
def test_a_page_that_carries_no_file_is_refused(cora: FlaskClient, address: str) -> None:
    answer = cora.post(address, data={"content": "not base64!", "column": "name"})
    assert answer.status_code == HTTPStatus.BAD_REQUEST


def test_the_inventory_is_exported_with_code_and_state(world: World, cora: FlaskClient) -> None:
    with transaction():
        saw = world.make_item(world.make_kind(name="Saw"))
        world.make_loan(saw, world.ana)
        world.make_item(world.make_kind(name="=HYPERLINK()"))
        code = saw.code
    answer = cora.get("/groups/borgo/inventory/export")
    assert answer.mimetype == "text/csv"
    assert "borgo-inventory.csv" in answer.headers["Content-Disposition"]
    assert "'=HYPERLINK()" in answer.text
    sheet = spreadsheets.read(answer.data)
    rows = [dict(zip(sheet.columns, row.cells, strict=True)) for row in sheet.rows]
    assert [(row["name"], row["state"]) for row in rows] == [
        ("=HYPERLINK()", "free"),
        ("Saw", "out"),
    ]
    assert rows[1]["code"] == code


def test_what_is_chosen_is_exported_alone(world: World, cora: FlaskClient) -> None:
    with transaction():
        code = world.make_item(world.make_kind(name="Saw")).code
        world.make_item(world.make_kind(name="Ladder"))
    export = "/groups/borgo/inventory/export"
    for query in (f"code={code}", "which=matching&words=sa"):
        rows = spreadsheets.read(cora.get(f"{export}?{query}").data).rows
        assert len(rows) == 1


def test_an_empty_inventory_exports_its_columns(cora: FlaskClient) -> None:
    assert cora.get("/groups/borgo/inventory/export").text.count("\n") == 1
