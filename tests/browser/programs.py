"""Programs that may act in people's names, for tests that look at pages."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from tests.world import MONDAY_NOON, World
from toolshare.programs import tokens
from toolshare.programs.models import ProgramToken
from toolshare.programs.scopes import Scope
from toolshare.webhooks import naming
from toolshare.webhooks.events import EVENTS
from toolshare.webhooks.models import DeliveryEnd, Webhook


def let_programs_in(world: World) -> dict[str, int]:
    """Ana and Cora let a program act in their names; one token is over. Borgo tells an address."""
    for person in (world.cora, world.ana):
        for days in (90, -1):
            made = {"lasting": timedelta(days=1), "now": MONDAY_NOON + timedelta(days=days)}
            tokens.make(world.session, person, "Screen in the shop window", [*Scope], **made)
    first = select(ProgramToken.id).where(ProgramToken.person_id == world.ana.id)
    token_id = world.session.scalars(first.order_by(ProgramToken.id)).first() or 0
    return {"token_id": token_id, "webhook_id": tell_an_address(world).id}


def tell_an_address(world: World) -> Webhook:
    """A webhook with a delivery in every state."""
    acts: dict[str, Any] = {"by": world.cora, "now": MONDAY_NOON}
    address = "https://example.org/hook/with/a/path/that/is/long/enough/to/be/broken/somewhere"
    hook = naming.name(world.session, world.borgo, address, [*EVENTS], **acts)
    hook.group = world.borgo
    for ended, fault in (
        (DeliveryEnd.DELIVERED, ""),
        (DeliveryEnd.GIVEN_UP, "HTTP 500"),
        (None, ""),
    ):
        delivery = naming.try_out(world.session, hook, **acts)
        delivery.ended, delivery.ended_at = ended, MONDAY_NOON if ended else None
        delivery.last_fault, delivery.attempts = fault, 1
    return hook
