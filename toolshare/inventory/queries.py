"""What the pages of the inventory read."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from toolshare.inventory import search
from toolshare.inventory.models import Category, Item, Kind, Photo, Place
from toolshare.inventory.search import Sought
from toolshare.people.models import Group
from toolshare.records import AnySession

A_PAGE = 24


@dataclass(frozen=True)
class PageOfKinds:
    """One page of the catalogue."""

    kinds: list[Kind]
    page: int
    pages: int
    total: int


def catalogue(
    session: AnySession, sought: Sought, *, page: int, among: Sequence[Select[int]] = ()
) -> PageOfKinds:
    """A page of the kinds that fit, with group and photos, in three statements.

    `among` are ids to stay among: those of kinds that are free now, or on some days.
    """
    found = search.kinds(session, sought)
    for ids in among:
        found = found.where(Kind.id.in_(ids))
    total = session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
    pages = max(ceil(total / A_PAGE), 1)
    page = min(max(page, 1), pages)
    with_all = found.options(joinedload(Kind.group), selectinload(Kind.photos))
    kinds = session.scalars(with_all.limit(A_PAGE).offset((page - 1) * A_PAGE))
    return PageOfKinds(list(kinds), page, pages, total)


def kind_among(session: AnySession, kind_id: int, groups: Sequence[Group]) -> Kind | None:
    """A kind of one of these groups, with all that its page shows."""
    return session.scalar(
        select(Kind)
        .where(Kind.id == kind_id, Kind.group_id.in_([group.id for group in groups]))
        .options(
            joinedload(Kind.group),
            selectinload(Kind.categories),
            selectinload(Kind.photos),
            selectinload(Kind.items.and_(Item.retired_at.is_(None))).joinedload(Item.place),
        )
    )


def item_of(session: AnySession, group: Group, item_id: int) -> Item | None:
    """An item of the group with its kind and place."""
    return session.scalar(
        select(Item)
        .join(Item.kind)
        .where(Item.id == item_id, Kind.group_id == group.id)
        .options(
            joinedload(Item.kind).joinedload(Kind.group),
            joinedload(Item.kind).selectinload(Kind.categories),
            joinedload(Item.place),
        )
    )


def items_of(session: AnySession, group: Group) -> list[Item]:
    """Every item of the group with all that a spreadsheet tells of it, in a few statements."""
    found = select(Item).join(Item.kind).where(Kind.group_id == group.id)
    with_all = found.options(
        contains_eager(Item.kind).options(
            selectinload(Kind.categories), selectinload(Kind.rules), joinedload(Kind.group)
        ),
        joinedload(Item.place),
    )
    return list(session.scalars(with_all.order_by(func.lower(Kind.name), Item.id)))


def category_paths(session: AnySession) -> list[str]:
    """Every category's path, in order."""
    return list(session.scalars(select(Category.path).order_by(Category.path)))


def places_of(session: AnySession, groups: Sequence[Group]) -> list[Place]:
    """The places of these groups, each group's tree in order."""
    ids = [group.id for group in groups]
    found = select(Place).where(Place.group_id.in_(ids)).options(joinedload(Place.group))
    return list(session.scalars(found.order_by(Place.group_id, Place.path)))


def places_with_counts(session: AnySession, group: Group) -> list[tuple[Place, int]]:
    """The group's places in the order of their tree, each with how many things live right there."""
    count = (
        select(func.count())
        .where(Item.place_id == Place.id, Item.retired_at.is_(None))
        .correlate(Place)
        .scalar_subquery()
    )
    found = select(Place, count).where(Place.group_id == group.id).order_by(Place.path)
    return [(place, things) for place, things in session.execute(found)]


def place_of(session: AnySession, group: Group, place_id: int) -> Place | None:
    """A place of the group."""
    found = select(Place).where(Place.group_id == group.id, Place.id == place_id)
    return session.scalar(found.options(joinedload(Place.group)))


def photo_called(session: AnySession, name: str) -> Photo | None:
    """The photo with this name."""
    return session.scalar(select(Photo).where(Photo.name == name))
