"""Whatever happens in whichever order: nothing is promised twice, no place is lost, the journal knows."""

import os

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.circulation.turns_and_bookings import Anything
from tests.circulation.two_villages import found
from tests.postgres import on_any_database
from tests.world import World

# For a long hunt: STORIES=3000 STEPS=60 pytest tests/circulation/test_anything.py
STORIES, STEPS = int(os.environ.get("STORIES", "8")), int(os.environ.get("STEPS", "25"))
HUNT = settings(
    max_examples=STORIES,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@on_any_database
def test_all_is_well_whatever_happens(world: World) -> None:
    villages = found(world)
    run_state_machine_as_test(lambda: Anything(villages), settings=HUNT)  # type: ignore[no-untyped-call]
