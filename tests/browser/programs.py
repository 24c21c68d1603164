"""Programs that may act in people's names, for tests that look at pages."""

from datetime import timedelta

from sqlalchemy import select

from tests.world import MONDAY_NOON, World
from toolshare.programs import tokens
from toolshare.programs.models import ProgramToken
from toolshare.programs.scopes import Scope


def let_a_program_in(world: World) -> dict[str, int]:
    """Ana and Cora let a program act in their names; one token is over."""
    for person in (world.cora, world.ana):
        for days in (90, -1):
            made = {"lasting": timedelta(days=1), "now": MONDAY_NOON + timedelta(days=days)}
            tokens.make(world.session, person, "Screen in the shop window", [*Scope], **made)
    first = select(ProgramToken.id).where(ProgramToken.person_id == world.ana.id)
    return {"token_id": world.session.scalars(first.order_by(ProgramToken.id)).first() or 0}
