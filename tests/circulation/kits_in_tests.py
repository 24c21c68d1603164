"""Filling kits and looking into them, in as few words as a test needs."""

from datetime import timedelta
from typing import Any

import pytest

from tests.world import MONDAY_NOON, World
from toolshare.circulation import kits, kitting
from toolshare.circulation.allotting import Wanted
from toolshare.circulation.availability import free_counts
from toolshare.circulation.booking import Booking
from toolshare.circulation.in_kits import InKit
from toolshare.circulation.present import differences
from toolshare.circulation.recorded import recorded
from toolshare.circulation.reserving import reserve
from toolshare.circulation.retelling import retell
from toolshare.circulation.spans import of_days
from toolshare.inventory.models import Item, KitPart
from toolshare.people.opening import read_opening_times
from toolshare.refusals import Reason, Refusal

DAY = timedelta(days=1)


def acts(world: World, **more: Any) -> dict[str, Any]:
    return {"by": world.sam, "now": MONDAY_NOON, **more}


def put_in(world: World, kit: Item, item: Item, quantity: int = 1, **more: Any) -> KitPart:
    return kitting.put_in(world.session, kit, item, quantity=quantity, **acts(world, **more))


def take_out(world: World, kit: Item, item: Item, **more: Any) -> KitPart:
    return kitting.take_out(world.session, kit, item, **acts(world, **more))


def refused(world: World, kit: Item, item: Item, quantity: int = 1, **more: Any) -> Reason:
    """The one reason for which it can't be put in."""
    with pytest.raises(Refusal) as no:
        put_in(world, kit, item, quantity, **more)
    (reason,) = no.value.reasons
    return reason


def reserves(world: World, wanted: Wanted) -> None:
    """Ana reserves it for two days to come."""
    group = read_opening_times(world.session, world.borgo)
    span = of_days(group, MONDAY_NOON.date() + 2 * DAY, MONDAY_NOON.date() + 3 * DAY)
    who = {"person": world.ana, "by": world.ana, "now": MONDAY_NOON}
    reserve(world.session, group, Booking([wanted], span), **who)


def in_kit(kit: Item) -> InKit:
    return InKit(kit="Fence kit", code=kit.code)


def free_of(world: World, item: Item, now: Any = MONDAY_NOON) -> int | None:
    return free_counts(world.session, [item.kind_id], now=now)[item.kind_id]


def inside(world: World, kit: Item) -> list[tuple[str, str]]:
    """What is in a kit, and what of it is lacking."""
    found = kits.contents_of(world.session, kit, now=MONDAY_NOON)
    return [(one.name, one.lacks if one.lacking else "") for one in found.all]


def journal_agrees(world: World) -> bool:
    return list(differences(retell(world.session), recorded(world.session))) == []
