"""What the pages of kits read, each in a bounded number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from toolshare.care.outages import require_steward
from toolshare.circulation import kits
from toolshare.circulation.availability import State, states
from toolshare.circulation.kit_reasons import NotAKit, against_kit
from toolshare.circulation.kits import Contents
from toolshare.inventory.models import Item, Kind
from toolshare.labels.blanks import things_like
from toolshare.people.models import Group, Person
from toolshare.records import AnySession
from toolshare.refusals import Reason, refuse_if

MOST_KITS = 200


@dataclass(frozen=True)
class KitRow:
    """A kit in the list of them."""

    kit: Item
    state: State
    number: int
    lacking: int


@dataclass(frozen=True)
class ContentsPage:
    """What is in a kit, for a steward who puts things in and takes them out."""

    kit: Item
    contents: Contents
    against_changing: Sequence[Reason]
    words: str
    found: Sequence[Item]  # what may be meant by the words

    @property
    def group(self) -> Group:
        """Whose it is."""
        return self.kit.kind.group


def kits_of(session: AnySession, group: Group, *, now: datetime) -> list[KitRow]:
    """The kits of a group that are in stock, by name, with how they stand."""
    found = session.scalars(
        select(Item)
        .join(Item.kind)
        .where(Kind.group_id == group.id, Kind.is_kit, Item.retired_at.is_(None))
        .options(contains_eager(Item.kind).selectinload(Kind.photos), joinedload(Item.place))
        .order_by(func.lower(Kind.name), Item.id)
        .limit(MOST_KITS)
    ).all()
    ids = [kit.id for kit in found]
    stand, sizes = states(session, ids, now=now), kits.sizes_of(session, ids, now=now)
    return [KitRow(kit, stand[kit.id], *sizes[kit.id]) for kit in found]


def contents_page(
    session: AnySession, kit: Item, words: str, *, by: Person, now: datetime
) -> ContentsPage:
    """What is in a kit, and what of the group's things fits the words; by a steward."""
    require_steward(session, kit, by=by, now=now)
    refuse_if([] if kit.kind.is_kit else [NotAKit(name=kit.kind.name)])
    contents = kits.contents_of(session, kit, now=now)
    in_it = {one.part.item_id for one in contents.all if one.part.counted}
    found = things_like(session, kit.kind.group, words) if words else ()
    other = [item for item in found if not item.kind.is_kit and item.id not in in_it]
    return ContentsPage(kit, contents, list(against_kit(session, kit)), words, other)
