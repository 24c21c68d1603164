"""Reading items again under their locks, before a verb decides about them."""

from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from toolshare.inventory.joining import ITEM_KIND_GROUP, joined
from toolshare.inventory.models import Item, Kind
from toolshare.records import AnySession

# Built once: every verb begins with it.
_UNDER_LOCK = (
    ITEM_KIND_GROUP.where(Item.id == bindparam("item_id"))
    .with_for_update(of=Item)
    .execution_options(populate_existing=True)
)


def under_lock(session: AnySession, item_id: int) -> Item:
    """The item as it is now with its kind and group, kept so until the transaction ends.

    PostgreSQL locks the row; on SQLite transaction() has locked the whole file already.
    """
    return joined(*session.execute(_UNDER_LOCK, {"item_id": item_id}).one())


def all_under_lock(session: AnySession, item_ids: Collection[int]) -> Sequence[Item]:
    """These items as they are now with their kinds and groups, kept so; in the order of their ids.

    One order for all keeps two transactions from waiting for each other.
    """
    return session.scalars(
        select(Item)
        .where(Item.id.in_(item_ids))
        .options(joinedload(Item.kind).joinedload(Kind.group))
        .order_by(Item.id)
        .with_for_update(of=Item)
        .execution_options(populate_existing=True)
    ).all()
