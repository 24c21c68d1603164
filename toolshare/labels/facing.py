"""What stands on the label of an item, a place or a card."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from toolshare.inventory.models import Item, Kind, KitPart, Place
from toolshare.labels.composing import Face
from toolshare.labels.designs import SHOWN, Design
from toolshare.labels.models import Batch, BatchLabel
from toolshare.people.models import Group, Membership
from toolshare.records import AnySession

AT_ONCE = 500  # codes in one statement


def faces_of(session: AnySession, codes: Sequence[str], design: Design) -> list[Face]:
    """The faces of these codes in their order, with what a design shows below the name.

    A blank label shows whose it is.
    """
    found: dict[str, Face] = {}
    for some in _in_parts(codes):
        found |= {face.code: face for face in _faces(session, some, design)}
    for some in _in_parts([code for code in codes if code not in found]):
        found |= {face.code: face for face in _blank_faces(session, some, design)}
    return [found.get(code) or Face(code, lines=_lines({}, design)) for code in codes]


def _faces(session: AnySession, codes: list[str], design: Design) -> Iterator[Face]:
    items = select(Item).where(Item.code.in_(codes))
    whole = joinedload(Item.kind).joinedload(Kind.group)
    found = session.scalars(items.options(whole, joinedload(Item.place))).all()
    sizes = _sizes_of_kits(session, [item.id for item in found if item.kind.is_kit])
    for item in found:
        yield face_of_item(item, design, sizes.get(item.id, 0))
    places = select(Place).where(Place.code.in_(codes)).options(joinedload(Place.group))
    for place in session.scalars(places):
        about = {"group": place.group.name, "place": _above(place)}
        yield Face(place.code, place.name, _lines(about, design))
    cards = select(Membership).where(Membership.code.in_(codes))
    named = (joinedload(Membership.person), joinedload(Membership.group))
    for card in session.scalars(cards.options(*named)):
        yield Face(card.code, card.person.name, _lines({"group": card.group.name}, design))


def _blank_faces(session: AnySession, codes: list[str], design: Design) -> Iterator[Face]:
    found = session.execute(
        select(BatchLabel.code, Group.name)
        .join(Batch, Batch.id == BatchLabel.batch_id)
        .join(Group, Group.id == Batch.group_id)
        .where(BatchLabel.code.in_(codes))
        .order_by(Batch.id.desc())
    )
    for code, group in found:
        yield Face(code, lines=_lines({"group": group}, design))


def _sizes_of_kits(session: AnySession, kit_ids: Sequence[int]) -> dict[int, int]:
    """How many things are in each of these kits."""
    if not kit_ids:
        return {}
    is_in = (KitPart.kit_id.in_(kit_ids), KitPart.taken_out_at.is_(None))
    size = select(KitPart.kit_id, func.sum(KitPart.quantity)).where(*is_in)
    return {
        kit_id: int(things) for kit_id, things in session.execute(size.group_by(KitPart.kit_id))
    }


def face_of_item(item: Item, design: Design, things: int = 0) -> Face:
    """The label of an item with its kind, its kind's group and its place loaded.

    That of a kit says so, whatever the design shows, and how many things are in it.
    """
    kind = item.kind
    about = {
        "group": kind.group.name,
        "place": item.place.path if item.place else "",
        "serial": item.serial,
        "number": item.number,
        "brand": " ".join(filter(None, (kind.brand, kind.model))),
    }
    says = (f"Kit of {things}" if things else "Kit",) if kind.is_kit else ()
    return Face(item.code, kind.name, (*says, *_lines(about, design)))


def _lines(about: Mapping[str, str], design: Design) -> tuple[str, ...]:
    """What the design shows of these, in its order, and its own line last."""
    shown = (about.get(name, "") for name in SHOWN if name in design.shows)
    return tuple(filter(None, (*shown, design.line)))


def _above(place: Place) -> str:
    return place.path.rpartition(" > ")[0]


def _in_parts(codes: Sequence[str]) -> Iterator[list[str]]:
    rest = iter(codes)
    while part := list(islice(rest, AT_ONCE)):
        yield part
