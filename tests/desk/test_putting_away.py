"""Putting things away: the label of a place, then the things that live there."""

from uuid import uuid4

import pytest

from tests.circulation.kits_in_tests import put_in
from tests.desk.conftest import Desk
from tests.world import MONDAY_NOON, World
from toolshare.circulation.in_kits import InKit
from toolshare.circulation.reasons import NothingToUndo
from toolshare.desk import reasons as why
from toolshare.desk.outcomes import Done, Outcome
from toolshare.inventory import stocking
from toolshare.inventory.models import Counting, Place
from toolshare.inventory.stocking import PlaceElsewhere
from toolshare.journal.models import Entry, Event
from toolshare.people.models import Role
from toolshare.refusals import Refusal


@pytest.fixture
def shelf(world: World) -> Place:
    """Where things are put."""
    return world.make_place("Shelf")


def test_a_place_says_where_things_are_put(desk: Desk, shelf: Place) -> None:
    assert desk.scan(shelf.code) == Done(Outcome.PUTTING, shelf.code)


def test_a_thing_on_the_shelf_is_put_there_once(world: World, desk: Desk, shelf: Place) -> None:
    item, operation = world.make_item(), uuid4()
    done = desk.scan(item.code, served=shelf.code, operation=operation)
    assert (done.outcome, item.place_id) == (Outcome.PUT, shelf.id)
    entry = world.session.get_one(Entry, done.record_id)
    assert (entry.what, entry.by_id) == (Event.ITEM_MOVED, world.sam.id)
    assert (entry.details["place"], entry.details["before_id"]) == ("Shelf", None)
    assert desk.scan(item.code, served=shelf.code, operation=operation) == done
    assert desk.scan(item.code, served=shelf.code) == Done(Outcome.PUT, item.code)


def test_sent_again_without_the_place_or_the_card_before_it_does_nothing(
    world: World, desk: Desk, shelf: Place
) -> None:
    item, other = world.make_item(), world.make_item()
    world.make_loan(other, world.cora)
    for code, served in ((item.code, shelf.code), (other.code, desk.card_of(world.ana))):
        operation = uuid4()
        desk.scan(code, served=served, operation=operation)
        assert desk.refusal(code, operation=operation) == (why.NobodyToLendTo(),)


def test_what_is_out_comes_back_and_is_put_there(world: World, desk: Desk, shelf: Place) -> None:
    item, operation = world.make_item(), uuid4()
    loan = world.make_loan(item, world.ana)
    done = desk.scan(item.code, served=shelf.code, operation=operation)
    assert (done.outcome, loan.is_out, item.place_id) == (Outcome.RETURNED, False, shelf.id)
    stocking.move(world.session, [item], None, by=world.cora, now=MONDAY_NOON)
    assert desk.scan(item.code, served=shelf.code, operation=operation) == done
    assert item.place_id is None


def test_with_the_return_its_place_is_undone(world: World, desk: Desk, shelf: Place) -> None:
    hook = world.make_place("Hook")
    item = world.make_item(place_id=hook.id)
    loan = world.make_loan(item, world.ana)
    done = desk.scan(item.code, served=shelf.code)
    assert desk.undo(done).outcome is Outcome.RETURN_UNDONE
    assert (loan.is_out, item.place_id) == (True, hook.id)


def test_undoing_sent_again_leaves_what_was_returned_and_put_away_once_more(
    world: World, desk: Desk, shelf: Place
) -> None:
    item, hook, operation = world.make_item(), world.make_place("Hook"), uuid4()
    loan = world.make_loan(item, world.ana)
    done = desk.scan(item.code, served=shelf.code)
    undone = desk.undo(done, operation=operation)
    desk.scan(item.code, served=hook.code)
    assert desk.undo(done, operation=operation) == undone
    assert (loan.is_out, item.place_id) == (False, hook.id)


def test_where_it_was_put_after_the_return_stays(world: World, desk: Desk, shelf: Place) -> None:
    item, hook = world.make_item(), world.make_place("Hook")
    world.make_loan(item, world.ana)
    done = desk.scan(item.code, served=shelf.code)
    desk.scan(item.code, served=hook.code)
    desk.undo(done)
    assert item.place_id == hook.id


def test_a_bin_that_somebody_has_some_of_is_put_there(
    world: World, desk: Desk, shelf: Place
) -> None:
    crates = world.make_item(world.make_kind(counting=Counting.BULK), quantity=10)
    loan = world.make_loan(crates, world.ana, counted=False, quantity=4)
    assert desk.scan(crates.code, served=shelf.code).outcome is Outcome.PUT
    assert (loan.is_out, crates.place_id) == (True, shelf.id)


def test_putting_is_undone_once_and_not_when_it_was_put_elsewhere_since(
    world: World, desk: Desk, shelf: Place
) -> None:
    item, hook, operation = world.make_item(), world.make_place("Hook"), uuid4()
    first = desk.scan(item.code, served=shelf.code)
    second = desk.scan(item.code, served=hook.code)
    assert refused(desk, first) == (NothingToUndo(),)
    for _ in range(2):
        undone = desk.undo(second, operation=operation)
        assert (undone.outcome, item.place_id) == (Outcome.PUTTING_UNDONE, shelf.id)
    desk.undo(first)
    assert item.place_id is None


def test_only_what_was_put_somewhere_is_undone(world: World, desk: Desk) -> None:
    entry = Entry(at=MONDAY_NOON, what=Event.ITEM_MOVED, item_id=world.make_item().id)
    world.session.add(entry)
    world.session.flush()
    for number in (entry.id, 4711):
        assert refused(desk, Done(Outcome.PUT, "", number)) == (NothingToUndo(),)


def test_what_is_in_a_kit_lives_there(world: World, desk: Desk, shelf: Place) -> None:
    kit, bit = world.make_kit(), world.make_item()
    put_in(world, kit, bit)
    (reason,) = desk.refusal(bit.code, served=shelf.code)
    assert isinstance(reason, InKit)
    desk.scan(kit.code, served=shelf.code)
    assert (kit.place_id, bit.place_id) == (shelf.id, None)


def test_a_place_of_another_village_is_not_ours_to_fill(world: World, desk: Desk) -> None:
    theirs = world.make_place("Mill", group_id=world.castello.id)
    assert desk.refusal(theirs.code) == (why.NotYourPlace(code=theirs.code),)


def test_a_thing_goes_to_a_place_of_its_own_group(world: World, desk: Desk, shelf: Place) -> None:
    desk.by = world.cora
    world.make_membership(world.cora, world.castello, Role.STEWARD)
    world.session.expire(world.cora, ["memberships"])
    item = world.make_item(world.make_kind(group_id=world.castello.id))
    loan = world.make_loan(item, world.vera)
    assert desk.refusal(item.code, served=shelf.code) == (PlaceElsewhere(place="Shelf"),)
    assert item.place_id is None
    assert loan.returned_at is not None  # until the transaction is given up with the refusal


def refused(desk: Desk, done: Done) -> tuple[object, ...]:
    with pytest.raises(Refusal) as refusal:
        desk.undo(done)
    return tuple(refusal.value.reasons)
