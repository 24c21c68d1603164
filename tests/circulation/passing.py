"""Passing on what Ana has, a day after she borrowed it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.world import MONDAY_NOON, World
from toolshare.circulation.handing_over import accept, begin
from toolshare.circulation.models import Handover, Loan
from toolshare.people.models import Person
from toolshare.refusals import Reason, Refusal

DAY = timedelta(days=1)
LATER = MONDAY_NOON + DAY


def pass_on(world: World, loan: Loan, **differences: Any) -> Handover:
    told = {"by": world.ana, "now": LATER, "meter": Decimal(110), **differences}
    return begin(world.session, loan, **told)


def take(world: World, handover: Handover, by: Person, **differences: Any) -> Loan:
    return accept(world.session, handover, by=by, **{"now": LATER, **differences})


def why_not(world: World, handover: Handover, by: Person, **differences: Any) -> tuple[Reason, ...]:
    with pytest.raises(Refusal) as refusal:
        take(world, handover, by, **differences)
    return tuple(refusal.value.reasons)
