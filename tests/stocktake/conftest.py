"""What the tests of stocktakes are given."""

import pytest
from flask.testing import FlaskClient

from tests.conftest import type_of_client
from tests.stocktake.counting import Shed
from tests.world import World


@pytest.fixture
def shed(world: World) -> Shed:
    """A barn with a wall and a loft, and a house."""
    shed = Shed(world)
    shed.session.commit()
    return shed


@pytest.fixture
def sam(world: World, client_of: type_of_client) -> FlaskClient:
    """Sam's browser."""
    return client_of(world.sam)


@pytest.fixture
def cora(world: World, client_of: type_of_client) -> FlaskClient:
    """Cora's browser."""
    return client_of(world.cora)
