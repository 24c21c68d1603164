"""What the tests of stocktakes are given."""

import pytest

from tests.stocktake.counting import Shed
from tests.world import World


@pytest.fixture
def shed(world: World) -> Shed:
    """A barn with a wall and a loft, and a house."""
    shed = Shed(world)
    shed.session.commit()
    return shed
