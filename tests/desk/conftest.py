"""Where Sam stands, and scans."""

from typing import Any
from uuid import uuid4

import pytest

from tests.world import MONDAY_NOON, World
from toolshare.desk import counter
from toolshare.desk.outcomes import Done
from toolshare.people.models import Person
from toolshare.people.roles import membership_in
from toolshare.refusals import Reason, Refusal


class Desk:
    """Sam's desk, on Monday noon unless said otherwise."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.by = world.sam
        self.now = MONDAY_NOON

    def card_of(self, person: Person) -> str:
        membership = membership_in(self.world.session, person, self.world.borgo)
        assert membership is not None
        return membership.code

    def scan(self, code: str, **how: Any) -> Done:
        how = {"operation": uuid4(), **how}
        return counter.scan(self.world.session, code, by=self.by, now=self.now, **how)

    def refusal(self, code: str, **how: Any) -> tuple[Reason, ...]:
        with pytest.raises(Refusal) as refused:
            self.scan(code, **how)
        return tuple(refused.value.reasons)

    def undo(self, done: Done, **how: Any) -> Done:
        assert done.record_id is not None
        how = {"operation": uuid4(), **how}
        return counter.undo(
            self.world.session,
            done.outcome,
            done.record_id,
            by=self.by,
            now=self.now,
            **how,
        )


@pytest.fixture
def desk(world: World) -> Desk:
    """Where Sam stands."""
    return Desk(world)
