"""A webhook, and a round of the carrier."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from tests.world import MONDAY_NOON, World
from toolshare import carrier
from toolshare.database import transaction
from toolshare.webhooks import naming
from toolshare.webhooks.events import EVENTS
from toolshare.webhooks.models import Webhook


@pytest.fixture
def at_home(app: Flask) -> None:
    """An installation that lets webhooks lead into private networks."""
    app.config["CHOSEN"] = replace(app.config["CHOSEN"], private_webhooks=True)


@pytest.fixture
def carry(app: Flask) -> Callable[[], None]:
    """Delivers what is due, once."""

    def carry() -> None:
        with app.app_context():
            carrier.carry()

    return carry


def name_one(world: World, address: str, *events: str) -> Webhook:
    """A webhook of Borgo, for these events or all."""
    with transaction() as session:
        return naming.name(
            session,
            world.borgo,
            address,
            events or [*EVENTS],
            by=world.cora,
            now=MONDAY_NOON,
            may_be_private=True,
        )
