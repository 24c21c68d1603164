"""Kits: what is in one, what of it is not there, who has it, and what it asks of a borrower."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from toolshare.care.models import Outage, OutageReason
from toolshare.circulation.in_kits import IN_IT
from toolshare.circulation.models import Loan
from toolshare.circulation.standing import STILL_OUT
from toolshare.inventory.locking import all_under_lock
from toolshare.inventory.models import Item, Kind, KitPart
from toolshare.records import AnySession
from toolshare.rules.in_force import RulesInForce
from toolshare.rules.models import Rule
from toolshare.rules.resolving import rules_for, rules_for_many

# Of a bin that is out of service, what is in kits is there all the same.
_ITS_OUTAGE = and_(Outage.item_id == Item.id, Outage.ended_at.is_(None), KitPart.counted)


@dataclass(frozen=True)
class Content:
    """A thing in a kit, or so many of a bin; the part has its item, with kind and place."""

    part: KitPart
    outage: OutageReason | None  # of a thing: it is not lent with the kit

    @property
    def name(self) -> str:
        """How it is called, and how many it should be."""
        return named(self.part.item.kind.name, self.part.quantity)

    @property
    def lacking(self) -> int:
        """How many are not there to be lent."""
        return self.part.quantity if self.outage else self.part.missing

    @property
    def there(self) -> int:
        """How many go out with the kit."""
        return self.part.quantity - self.lacking

    @property
    def why(self) -> OutageReason:
        """Why some are lacking."""
        return self.outage or OutageReason.MISSING

    @property
    def lacks(self) -> str:
        """How it is called, and how many of it are lacking."""
        return named(self.part.item.kind.name, self.lacking)


@dataclass(frozen=True)
class Contents:
    """All that is in a kit."""

    all: Sequence[Content]

    @property
    def number(self) -> int:
        """How many things it holds when it is complete."""
        return sum(one.part.quantity for one in self.all)

    @property
    def there(self) -> list[Content]:
        """What goes out with it."""
        return [one for one in self.all if one.there]

    @property
    def lacking(self) -> list[Content]:
        """What it should hold and does not, or not so many of it."""
        return [one for one in self.all if one.lacking]


@dataclass(frozen=True)
class Holding:
    """A kit that holds some of an item, and its loan while it is out."""

    part: KitPart
    kit: Item
    loan: Loan | None


def named(name: str, quantity: int) -> str:
    """How so many of something are called."""
    return name if quantity == 1 else f"{quantity} × {name}"


def contents_of(session: AnySession, kit: Item, *, now: datetime) -> Contents:
    """What is in a kit by name."""
    return contents_of_all(session, [kit.id], now=now)[kit.id]


def contents_of_all(
    session: AnySession, kit_ids: Collection[int], *, now: datetime
) -> dict[int, Contents]:
    """What is in each of these kits, in one statement; what is due for service needs a check."""
    found = session.execute(
        select(KitPart, Outage.reason)
        .join(KitPart.item)
        .join(Item.kind)
        .outerjoin(Item.place)
        .outerjoin(Outage, _ITS_OUTAGE)
        .where(KitPart.kit_id.in_(kit_ids), IN_IT)
        .options(contains_eager(KitPart.item, Item.kind).joinedload(Kind.group))
        .options(contains_eager(KitPart.item, Item.place))
        .order_by(func.lower(Kind.name), KitPart.id)
    )
    inside: dict[int, list[Content]] = {kit_id: [] for kit_id in kit_ids}
    for part, outage in found:
        inside[part.kit_id].append(Content(part, outage or _service(part, now)))
    return {kit_id: Contents(parts) for kit_id, parts in inside.items()}


def _service(part: KitPart, now: datetime) -> OutageReason | None:
    is_due = part.counted and part.item.needs_service(now)
    return OutageReason.NEEDS_CHECK if is_due else None


def holdings_of(session: AnySession, item: Item) -> list[Holding]:
    """The kits that hold some of an item, with who has them, in one statement."""
    kit, kind = aliased(Item), aliased(Kind)
    found = session.execute(
        select(KitPart, kit, Loan)
        .join(kit, kit.id == KitPart.kit_id)
        .join(kit.kind.of_type(kind))
        .outerjoin(Loan, and_(Loan.item_id == kit.id, STILL_OUT))
        .where(KitPart.item_id == item.id, IN_IT)
        .options(contains_eager(kit.kind.of_type(kind)), joinedload(Loan.borrower))
        .order_by(KitPart.id)
    )
    return [Holding(*row) for row in found]


def ids_of_parts(kit_ids: Collection[int]) -> Select[int]:
    """The ids of the items of which something is in these kits."""
    return select(KitPart.item_id).where(KitPart.kit_id.in_(kit_ids), IN_IT)


def under_lock_with_parts(session: AnySession, item_ids: Collection[int]) -> Sequence[Item]:
    """These items as they are now, kept so like whatever is in those that are kits.

    What came into a kit before its lock was had is locked after it; then no more can come.
    """
    known = {*item_ids, *session.scalars(ids_of_parts(item_ids))}
    locked = all_under_lock(session, known)
    if came := set(session.scalars(ids_of_parts(item_ids))) - known:
        locked = all_under_lock(session, known | came)
    return [item for item in locked if item.id in item_ids]


def sizes_of(
    session: AnySession, kit_ids: Collection[int], *, now: datetime
) -> dict[int, tuple[int, int]]:
    """How many things each of these kits should hold, and how many it lacks, in one statement."""
    is_off = or_(Outage.id.is_not(None), and_(KitPart.counted, Item.service_due_at <= now))
    lacking = case((is_off, KitPart.quantity), else_=KitPart.missing)
    found = session.execute(
        select(KitPart.kit_id, func.sum(KitPart.quantity), func.sum(lacking))
        .join(KitPart.item)
        .outerjoin(Outage, _ITS_OUTAGE)
        .where(KitPart.kit_id.in_(kit_ids), IN_IT)
        .group_by(KitPart.kit_id)
    )
    sizes = {kit_id: (int(size), int(lacks)) for kit_id, size, lacks in found}
    return dict.fromkeys(kit_ids, (0, 0)) | sizes


def rules_inside(session: AnySession, kit: Item) -> Iterator[RulesInForce]:
    """The rules of what is in a kit; in a statement for all kinds, and one for each own rule.

    The kit's group has its things, and its rules are theirs.
    """
    parts = session.execute(
        select(Item.kind_id, Item.id, select(Rule.id).where(Rule.item_id == Item.id).exists())
        .where(Item.id.in_(ids_of_parts([kit.id])))
        .order_by(Item.id)
    ).all()
    if not parts:
        return
    yield from rules_for_many(session, kit.kind.group, {kind_id for kind_id, *_ in parts}).values()
    for kind_id, item_id, has_own in parts:
        if has_own:
            yield rules_for(session, group_id=kit.kind.group_id, kind_id=kind_id, item_id=item_id)
