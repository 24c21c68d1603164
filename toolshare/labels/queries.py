"""What the pages of labels read."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from toolshare.inventory.models import Item, Kind, Place
from toolshare.labels.models import Batch, BatchLabel, Nudge
from toolshare.labels.printing import Wishes, wishes_of
from toolshare.people.models import Group, Membership, Person
from toolshare.records import AnySession

UNPRINTED, ALL, PLACES, CARDS = "unprinted", "all", "places", "cards"
SHOWN_BATCHES = 50


@dataclass(frozen=True)
class BatchSummary:
    """A batch as the list shows it."""

    batch: Batch
    labels: int


def codes_to_print(session: AnySession, group: Group | None, which: str) -> list[str]:
    """The codes of a group's items (unprinted or all), places or cards; of all groups without one.

    Items come in the order of their names, so that a sheet is easy to stick.
    """
    if which == PLACES:
        places = select(Place.code).order_by(Place.path)
        return list(session.scalars(_of(places, Place.group_id, group)))
    if which == CARDS:
        cards = select(Membership.code).join(Person, Person.id == Membership.person_id)
        cards = cards.order_by(func.lower(Person.name), Membership.id)
        return list(session.scalars(_of(cards, Membership.group_id, group)))
    items = select(Item.code).join(Kind, Kind.id == Item.kind_id).where(Item.retired_at.is_(None))
    if which == UNPRINTED:
        items = items.where(~has_label())
    items = items.order_by(func.lower(Kind.name), Item.id)
    return list(session.scalars(_of(items, Kind.group_id, group)))


def has_label() -> ColumnElement[bool]:
    """Whether an item's label was printed, as a column."""
    return exists().where(BatchLabel.code == Item.code)


def own_codes(session: AnySession, group: Group, codes: Sequence[str]) -> list[str]:
    """Those of the codes that things, places or cards of the group wear, in the order given."""
    own: set[str] = set()
    items = select(Item.code).join(Kind, Kind.id == Item.kind_id)
    for statement, group_id, code in (
        (items, Kind.group_id, Item.code),
        (select(Place.code), Place.group_id, Place.code),
        (select(Membership.code), Membership.group_id, Membership.code),
    ):
        own |= set(session.scalars(_of(statement, group_id, group).where(code.in_(codes))))
    return [code for code in codes if code in own]


def batches_of(session: AnySession, group: Group) -> list[BatchSummary]:
    """The group's latest batches, newest first, in one statement."""
    count = (
        select(func.count())
        .where(BatchLabel.batch_id == Batch.id)
        .correlate(Batch)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Batch, count)
        .where(Batch.group_id == group.id)
        .options(joinedload(Batch.by))
        .order_by(Batch.id.desc())
        .limit(SHOWN_BATCHES)
    )
    return [BatchSummary(batch, labels) for batch, labels in rows]


def batch_of(session: AnySession, group: Group, batch_id: int) -> Batch | None:
    """A batch of the group with its labels and who printed it."""
    return session.scalar(
        select(Batch)
        .where(Batch.id == batch_id, Batch.group_id == group.id)
        .options(selectinload(Batch.labels), joinedload(Batch.by))
    )


def last_wishes(session: AnySession, group: Group, among: Collection[str]) -> Wishes | None:
    """How the group printed last on one of these stocks, from the first label on, once each."""
    last = select(Batch).where(Batch.group_id == group.id, Batch.stock.in_(among))
    batch = session.scalar(last.order_by(Batch.id.desc()).limit(1))
    return replace(wishes_of(batch), start=1, copies=1, design=None) if batch else None


def examples(session: AnySession, group: Group) -> list[str]:
    """The codes of the group's things with the longest and with the shortest name."""
    items = select(Item.code).join(Kind, Kind.id == Item.kind_id).where(Item.retired_at.is_(None))
    items = items.where(Kind.group_id == group.id).limit(1)
    length = func.length(Kind.name)
    found = [session.scalar(items.order_by(by, Item.id)) for by in (length.desc(), length)]
    return list(dict.fromkeys(code for code in found if code))


def nudges_of(session: AnySession, group: Group) -> list[Nudge]:
    """All nudges of the group."""
    kept = select(Nudge).where(Nudge.group_id == group.id)
    return list(session.scalars(kept.order_by(Nudge.stock, Nudge.printer)))


def _of(
    statement: Select[str], column: InstrumentedAttribute[int], group: Group | None
) -> Select[str]:
    return statement.where(column == group.id) if group else statement
