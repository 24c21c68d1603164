"""What the tests of working without a signal are given."""

import pytest

from tests.world import World
from toolshare.inventory.models import Item


@pytest.fixture
def drill(world: World) -> Item:
    """A hand drill of Borgo, on the shelf."""
    item = world.make_item()
    world.session.commit()
    return item
