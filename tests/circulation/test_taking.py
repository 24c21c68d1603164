"""Taking consumables, and putting them back."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.world import MONDAY_NOON, World
from toolshare.circulation import reasons as why
from toolshare.circulation.models import Taking
from toolshare.circulation.taking import put_back, take
from toolshare.inventory.models import Counting, Item
from toolshare.journal.models import Entry
from toolshare.people.models import Person
from toolshare.refusals import Refusal

IN_TIME = MONDAY_NOON + timedelta(minutes=15)


@pytest.fixture
def screws(world: World) -> Item:
    return world.make_item(
        world.make_kind(name="Screw", counting=Counting.CONSUMABLE), quantity=100
    )


def take_some(world: World, item: Item, who: Person, quantity: int) -> Taking:
    return take(world.session, item, taker=who, by=who, now=MONDAY_NOON, quantity=quantity)


def test_what_is_taken_is_gone_from_the_bin(world: World, screws: Item) -> None:
    taking = take_some(world, screws, world.ana, 30)
    assert (taking.quantity, taking.taker, screws.quantity) == (30, world.ana, 70)
    entry = world.session.scalars(select(Entry)).one()
    assert (entry.what, entry.person_id) == ("taken", world.ana.id)
    assert entry.details == {"quantity": 30, "taking_id": taking.id}


def test_more_than_there_is_cannot_be_taken(world: World, screws: Item) -> None:
    with pytest.raises(Refusal) as refusal:
        take_some(world, screws, world.ana, 101)
    assert refusal.value.reasons == (why.NotEnough(left=100),)


def test_the_last_one_can_be_taken_and_then_none_are_left(world: World, screws: Item) -> None:
    take_some(world, screws, world.ana, 100)
    with pytest.raises(Refusal) as refusal:
        take_some(world, screws, world.ana, 1)
    assert refusal.value.reasons == (why.NoneLeft(),)


def test_plenty_stays_plenty(world: World) -> None:
    sand = world.make_item(world.make_kind(counting=Counting.CONSUMABLE), quantity=None)
    taking = take_some(world, sand, world.ana, 5)
    put_back(world.session, taking, by=world.ana, now=IN_TIME)
    assert sand.quantity is None


def test_taking_does_not_count_as_a_loan(world: World, screws: Item) -> None:
    world.make_rule("open_loans", 0)
    assert take_some(world, screws, world.ana, 1).quantity == 1


def test_what_comes_back_is_lent_not_taken(world: World) -> None:
    with pytest.raises(Refusal) as refusal:
        take_some(world, world.make_item(), world.ana, 1)
    assert refusal.value.reasons == (why.OnlyConsumablesAreTaken(),)


def test_the_same_taking_sent_twice_is_one(world: World, screws: Item) -> None:
    operation = uuid4()
    for _ in range(2):
        take(
            world.session,
            screws,
            taker=world.ana,
            by=world.ana,
            now=MONDAY_NOON,
            quantity=10,
            operation=operation,
        )
    assert screws.quantity == 90


def test_taking_is_undone_by_the_taker_or_a_steward_once(world: World, screws: Item) -> None:
    first, second = (take_some(world, screws, world.ana, 10) for _ in range(2))
    operation = uuid4()
    put_back(world.session, first, by=world.ana, now=IN_TIME, operation=operation)
    put_back(world.session, first, by=world.ana, now=IN_TIME, operation=operation)
    put_back(world.session, second, by=world.sam, now=IN_TIME)
    assert screws.quantity == 100
    with pytest.raises(Refusal) as refusal:
        put_back(world.session, first, by=world.ana, now=IN_TIME)
    assert refusal.value.reasons == (why.NothingToUndo(),)


def test_nobody_else_undoes_a_taking(world: World, screws: Item) -> None:
    taking = take_some(world, screws, world.sam, 10)
    with pytest.raises(Refusal) as refusal:
        put_back(world.session, taking, by=world.ana, now=IN_TIME)
    assert refusal.value.reasons == (why.NotYours(),)


def test_after_a_quarter_of_an_hour_what_is_taken_is_taken(world: World, screws: Item) -> None:
    taking = take_some(world, screws, world.ana, 10)
    with pytest.raises(Refusal) as refusal:
        put_back(world.session, taking, by=world.ana, now=IN_TIME + timedelta(seconds=1))
    assert refusal.value.reasons == (why.TooLateToPutBack(minutes=15),)
