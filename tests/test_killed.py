"""The server is killed while people press: nothing that was acknowledged is lost."""

import os
import random
from pathlib import Path

from tests.busy_shed import furnish
from tests.killing import WORKERS, killed, what_is_wrong
from tests.machine import Machine
from tests.postgres import on_any_database
from tests.world import World
from toolshare.database import reading, transaction
from toolshare.settings import Settings

KILLS = int(os.environ.get("KILLS", "3"))
PEOPLE = 6


@on_any_database
def test_nothing_that_was_acknowledged_is_lost_by_a_kill(
    world: World, chosen: Settings, tmp_path: Path
) -> None:
    with transaction():
        shed = furnish(world, PEOPLE)
    machine = Machine(tmp_path, chosen.database_url, WORKERS)
    try:
        told = killed(machine, shed, KILLS, random.Random(KILLS))
    finally:
        machine.pull_the_plug()
    assert told.accepted > 0
    with reading() as session:
        assert what_is_wrong(session, chosen, told) == []
