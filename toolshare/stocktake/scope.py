"""What a stocktake is about: which things it counts, and in which places."""

from sqlalchemy import ColumnElement, and_, true

from toolshare.inventory import places, search
from toolshare.inventory.models import Category, Item, Kind, Place
from toolshare.inventory.paths import ARROW
from toolshare.stocktake.models import Stocktake


def is_counted_by(stocktake: Stocktake) -> ColumnElement[bool]:
    """Whether an item, with its kind joined, is among what the stocktake counts."""
    is_ours = and_(Kind.group_id == stocktake.group_id, Item.retired_at.is_(None))
    return and_(is_ours, is_about(stocktake.place, stocktake.category))


def is_about(place: Place | None, category: Category | None) -> ColumnElement[bool]:
    """Whether an item, with its kind joined, is in this place or category, or below."""
    if place is not None:
        return Item.place_id.in_(places.within(place.id))
    return search.is_in_category(category.path) if category is not None else true()


def is_inside(path: str, other: str) -> bool:
    """Whether a path is the other one, or below it."""
    return path == other or path.startswith(f"{other}{ARROW}")


def are_in_line(path: str, other: str) -> bool:
    """Whether one of two paths is the other one, or below it."""
    return is_inside(path, other) or is_inside(other, path)
