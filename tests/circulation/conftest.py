"""What the tests of circulation are given."""

import pytest

from tests.world import World
from toolshare.inventory.models import Item


@pytest.fixture
def drill(world: World) -> Item:
    """A hand drill of Borgo, with notes, notices and parts."""
    world.borgo.contact = "borgo@example.org"
    world.borgo.give_back = "Hang it on the door of the barn."
    kind = world.make_kind(checkout_notice="Wear goggles.", parts=["handle", "bit"])
    item = world.make_item(kind, notes_for_members="Pull twice.", notes_for_stewards="Secret.")
    world.session.commit()
    return item
