"""What tests of admission share."""

from typing import Any

import pytest

from tests.world import MONDAY_NOON, World
from toolshare.refusals import Reason, Refusal


@pytest.fixture
def coras(world: World) -> dict[str, Any]:
    """What Cora does on Monday noon."""
    return {"by": world.cora, "now": MONDAY_NOON}


def refused(act: Any, *args: Any, **more: Any) -> list[Reason]:
    """The reasons for which this is refused."""
    with pytest.raises(Refusal) as refusal:
        act(*args, **more)
    return list(refusal.value.reasons)
