"""Reading items again under the lock of their kinds, before a verb decides about them.

One lock for each kind: how it is counted, who has which unit, who waits for any of them and what
is promised are decided one after the other. PostgreSQL locks the kind's row in a statement of its
own, since one that waits for a row reads the others as they were before it waited. On SQLite
transaction() has locked the whole file already, and forgotten what was read before: what the
session knows by then was read under the lock.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.util import identity_key

from toolshare.inventory.joining import ITEM_KIND_GROUP, joined
from toolshare.inventory.models import Item, Kind
from toolshare.records import AnySession, locks_rows

# Built once: every verb begins with them.
_AS_IT_IS = ITEM_KIND_GROUP.where(Item.id == bindparam("item_id")).execution_options(
    populate_existing=True
)
_KIND_OF_ITEM = select(Item.kind_id).where(Item.id == bindparam("item_id")).scalar_subquery()
_ITS_KIND = select(Kind.id).where(Kind.id == _KIND_OF_ITEM).with_for_update(key_share=True)


def under_lock(session: AnySession, item_id: int) -> Item:
    """The item as it is now with its kind and group, kept so until the transaction ends."""
    if locks_rows(session):
        session.execute(_ITS_KIND, {"item_id": item_id})
    elif known := _known(session, item_id):
        return known
    return joined(*session.execute(_AS_IT_IS, {"item_id": item_id}).one())


def all_under_lock(session: AnySession, item_ids: Collection[int]) -> Sequence[Item]:
    """These items as they are now with their kinds and groups, kept so; in the order of their ids."""
    lock_kinds(session, select(Item.kind_id).where(Item.id.in_(item_ids)))
    return session.scalars(
        select(Item)
        .where(Item.id.in_(item_ids))
        .options(joinedload(Item.kind).joinedload(Kind.group))
        .order_by(Item.id)
        .execution_options(populate_existing=True)
    ).all()


def lock_kinds(session: AnySession, kind_ids: Collection[int] | Select[int]) -> None:
    """Lets nobody else decide about these kinds until the transaction ends.

    One order for all keeps two transactions from waiting for each other.
    """
    if locks_rows(session):
        in_order = select(Kind.id).where(Kind.id.in_(kind_ids)).order_by(Kind.id)
        session.execute(in_order.with_for_update(key_share=True))


def _known(session: AnySession, item_id: int) -> Item | None:
    """The item with its kind and group, if the session has all of them."""
    item: Item | None = session.identity_map.get(identity_key(Item, item_id))
    kind = vars(item).get("kind") if item else None
    return item if kind and "group" in vars(kind) else None
