"""A tablet in Borgo's shed."""

from flask.testing import FlaskClient
from sqlalchemy import update

from tests.world import MONDAY_NOON, World
from toolshare.kiosk import pairing
from toolshare.kiosk.models import Kiosk
from toolshare.people.models import Person
from toolshare.people.passwords import hasher

PIN = "271828"
# Made once, and cheaply: a test guards nothing.
PIN_HASH = type(hasher)(time_cost=1, memory_cost=8, parallelism=1).hash(PIN)


def set_up(world: World) -> tuple[Kiosk, str]:
    """A kiosk that Cora has set up, and the token of its link."""
    acts = {"by": world.cora, "now": MONDAY_NOON}
    return pairing.set_up(world.session, world.borgo, "Tablet by the door", **acts)


def set_one_up(world: World) -> dict[str, int]:
    """A kiosk that waits for its tablet, and people who have a PIN."""
    give_pins(world)
    return {"kiosk_id": set_up(world)[0].id}


def give_pins(world: World) -> None:
    """Everybody has the same PIN, but Zoe, who has no card."""
    world.session.execute(update(Person).where(Person.id != world.zoe.id).values(pin_hash=PIN_HASH))


def begin(client: FlaskClient, card: str, pin: str = PIN) -> int:
    """Shows card and PIN at a tablet; the status of the answer."""
    return client.post("/kiosk/sittings", data={"code": card, "pin": pin}).status_code
