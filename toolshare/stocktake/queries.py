"""What the pages of stocktakes read, in a bounded number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from toolshare.inventory.models import Category, Item, Kind, Place, categories_of_kinds
from toolshare.inventory.paths import steps
from toolshare.journal.models import Entry
from toolshare.people.models import Group, Person
from toolshare.records import AnySession
from toolshare.stocktake.beginning import WITH_ALL
from toolshare.stocktake.findings import Found, Tally
from toolshare.stocktake.models import IS_CHANGED, KEPT, Line, Sighting, Stocktake
from toolshare.stocktake.seeing import Scanned
from toolshare.stocktake.tallying import tally

MOST = 100
NEWEST = 20  # scans that are listed, each with its undoing


@dataclass(frozen=True)
class Summary:
    """A stocktake, how many scans were made in it, and by how many people."""

    stocktake: Stocktake
    scans: int
    people: int


@dataclass(frozen=True)
class Scopes:
    """What can be counted, besides everything."""

    places: Sequence[Place]
    categories: Sequence[Category]


@dataclass(frozen=True)
class Scans:
    """The newest scans that the reader may take back: their own, and what others made."""

    own: Sequence[Sighting]
    of_others: Sequence[Sighting]


@dataclass(frozen=True)
class Answer:
    """What was scanned, and what the stocktake says of it; nothing when it was taken back."""

    scanned: Scanned
    item: Item | None
    found: Found | None


def stocktakes_of(session: AnySession, group: Group) -> list[Summary]:
    """The group's newest stocktakes, the newest first; two or three statements."""
    of_group = (Stocktake.group_id == group.id, Sighting.undone_at.is_(None))
    counted = select(
        Sighting.stocktake_id, func.count(), func.count(func.distinct(Sighting.by_id))
    ).join(Sighting.stocktake)
    rows = session.execute(counted.where(*of_group).group_by(Sighting.stocktake_id))
    scans = {stocktake_id: numbers for stocktake_id, *numbers in rows}
    found = select(Stocktake).where(Stocktake.group_id == group.id).options(*WITH_ALL)
    newest = session.scalars(found.order_by(Stocktake.id.desc()).limit(MOST))
    return [Summary(one, *scans.get(one.id, (0, 0))) for one in newest]


def stocktake_of(session: AnySession, group: Group, stocktake_id: int) -> Stocktake | None:
    """A stocktake of the group."""
    which = (Stocktake.id == stocktake_id, Stocktake.group_id == group.id)
    return session.scalar(select(Stocktake).where(*which).options(*WITH_ALL))


def sighting_of(session: AnySession, stocktake: Stocktake, sighting_id: int) -> Sighting | None:
    """A scan of the stocktake."""
    which = (Sighting.id == sighting_id, Sighting.stocktake_id == stocktake.id)
    return session.scalar(select(Sighting).where(*which))


def newest_scans(
    session: AnySession, stocktake: Stocktake, person: Person, *, of_all: bool
) -> Scans:
    """The newest scans that stand, with what was seen, where and by whom; one statement or two."""
    found = (
        select(Sighting)
        .where(Sighting.stocktake_id == stocktake.id, Sighting.undone_at.is_(None))
        .options(joinedload(Sighting.item).joinedload(Item.kind))
        .options(joinedload(Sighting.place), joinedload(Sighting.by))
        .order_by(Sighting.id.desc())
        .limit(NEWEST)
    )
    own = session.scalars(found.where(Sighting.by_id == person.id)).all()
    others = found.where(Sighting.by_id.is_distinct_from(person.id))
    return Scans(own, session.scalars(others).all() if of_all else ())


def answer_to(session: AnySession, stocktake: Stocktake, scanned: Scanned) -> Answer:
    """What a scan was, as the page shows it."""
    with_all = (
        joinedload(Item.kind).joinedload(Kind.group),
        joinedload(Item.kind).selectinload(Kind.photos),
    )
    item = session.scalar(select(Item).where(Item.code == scanned.code).options(*with_all))
    ours = item if item and item.kind.group_id == stocktake.group_id else None
    sighting = session.get(Sighting, scanned.sighting_id) if scanned.sighting_id else None
    if sighting is None or sighting.undone_at is not None:
        return Answer(scanned, ours, None)
    return Answer(scanned, ours, tally(session, stocktake, only=sighting).found[0])


def scopes_of(session: AnySession, group: Group) -> Scopes:
    """The group's places, and the categories of its things with those above."""
    places = select(Place).where(Place.group_id == group.id).order_by(Place.path)
    used = (
        select(Category.path)
        .join(categories_of_kinds, categories_of_kinds.c.category_id == Category.id)
        .join(Kind, Kind.id == categories_of_kinds.c.kind_id)
        .where(Kind.group_id == group.id)
    )
    paths = {step for path in session.scalars(used) for step in steps(path)}
    categories = select(Category).where(Category.path.in_(paths)).order_by(Category.path)
    return Scopes(session.scalars(places).all(), session.scalars(categories).all())


def report_of(session: AnySession, stocktake: Stocktake) -> Tally:
    """What is found so far; of one that is closed, what was found when it was closed."""
    closing = stocktake.closing
    if closing is None:
        return tally(session, stocktake)
    return Tally(_lines(session, closing.id))


def left_of_undone(session: AnySession, stocktake: Stocktake) -> list[Found]:
    """What the last undoing of its closing left as it was, since it had changed."""
    undone = stocktake.closings[-1] if stocktake.closings else None
    if undone is None or undone.undone_at is None:
        return []
    return [one for one in _lines(session, undone.id, IS_CHANGED) if one.left]


def state_of(session: AnySession, group: Group) -> str:
    """Another one whenever anything has happened in the group: scanned, lent, moved."""
    return str(session.scalar(select(func.max(Entry.id)).where(Entry.group_id == group.id)))


def _lines(session: AnySession, closing_id: int, *which: ColumnElement[bool]) -> list[Found]:
    found = (
        select(Line, Person.name)
        .outerjoin(Line.seen_by)
        .where(Line.closing_id == closing_id, *which)
        .order_by(Line.id)
    )
    return [
        Found(**{fact: getattr(line, fact) for fact in KEPT}, seen_by=name)
        for line, name in session.execute(found)
    ]
