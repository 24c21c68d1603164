"""`toolshare labels` prints what was asked for."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from tests.conftest import Run
from tests.world import World
from toolshare.database import db, transaction
from toolshare.inventory.models import Item
from toolshare.labels.models import Batch, BatchLabel

SHEET = ("--stock", "avery-l7160")


@pytest.fixture
def scythe(world: World) -> Item:
    """Borgo's scythe; Castello has a maul."""
    with transaction():
        castellos = world.make_kind(name="Maul", group_id=world.castello.id)
        world.make_item(castellos)
        return world.make_item(world.make_kind(name="Scythe"))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where the PDF goes."""
    return tmp_path / "labels.pdf"


def printed(session: Session | scoped_session[Session]) -> list[str]:
    """The codes of all batches."""
    session.rollback()
    return list(session.scalars(select(BatchLabel.code).order_by(BatchLabel.id)))


def test_a_code_is_printed_as_it_is_typed(
    run: Run, session: Session, scythe: Item, out: Path
) -> None:
    typed = f"{scythe.code[:4]} {scythe.code[4:].lower()}"
    said = run("labels", *SHEET, "--start", 7, "--copies", 2, "--code", typed, "--out", out)
    assert said == (0, f"2 labels in {out}\n")
    assert out.read_bytes().startswith(b"%PDF")
    assert printed(session) == [scythe.code]
    batch = session.scalars(select(Batch)).one()
    assert (batch.stock, batch.options["start"], batch.by_id) == ("avery-l7160", 7, None)


def test_only_what_has_no_label_yet(run: Run, scythe: Item, out: Path) -> None:
    everything = ("labels", *SHEET, "--out", out)
    assert run(*everything, "--unprinted", "--group", "borgo") == (0, f"1 labels in {out}\n")
    assert run(*everything, "--unprinted") == (0, f"1 labels in {out}\n")
    status, said = run(*everything, "--unprinted")
    assert (status, said.count("\n")) == (1, 1)
    assert run(*everything, "--all") == (0, f"2 labels in {out}\n")


@pytest.mark.parametrize(
    ("words", "ends"),
    [
        ((*SHEET,), (2, "Choose what to print")),
        ((*SHEET, "--code", "7K3M9QXB"), (1, "7K3M9QXB was misread or mistyped")),
        ((*SHEET, "--code", "wheelbarrow"), (1, "This is not a code")),
        ((*SHEET, "--all", "--group", "nowhere"), (1, "toolshare: ")),
        (("--stock", "unheard-of", "--all"), (1, "toolshare: ")),
        ((*SHEET, "--start", "22", "--all"), (1, "There is no label 22 on this sheet: it has 21.")),
    ],
)
def test_what_can_not_be_printed_is_said_and_leaves_nothing(
    run: Run, scythe: Item, out: Path, words: tuple[str, ...], ends: tuple[int, str]
) -> None:
    status, said = run("labels", *words, "--out", out)
    assert (status, ends[1] in said) == (ends[0], True)
    assert not out.exists()
    assert printed(db.session) == []


def test_a_file_that_can_not_be_written_leaves_no_batch(
    run: Run, session: Session, scythe: Item, tmp_path: Path
) -> None:
    out = tmp_path / "nowhere" / "labels.pdf"
    said = run("labels", *SHEET, "--all", "--out", out)
    assert said == (1, f"toolshare: {out}: No such file or directory\n")
    assert printed(session) == []


def test_warnings_come_before_paper_is_spent(
    run: Run, world: World, scythe: Item, out: Path
) -> None:
    with transaction():
        world.make_item(world.make_kind(name="鋸"))
    tiny = ("labels", "--stock", "avery-5167", "--level", "H", "--all", "--out", out)
    status, said = run(*tiny)
    assert status == 0
    assert "warning: " in said
    assert "mm" in said
    assert "warning: the font lacks 鋸; they are left out" in said


def test_a_roll_is_printed_in_the_printers_own_language(
    run: Run, session: Session, scythe: Item, tmp_path: Path
) -> None:
    roll = ("labels", "--stock", "dymo-30252", "--code", scythe.code, "--dpi", 203)
    for wished, begins in (("zpl", b"^XA"), ("png", b"\x89PNG"), ("pdf", b"%PDF")):
        out = tmp_path / f"label.{wished}"
        assert run(*roll, "--format", wished, "--out", out) == (0, f"1 labels in {out}\n")
        assert out.read_bytes().startswith(begins)
    assert printed(session) == [scythe.code] * 3
    batch = session.scalars(select(Batch).order_by(Batch.id)).first()
    assert batch is not None
    assert (batch.options["format"], batch.options["dpi"]) == ("zpl", 203)


def test_a_sheet_is_not_printed_in_dots(run: Run, scythe: Item, out: Path) -> None:
    status, said = run("labels", *SHEET, "--all", "--format", "png", "--out", out)
    assert status == 1
    assert "Avery L7160 is a sheet" in said
    assert not out.exists()
