"""Fills the demo's sheds: the machines of the valley, what the villages have, the real tools."""

from dataclasses import asdict
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from toolshare.demo.founding import Valley
from toolshare.demo.machines import Thing, things_of
from toolshare.demo.villages import Village
from toolshare.inventory import categories, places, stocking
from toolshare.inventory.models import Counting

BETWEEN_TWO = timedelta(minutes=9)
OF_ITEMS = {"category", "place", "parts", "by_stewards", "units", "counting", "value"}


def fill(valley: Valley, village: Village, *, now: datetime) -> None:
    """Brings in what a village or the valley owns, kind by kind, as its data says."""
    for number, thing in enumerate(things_of(village.slug)):
        _bring_in(valley, village, thing, now=now + number * BETWEEN_TWO)


def _bring_in(valley: Valley, village: Village, thing: Thing, *, now: datetime) -> None:
    session, group, by = valley.session, valley.groups[village.slug], valley.head_of(village)
    place = places.at_path(session, group, thing.place, by=by, now=now)
    category = categories.at_path(session, thing.category)
    kind = stocking.add_kind(
        session, group, by=by, now=now, categories=[category], **_traits_of_kind(thing)
    )
    alone = kind.counting is not Counting.COUNTED
    for _ in range(1 if alone else thing.units):
        item = stocking.add_item(
            session,
            kind,
            by=by,
            now=now,
            place=place,
            quantity=thing.units if alone else None,
            value=Decimal(thing.value) if thing.value else None,
        )
        valley.keep(item)


def _traits_of_kind(thing: Thing) -> dict[str, Any]:
    plain = {name: value for name, value in asdict(thing).items() if name not in OF_ITEMS}
    return plain | {
        "counting": Counting(thing.counting),
        "parts": list(thing.parts),
        "lent_by_stewards_only": thing.by_stewards,
    }
