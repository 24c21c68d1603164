"""Telling somebody something: a row with what it tells, once, to one person or address."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.database import transaction
from toolshare.outbox.models import Message, MessageEnd, Topic
from toolshare.outbox.telling import tell


def told(world: World) -> list[Message]:
    return list(world.session.scalars(select(Message).order_by(Message.id)))


def test_a_message_waits_for_who_sends_it(world: World) -> None:
    assert tell(world.session, Topic.WELCOME, world.ana, group=world.borgo, now=MONDAY_NOON)
    (message,) = told(world)
    assert (message.topic, message.person_id, message.group_id) == (
        Topic.WELCOME,
        world.ana.id,
        world.borgo.id,
    )
    assert (message.send_at, message.ended_at, message.attempts) == (MONDAY_NOON, None, 0)


def test_an_address_without_an_account_is_told_in_a_language(world: World) -> None:
    to, path = "new@example.org", "/invitations/x"
    tell(world.session, Topic.INVITATION, to, language="it", path=path, now=MONDAY_NOON)
    (message,) = told(world)
    assert (message.person_id, message.address, message.language) == (None, to, "it")
    assert message.facts == {"path": path}


def test_a_message_may_wait_for_its_time(world: World) -> None:
    tomorrow = MONDAY_NOON + timedelta(days=1)
    tell(world.session, Topic.LATE, world.ana, send_at=tomorrow, now=MONDAY_NOON)
    assert told(world)[0].send_at == tomorrow


@on_any_database
def test_the_same_thing_is_told_once(world: World) -> None:
    for new in (True, False):
        with transaction() as session:
            once = "late-3 loan 17"
            was_new = tell(session, Topic.LATE, world.ana, once=once, loan=17, now=MONDAY_NOON)
        assert was_new is new
    with transaction() as session:
        assert tell(session, Topic.LATE, world.ana, once="late-7 loan 17", now=MONDAY_NOON)
    assert len(told(world)) == 2


def tell_and_fail(world: World) -> None:
    with transaction() as session:
        tell(session, Topic.WELCOME, world.ana, now=MONDAY_NOON)
        session.execute(insert(Message).values(topic=Topic.WELCOME))


def test_what_did_not_happen_is_not_told(world: World) -> None:
    with pytest.raises(IntegrityError):
        tell_and_fail(world)
    assert told(world) == []


@on_any_database
@pytest.mark.parametrize(
    "wrong",
    [
        {"person_id": None},
        {"address": "ana@example.org"},
        {"ended_at": MONDAY_NOON},
        {"ended": MessageEnd.SENT},
    ],
    ids=["to nobody", "to two", "ended in no way", "ended at no time"],
)
def test_the_database_itself_refuses_half_a_message(world: World, wrong: dict[str, object]) -> None:
    whole = {"topic": Topic.WELCOME, "person_id": world.ana.id}
    times = {"created_at": MONDAY_NOON, "send_at": MONDAY_NOON}
    world.session.add(Message(**{**whole, **times, **wrong}))
    with pytest.raises(IntegrityError):
        world.session.flush()
