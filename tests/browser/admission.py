"""Who comes into Borgo by themselves."""

from datetime import date
from typing import Any

from tests.world import MONDAY_NOON, World
from toolshare.admission import inviting
from toolshare.admission.inviting import Terms
from toolshare.admission.models import Invitation

END_OF_JUNE = date(2026, 6, 30)


def invite(world: World, **differences: Any) -> tuple[Invitation, str]:
    """An invitation into Borgo by Cora, until the end of June, and its token."""
    terms = Terms(**{"until": END_OF_JUNE, **differences})
    return inviting.invite(world.session, world.borgo, terms, by=world.cora, now=MONDAY_NOON)


def invite_some(world: World) -> dict[str, Any]:
    """An invitation for the assembly; an example for each part of an address."""
    made, token = invite(world, note="Assembly in May", most_uses=40)
    return {"invitation_id": made.id, "invitation": token}
