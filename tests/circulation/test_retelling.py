"""The journal alone tells how things stand: after each verb, the same as the tables."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from tests.circulation.in_line import asks, comes_back, hold_of, offer_of
from tests.circulation.passing import LATER, pass_on, take
from tests.circulation.telling import SOON, THE_TENTH, book, lend, told
from tests.counting import statements
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.care.inspecting import Findings, inspect
from toolshare.care.models import OutageReason
from toolshare.circulation import (
    answering,
    asking,
    calling_off,
    handing_over,
    lapsing,
    offering,
    service,
    undoing,
)
from toolshare.circulation.borrowing import borrow
from toolshare.circulation.dropping_off import drop_off, not_found
from toolshare.circulation.losing import declare_lost
from toolshare.circulation.models import Loan
from toolshare.circulation.present import Custody, Present, differences
from toolshare.circulation.recalling import recall
from toolshare.circulation.recorded import recorded
from toolshare.circulation.renewing import renew
from toolshare.circulation.retelling import retell
from toolshare.circulation.returning import take_back
from toolshare.circulation.shifting import shift
from toolshare.inventory.models import Condition, Counting, Item
from toolshare.journal.models import Entry, Event

DAY = timedelta(days=1)
BROKEN = Findings(Condition.BROKEN)


@pytest.fixture
def pegs(world: World) -> Item:
    """A bin of ten."""
    return world.make_item(world.make_kind(name="Pegs", counting=Counting.BULK), quantity=10)


@pytest.fixture
def mill(world: World) -> Item:
    """The only one, which Cora has; Ana waits for it."""
    item = world.make_item(world.make_kind(name="Cider mill"))
    lend(world, item, world.cora)
    asks(world, item, world.ana)
    return item


@on_any_database
def test_it_tells_who_has_what_and_until_when(world: World) -> None:
    loan = lend(world, world.make_item())
    assert told(world).loans[loan.id].due_at == loan.due_at
    renew(world.session, loan, by=world.ana, now=MONDAY_NOON + DAY)
    assert told(world).loans[loan.id].due_at == MONDAY_NOON.replace(
        day=9, hour=21, minute=59, second=59
    )
    recall(world.session, loan, by=world.cora, now=MONDAY_NOON + DAY, why="Needed.")
    assert told(world).loans[loan.id].due_at == loan.due_at
    comes_back(world, loan.item, MONDAY_NOON + DAY)
    assert told(world).loans == {}


def test_it_tells_what_is_left_in_the_shed_in_dispute_and_lost(world: World) -> None:
    loan = lend(world, world.make_item())
    drop_off(world.session, loan, by=world.ana, now=SOON, where="Bench")
    assert told(world).loans[loan.id].custody is Custody.IN_SHED
    not_found(world.session, loan, by=world.sam, now=SOON)
    assert told(world).loans[loan.id].custody is Custody.IN_DISPUTE
    declare_lost(world.session, loan, by=world.cora, now=SOON, tried="Rang.")
    assert told(world).loans[loan.id].custody is Custody.LOST
    assert told(world).outages == {loan.item_id: OutageReason.MISSING}
    comes_back(world, loan.item, SOON)
    assert told(world).outages == {loan.item_id: OutageReason.NEEDS_CHECK}


def test_it_tells_how_many_are_left_when_some_come_back(world: World, pegs: Item) -> None:
    whole = lend(world, pegs, quantity=7)
    some = take_back(world.session, pegs, loan=whole, quantity=3, by=world.sam, now=SOON)
    assert {id: one.quantity for id, one in told(world).loans.items()} == {whole.id: 4}
    undoing.undo_return(world.session, some, by=world.sam, now=SOON)
    assert {id: one.quantity for id, one in told(world).loans.items()} == {whole.id: 4, some.id: 3}


def test_it_tells_what_an_undone_return_brings_back(world: World) -> None:
    loan = lend(world, world.make_item())
    handover = pass_on(world, loan)
    handing_over.consent(world.session, handover, by=world.sam, now=LATER)
    drop_off(world.session, loan, by=world.ana, now=LATER, where="Bench")
    take_back(world.session, loan.item, by=world.sam, now=LATER, findings=BROKEN)
    assert told(world).outages == {loan.item_id: OutageReason.NEEDS_CHECK}
    assert told(world).handovers == {}
    undoing.undo_return(world.session, loan, by=world.sam, now=LATER)
    assert told(world).outages == {}
    assert told(world).loans[loan.id].custody is Custody.IN_SHED
    assert told(world).handovers[handover.id].has_consent


def test_it_tells_how_a_thing_is_passed_on(world: World) -> None:
    loan = lend(world, world.make_item())
    pass_on(world, loan)
    second = pass_on(world, loan, now=LATER + DAY)
    assert told(world).handovers.keys() == {second.id}  # the first had waited too long
    handing_over.withdraw(world.session, second, by=world.ana, now=LATER + DAY)
    assert told(world).handovers == {}
    third = pass_on(world, loan, now=LATER + DAY)
    after = take(world, third, world.sam, now=LATER + DAY, condition=Condition.BROKEN)
    assert told(world).loans.keys() == {after.id}
    assert told(world).outages == {loan.item_id: OutageReason.NEEDS_CHECK}


@on_any_database
def test_it_tells_what_is_out_of_service_and_why(world: World) -> None:
    item = world.make_item()
    for reason in OutageReason:
        service.take_out(world.session, item, reason, by=world.sam, now=MONDAY_NOON)
        assert told(world).outages == {item.id: reason}
    inspect(world.session, item, Findings(), by=world.sam, now=MONDAY_NOON)  # found again
    assert told(world).outages == {}
    inspect(world.session, item, BROKEN, by=world.sam, now=MONDAY_NOON)
    service.put_back(world.session, item, by=world.sam, now=MONDAY_NOON)
    assert told(world).outages == {}


@on_any_database
def test_it_tells_who_waits_and_what_is_offered(world: World, mill: Item) -> None:
    hold = hold_of(world, world.ana)
    asking.pause(world.session, hold, by=world.ana, now=MONDAY_NOON)
    assert told(world).holds[hold.id].is_paused
    asking.resume(world.session, hold, by=world.ana, now=MONDAY_NOON)
    comes_back(world, mill)
    assert told(world).offers.keys() == {offer_of(world, world.ana).id}
    offering.pass_on(world.session, offer_of(world, world.ana), by=world.ana, now=SOON)
    assert told(world).holds[hold.id].passes == 1


def test_it_tells_what_is_accepted_set_aside_and_taken(world: World, mill: Item) -> None:
    comes_back(world, mill)
    offer = offer_of(world, world.ana)
    offering.accept(world.session, offer, by=world.ana, now=SOON)
    offering.set_aside(world.session, offer, by=world.sam, now=SOON)
    present = told(world).offers[offer.id]
    assert (present.is_accepted, present.is_set_aside) == (True, True)
    loan = borrow(world.session, mill, borrower=world.ana, by=world.ana, now=SOON)
    assert told(world).offers == {}
    undoing.undo_borrowing(world.session, loan, by=world.ana, now=SOON)
    first = told(world).holds[offer.hold_id]
    assert first.asked_at == MONDAY_NOON
    asking.withdraw(world.session, hold_of(world, world.ana), by=world.ana, now=SOON)
    assert offer.hold_id not in told(world).holds


@on_any_database
def test_it_tells_what_is_reserved_and_fetched(world: World) -> None:
    kind = world.make_kind()
    one, _ = (world.make_item(kind) for _ in range(2))
    booked = book(world, kind, 2)
    assert len(told(world).reserved_units) == 2
    first, second = booked.units
    calling_off.set_aside(world.session, booked, first.id, by=world.sam, now=MONDAY_NOON)
    assert told(world).reserved_units[first.id].set_aside in {one.id, one.id + 1}
    item = world.session.get_one(Item, told(world).reserved_units[first.id].set_aside)
    borrow(world.session, item, borrower=world.ana, by=world.ana, now=booked.from_at)
    assert told(world).reserved_units.keys() == {second.id}
    lapsing.lapse(world.session, booked, now=booked.fetch_by)
    assert told(world).reservations == told(world).reserved_units == {}


def test_it_tells_what_is_approved_declined_and_called_off(world: World) -> None:
    kind = world.make_kind()
    world.make_item(kind)
    world.make_rule("needs_approval", True, kind_id=kind.id)
    booked = book(world, kind)
    assert not told(world).reservations[booked.id].is_granted
    answering.approve(world.session, booked, by=world.sam, now=MONDAY_NOON)
    assert told(world).reservations[booked.id].is_granted
    calling_off.cancel(world.session, booked, by=world.ana, now=MONDAY_NOON)
    assert told(world).reservations == {}
    answering.decline(world.session, book(world, kind), by=world.sam, now=MONDAY_NOON, why="No.")
    assert told(world).reserved_units == {}


def test_it_tells_where_rain_has_moved_what_is_reserved(world: World) -> None:
    kind = world.make_kind()
    world.make_item(kind)
    booked = book(world, kind, flexible=True)
    span = (THE_TENTH, THE_TENTH)
    shift(world.session, world.borgo, *span, days=1, by=world.sam, now=MONDAY_NOON)
    present = told(world).reservations[booked.id]
    assert (present.from_at.day, present.fetch_by.day) == (10, 11)  # midnight in Rome is 22:00 UTC


def test_who_borrowed_by_mistake_what_they_had_reserved_has_it_reserved_again(
    world: World,
) -> None:
    kind = world.make_kind()
    item, _ = (world.make_item(kind) for _ in range(2))
    booked = book(world, kind)
    loan = borrow(world.session, item, borrower=world.ana, by=world.ana, now=booked.from_at)
    assert told(world).reservations == {}
    undoing.undo_borrowing(world.session, loan, by=world.ana, now=booked.from_at)
    assert told(world).reserved_units.keys() == {booked.units[0].id}
    assert booked.changes == 1


def test_what_somebody_else_was_promised_since_is_not_reserved_again(world: World) -> None:
    item = world.make_item()
    booked = book(world, item.kind)
    loan = borrow(world.session, item, borrower=world.ana, by=world.ana, now=booked.from_at)
    service.take_out(world.session, item, OutageReason.IN_REPAIR, by=world.sam, now=booked.from_at)
    undoing.undo_borrowing(world.session, loan, by=world.ana, now=booked.from_at)
    assert told(world).reservations == {}


@on_any_database
def test_what_the_tables_keep_otherwise_is_named(world: World) -> None:
    loan = lend(world, world.make_item())
    due_at = loan.due_at
    world.session.execute(update(Loan).values(due_at=due_at + DAY))
    world.session.expire_all()
    (line,) = differences(retell(world.session), recorded(world.session))
    assert line.startswith(f"loan {loan.id}: the journal tells of Out(")
    assert repr(due_at) in line
    assert repr(due_at + DAY) in line


def test_what_an_older_entry_does_not_say_is_not_told(world: World) -> None:
    loan = lend(world, world.make_item())
    entry = world.session.scalars(select(Entry).where(Entry.what == Event.BORROWED)).one()
    entry.details = {}
    world.session.flush()
    assert [*differences(retell(world.session), recorded(world.session))] == [
        f"loan {loan.id}: the journal does not tell of it"
    ]


def test_a_story_without_its_beginning_is_told_from_where_it_begins(
    world: World, pegs: Item, mill: Item
) -> None:
    whole = lend(world, pegs, quantity=7)
    hold = hold_of(world, world.ana)
    world.session.execute(delete(Entry))
    take_back(world.session, pegs, loan=whole, quantity=3, by=world.sam, now=SOON)
    asking.pause(world.session, hold, by=world.ana, now=SOON)
    assert retell(world.session) == Present()


def test_however_long_the_story_one_statement_reads_it(world: World) -> None:
    item = world.make_item()
    for _ in range(5):
        lend(world, item)
        comes_back(world, item, SOON)
    with statements() as sent:
        retell(world.session)
    assert len(sent) == 1
