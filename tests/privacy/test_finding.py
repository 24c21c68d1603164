"""What is over is found without reading through all that ever was, every minute for years."""

from typing import Any

from sqlalchemy import event

from tests.privacy.busy import DAY, WEEKS_LATER, a_busy_week
from tests.world import World
from toolshare.database import db
from toolshare.privacy import retention

# Of these there are few, whatever is lent: groups, and what waits for somebody who decides.
FEW = {"groups", "retentions", "exceptional_scans", "join_requests", "registrations"}


class Plans:
    """How SQLite finds what is asked for while this listens."""

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}

    def __enter__(self) -> "Plans":
        event.listen(db.engine, "before_cursor_execute", self.note)
        return self

    def __exit__(self, *_why: object) -> None:
        event.remove(db.engine, "before_cursor_execute", self.note)

    def note(self, _connection: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> None:
        """Keeps what is asked."""
        self.asked[statement] = given

    def steps(self, world: World) -> list[str]:
        """Each step of each plan."""
        connection = world.session.connection()
        asked = [one for one in self.asked.items() if one[0].startswith("SELECT")]
        plans = [
            connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", how) for said, how in asked
        ]
        return [row[-1] for plan in plans for row in plan]


def read_through(steps: list[str]) -> set[str]:
    """The tables that are read through from beginning to end."""
    scans = [step.split() for step in steps if step.startswith("SCAN")]
    return {words[1] for words in scans if words[1:2] != ["CONSTANT"]} - FEW


def test_a_sweep_reads_through_no_table_that_only_grows(world: World) -> None:
    a_busy_week(world)
    with Plans() as plans:
        retention.sweep(world.session, now=WEEKS_LATER + 90 * DAY)
    steps = plans.steps(world)
    assert read_through(steps) == set()
    found = "\n".join(steps)
    assert "ix_journal_by_id_at (by_id=? AND at>? AND at<?)" in found
    assert "ix_loans_undone_still_named (undone_at<?)" in found
