"""What tests of the inventory are given."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from tests.inventory.importer import Importer
from tests.world import World


@pytest.fixture
def bring_in(session: Session, world: World, now: datetime) -> Importer:
    """Imports a file."""
    return Importer(session, world, now)
