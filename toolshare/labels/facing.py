"""What stands on the label of an item, a place or a card."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from toolshare.inventory.models import Item, Kind, Place
from toolshare.labels.composing import Face
from toolshare.people.models import Membership
from toolshare.records import AnySession

SHOWN = ("group", "place", "serial", "number", "brand")
AT_ONCE = 500  # codes in one statement


def faces_of(session: AnySession, codes: Sequence[str], shows: Iterable[str]) -> list[Face]:
    """The faces of these codes in their order; `shows` says which of SHOWN stand below the name.

    A code that nothing wears yet is printed by itself.
    """
    shows = frozenset(shows)
    found: dict[str, Face] = {}
    for some in _in_parts(codes):
        found |= {face.code: face for face in _faces(session, some, shows)}
    return [found.get(code) or Face(code) for code in codes]


def _faces(session: AnySession, codes: list[str], shows: frozenset[str]) -> Iterator[Face]:
    items = select(Item).where(Item.code.in_(codes))
    whole = joinedload(Item.kind).joinedload(Kind.group)
    for item in session.scalars(items.options(whole, joinedload(Item.place))):
        yield face_of_item(item, shows)
    places = select(Place).where(Place.code.in_(codes)).options(joinedload(Place.group))
    for place in session.scalars(places):
        yield Face(place.code, place.name, (place.group.name, _above(place)))
    cards = select(Membership).where(Membership.code.in_(codes))
    named = (joinedload(Membership.person), joinedload(Membership.group))
    for card in session.scalars(cards.options(*named)):
        yield Face(card.code, card.person.name, (card.group.name,))


def face_of_item(item: Item, shows: Iterable[str]) -> Face:
    """The label of an item with its kind, its kind's group and its place loaded."""
    kind = item.kind
    lesser = {
        "group": kind.group.name,
        "place": item.place.path if item.place else "",
        "serial": item.serial,
        "number": item.number,
        "brand": " ".join(filter(None, (kind.brand, kind.model))),
    }
    lines = tuple(lesser[name] for name in SHOWN if name in shows and lesser[name])
    return Face(item.code, kind.name, lines)


def _above(place: Place) -> str:
    return place.path.rpartition(" > ")[0]


def _in_parts(codes: Sequence[str]) -> Iterator[list[str]]:
    rest = iter(codes)
    while part := list(islice(rest, AT_ONCE)):
        yield part
