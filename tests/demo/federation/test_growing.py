"""`toolshare demo --size`: a federation as large as one likes, as sound as one that has lived."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, aliased

from tests.conftest import Run
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON
from toolshare.circulation.models import Loan, Renewal
from toolshare.circulation.promises import Hold, Promise, Reservation
from toolshare.circulation.standing import STILL_OUT
from toolshare.codes.alphabet import is_sound
from toolshare.database import db, transaction
from toolshare.demo.federation import growing
from toolshare.demo.federation.cooperatives import VILLAGE
from toolshare.demo.federation.pouring import TABLES, columns_of
from toolshare.demo.federation.settling import code_of
from toolshare.demo.federation.sizes import MOST, NoSuchSize, Size, read_size
from toolshare.demo.villages import PASSWORD
from toolshare.inventory.models import Item, Kind
from toolshare.journal.models import Entry, Event
from toolshare.people.models import Group, Person
from toolshare.records import Record
from toolshare.refusals import Refusal

SMALL = 4  # a federation, a department, two co-operatives
MADE = {
    "sqlite": "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'sqlite_stat1'",
    "postgresql": "SELECT pg_get_indexdef(indexrelid) FROM pg_index UNION"
    " SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint",
}
Everything = dict[str, list[Any]]


def grown(seed: int = 1) -> Everything:
    """All that a village is made of, but for the password's digest."""
    with transaction() as session:
        growing.grow(session, Size(1), seed=seed, now=MONDAY_NOON, say=lambda _: None)
        found = everything(session)
        session.rollback()
    return found


def everything(session: Session) -> Everything:
    """All rows of all tables, each without its digest of a password."""
    return {
        table.name: [
            tuple(row)
            for row in session.execute(
                select(*(one for one in table.columns if one.name != "password_hash")).order_by(
                    *table.primary_key
                )
            )
        ]
        for table in Record.metadata.sorted_tables
    }


def shape(session: Session) -> set[str]:
    """How tables, indexes and constraints are made, as the database itself says it."""
    return set(session.scalars(text(MADE[session.get_bind().dialect.name])))


def count(*which: Any) -> int:
    """How many of something there are."""
    return db.session.scalar(select(func.count()).where(*which)) or 0


@pytest.mark.parametrize(
    ("given", "groups"), [("village", 1), ("department", 125), ("federation", 12_000), ("7", 7)]
)
def test_a_size_is_a_word_or_a_number_of_groups(given: str, groups: int) -> None:
    assert read_size(given) == Size(groups)


@pytest.mark.parametrize("given", ["", "0", "-1", "town", "1.5", "²", str(MOST + 1)])
def test_nothing_else_is_a_size(given: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_size(given)
    assert list(refused.value.reasons) == [NoSuchSize(given=given)]


@pytest.mark.parametrize(
    ("groups", "departments"), [(1, 0), (2, 0), (3, 1), (125, 1), (126, 2), (12_000, 96)]
)
def test_departments_stand_between_a_federation_and_its_co_operatives(
    groups: int, departments: int
) -> None:
    assert Size(groups).departments == departments


def test_no_code_comes_twice_and_each_is_sound() -> None:
    codes = [code_of(number) for number in range(1, 2_000)]
    assert len(set(codes)) == len(codes)
    assert all(map(is_sound, codes))


def test_every_column_that_has_to_be_filled_is_filled() -> None:
    for row, name in TABLES.items():
        needed = {one.name for one in Record.metadata.tables[name].columns if not one.nullable}
        assert needed <= set(columns_of(row)), name


@on_any_database
def test_a_small_federation_is_sound_and_its_pages_open(
    run: Run, session: Session, app: Flask
) -> None:
    before = shape(session)
    session.rollback()
    status, said = run("demo", "--size", SMALL)
    assert status == 0
    assert "member      member@toolshare.example" in said
    assert run("check") == (0, "All is well.\n")
    assert shape(session) == before
    assert_it_is_as_wished()
    for address in ("/", "/loans", "/catalogue?words=herse", f"/groups/{VILLAGE}/board"):
        assert signed_in(app, "member").get(address).status_code == 200, address
    assert signed_in(app, "coordinator").get(f"/groups/{VILLAGE}/overview").status_code == 200
    session.rollback()
    status, said = run("demo", "--size", "village")
    assert (status, said.count("\n")) == (1, 1)
    assert "Somebody is in this database already" in said
    assert run("demo", "--size", "village", "--if-empty")[0] == 0
    assert count(Group.id > 0) == SMALL


def assert_it_is_as_wished() -> None:
    """So many groups in a tree; of everything something is there, and each id comes after it."""
    parent = aliased(Group)
    assert count(Group.id > 0) == SMALL
    assert count(Group.parent_id == parent.id, parent.parent_id.is_not(None)) == SMALL - 2
    village = db.session.scalars(select(Group).where(Group.slug == VILLAGE)).one()
    assert count(Item.kind_id == Kind.id, Kind.group_id == village.id) == 21
    assert count(Loan.id > 0) == count(Entry.what == Event.BORROWED) > 2_000
    assert 0 < count(STILL_OUT) == count(Promise.loan_id.is_not(None)) < 50
    assert count(Renewal.id > 0) > 50
    assert count(Hold.id > 0) > 50
    assert count(Reservation.id > 0) > 50
    assert count(Loan.borrower_id.is_(None)) > count(Loan.borrower_id.is_not(None)) > 5
    assert db.session.scalar(text("SELECT count(*) FROM messages")) > 10
    db.session.rollback()
    with transaction() as session:
        person = Person(name="New", email="new@example.org", joined_at=MONDAY_NOON)
        session.add(person)
        session.flush()
        assert person.id == count(Person.id > 0)


def signed_in(app: Flask, who: str) -> FlaskClient:
    """A browser in which somebody is signed in whose address is known."""
    client = app.test_client()
    address = f"{who}@toolshare.example"
    answer = client.post("/sign-in", data={"email": address, "password": PASSWORD})
    assert answer.status_code == 303
    return client


def test_a_seed_grows_the_same_village_each_time_and_another_another(session: Session) -> None:
    first = grown()
    assert grown() == first
    assert grown(seed=2)["loans"] != first["loans"]


def test_a_village_is_the_same_in_whatever_it_stands(session: Session) -> None:
    assert loans_of_village(1) == loans_of_village(3)


def loans_of_village(groups: int) -> list[Any]:
    """Which of its things were out from when until when, where there are so many groups."""
    with transaction() as session:
        growing.grow(session, Size(groups), seed=1, now=MONDAY_NOON, say=lambda _: None)
        found = session.execute(
            select(Item.number, Loan.borrowed_at, Loan.due_at, Loan.returned_at)
            .join(Loan.item)
            .join(Item.kind)
            .join(Kind.group)
            .where(Group.slug == VILLAGE)
            .order_by(Loan.borrowed_at, Item.id)
        ).all()
        session.rollback()
    return [tuple(row) for row in found]
