"""The demo's kit: what hangs a picture, lent by one label, and two hooks short since."""

from datetime import datetime

from sqlalchemy import select

from toolshare.circulation import borrowing, kit_returns, kitting
from toolshare.demo.founding import Valley
from toolshare.demo.stories import Stories
from toolshare.demo.villages import SAN_ROCCO
from toolshare.inventory import categories, places, stocking
from toolshare.inventory.models import Counting, Item, KitPart

KIT, HOOKS = "Picture-hanging kit", "Wall hooks, brass"
IN_IT = ("Spirit level, 40 cm", "Stud and cable finder", "Nail punch, 2 mm")
IN_BIN, IN_KIT, GONE = 60, 12, 2
PLACE, CATEGORY = "Library > Cupboard", "Household > Walls"
WHO_LOOKED = "ilaria"
WHO, LENT_DAYS_AGO, BACK_DAYS_AGO = "pietro", 16, 11


def put_together(valley: Valley, *, now: datetime) -> None:
    """Brings the things in, and puts them into a kit."""
    session, group, by = valley.session, valley.groups[SAN_ROCCO.slug], valley.head_of(SAN_ROCCO)
    place = places.at_path(session, group, PLACE, by=by, now=now)
    kit = kitting.make(session, group, KIT, place, by=by, now=now)
    valley.keep(kit)
    for name in (*IN_IT, HOOKS):
        item = _brought_in(valley, name, now=now)
        quantity = IN_KIT if name == HOOKS else 1
        kitting.put_in(session, kit, item, by=by, now=now, quantity=quantity)


def tell(stories: Stories) -> None:
    """Notes in the diary that it was lent, and what did not come back."""
    session, things = stories.session, stories.valley.things[SAN_ROCCO.slug]
    (kit,), (hooks,) = things[KIT], things[HOOKS]
    borrower, steward = (stories.valley.people[name] for name in (WHO, WHO_LOOKED))
    part = session.scalars(select(KitPart.id).where(KitPart.item_id == hooks.id)).one()
    at = stories.almanac.on_or_before(SAN_ROCCO, LENT_DAYS_AGO)
    stories.diary.note(at, borrowing.borrow, session, kit, borrower=borrower, by=borrower)
    at = stories.almanac.on_or_before(SAN_ROCCO, BACK_DAYS_AGO)
    stories.diary.note(at, kit_returns.take_back, session, kit, {part: GONE}, by=steward)


def _brought_in(valley: Valley, name: str, *, now: datetime) -> Item:
    session, group, by = valley.session, valley.groups[SAN_ROCCO.slug], valley.head_of(SAN_ROCCO)
    place = places.at_path(session, group, PLACE, by=by, now=now)
    is_bin = name == HOOKS
    kind = stocking.add_kind(
        session,
        group,
        by=by,
        now=now,
        name=name,
        counting=Counting.BULK if is_bin else Counting.COUNTED,
        categories=[categories.at_path(session, CATEGORY)],
    )
    quantity = IN_BIN if is_bin else None
    item = stocking.add_item(session, kind, by=by, now=now, place=place, quantity=quantity)
    valley.keep(item)
    return item
