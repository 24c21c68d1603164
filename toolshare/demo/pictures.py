"""Takes the demo's photos: one of every kind."""

from datetime import datetime

from toolshare.demo.drawings.drawing import photo_of
from toolshare.demo.founding import Valley
from toolshare.demo.villages import VALLEY, VILLAGES
from toolshare.inventory import photos
from toolshare.shelves import Shelf


def take(valley: Valley, shelf: Shelf, *, now: datetime) -> None:
    """Keeps a photo of every kind, taken by the group's coordinator."""
    for village in (VALLEY, *VILLAGES):
        group, by = valley.groups[village.slug], valley.head_of(village)
        items = [item for items in valley.things[village.slug].values() for item in items]
        for kind in {item.kind.id: item.kind for item in items}.values():
            photo = photos.lay(shelf, photo_of(kind.name), now=now)
            photos.keep(valley.session, photo, group=group, kind=kind, by=by, now=now)
