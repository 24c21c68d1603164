"""The documents lead somewhere and leave nothing out."""

import re
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import JSON, Enum, String

from toolshare.cli import COMMANDS
from toolshare.privacy import registry
from toolshare.records import Record
from toolshare.settings import Settings

HOUSE = Path(__file__).parent.parent
DOCUMENTS = sorted([*HOUSE.glob("*.md"), *(HOUSE / "docs").rglob("*.md")])
OF_PROOFS = (HOUSE / "docs" / "developers" / "proofs.md", HOUSE / "docs" / "security.md")
TABLES_OF_SETTINGS = (HOUSE / "README.md", HOUSE / "docs" / "hosts" / "settings.md")


def text(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def anchors(document: Path) -> set[str]:
    """What a link can name after the #: the headings, as they stand in addresses."""
    headings = re.findall(r"^#+ (.+)$", text(document), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", text(document)):
        path, _, anchor = link.partition("#")
        target = document.parent / path if path else document
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_the_map_names_every_document() -> None:
    listed = re.findall(r"\]\(([^)#]+)\)", text(HOUSE / "docs" / "README.md"))
    named = {(HOUSE / "docs" / link).resolve() for link in listed}
    others = {HOUSE / "docs" / "README.md"}
    assert set((HOUSE / "docs").rglob("*.md")) - others <= named


@pytest.mark.parametrize("document", TABLES_OF_SETTINGS, ids=lambda path: path.name)
def test_every_setting_is_explained(document: Path) -> None:
    explained = set(re.findall(r"^\| `TOOLSHARE_(\w+)`", text(document), re.MULTILINE))
    assert explained == {field.name.upper() for field in fields(Settings)}


def test_every_command_is_named() -> None:
    running = text(HOUSE / "docs" / "hosts" / "running.md")
    assert [command.name for command in COMMANDS if f"{command.name}`" not in running] == []


def test_every_room_is_on_the_map() -> None:
    rooms = {path.parent.name for path in (HOUSE / "toolshare").glob("*/__init__.py")}
    mapped = text(HOUSE / "docs" / "developers" / "a-map-of-the-house.md")
    assert [room for room in rooms - {"migrations"} if f"| `{room}` |" not in mapped] == []


def proofs(document: Path) -> list[tuple[str, str]]:
    """The tests that a page of proofs names, and in which file."""
    named = [
        (file, name)
        for row in text(document).splitlines()
        for file in re.findall(r"`(tests/\S+\.py)`", row)
        for name in re.findall(r"`(test_\w+)`", row)
    ]
    assert named
    return named


@pytest.mark.parametrize("document", OF_PROOFS, ids=lambda path: path.stem)
def test_every_proof_is_a_test(document: Path) -> None:
    there = {file: text(HOUSE / file) for file, _ in proofs(document)}
    assert [name for file, name in proofs(document) if f"\ndef {name}(" not in there[file]] == []


@pytest.mark.parametrize("document", OF_PROOFS, ids=lambda path: path.stem)
def test_every_row_of_proofs_names_a_test_and_its_file(document: Path) -> None:
    rows = text(document).splitlines()
    tables = [row for row in rows if row.startswith("|") and "shown by" not in row]
    bare = [row for row in tables if "---" not in row and "`test_" not in row]
    assert bare == []
    assert all("`tests/" in row for row in tables if "`test_" in row)


def columns_of_people() -> set[str]:
    """Columns that say who: they refer to a person, or to a membership."""
    tables = Record.metadata.tables.values()
    keys = [key for table in tables for key in table.foreign_keys]
    return {
        str(key.parent) for key in keys if key.target_fullname in {"people.id", "memberships.id"}
    }


def columns_of_words() -> set[str]:
    """Columns that hold words, of which some are about people."""
    columns = [column for table in Record.metadata.tables.values() for column in table.columns]
    words = [one for one in columns if isinstance(one.type, String | JSON)]
    return {str(one) for one in words if not isinstance(one.type, Enum)}


def test_of_every_column_it_is_known_what_becomes_of_it_when_somebody_is_forgotten() -> None:
    for module in (HOUSE / "toolshare").glob("*/models.py"):
        import_module(f"toolshare.{module.parent.name}.models")
    assert columns_of_people() == registry.DETACHED | registry.GONE
    assert columns_of_words() == registry.PERSONAL | registry.ABOUT_THINGS
    assert not registry.DETACHED & registry.GONE
    assert not registry.PERSONAL & registry.ABOUT_THINGS


def test_what_is_kept_of_people_is_told() -> None:
    told = set(re.findall(r"`(\w+\.\w+)`", text(HOUSE / "docs" / "privacy.md")))
    assert told >= registry.PERSONAL | registry.DETACHED | registry.GONE
