"""Importing into Borgo as Cora does."""

from collections.abc import Sequence
from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.world import World
from toolshare.care import outages
from toolshare.care.models import OutageReason
from toolshare.inventory import importing, queries
from toolshare.inventory.cells import State
from toolshare.inventory.importing import Plan
from toolshare.inventory.models import Item
from toolshare.journal.models import Entry
from toolshare.people.models import Group
from toolshare.refusals import Refusal


class Importer:
    """Imports into Borgo as Cora does, into another group when told so."""

    def __init__(self, session: Session, world: World, now: datetime) -> None:
        self.session, self.world, self.now = session, world, now

    def __call__(
        self, content: str | bytes, *, into: Group | None = None, skip_bad_rows: bool = False
    ) -> Plan:
        """What the import did."""
        return importing.import_items(
            self.session,
            into or self.world.borgo,
            content.encode() if isinstance(content, str) else content,
            skip_bad_rows=skip_bad_rows,
            set_aside=self.set_aside,
            by=self.world.cora,
            now=self.now,
        )

    def set_aside(self, many: Sequence[tuple[Item, State]]) -> None:
        """Takes things out of service that come in so."""
        out = [(item, OutageReason(state)) for item, state in many]
        outages.arrive(self.session, out, by=self.world.cora, now=self.now)

    def items(self) -> list[Item]:
        """What Borgo has, in the order in which it came."""
        self.session.flush()
        self.session.expire_all()
        return sorted(queries.items_of(self.session, self.world.borgo), key=lambda one: one.id)


def outcomes(plan: Plan) -> list[str]:
    return [step.outcome.value for step in plan.steps]


def entries(session: Session) -> int:
    session.flush()
    return session.scalar(select(func.count(Entry.id))) or 0


def why(bring_in: Importer, content: str | bytes) -> list[str]:
    """What is said against a file of which nothing may come in."""
    before = entries(bring_in.session)
    with pytest.raises(Refusal) as refused:
        bring_in(content)
    assert entries(bring_in.session) == before
    assert bring_in.items() == []
    return str(refused.value).splitlines()
