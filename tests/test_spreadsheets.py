"""CSV files as spreadsheets save and open them."""

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolshare.refusals import Reason, Refusal
from toolshare.spreadsheets import (
    BrokenQuotes,
    NoRows,
    NotCsv,
    TooManyCells,
    harmless,
    read,
    write,
)

ROWS = [("Caffè", "drei €"), ("two", "a, b; c\td")]
TEXT = 'name,note\r\nCaffè,drei €\r\ntwo,"a, b; c\td"\r\n'


def cells(content: bytes) -> list[tuple[str, ...]]:
    return [row.cells for row in read(content).rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_file_is_read_in_the_encodings_that_spreadsheets_save(encoding: str) -> None:
    sheet = read(TEXT.encode(encoding))
    assert sheet.columns == ("name", "note")
    assert [row.cells for row in sheet.rows] == ROWS


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_file_is_read_with_the_separators_that_spreadsheets_use(separator: str) -> None:
    file = io.StringIO()
    csv.writer(file, delimiter=separator).writerows([("name, or so", "b", "c"), ("1", "2", "3")])
    assert cells(file.getvalue().encode()) == [("1", "2", "3")]


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    sheet = read(b'a,b\n\n"two\nlines",1\n\n,,\nlast,2\n')
    assert [(row.line, row.cells) for row in sheet.rows] == [
        (3, ("two\nlines", "1")),
        (7, ("last", "2")),
    ]


def test_short_rows_are_filled_and_cells_stay_as_they_are() -> None:
    sheet = read(b" a ,b,c\n 1 \n , \n")
    assert sheet.columns == ("a", "b", "c")
    assert [row.cells for row in sheet.rows] == [(" 1 ", "", "")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", NoRows()),
        (b"\n\n,,\n", NoRows()),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", NotCsv()),
        (b"PK\x03\x04\x14\0\x06\0", NotCsv()),
        (b"caf\x81", NotCsv()),
        (b"\xff\xfe\0", NotCsv()),
        (b'a,b\n1,2\n"3,4\n5,6\n', BrokenQuotes(3)),
        (b'a,b\n"1"x,2\n', BrokenQuotes(2)),
        (b"a,b\n1,2\n3,4,5\n", TooManyCells(3)),
    ],
)
def test_what_is_no_table_is_refused(content: bytes, reason: Reason) -> None:
    with pytest.raises(Refusal) as refused:
        read(content)
    assert refused.value.reasons == (reason,)


@pytest.mark.parametrize(
    "cell", ["=1+1", "+39 055", "-5", "@SUM(A1)", "\t=1", " =1", "＝1", "'=1", "\n=1", "\r"]
)
def test_no_cell_runs_as_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "a=b", "5 - 3", "it's", "'tis", "post@example.org"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert harmless(cell) == cell


def test_nothing_is_written_for_nothing() -> None:
    assert write(["a", "b"], [(None, 1)]) == "a,b\r\n,1\r\n"


@given(
    st.lists(
        st.tuples(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))),
        min_size=1,
    )
)
def test_what_is_written_is_read_again(rows: list[tuple[str]]) -> None:
    rows = [row for row in rows if row[0].strip()]
    assert cells(write(["only column"], rows).encode()) == rows


@given(st.binary())
def test_whatever_the_file_is_it_is_read_or_refused(content: bytes) -> None:
    with suppress(Refusal):
        sheet = read(content)
        assert all(len(row.cells) == len(sheet.columns) for row in sheet.rows)
