"""The journal: what happened is written once, and an operation stands for one act."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests.counting import statements
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.database import transaction
from toolshare.journal.models import Entry, Event
from toolshare.journal.recording import (
    OperationUsed,
    done_already,
    earlier,
    record,
    record_all,
    saying,
)
from toolshare.refusals import Refusal

pytestmark = on_any_database


def test_an_entry_says_who_when_and_what(world: World) -> None:
    item = world.make_item()
    written = record(
        world.session,
        Event.ITEM_MOVED,
        by=world.cora,
        at=MONDAY_NOON,
        group=world.borgo,
        item=item,
        to="Barn > North wall",
    )
    entry = world.session.get_one(Entry, written)
    assert (entry.what, entry.at, entry.by_id) == ("item_moved", MONDAY_NOON, world.cora.id)
    assert (entry.group_id, entry.item_id, entry.loan_id) == (world.borgo.id, item.id, None)
    assert entry.details == {"to": "Barn > North wall"}


def test_the_entry_of_an_act_is_given_what_its_verb_does_not_know(world: World) -> None:
    session, about = world.session, {"by": world.ana, "at": MONDAY_NOON}
    with statements() as sent, saying(session, kiosk="Tablet"):
        at_it = record(session, Event.BORROWED, operation=uuid4(), days=3, **about)
        beside = record(session, Event.RENEWED, **about)
    after = record(session, Event.BORROWED, operation=uuid4(), **about)
    told = [session.get_one(Entry, one).details for one in (at_it, beside, after)]
    assert told == [{"days": 3, "kiosk": "Tablet"}, {}, {}]
    assert not any(one.startswith("UPDATE") for one in sent)


def test_an_act_that_was_sent_before_is_known_again(world: World) -> None:
    session, operation, item = world.session, uuid4(), world.make_item()
    asked = {"by": world.sam, "item": item}
    assert done_already(session, operation, Event.RETURNED, **asked) is None
    written = record(session, Event.RETURNED, at=MONDAY_NOON, operation=operation, **asked)
    entry = session.get_one(Entry, written)
    assert done_already(session, operation, Event.RETURNED, **asked) is entry
    assert earlier(session, operation) is entry


def test_an_act_without_an_operation_is_always_new(world: World) -> None:
    for _ in range(2):
        assert done_already(world.session, None, Event.RETURNED, by=world.sam) is None
        record(world.session, Event.RETURNED, by=world.sam, at=MONDAY_NOON)


def test_one_operation_never_stands_for_two_acts(world: World) -> None:
    session, operation, item = world.session, uuid4(), world.make_item()
    record(session, Event.BORROWED, by=world.ana, at=MONDAY_NOON, item=item, operation=operation)
    others = [
        (Event.RETURNED, {"by": world.ana, "item": item}),
        (Event.BORROWED, {"by": world.sam, "item": item}),
        (Event.BORROWED, {"by": world.ana, "item": world.make_item()}),
    ]
    for event, subjects in others:
        with pytest.raises(Refusal) as refusal:
            done_already(session, operation, event, **subjects)
        assert refusal.value.reasons == (OperationUsed(),)


def test_who_writes_an_operation_second_is_refused(world: World) -> None:
    operation = uuid4()
    with transaction() as session:
        record(session, Event.TAKEN, by=None, at=MONDAY_NOON, operation=operation)
    with pytest.raises(Refusal) as refusal, transaction() as session:
        record(session, Event.TAKEN, by=None, at=MONDAY_NOON, operation=operation)
    assert refusal.value.reasons == (OperationUsed(),)
    written = select(func.count()).where(Entry.operation == str(operation))
    assert world.session.scalar(written) == 1


def test_many_entries_are_written_in_their_order_by_one_statement(world: World) -> None:
    session, items = world.session, [world.make_item() for _ in range(3)]
    cora, borgo = (SimpleNamespace(id=one.id) for one in (world.cora, world.borgo))
    about = [{"item": item, "group": borgo, "to": f"Hook {item.id}"} for item in items]
    with statements() as sent:
        record_all(session, Event.ITEM_MOVED, about, by=cora, at=MONDAY_NOON)
        record_all(session, Event.ITEM_MOVED, [], by=cora, at=MONDAY_NOON)
    assert len(sent) == 1
    entries = session.scalars(select(Entry).order_by(Entry.id)).all()
    assert [(one.item_id, one.details) for one in entries] == [
        (item.id, {"to": f"Hook {item.id}"}) for item in items
    ]
    assert {(one.what, one.at, one.by_id, one.group_id, one.loan_id) for one in entries} == {
        ("item_moved", MONDAY_NOON, world.cora.id, world.borgo.id, None)
    }


def test_of_many_entries_none_has_an_operation_that_stands_for_another_act(world: World) -> None:
    operation = uuid4()
    with transaction() as session:
        record(session, Event.TAKEN, by=None, at=MONDAY_NOON, operation=operation)
    about = [{}, {"operation": operation}]
    with pytest.raises(Refusal) as refusal, transaction() as session:
        record_all(session, Event.TAKEN, about, by=None, at=MONDAY_NOON)
    assert refusal.value.reasons == (OperationUsed(),)
    assert world.session.scalar(select(func.count(Entry.id))) == 1


def test_an_entry_about_nothing_that_is_there_is_a_fault_and_no_operation(world: World) -> None:
    nobody = SimpleNamespace(id=world.cora.id + 1000)
    with pytest.raises(IntegrityError), transaction() as session:
        record_all(session, Event.TAKEN, [{"person": nobody}], by=None, at=MONDAY_NOON)
