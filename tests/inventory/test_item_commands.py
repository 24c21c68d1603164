"""`toolshare import-items` and `toolshare export-items`."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from tests.world import World
from toolshare import settings
from toolshare.cli import toolshare
from toolshare.inventory.models import Item
from toolshare.journal.models import Entry
from toolshare.refusals import Refusal

REAL = Path(__file__).parents[2] / "toolshare/demo/data/tool-library-items.csv"
Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, world: World, chosen: settings.Settings) -> Run:
    """Runs a command on the world's records; what it refuses is raised."""
    names = {
        "TOOLSHARE_INSTANCE": str(chosen.instance),
        "TOOLSHARE_DATABASE_URL": chosen.database_url,
    }

    def run(*arguments: object) -> Result:
        answer = CliRunner().invoke(toolshare, [str(one) for one in arguments], env=names)
        if isinstance(answer.exception, Refusal):
            raise answer.exception
        return answer

    return run


def count(session: Session, column: object) -> int | None:
    session.rollback()
    return session.scalar(select(func.count(column)))  # type: ignore[arg-type]


def test_the_real_file_comes_in_once_and_stays(session: Session, run: Run) -> None:
    assert "120 rows: 120 new" in run("import-items", REAL, "--group", "borgo").output
    entries = count(session, Entry.id)
    again = run("import-items", REAL, "--group", "borgo")
    assert again.output.splitlines()[-1] == "120 rows: 0 new, 0 changes, 120 stays, 0 bad."
    assert (count(session, Item.id), count(session, Entry.id)) == (120, entries)


def test_columns_that_are_left_out_are_named(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "things.csv"
    file.write_text("name,Warranty,Owner\nLadder,24,Ada\n")
    assert "left out: Warranty, Owner\n" in run("import-items", file, "--group", "borgo").output


def test_a_dry_run_changes_nothing(session: Session, run: Run) -> None:
    answer = run("import-items", REAL, "--group", "borgo", "--dry-run")
    assert "line 2: new: Box Cutter" in answer.output
    assert count(session, Item.id) == 0


def test_bad_rows_are_named_and_nothing_goes_in(session: Session, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "things.csv"
    file.write_text("name,value,bought on\nLadder,12.50,\nSaw,dear,05/06/2024\n")
    with pytest.raises(Refusal) as refused:
        run("import-items", file, "--group", "borgo")
    assert str(refused.value).splitlines() == [
        "Line 3: column “value”: “dear” is no amount like 12.50.",
        "Line 3: column “bought on”: “05/06/2024” is no date that can be read in one way only. "
        "Write it like 2026-05-31.",
    ]
    assert count(session, Item.id) == 0
    dry = run("import-items", file, "--group", "borgo", "--dry-run")
    assert dry.exit_code == 1
    skipped = run("import-items", file, "--group", "borgo", "--skip-bad-rows")
    assert skipped.output.endswith("2 rows: 1 new, 0 changes, 0 stays, 1 bad.\n")


def test_an_export_imports_again_without_a_change(run: Run, tmp_path: Path) -> None:
    run("import-items", REAL, "--group", "borgo")
    out = tmp_path / "out.csv"
    assert run("export-items", "--group", "borgo", "--out", out).exit_code == 0
    again = run("import-items", out, "--group", "borgo")
    assert again.output.splitlines()[-1] == "120 rows: 0 new, 0 changes, 120 stays, 0 bad."
    once_more = tmp_path / "again.csv"
    run("export-items", "--group", "borgo", "--out", once_more)
    assert once_more.read_bytes() == out.read_bytes()
    assert "Box Cutter" in run("export-items", "--group", "borgo", "--out", "-").output


def test_an_unknown_group_and_a_missing_file_are_said(run: Run, tmp_path: Path) -> None:
    missing = run("import-items", tmp_path / "none.csv", "--group", "borgo")
    assert missing.exit_code == 2
    assert "No such file" in missing.output
    with pytest.raises(Refusal):
        run("export-items", "--group", "nowhere", "--out", "-")


def test_what_a_column_is_taken_for_can_be_said(session: Session, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "things.csv"
    file.write_text("What,Shelf mark,Owner,Serial\nLadder,Barn > Wall,Ada,7\n")
    columns = ("--column", "What=name", "--column", "Shelf mark=place", "--column", "Owner=note")
    answer = run("import-items", file, "--group", "borgo", *columns, "--column", "Serial=")
    assert "1 rows: 1 new" in answer.output
    session.rollback()
    (item,) = session.scalars(select(Item).options(joinedload(Item.place)))
    assert item.place is not None
    assert (item.place.path, item.notes_for_stewards, item.serial) == (
        "Barn > Wall",
        "Owner: Ada",
        "",
    )


@pytest.mark.parametrize(
    ("column", "said"), [("Who=name", "no column “Who”"), ("Name=title", "“title” is none of")]
)
def test_a_column_that_is_not_there_is_said(
    session: Session, run: Run, tmp_path: Path, column: str, said: str
) -> None:
    file = tmp_path / "things.csv"
    file.write_text("Name\nLadder\n")
    answer = run("import-items", file, "--group", "borgo", "--column", column)
    assert answer.exit_code == 2
    assert said in answer.output
    assert count(session, Item.id) == 0
