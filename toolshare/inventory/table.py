"""The coordinators' table of a group's items: what is asked of it, its rows, what was chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from math import ceil
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from toolshare.codes import alphabet
from toolshare.inventory import places, search
from toolshare.inventory.models import Item, Kind, Place
from toolshare.people.models import Group
from toolshare.records import AnySession
from toolshare.refusals import Reason, msgid

A_PAGE = 50
AT_ONCE = 500  # codes in one statement
MATCHING = "matching"  # says that all that match were chosen, on every page


@dataclass(frozen=True)
class NothingChosen(Reason):
    """Something was to be done with things, but with none of them."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("No thing was chosen.")
    instead = msgid("Go back and tick the things that you mean.")


@dataclass(frozen=True)
class Asked:
    """Which items are asked for, and how sorted: a column's name, with "-" before it downwards."""

    words: str = ""
    category: str = ""
    place_id: int | None = None
    state: str = ""
    unprinted: bool = False
    sort: str = "name"
    page: int = 1


@dataclass(frozen=True)
class Derived:
    """What the rooms above know about an item, as columns: its state, whether it has a label."""

    state: ColumnElement[str]
    has_label: ColumnElement[bool]


@dataclass(frozen=True)
class Row:
    """An item with its kind and place, and how it stands."""

    item: Item
    state: str
    has_label: bool


@dataclass(frozen=True)
class PageOfItems:
    """One page of the table."""

    rows: list[Row]
    page: int
    pages: int
    total: int


def page_of(session: AnySession, group: Group, asked: Asked, derived: Derived) -> PageOfItems:
    """A page of the items that match, in three statements.

    How things stand is worked out for those on the page alone, once it is known which they are.
    """
    found = _matching(session, group, asked, derived)
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    pages = max(ceil(total / A_PAGE), 1)
    page = min(max(asked.page, 1), pages)
    order = _order(asked, derived)
    ids = found.with_only_columns(Item.id).order_by(*order)
    on_page = session.scalars(ids.limit(A_PAGE).offset((page - 1) * A_PAGE)).all()
    rows = session.execute(
        select(Item, derived.state, derived.has_label)
        .join(Item.kind)
        .outerjoin(Item.place)
        .where(Item.id.in_(on_page))
        .options(contains_eager(Item.kind), contains_eager(Item.place))
        .order_by(*order)
    )
    return PageOfItems([Row(*row) for row in rows], page, pages, total)


def codes(session: AnySession, group: Group, asked: Asked, derived: Derived) -> list[str]:
    """The codes of all items that match, in the table's order."""
    found = _matching(session, group, asked, derived).order_by(*_order(asked, derived))
    return list(session.scalars(found.with_only_columns(Item.code)))


def items_with(session: AnySession, group: Group, chosen: Sequence[str]) -> list[Item]:
    """The group's items that wear these codes, with all that a spreadsheet tells of them."""
    items: list[Item] = []
    for start in range(0, len(chosen), AT_ONCE):
        some = _with_kind_and_place(group).where(Item.code.in_(chosen[start : start + AT_ONCE]))
        items += session.scalars(
            some.join(Kind.group).options(
                contains_eager(Item.kind).options(
                    contains_eager(Kind.group),
                    selectinload(Kind.categories),
                    selectinload(Kind.rules),
                ),
                contains_eager(Item.place),
            )
        )
    return items


def _with_kind_and_place(group: Group) -> Select[Item]:
    return select(Item).join(Item.kind).outerjoin(Item.place).where(Kind.group_id == group.id)


def _matching(session: AnySession, group: Group, asked: Asked, derived: Derived) -> Select[Item]:
    """The items asked for; those that are retired only by that name."""
    found = _with_kind_and_place(group)
    if words := asked.words.strip():
        typed = words[:60]
        is_it = or_(
            Item.code == alphabet.read(typed)[:8], Item.number == typed, Item.serial == typed
        )
        found = found.where(or_(search.has_words(session, words), is_it))
    if asked.category:
        found = found.where(search.is_in_category(asked.category))
    if asked.place_id is not None:
        found = found.where(Item.place_id.in_(places.within(asked.place_id)))
    if asked.unprinted:
        found = found.where(~derived.has_label)
    return found.where(derived.state == asked.state if asked.state else Item.retired_at.is_(None))


def _order(asked: Asked, derived: Derived) -> list[ColumnElement[Any]]:
    """By the column that was asked for, else by name; then by id, so that pages don't overlap."""
    columns: dict[str, ColumnElement[Any]] = {
        "name": func.lower(Kind.name),
        "number": Item.number.expression,
        "place": func.coalesce(Place.path, ""),
        "state": derived.state,
        "added": Item.added_at.expression,
    }
    column = columns.get(asked.sort.removeprefix("-"), columns["name"])
    return [column.desc() if asked.sort.startswith("-") else column, Item.id.expression]
