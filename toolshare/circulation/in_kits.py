"""In kits: what is part of one goes out with it, and never by itself."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import BindParameter, ColumnElement, Select, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from toolshare.inventory.models import Item, Kind, KitPart
from toolshare.records import AnySession
from toolshare.refusals import Reason, msgid

IN_IT = KitPart.taken_out_at.is_(None)
Which = InstrumentedAttribute[int] | BindParameter[int]


@dataclass(frozen=True)
class InKit(Reason):
    """It is lent with its kit."""

    kit: str
    code: str
    says = msgid("It is part of the kit “%(kit)s” (%(code)s).")
    instead = msgid("Borrow the kit, or ask a steward to take it out.")


def how_many_in_kits(of: Which) -> Select[int]:
    """How many of an item are in kits: of a thing one or none, of a bin any number."""
    return select(func.coalesce(func.sum(KitPart.quantity), 0)).where(KitPart.item_id == of, IN_IT)


def kits_of(which: ColumnElement[bool]) -> Select[str, str]:
    """The names and codes of the kits with these parts."""
    kit, kind = aliased(Item), aliased(Kind)
    return (
        select(kind.name.label("kit"), kit.code.label("kit_code"))
        .select_from(KitPart)
        .join(kit, kit.id == KitPart.kit_id)
        .join(kind, kind.id == kit.kind_id)
        .where(which, IN_IT)
    )


def reasons_against(session: AnySession, which: ColumnElement[bool]) -> list[Reason]:
    """Why what these parts are is not to be had by itself."""
    found = session.execute(kits_of(which).order_by(KitPart.id))
    return [InKit(kit=name, code=code) for name, code in found]


def against_each(session: AnySession, item_ids: Collection[int]) -> list[Reason]:
    """Why those of these things that are in kits are not to be had by themselves."""
    return reasons_against(session, is_one_of(item_ids)) if item_ids else []


def is_one_of(item_ids: Collection[int]) -> ColumnElement[bool]:
    """Whether a part is one of these things; of a bin there is more than what is in kits."""
    return and_(KitPart.item_id.in_(item_ids), KitPart.counted)


def is_in_a_kit() -> ColumnElement[bool]:
    """Whether an item is a thing in a kit, to select among items."""
    is_it = and_(KitPart.item_id == Item.id, KitPart.counted, IN_IT)
    return select(KitPart.id).where(is_it).correlate(Item).exists()
