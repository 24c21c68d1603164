"""Stocktakes in Borgo's shed: one that is over, and one that is open."""

from typing import Any

from sqlalchemy import select

from tests.world import MONDAY_NOON, World
from toolshare.inventory.models import Item, Place
from toolshare.stocktake.beginning import open_stocktake
from toolshare.stocktake.closing import close
from toolshare.stocktake.models import Stocktake
from toolshare.stocktake.seeing import see


def take_stock(world: World, seen: Item, place: Place) -> dict[str, int]:
    """One of a place, closed, and one of everything: something was seen there, and a code of nothing."""
    of_place = open_stocktake(
        world.session, world.borgo, place=world.make_place("Cellar"), by=world.cora, now=MONDAY_NOON
    )
    close(world.session, of_place, by=world.cora, now=MONDAY_NOON)
    stocktake = open_stocktake(world.session, world.borgo, by=world.cora, now=MONDAY_NOON)
    for code in (seen.code, "00000000"):
        acts: dict[str, Any] = {"by": world.sam, "now": MONDAY_NOON}
        scanned = see(world.session, stocktake, code, here=place.code, **acts)
    return {"stocktake_id": stocktake.id, "sighting_id": scanned.sighting_id or 0}


def over(world: World) -> str:
    """The address of a stocktake that is over: its report."""
    first = select(Stocktake.id).order_by(Stocktake.id)
    return f"/groups/{world.borgo.slug}/stocktakes/{world.session.scalars(first).first()}"
