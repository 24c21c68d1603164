"""The kits of the shed that pages are looked at with."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from tests.world import World
from toolshare.inventory.models import Item, Kind, KitPart


def put_into_a_kit(world: World, pegs: Kind) -> dict[str, Any]:
    """A kit of a drill and some pegs, of which one is missing."""
    in_bin = world.session.scalars(select(Item).where(Item.kind_id == pegs.id)).one()
    drill = world.make_item(world.make_kind(name="Cordless drill"))
    kit = world.make_kit(drill, bins={in_bin: 6}, name="Party tent, all that belongs to it")
    part = world.session.scalars(select(KitPart).where(KitPart.item_id == in_bin.id)).one()
    part.missing = 1
    return {"kit_code": kit.code, "part_id": part.id}


def codes_of_kits(world: World) -> list[str]:
    """The codes of kits and of what is in them."""
    kit, part = aliased(Item), aliased(Item)
    found = select(kit.code, part.code).join(KitPart.kit.of_type(kit))
    found = found.join(KitPart.item.of_type(part)).order_by(KitPart.id)
    return list(dict.fromkeys(code for row in world.session.execute(found) for code in row))
