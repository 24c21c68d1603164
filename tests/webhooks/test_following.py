"""Following the journal: all of it, once, in whatever order transactions end."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, insert
from sqlalchemy.orm import Session

from tests.counting import statements
from tests.postgres import on_any_database, only_on_postgres
from tests.webhooks.conftest import name_one
from tests.world import MONDAY_NOON, World
from toolshare.database import db, reading, transaction
from toolshare.journal.models import Entry, Event
from toolshare.journal.recording import record_all
from toolshare.webhooks import following
from toolshare.webhooks.models import Delivery, Unread

ADDRESS = "https://example.org/"
LATER = MONDAY_NOON + timedelta(hours=23)


@pytest.fixture
def slow(world: World) -> Iterator[Connection]:
    """A transaction that has the lowest id of all that is to come, and takes its time."""
    name_one(world, ADDRESS, "item.added")
    with db.engine.connect() as connection:
        facts = {"at": MONDAY_NOON, "what": Event.ITEM_ADDED, "group_id": world.borgo.id}
        connection.execute(insert(Entry).values(details={"slow": True}, **facts))
        yield connection


def add(world: World, number: int) -> None:
    """So many things are added in one transaction."""
    with transaction() as session:
        facts = ({"group": world.borgo} for _ in range(number))
        record_all(session, Event.ITEM_ADDED, facts, by=world.cora, at=MONDAY_NOON)


def follow_all() -> None:
    """Follows until nothing is behind."""
    for _ in range(20):
        with reading() as session:
            if not following.is_any_behind(session):
                return
        with transaction() as session:
            following.follow(session, now=LATER)
    raise AssertionError


def told() -> list[int | None]:
    """Of which entries deliveries were written, in this order."""
    with reading() as session:
        return [one.entry_id for one in session.query(Delivery).order_by(Delivery.id)]


def unread() -> list[tuple[int, int]]:
    with reading() as session:
        found = session.query(Unread).order_by(Unread.first_id)
        return [(one.first_id, one.last_id) for one in found]


def newest() -> int:
    with reading() as session:
        return session.query(Entry.id).order_by(Entry.id.desc()).first()[0]


@on_any_database
def test_a_transaction_with_thousands_of_entries_is_told_whole_and_once(world: World) -> None:
    name_one(world, ADDRESS, "item.added")
    first = newest() + 1
    add(world, 2_500)
    follow_all()
    assert told() == [*range(first, first + 2_500)]
    assert unread() == [(first + 2_500, following.TO_COME)]


@only_on_postgres
def test_a_transaction_that_ends_after_thousands_of_later_entries_is_told(
    world: World, slow: Connection
) -> None:
    late = newest() + 1
    add(world, 2_500)
    follow_all()
    assert told() == [*range(late + 1, late + 2_501)]
    assert unread()[0] == (late, late)
    slow.commit()
    follow_all()
    assert told()[-1] == late
    assert unread() == [(late + 2_501, following.TO_COME)]


@only_on_postgres
def test_a_transaction_that_was_given_up_is_waited_for_for_a_day(
    world: World, slow: Connection
) -> None:
    slow.rollback()
    add(world, 1)
    follow_all()
    assert len(unread()) == 2
    add(world, 1)
    with transaction() as session:
        following.follow(session, now=LATER + following.GIVEN_UP_AFTER)
    assert unread() == [(newest() + 1, following.TO_COME)]
    assert len(told()) == 2


@on_any_database
def test_webhooks_that_are_named_while_nobody_is_told_begin_where_the_journal_is(
    world: World,
) -> None:
    hook = name_one(world, ADDRESS, "item.added")
    add(world, 1)
    with transaction() as session:
        session.merge(hook).ended_at = MONDAY_NOON
    with reading() as session:
        assert not following.is_any_behind(session)
    name_one(world, ADDRESS, "item.added")
    name_one(world, ADDRESS, "item.added")
    assert unread() == [(newest(), following.TO_COME)]
    follow_all()
    assert told() == []


def test_however_many_webhooks_there_are_the_journal_is_read_once(world: World) -> None:
    name_one(world, ADDRESS, "item.added")
    add(world, 5)
    with statements() as for_one, transaction() as session:
        following.follow(session, now=MONDAY_NOON)
    for _ in range(3):
        name_one(world, ADDRESS, "item.added")
    add(world, 5)
    with statements() as for_four, transaction() as session:
        following.follow(session, now=MONDAY_NOON)
    assert len(for_one) == len(for_four)
    assert len(told()) == 25


@only_on_postgres
def test_two_workers_that_follow_at_once_tell_nothing_twice(world: World) -> None:
    name_one(world, ADDRESS, "item.added")
    add(world, 3)
    with Session(db.engine) as other:
        following.follow(other, now=MONDAY_NOON)
        with transaction() as session:
            following.follow(session, now=MONDAY_NOON)
        assert told() == []
        other.commit()
    follow_all()
    assert len(told()) == 3


@given(st.integers(1, 30), st.integers(0, 30), st.sets(st.integers(1, 60)))
def test_what_was_read_and_what_is_left_are_all_of_it_and_nothing_twice(
    first: int, more: int, ids: set[int]
) -> None:
    last = first + more
    read = sorted(one for one in ids if first <= one <= last)
    left = following.parts_left(first, last, read)
    again = [one for begin, end in left for one in range(begin, end + 1)]
    assert sorted(again + read) == [*range(first, last + 1)]
