"""The spreadsheets that people bring, and what their columns and cells are taken for."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.inventory.importer import Importer, outcomes, why
from toolshare.codes.alphabet import draw
from toolshare.inventory import importing
from toolshare.inventory.columns import BY_NAME
from toolshare.inventory.importing import Outcome
from toolshare.inventory.models import Condition
from toolshare.refusals import Refusal

REAL = Path(__file__).parents[2] / "toolshare/demo/data/tool-library-items.csv"

QUOTED = 'name;size;notes\r\n"Cr\u00eape pan";"12"";\u2153";"first line\nsecond; line"\r\n'


@pytest.mark.parametrize(
    "content",
    [
        QUOTED.encode(),
        QUOTED.encode("utf-8-sig"),
        QUOTED.encode("utf-16"),
        QUOTED.replace("\u2153", "\u00bd").encode("cp1252"),
        QUOTED.replace('";"', '"\t"').replace("name;size;", "name\tsize\t").encode(),
        QUOTED.replace('";"', '","').replace("name;size;", "name,size,").encode(),
    ],
)
def test_a_file_is_read_as_spreadsheets_save_it(bring_in: Importer, content: bytes) -> None:
    bring_in(content)
    (item,) = bring_in.items()
    assert item.kind.name == "Cr\u00eape pan"
    assert item.kind.size in {'12";\u2153', '12";\u00bd'}
    assert item.notes_for_stewards == "first line\nsecond; line"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "There is nothing in this file."),
        (b"name,number\n", "There is nothing in this file."),
        (b"PK\x03\x04\x14\0\x06\0", "This file is not a CSV file."),
        (b"number,place\n7,Barn\n", "No column holds the names of the things."),
        (b"Name,number,name\nSaw,7,Hand saw\n", "Two columns are taken for \u201cName\u201d."),
        (b'name\n"Saw\n', "Line 2: the quotation marks don't fit together."),
        (b"name\nSaw,7\n", "Line 2: there are more cells than columns."),
        (b"name\n" + b"Saw\n" * 20_001, "There are more than 20000 rows."),
    ],
)
def test_a_file_that_can_not_be_used_is_refused(
    bring_in: Importer, content: bytes, said: str
) -> None:
    (refused,) = why(bring_in, content)
    assert refused.startswith(said)


OWN = [name for name in BY_NAME if name != "policy"]
CIRCULATE = REAL.read_text(encoding="utf-8").partition("\n")[0]
SNIPE_IT = (
    "Company,Asset Name,Asset Tag,Model,Model No.,Category,Manufacturer,Serial,Purchase Date,"
    "Purchase Cost,Supplier,Location,Checked Out To,Status,Warranty,Created At,Notes"
)
LEND_ENGINE = (
    "Added on,Code,Name,Type,Serial number,Condition,Tags,Location,Brand,Price paid,Value (RRP),"
    "Shown on website,Loan fee,Loan period,Short description,Long description,Components,"
    "Care information,Keywords,Owned by,Donated by"
)
MYTURN = (
    "Item ID,Name,Item Type,Status,Location Code,Description,Keywords,Manufacturer,Model,"
    "Serial Number,Date Purchased,Replacement Value,Condition,Warnings,Admin Notes"
)


@pytest.mark.parametrize(
    ("headings", "taken_for"),
    [
        (",".join(OWN), OWN),
        (
            CIRCULATE,
            [
                *("number", "name", "other_names", "brand", "model", "serial", "size"),
                *("strength", "power_source", "quantity", "state", "checkout_notice"),
                *("categories", "policy", "added_at"),
            ],
        ),
        (
            SNIPE_IT,
            [
                *("", "name", "number", "model", "", "categories", "brand", "serial"),
                *("bought_on", "value", "", "place", "", "state", "", "added_at"),
                "notes_for_stewards",
            ],
        ),
        (
            LEND_ENGINE,
            [
                *("added_at", "number", "name", "", "serial", "condition", "categories"),
                *("place", "brand", "", "value", "", "", "loan_days", "", "description"),
                *("parts", "checkout_notice", "other_names", "", "donor"),
            ],
        ),
        (
            MYTURN,
            [
                *("number", "name", "categories", "state", "place", "description"),
                *("other_names", "brand", "model", "serial", "bought_on", "value"),
                *("condition", "checkout_notice", "notes_for_stewards"),
            ],
        ),
    ],
    ids=["ours", "Circulate", "Snipe-IT", "Lend Engine", "myTurn"],
)
def test_columns_are_known_by_what_other_programs_call_them(
    headings: str, taken_for: list[str]
) -> None:
    a_row = ",".join([draw() if taken_for is OWN else "x"] * len(taken_for))
    assert importing.read(f"{headings}\n{a_row}\n".encode()).chosen == taken_for


def test_a_column_called_code_is_ours_when_it_holds_our_codes() -> None:
    assert importing.read(f"name,code\nSaw,{draw()}\n".encode()).chosen == ["name", "code"]
    assert importing.read(b"name,code\nSaw,A-7\n").chosen == ["name", "number"]
    with_a_slip = f"name,code\nSaw,{draw()}\nAxe,{draw()[:7]}\n"
    assert importing.read(with_a_slip.encode()).chosen == ["name", "code"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *(("40", "40"), ("12.5", "12.5"), ("12,50", "12.5"), ("\u20ac 40", "40")),
        *(("$1,200.50", "1200.5"), ("1.200,50 \u20ac", "1200.5"), ("1 200", "1200")),
        *(("1,234,567", "1234567"), ("CHF 1'200", "1200"), ("9999999999.99", "9999999999.99")),
    ],
)
def test_money_is_read_as_people_write_it(bring_in: Importer, typed: str, meant: str) -> None:
    bring_in(f"name\tvalue\nSaw\t{typed}\n")
    assert bring_in.items()[0].value == Decimal(meant)


@pytest.mark.parametrize(
    ("column", "typed"),
    [
        *(
            ("value", "dear"),
            ("value", "about 40"),
            ("value", "-5"),
            ("value", "33.3333"),
            ("value", "0.500"),
        ),
        *(("value", "2 for 5.00"), ("value", "12 (was 15)"), ("value", "10000000000")),
        *(("bought on", "05/06/2024"), ("bought on", "in May"), ("bought on", "2024-02-30")),
        *(("bought on", "2026-05-31, second hand"), ("bought on", "12.5.24")),
        *(("created at", "0001-01-01T00:00:00+05:00"), ("created at", "9999-12-31T23:30-05:00")),
        *(("quantity", "many"), ("quantity", "-1"), ("quantity", "2.5"), ("quantity", "1000001")),
        *(("loan period", "0"), ("loan period", "4000"), ("condition", "sticky")),
        *(("status", "gone fishing"), ("counting", "by weight"), ("place", "Barn > ")),
        *(("categories", "> Saws"), ("manual", "javascript:alert(1)"), ("number", "7" * 61)),
        *(("brand", "B" * 121), ("notes", "n" * 20_001), ("parts", "p" * 201)),
    ],
)
def test_what_a_column_can_not_hold_is_named_with_line_and_column(
    bring_in: Importer, column: str, typed: str
) -> None:
    (said,) = why(bring_in, f"name\t{column}\nAxe\t\nSaw\t{typed}\n")
    assert said.startswith(f"Line 3: column \u201c{column}\u201d: ")


def test_every_bad_row_is_named_and_good_ones_come_in_when_told_so(bring_in: Importer) -> None:
    content = "name,value\nSaw,12\n,3\nAxe,dear\nHoe,\n"
    said = why(bring_in, content)
    assert [one[:7] for one in said] == ["Line 3:", "Line 4:"]
    assert outcomes(bring_in(content, skip_bad_rows=True)) == ["new", "bad", "bad", "new"]
    assert [item.kind.name for item in bring_in.items()] == ["Saw", "Hoe"]


def test_what_other_programs_say_is_understood(bring_in: Importer) -> None:
    bring_in(
        "Asset Tag,Asset Name,Model,Status,Condition,Tags\n"
        '1,,Dragline,Ready to Deploy (deployable),Good,"Garden,DIY"\n'
        '2,Hoe,,Out for Repair,,"Cutting; Bikes, Cars"\n'
    )
    first, second = bring_in.items()
    assert (first.kind.name, first.condition) == ("Dragline", Condition.FINE)
    assert [one.path for one in first.kind.categories] == ["DIY", "Garden"]
    assert [one.path for one in second.kind.categories] == ["Bikes, Cars", "Cutting"]


def test_arrows_of_other_programs_lead_through_categories_too(bring_in: Importer) -> None:
    bring_in("name,Item Type\nSaw,Hand Tools -> Saws\n")
    (item,) = bring_in.items()
    assert [one.path for one in item.kind.categories] == ["Hand Tools > Saws"]


def test_a_date_alone_is_that_day_wherever_the_group_is(bring_in: Importer) -> None:
    bring_in("name,created at,bought on\nSaw,2019-07-05,31.05.2019\nAxe,2019-07-05T09:00:00Z,\n")
    saw, axe = bring_in.items()
    assert saw.added_at == datetime(2019, 7, 5, 12, tzinfo=UTC)
    assert axe.added_at == datetime(2019, 7, 5, 9, tzinfo=UTC)
    assert str(saw.bought_on) == "2019-05-31"


CELLS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.text("0123456789.,-/ :TZ\u20ac$>;\n", max_size=14),
    st.sampled_from(["retired", "bulk", "counted", "yes", "7", "x", "2026-05-31", "A > B; C"]),
    st.datetimes().map(str),
    st.builds(draw),
)
HEADINGS = st.one_of(
    st.sampled_from([*BY_NAME, "Asset Tag", "Model No.", "", "Owner"]), st.text(max_size=8)
)


@st.composite
def files(draw_: st.DrawFn) -> bytes:
    """A table that looks like an inventory, as some program might write it."""
    headings = draw_(st.lists(HEADINGS, min_size=1, max_size=6, unique=True))
    headings = draw_(st.permutations(["name", *headings]))
    row = st.lists(CELLS, min_size=len(headings), max_size=len(headings))
    rows = [headings, *draw_(st.lists(row, min_size=1, max_size=5))]
    quoted = (['"' + cell.replace('"', '""') + '"' for cell in cells] for cells in rows)
    separator = draw_(st.sampled_from(",;\t"))
    text = "\n".join(separator.join(cells) for cells in quoted)
    return text.encode(draw_(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])))


@pytest.fixture
def undone(session: Session) -> Iterator[None]:
    """Leaves nothing behind."""
    yield
    session.rollback()


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(content=st.one_of(files(), st.binary()))
def test_whatever_the_file_is_it_comes_in_or_is_refused(
    bring_in: Importer, session: Session, undone: None, content: bytes
) -> None:
    with suppress(Refusal):
        done = bring_in(content, skip_bad_rows=True)
        good = [step for step in done.steps if step.outcome is not Outcome.BAD]
        assert len(bring_in.items()) == len(good)
        again = bring_in(content, skip_bad_rows=True)
        assert again.count(Outcome.NEW) == again.count(Outcome.CHANGES) == 0
    session.rollback()
