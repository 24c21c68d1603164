"""CSV as spreadsheets save and open it: any encoding and separator in, no formula out."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from toolshare.refusals import Reason, Refusal, msgid, refuse_if

SEPARATORS = ",;\t"
# What a spreadsheet runs as a formula, and the apostrophe that keeps it from that.
RUNS_AS_FORMULA = re.compile(r"'*(?:\s*[=+\-@＝＋－＠]|[\t\r\n])")
KEPT_FROM_RUNNING = re.compile(r"'+(?:\s*[=+\-@＝＋－＠]|[\t\r\n])")


@dataclass(frozen=True)
class NotCsv(Reason):
    """The file is no text, or in an encoding that we can't tell."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("This file is not a CSV file.")
    instead = msgid("In your spreadsheet, save it as “CSV UTF-8” and choose that file.")


@dataclass(frozen=True)
class NoRows(Reason):
    """The file has no headings, or nothing below them."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("There is nothing in this file.")
    instead = msgid("Its first line should hold the names of the columns, each further line a row.")


@dataclass(frozen=True)
class BrokenQuotes(Reason):
    """A quotation mark is opened and not closed, or closed in the middle of a cell."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    line: int
    says = msgid("Line %(line)s: the quotation marks don't fit together.")
    instead = msgid("Save the file from a spreadsheet as CSV once more, or mend the line.")


@dataclass(frozen=True)
class TooManyCells(Reason):
    """The row has more cells than there are headings."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    line: int
    says = msgid("Line %(line)s: there are more cells than columns.")
    instead = msgid("Put text that holds the separator into quotation marks.")


@dataclass(frozen=True)
class InLine(Reason):
    """What is wrong in one line."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    line: int
    why: Reason
    says = msgid("Line %(line)s: %(why)s")


@dataclass(frozen=True)
class Row:
    """One row: the line of the file that it begins in, and a cell for each column."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """The headings of the columns, and the rows that hold anything, their cells as they stand."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read(content: bytes) -> Sheet:
    """What a CSV file holds; refuses what is none, naming every line that is wrong.

    UTF-8 with or without its mark, UTF-16 with it, or Windows-1252; comma, semicolon or tab.
    """
    text = _decoded(content)
    rows = [row for row in _rows(text) if any(cell.strip() for cell in row.cells)]
    if not rows:
        raise Refusal(NoRows())
    headings, *others = rows
    width = len(headings.cells)
    refuse_if([TooManyCells(row.line) for row in others if "".join(row.cells[width:]).strip()])
    filled = (Row(row.line, (row.cells + ("",) * width)[:width]) for row in others)
    columns = tuple(heading.strip() for heading in headings.cells)
    return Sheet(columns=columns, rows=tuple(filled))


def write(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A CSV file that `read` reads back, in which no cell runs as a formula."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(columns)
    writer.writerows([harmless("" if cell is None else str(cell)) for cell in row] for row in rows)
    return file.getvalue()


def harmless(cell: str) -> str:
    """A cell with an apostrophe before anything that a spreadsheet would run (OWASP)."""
    return f"'{cell}" if RUNS_AS_FORMULA.match(cell) else cell


def _as_meant(cell: str) -> str:
    return cell[1:] if KEPT_FROM_RUNNING.match(cell) else cell


def _decoded(content: bytes) -> str:
    encodings = (
        ("utf-16",) if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "cp1252")
    )
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Refusal(NotCsv())


def _rows(text: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    line = 1
    try:
        for cells in reader:
            yield Row(line, tuple(_as_meant(cell) for cell in cells))
            line = reader.line_num + 1
    except csv.Error:
        raise Refusal(BrokenQuotes(line)) from None


def _separator(text: str) -> str:
    """The separator that the headings hold most of."""
    headings = re.sub(r'"[^"]*"', "", text.lstrip().partition("\n")[0])
    return max(SEPARATORS, key=headings.count)
