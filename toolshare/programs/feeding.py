"""The open catalogue of a group: what it has, never who has it nor when it comes back.

It is a JSON Feed, version 1.1: feed readers show what is new in the shed, and other networks read
all of it page after page. What the standard has no word for stands under `_toolshare`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from toolshare.inventory.models import Counting, Item, Kind, Photo
from toolshare.people.models import Group
from toolshare.programs.models import OpenCatalogue
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid

VERSION = "https://jsonfeed.org/version/1.1"  # the name of the standard, which nothing fetches
A_PAGE = 100


@dataclass(frozen=True)
class NoOpenCatalogue(Reason):
    """There is no such group, or it shows its catalogue to its own people: nobody learns which."""

    status = HTTPStatus.NOT_FOUND
    says = msgid("There is no open catalogue at this address.")
    instead = msgid("A coordinator of the group can open it under its settings.")


@dataclass(frozen=True)
class Page:
    """Some of what a group has, newest first; `after` leads to what follows, if anything does."""

    group: Group
    kinds: Sequence[Kind]
    after: int | None


@dataclass(frozen=True)
class Addresses:
    """How to write the addresses that a feed names."""

    home: str
    feed: Callable[[int | None], str]
    photo: Callable[[Photo], str]


def open_page(session: AnySession, slug: str, *, after: int | None) -> Page:
    """What an open group has, from the kinds after this one on; refuses when it is not open."""
    group = session.scalar(
        select(Group)
        .join(OpenCatalogue, OpenCatalogue.group_id == Group.id)
        .where(Group.slug == slug)
    )
    if group is None:
        raise Refusal(NoOpenCatalogue())
    in_stock = Kind.items.and_(Item.retired_at.is_(None))
    found = (
        select(Kind)
        .where(Kind.group_id == group.id, Kind.items.any(Item.retired_at.is_(None)))
        .options(selectinload(in_stock), selectinload(Kind.categories), selectinload(Kind.photos))
        .order_by(Kind.id.desc())
        .limit(A_PAGE + 1)
    )
    kinds = session.scalars(found.where(Kind.id < after) if after else found).all()
    more = len(kinds) > A_PAGE
    return Page(group, kinds[:A_PAGE], kinds[A_PAGE - 1].id if more else None)


def written(page: Page, addresses: Addresses) -> dict[str, Any]:
    """The page as a JSON Feed."""
    feed = {
        "version": VERSION,
        "title": page.group.name,
        "home_page_url": addresses.home,
        "feed_url": addresses.feed(None),
        "language": page.group.language,
        "items": [_kind(kind, addresses) for kind in page.kinds],
    }
    return feed if page.after is None else feed | {"next_url": addresses.feed(page.after)}


def _kind(kind: Kind, addresses: Addresses) -> dict[str, Any]:
    item = {
        "id": str(kind.id),
        "title": kind.name,
        "content_text": kind.description,
        "date_published": _moment(kind.added_at),
        "tags": [category.path for category in kind.categories],
        "_toolshare": _facts(kind),
    }
    return item | ({"image": addresses.photo(kind.cover)} if kind.cover else {})


def _facts(kind: Kind) -> dict[str, Any]:
    """How many there are, of which make; how many are out just now is nobody's business."""
    facts = {"brand": kind.brand, "model": kind.model, "size": kind.size}
    known = {name: fact for name, fact in facts.items() if fact}
    return {"counting": kind.counting.value, "count": how_many(kind), **known}


def how_many(kind: Kind) -> int | None:
    """How many of a kind the group has, lent or not; None is plenty. Its items in stock are loaded."""
    if kind.counting is Counting.COUNTED:
        return len(kind.items)
    numbers = [item.quantity for item in kind.items if item.quantity is not None]
    return sum(numbers) if len(numbers) == len(kind.items) else None


def _moment(at: datetime) -> str:
    return at.isoformat()
