"""A shed to count: what the tests of stocktakes share."""

from datetime import datetime, timedelta
from typing import Any

from tests.world import MONDAY_NOON, World
from toolshare.inventory.models import Counting, Item, Place
from toolshare.people.models import Person
from toolshare.stocktake import seeing
from toolshare.stocktake.beginning import open_stocktake
from toolshare.stocktake.findings import Found, Shown, Tally
from toolshare.stocktake.models import Sighting, Stocktake
from toolshare.stocktake.seeing import Scanned
from toolshare.stocktake.tallying import tally

LONG_AGO = MONDAY_NOON - timedelta(days=30)
A_MINUTE = timedelta(minutes=1)


class Shed:
    """Borgo's barn with a wall and a loft in it, the house beside it, and who counts."""

    def __init__(self, world: World) -> None:
        self.world, self.session = world, world.session
        self.minutes = 0
        self.barn = world.make_place("Barn")
        self.wall = self.make_inside("Wall")
        self.loft = self.make_inside("Loft")
        self.house = world.make_place("House")

    @property
    def now(self) -> datetime:
        """A minute after the last thing that was done."""
        self.minutes += 1
        return MONDAY_NOON + self.minutes * A_MINUTE

    def make_inside(self, name: str) -> Place:
        """A place in the barn."""
        return self.world.make_place(name, path=f"Barn > {name}", parent_id=self.barn.id)

    def make(self, name: str, place: Place | None = None, **differences: Any) -> Item:
        """A thing that has been on its shelf for long: on the wall, unless told otherwise."""
        kind = self.world.make_kind(name=name)
        traits = {"place": place or self.wall, "added_at": LONG_AGO, **differences}
        return self.world.make_item(kind, **traits)

    def make_bin(self, name: str, quantity: int | None, **differences: Any) -> Item:
        """A bin on the wall."""
        of_kind = {"counting": differences.pop("counting", Counting.BULK)}
        kind = self.world.make_kind(name=name, **of_kind)
        traits = {"place": self.wall, "added_at": LONG_AGO, **differences}
        return self.world.make_item(kind, quantity=quantity, **traits)

    def open(self, place: Place | None = None, **scope: Any) -> Stocktake:
        """Cora opens a stocktake: of the barn, unless told otherwise."""
        scope = scope or {"place": place or self.barn}
        return open_stocktake(
            self.session, self.world.borgo, by=self.world.cora, now=self.now, **scope
        )

    def open_all(self) -> Stocktake:
        """Cora opens a stocktake of everything."""
        return self.open(category=None)

    def see(
        self,
        stocktake: Stocktake,
        thing: Item | Place | str,
        by: Person | None = None,
        **more: Any,
    ) -> Scanned:
        """Sam scans a thing; `here` is the place that he says he is in."""
        code = thing if isinstance(thing, str) else thing.code
        here = more.pop("here", None)
        return seeing.see(
            self.session,
            stocktake,
            code,
            **{"by": by or self.world.sam, "now": self.now, "here": here.code if here else ""},
            **more,
        )

    def note(self, stocktake: Stocktake, thing: Item | Place | str, **more: Any) -> Sighting:
        """The row of a scan."""
        scanned = self.see(stocktake, thing, **more)
        return self.session.get_one(Sighting, scanned.sighting_id)


def names(tally: Tally, shown: Shown) -> list[str]:
    """What stands in a list, by name, or by code what has none."""
    return [one.name or one.code for one in tally.those(shown)]


def of(session: Any, stocktake: Stocktake, item: Item) -> Found:
    """What a stocktake says of one thing."""
    return next(one for one in tally(session, stocktake).found if one.item_id == item.id)
