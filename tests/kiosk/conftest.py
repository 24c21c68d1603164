"""A tablet in Borgo's shed, and who stands at it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from tests.browser import kiosks
from tests.conftest import type_of_client
from tests.world import MONDAY_NOON, World
from toolshare import clock
from toolshare.circulation.models import Loan
from toolshare.database import transaction
from toolshare.inventory.models import Item
from toolshare.kiosk import pairing, self_service, sitting
from toolshare.kiosk.models import Kiosk
from toolshare.kiosk.self_service import Question
from toolshare.people.models import Person
from toolshare.people.roles import membership_in
from toolshare.refusals import Reason, Refusal

Later = Callable[[float], datetime]


class Tablet:
    """A tablet that is paired; Ana stands at it on Monday noon unless said otherwise."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.by = world.ana
        self.now = MONDAY_NOON
        kiosks.give_pins(world)
        kiosk, link = kiosks.set_up(world)
        self.token = pairing.pair(world.session, link, now=MONDAY_NOON)
        self.id = kiosk.id
        self.begin()

    @property
    def kiosk(self) -> Kiosk:
        """As it is now."""
        found = pairing.kiosk_of(self.world.session, self.world.borgo, self.id)
        assert found is not None
        return found

    def card_of(self, person: Person) -> str:
        membership = membership_in(self.world.session, person, self.world.borgo)
        assert membership is not None
        return membership.code

    def begin(self, by: Person | None = None) -> None:
        """Card and PIN of who stands there from now on."""
        self.by = by or self.by
        membership = membership_in(self.world.session, self.by, self.world.borgo)
        assert membership is not None
        sitting.begin(self.kiosk, membership.id, now=self.now)
        self.world.session.flush()

    def scan(self, item: Item, **how: Any) -> Question | None:
        how = {"operation": uuid4(), "by": self.by, "now": self.now, **how}
        return self_service.scan(self.world.session, self.kiosk, item.code, **how)

    def undo(self, loan: Loan, **how: Any) -> None:
        how = {"operation": uuid4(), "by": self.by, "now": self.now, **how}
        self_service.undo(self.world.session, self.kiosk, loan.id, **how)

    def refusal(self, item: Item, **how: Any) -> tuple[Reason, ...]:
        with pytest.raises(Refusal) as refused:
            self.scan(item, **how)
        return tuple(refused.value.reasons)

    def wait(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def tablet(world: World) -> Tablet:
    """Where Ana stands."""
    with transaction():
        return Tablet(world)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Sets the clock to so many seconds after Monday noon."""

    def later(seconds: float) -> datetime:
        then = MONDAY_NOON + timedelta(seconds=seconds)
        monkeypatch.setattr(clock, "now", lambda: then)
        return then

    return later


@pytest.fixture
def link(world: World) -> str:
    """The address that pairs a kiosk."""
    with transaction():
        kiosks.give_pins(world)
        return f"/kiosk/pairing/{kiosks.set_up(world)[1]}"


@pytest.fixture
def client(link: str, client_of: type_of_client) -> FlaskClient:
    """The browser of a tablet that is paired."""
    client = client_of(None)
    assert client.post(link, base_url="https://localhost").status_code == 303
    return client


@pytest.fixture
def by_https(client: FlaskClient) -> None:
    """The cookie of a kiosk is for the address of the installation, which has https."""
    client.environ_base["wsgi.url_scheme"] = "https"


@pytest.fixture
def card(world: World) -> str:
    """Ana's."""
    membership = membership_in(world.session, world.ana, world.borgo)
    assert membership is not None
    return membership.code


@pytest.fixture
def item(world: World) -> Item:
    """A drill that is free."""
    with transaction():
        return world.make_item()
