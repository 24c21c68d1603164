"""What can't be kept as it was promised is promised anew, or is said not to be kept."""

from datetime import date

import pytest
from sqlalchemy import select

from tests.circulation.telling import SOON, book, lend, told
from tests.postgres import on_any_database
from tests.world import World
from toolshare.care.models import OutageReason
from toolshare.circulation import calling_off, retiring, service
from toolshare.circulation.losing import declare_lost
from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Promise
from toolshare.circulation.returning import take_back
from toolshare.circulation.undoing import PromisedSince, undo_return
from toolshare.inventory.models import Counting, Item
from toolshare.journal.models import Entry, Event
from toolshare.refusals import Refusal

THE_THIRD = date(2026, 6, 3)


@pytest.fixture
def pegs(world: World) -> Item:
    """A bin of ten."""
    return world.make_item(world.make_kind(name="Pegs", counting=Counting.BULK), quantity=10)


def come_back(world: World, item: Item, quantity: int = 1) -> Loan:
    """Sam had it for some minutes."""
    lend(world, item, world.sam, quantity)
    return take_back(world.session, item, by=world.cora, now=SOON)


def kept(world: World) -> list[tuple[int, int]]:
    """What is kept for who reserved it: of which item, how many."""
    found = select(Promise.item_id, Promise.quantity).join(Promise.reserved_unit)
    return [tuple(row) for row in world.session.execute(found.order_by(Promise.reserved_unit_id))]


@on_any_database
def test_what_was_set_aside_and_breaks_is_given_in_another_item(world: World) -> None:
    kind = world.make_kind()
    item = world.make_item(kind)
    booked = book(world, kind)
    calling_off.set_aside(world.session, booked, booked.units[0].id, by=world.sam, now=SOON)
    other = world.make_item(kind)
    service.take_out(world.session, item, OutageReason.IN_REPAIR, by=world.sam, now=SOON)
    assert kept(world) == [(other.id, 1)]
    assert told(world).reserved_units[booked.units[0].id].set_aside is None


def test_who_waits_for_what_was_set_aside_and_retired_is_displaced(world: World) -> None:
    item = world.make_item()
    booked = book(world, item.kind)
    calling_off.set_aside(world.session, booked, booked.units[0].id, by=world.sam, now=SOON)
    retiring.retire(world.session, [item], by=world.cora, now=SOON, why="Rusted through.")
    assert kept(world) == []
    displaced = select(Entry).where(Entry.what == Event.RESERVATION_DISPLACED)
    assert world.session.scalars(displaced).one().details["unit_id"] == booked.units[0].id
    assert told(world).reserved_units.keys() == {booked.units[0].id}


@on_any_database
def test_what_of_a_bin_is_lost_is_promised_no_more_and_the_latest_go_without(
    world: World, pegs: Item
) -> None:
    loan = lend(world, pegs, world.sam, quantity=4)
    first, second = (book(world, pegs.kind, quantity) for quantity in (5, 2))
    said = {"tried": "Rang.", "says_borrower": True}
    declare_lost(world.session, loan, by=world.sam, now=SOON, **said)
    assert kept(world) == [(pegs.id, 5)]
    assert told(world).reservations.keys() == {first.id, second.id}


@on_any_database
def test_a_return_is_undone_and_who_was_promised_it_since_gets_another(world: World) -> None:
    kind = world.make_kind()
    item = world.make_item(kind)
    loan = come_back(world, item)
    book(world, kind, day=THE_THIRD, now=SOON)
    other = world.make_item(kind)
    undo_return(world.session, loan, by=world.sam, now=SOON)
    assert kept(world) == [(other.id, 1)]


@pytest.mark.parametrize("quantity", [1, 8])
def test_a_return_is_not_undone_when_what_was_promised_since_can_be_no_other(
    world: World, pegs: Item, quantity: int
) -> None:
    item = world.make_item() if quantity == 1 else pegs
    loan = come_back(world, item, quantity)
    book(world, item.kind, quantity, day=THE_THIRD, now=SOON)
    with pytest.raises(Refusal) as refusal:
        undo_return(world.session, loan, by=world.sam, now=SOON)
    assert refusal.value.reasons == (PromisedSince(),)


def test_what_is_broken_is_promised_to_nobody_so_its_return_can_be_undone(world: World) -> None:
    item = world.make_item()
    loan = come_back(world, item)
    book(world, item.kind, day=THE_THIRD, now=SOON)
    service.take_out(world.session, item, OutageReason.IN_REPAIR, by=world.sam, now=SOON)
    undo_return(world.session, loan, by=world.sam, now=SOON)
    assert told(world).loans.keys() == {loan.id}
    assert kept(world) == []
