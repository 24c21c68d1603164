"""What tests of the inventory are given."""

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.conftest import type_of_client
from tests.inventory.importer import Importer
from tests.world import World


@pytest.fixture
def bring_in(session: Session, world: World, now: datetime) -> Importer:
    """Imports a file."""
    return Importer(session, world, now)


@pytest.fixture
def cora(world: World, client_of: type_of_client) -> FlaskClient:
    """Cora's browser."""
    return client_of(world.cora)
