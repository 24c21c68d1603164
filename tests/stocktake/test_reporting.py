"""The report as a spreadsheet and on paper, with what was found when it was closed."""

import re
import shutil
import subprocess
from http import HTTPStatus
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.conftest import type_of_client
from tests.needs import need
from tests.stocktake.counting import Shed
from tests.world import World
from toolshare import spreadsheets
from toolshare.codes.alphabet import in_groups
from toolshare.stocktake.closing import close
from toolshare.stocktake.models import Stocktake
from toolshare.stocktake.reporting import COLUMNS


@pytest.fixture
def sam(world: World, shed: Shed, client_of: type_of_client) -> FlaskClient:
    """Sam's browser."""
    return client_of(world.sam)


def counted(shed: Shed) -> Stocktake:
    """A stocktake in which something of each sort was found."""
    hoe, rake, saw = (shed.make(name) for name in ("Hoe", "Rake", "Saw 漢"))
    homeless, pegs = shed.make("Axe"), shed.make_bin("Pegs", 48)
    homeless.place = None
    shed.world.make_loan(saw, shed.world.ana)
    theirs = shed.world.make_item(shed.world.make_kind(group_id=shed.world.castello.id))
    stocktake = shed.open_all()
    for item in (hoe, hoe, homeless, saw, theirs):
        shed.see(stocktake, item, here=shed.loft)
    shed.see(stocktake, pegs, counted=40)
    assert rake.place is shed.wall
    return stocktake


def on_paper(content: bytes, folder: Path) -> str:
    """What a reader finds on the pages."""
    need(shutil.which("pdftotext"), "pdftotext (Debian: poppler-utils)")
    (folder / "report.pdf").write_bytes(content)
    read = ["pdftotext", "-layout", "report.pdf", "-"]
    done = subprocess.run(read, cwd=folder, check=True, capture_output=True, text=True)
    return " ".join(done.stdout.split())


@pytest.mark.parametrize("is_over", [False, True])
def test_a_spreadsheet_has_a_row_for_each_thing_and_each_code_of_none(
    shed: Shed, sam: FlaskClient, *, is_over: bool
) -> None:
    stocktake = counted(shed)
    if is_over:
        close(shed.session, stocktake, by=shed.world.cora, now=shed.now)
    url = f"/groups/borgo/stocktakes/{stocktake.id}/report.csv"
    shed.session.commit()
    answer = sam.get(url)
    assert answer.mimetype == "text/csv"
    sheet = spreadsheets.read(answer.data)
    assert sheet.columns == COLUMNS
    rows = [dict(zip(COLUMNS, row.cells, strict=True)) for row in sheet.rows]
    told = [(one["name"], one["finding"], one["misplaced"], one["times_scanned"]) for one in rows]
    assert told == [
        ("Axe", "Seen", "yes", "1"),
        ("Hoe", "Seen", "yes", "2"),
        ("Pegs", "Seen", "", "1"),
        ("Rake", "Not seen, missing from now on" if is_over else "Not seen", "", "0"),
        ("Saw 漢", "Seen though lent", "", "1"),
        ("", "Not one of ours", "", "1"),
    ]
    pegs, unknown = rows[2], rows[5]
    assert [pegs[one] for one in ("should_be", "counted", "difference")] == ["48", "40", "-8"]
    assert (unknown["belongs_to"], rows[1]["seen_in"]) == ("Castello", "Barn > Loft")
    assert (rows[1]["seen_by"], rows[1]["seen_at"][:10]) == ("Sam", "2026-06-01")


def test_on_paper_stands_how_far_it_came_where_and_each_list(
    shed: Shed, sam: FlaskClient, tmp_path: Path
) -> None:
    stocktake = counted(shed)
    close(shed.session, stocktake, by=shed.world.cora, now=shed.now)
    shed.session.commit()
    answer = sam.get(f"/groups/borgo/stocktakes/{stocktake.id}/report.pdf")
    assert answer.mimetype == "application/pdf"
    said = on_paper(answer.data, tmp_path)
    for line in (
        "Stocktake: Everything Borgo Opened Mon 1 Jun, 14:01",
        "Closed Mon 1 Jun, 14:08 by Cora 4 of 5 seen",
        "No place 1 1",
        "Barn > Wall 4 3",
        "Missing from now on (1)",
        "Moved to where it was seen (2)",
        "40 counted, 48 expected",
        "scanned 2 times, Barn > Loft",
    ):
        assert line in said
    assert re.search(r"Rake \w{4} \w{4} Barn > Wall Not seen", said)
    assert "Not part of it (" not in said


def test_a_report_of_many_things_has_pages_with_their_numbers(
    shed: Shed, sam: FlaskClient, tmp_path: Path
) -> None:
    items = [
        shed.make(f"Hoe {number:03}, with a name that is too long for one line")
        for number in range(90)
    ]
    stocktake = shed.open()
    code, stocktake_id = items[89].code, stocktake.id
    shed.session.commit()
    answer = sam.get(f"/groups/borgo/stocktakes/{stocktake_id}/report.pdf")
    assert answer.status_code == HTTPStatus.OK
    said = on_paper(answer.data, tmp_path)
    assert "Closed" not in said
    assert f"Hoe 089, with a name that is too long for one line {in_groups(code)}" in said.replace(
        " Barn > Wall Not seen", ""
    )
    assert "Stocktake: Barn 4" in said
