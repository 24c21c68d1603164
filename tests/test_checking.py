"""`toolshare check` finds what does not agree with itself, and nothing else."""

import os
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta

import pytest
from PIL import Image
from sqlalchemy import select

from tests.conftest import Run
from tests.postgres import on_any_database
from tests.world import World
from toolshare.checking import CHECKS
from toolshare.circulation.borrowing import borrow
from toolshare.circulation.losing import declare_lost
from toolshare.circulation.models import Loan
from toolshare.database import db, transaction
from toolshare.inventory import photos
from toolshare.inventory.models import Item
from toolshare.settings import Settings


@pytest.fixture
def thing(world: World, chosen: Settings) -> Item:
    """A hand drill with a photo, in a place, that Ana has."""
    with transaction() as session:
        item = world.make_item(place_id=world.make_place("Barn").id)
        borrow(session, item, borrower=world.ana, by=world.ana, now=item.added_at)
        photo = photos.lay(chosen.shelf, Image.new("RGB", (40, 30)), now=item.added_at)
        acts = {"by": world.cora, "now": item.added_at}
        photos.keep(session, photo, group=world.borgo, kind=item.kind, **acts)
    return item


@on_any_database
def test_nothing_is_found_where_all_is_well(thing: Item, chosen: Settings) -> None:
    assert [line for look in CHECKS for line in look(db.session, chosen)] == []


def test_nothing_is_kept_for_what_is_lost_and_that_is_well(
    world: World, thing: Item, chosen: Settings
) -> None:
    with transaction() as session:
        loan = session.scalars(select(Loan)).one()
        told = {"by": world.sam, "now": thing.added_at, "tried": "Rang.", "says_borrower": True}
        declare_lost(session, loan, **told)
    assert [line for look in CHECKS for line in look(db.session, chosen)] == []


def test_a_sound_installation_is_sound(run: Run, thing: Item) -> None:
    assert run("check") == (0, "All is well.\n")


IN_A_KIT = (
    "INSERT INTO kit_parts (kit_id, item_id, counted, quantity, missing, put_in_at)"
    " SELECT id + 1, id, {counted}, 1, 0, added_at FROM items"
)
# What a faulty tool did, of which a line has to tell.
FOUND = [
    (
        "UPDATE places SET code = :code",
        "code {code}: worn 2 times",
    ),
    (
        "INSERT INTO former_codes (code, item_id, replaced_at, cause)"
        " SELECT code, id, added_at, 'worn' FROM items",
        "code {code}: worn 2 times",
    ),
    (
        "DELETE FROM codes WHERE code = :code",
        "items.code: 1 refer to nothing",
    ),
    (
        "UPDATE codes SET wearer = 'card' WHERE code = :code",
        "code {code}: worn by item, but registered for card",
    ),
    (
        "INSERT INTO codes (code, wearer, drawn_at) SELECT '00000001', wearer, drawn_at FROM codes LIMIT 1",
        "code 00000001: its check character is wrong",
    ),
    (
        "UPDATE loans SET borrower_id = 999",
        "loans.borrower_id: 1 refer to nothing",
    ),
    (
        "UPDATE kinds SET counting = 'bulk'",
        "loan 1: counted otherwise than its kind",
    ),
    (
        "DROP INDEX uq_loans_one_open_for_a_counted_item;"
        "INSERT INTO loans (item_id, counted, quantity, borrowed_at, due_at) "
        "SELECT item_id, counted, quantity, borrowed_at, due_at FROM loans",
        "item {code}: out more than once",
    ),
    (
        "DROP TRIGGER promises_alone_insert;"
        "INSERT INTO offers (id, hold_id, item_id, offered_at, expires_at, numbers)"
        " SELECT 1, 1, item_id, borrowed_at, due_at, '[]' FROM loans;"
        "INSERT INTO promises (item_id, from_at, until_at, alone, quantity, offer_id)"
        " SELECT item_id, from_at, until_at, alone, quantity, 1 FROM promises",
        "item {code}: promised twice at once",
    ),
    (
        "DELETE FROM promises",
        "loan 1: nothing is kept for it",
    ),
    (
        IN_A_KIT.format(counted=1),
        "item {code}: its kit does not keep it",
    ),
    (
        IN_A_KIT.format(counted=1),
        "item {code}: in a kit, and out by itself",
    ),
    (
        IN_A_KIT.format(counted=0),
        "item {code}: in a kit as what it is not",
    ),
    (
        "DELETE FROM journal WHERE what = 'borrowed'",
        "loan 1: the journal does not tell of it",
    ),
    (
        "UPDATE loans SET undone_at = borrowed_at",
        "loan 1: the journal tells of it, and it is not there",
    ),
    (
        "DELETE FROM found_by_words",
        "search: the index of words holds other kinds than there are",
    ),
]


@pytest.mark.parametrize(("damage", "line"), FOUND, ids=[line for _, line in FOUND])
def test_what_does_not_agree_is_named(run: Run, thing: Item, damage: str, line: str) -> None:
    code = thing.code
    db.session.remove()
    with closing(sqlite3.connect(str(db.engine.url.database))) as connection:
        for statement in damage.split(";"):
            connection.execute(statement, {"code": code})
        connection.commit()
    status, said = run("check")
    assert status == 1
    assert line.format(code=code) in said.splitlines()


def test_a_photo_without_its_file_is_named(run: Run, thing: Item, chosen: Settings) -> None:
    (lost,) = chosen.photos.glob("*-640.webp")
    lost.unlink()
    assert run("check") == (1, f"photo {lost.name}: the file is missing\n")


def test_a_file_that_no_photo_is_known_for_is_named(
    run: Run, thing: Item, chosen: Settings, now: datetime
) -> None:
    for name, age in (("old-320.webp", timedelta(days=1)), ("new-320.webp", timedelta(minutes=1))):
        (chosen.photos / name).touch()
        written = (now - age).timestamp()
        os.utime(chosen.photos / name, (written, written))
    assert run("check") == (1, "photo old-320.webp: nothing shows this file\n")


def test_a_database_that_is_not_migrated_is_not_checked(
    run: Run, monkeypatch: pytest.MonkeyPatch, chosen: Settings
) -> None:
    monkeypatch.setenv("TOOLSHARE_DATABASE_URL", f"sqlite:///{chosen.instance / 'new.sqlite'}")
    status, said = run("check")
    assert (status, "run `toolshare migrate` first" in said) == (2, True)
