"""The tool library's real things, as its own system exported them, each put where it lives."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from toolshare.care import outages
from toolshare.care.models import OutageReason
from toolshare.demo.founding import Valley
from toolshare.demo.machines import TOOL_LIBRARY
from toolshare.demo.villages import SAN_ROCCO
from toolshare.inventory import importing, places, stocking
from toolshare.inventory.cells import State
from toolshare.inventory.models import Item, Kind

DAIRY = "Old dairy"
# Where a thing lives, by the first word that is in one of its categories or in its name.
HOMES = {
    "Nails": "Drawers > Nails",
    "Hardware & Consumables": "Drawers > Screws and bolts",
    "Ladders": "Back wall > Hooks",
    "Camping": "Loft",
    "Garden & Outdoor": "Lean-to",
    "Kitchen": "Kitchen shelf",
    "Household & Office": "Kitchen shelf",
    "Clamps": "Long wall > Clamps",
    "Power Tools": "Power cupboard",
    "Drills & Drivers": "Power cupboard",
    "Automotive": "Lean-to",
    "Measure & Layout Tools": "Long wall > Rules and levels",
    "Masonry": "Long wall > Plaster and stone",
    "Hand Tools": "Long wall > Hand tools",
    "Cutting": "Long wall > Hand tools",
    "Woodworking": "Long wall > Hand tools",
    "charger": "Power cupboard",
    "evel": "Long wall > Rules and levels",
    "needles": "Loft",
    "kit": "Drawers > Sets and kits",
    "set": "Drawers > Sets and kits",
}
ELSEWHERE = "Shelf by the door"


def bring_in(valley: Valley, *, now: datetime) -> None:
    """Imports the file, then hangs every thing where it belongs."""
    session, group = valley.session, valley.groups[SAN_ROCCO.slug]
    by = valley.head_of(SAN_ROCCO)

    def set_aside(many: Sequence[tuple[Item, State]]) -> None:
        out = [(item, OutageReason(state)) for item, state in many]
        outages.arrive(session, out, by=by, now=now)

    importing.import_items(
        session, group, TOOL_LIBRARY.read_bytes(), set_aside=set_aside, by=by, now=now
    )
    items = _items_of(valley)
    for item in items:
        valley.keep(item)
    _put_away(valley, items, now=now + timedelta(hours=2))


def _items_of(valley: Valley) -> list[Item]:
    mine = Kind.group_id == valley.groups[SAN_ROCCO.slug].id
    kind = joinedload(Item.kind)
    loaded = (
        kind.joinedload(Kind.group),
        kind.selectinload(Kind.categories),
        selectinload(Item.place),
    )
    found = select(Item).join(Item.kind).where(mine).options(*loaded).order_by(Item.id)
    return list(valley.session.scalars(found.execution_options(populate_existing=True)))


def _put_away(valley: Valley, items: list[Item], *, now: datetime) -> None:
    session, group = valley.session, valley.groups[SAN_ROCCO.slug]
    by = valley.people["steward"]
    homes: dict[str, list[Item]] = {}
    for item in items:
        homes.setdefault(f"{DAIRY} > {_home_of(item)}", []).append(item)
    there = places.at_paths(session, group, sorted(homes), by=by, now=now)
    for path, its_items in homes.items():
        stocking.move(session, its_items, there[path], by=by, now=now)


def _home_of(item: Item) -> str:
    words = " ".join([*(one.path for one in item.kind.categories), item.kind.name])
    return next((home for word, home in HOMES.items() if word in words), ELSEWHERE)
