"""What the tests of circulation are given."""

from datetime import timedelta

import pytest

from tests.circulation.in_line import asks
from tests.world import MONDAY_NOON, World
from toolshare.circulation import asking
from toolshare.circulation.models import Loan
from toolshare.inventory.models import Counting, Item
from toolshare.people.models import Person

DAY = timedelta(days=1)


@pytest.fixture
def drill(world: World) -> Item:
    """A hand drill of Borgo, with notes, notices and parts."""
    world.borgo.contact = "borgo@example.org"
    world.borgo.give_back = "Hang it on the door of the barn."
    kind = world.make_kind(checkout_notice="Wear goggles.", parts=["handle", "bit"])
    item = world.make_item(kind, notes_for_members="Pull twice.", notes_for_stewards="Secret.")
    world.session.commit()
    return item


@pytest.fixture
def bob(world: World) -> Person:
    """One more member."""
    return world.make_person("Bob", world.borgo)


@pytest.fixture
def mower(world: World, bob: Person) -> Item:
    """The only mower, which Cora has; Ana waits for it, then Bob."""
    item = world.make_item(world.make_kind(name="Mower"))
    world.make_loan(item, world.cora, borrowed_at=MONDAY_NOON - 3 * DAY)
    asks(world, item, world.ana, now=MONDAY_NOON - 2 * DAY)
    asks(world, item, bob, now=MONDAY_NOON - DAY)
    return item


@pytest.fixture
def tractor(world: World) -> Item:
    """A tractor of Borgo, whose meter counts hours."""
    return world.make_item(world.make_kind(name="Tractor", meter="h"))


@pytest.fixture
def clamps(world: World) -> Item:
    """A bin of ten."""
    return world.make_item(world.make_kind(name="Clamp", counting=Counting.BULK), quantity=10)


@pytest.fixture
def kit(world: World) -> Item:
    """A kit with nothing in it."""
    return world.make_kit()


@pytest.fixture
def bea(world: World, loan: Loan) -> Person:
    """A member of Borgo who waits for what is out on the loan of the test."""
    bea = world.make_person("Bea", world.borgo)
    asking.ask(world.session, loan.item.kind, person=bea, by=bea, now=MONDAY_NOON)
    return bea
