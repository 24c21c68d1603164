"""Reading an item again under its lock, before a verb decides about it."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from toolshare.inventory.models import Item, Kind
from toolshare.people.opening import WITH_OPENING_TIMES
from toolshare.records import AnySession

# What deciding about an item takes: its kind, its group, and when the group is open.
WITH_ITS_GROUP = (joinedload(Item.kind).joinedload(Kind.group).options(*WITH_OPENING_TIMES),)


def under_lock(session: AnySession, item_id: int) -> Item:
    """The item as it is now, kept so until the transaction ends; SQLite locks the whole file."""
    return session.scalars(
        select(Item)
        .where(Item.id == item_id)
        .options(*WITH_ITS_GROUP)
        .with_for_update(of=Item)
        .execution_options(populate_existing=True)
    ).one()
