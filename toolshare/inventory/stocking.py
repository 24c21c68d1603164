"""What comes into the inventory, changes and moves."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar
from uuid import UUID

from toolshare.codes import register
from toolshare.codes.models import Wearer
from toolshare.inventory import lending, search
from toolshare.inventory.models import Category, Counting, Item, Kind, Place
from toolshare.inventory.service_plans import due_by_time, set_all_due
from toolshare.journal.models import Event
from toolshare.journal.recording import Identified, record, record_all
from toolshare.people.models import Group, Person
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid

Subject = TypeVar("Subject", Kind, Item)
Traits = dict[str, Any]


@dataclass(frozen=True)
class PlaceElsewhere(Reason):
    """The place belongs to another group."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    place: str
    says = msgid("“%(place)s” is a place of another group.")
    instead = msgid("Choose a place of the group that owns the thing.")


def add_kind(
    session: AnySession,
    group: Group,
    *,
    by: Person | None,
    now: datetime,
    categories: Sequence[Category] = (),
    **traits: Any,
) -> Kind:
    """A new kind of thing that the group owns; `traits` are the columns of Kind, or as told."""
    traits["categories"] = list(categories)
    return add_kinds(session, group, [traits], by=by, now=now)[0]


def add_kinds(
    session: AnySession,
    group: Group,
    many: Sequence[dict[str, Any]],
    *,
    by: Person | None,
    now: datetime,
) -> list[Kind]:
    """New kinds, in few statements however many they are: for each its traits.

    Only SQLite gives ids one by one, to each kind in a statement of its own; so it does to items.
    """
    kinds = [_new_kind(group, traits, by=by, now=now) for traits in many]
    session.add_all(kinds)
    session.flush()
    search.index(session, [kind.id for kind in kinds])
    named = ({"group": group, "name": kind.name} for kind in kinds)
    record_all(session, Event.KIND_ADDED, named, by=by, at=now)
    return kinds


def _new_kind(group: Group, traits: dict[str, Any], *, by: Person | None, now: datetime) -> Kind:
    columns = _without(traits, lending.TOLD)
    kind = Kind(group=group, added_at=now, rules=[], **columns)
    lending.tell(kind, traits, group, by=by, now=now)
    return kind


def add_item(
    session: AnySession,
    kind: Kind,
    *,
    by: Person | None,
    now: datetime,
    code: str | None = None,
    **traits: Any,
) -> Item:
    """A new item of a kind; `code` when it wears a label already, `traits` the columns of Item."""
    if code is not None:
        register.enter(session, [code], Wearer.ITEM, now=now)
    else:
        code = register.draw(session, Wearer.ITEM, now=now)
    return add_items(session, [(kind, {"code": code, **traits})], by=by, now=now)[0]


def add_items(
    session: AnySession,
    many: Sequence[tuple[Kind, dict[str, Any]]],
    *,
    by: Person | None,
    now: datetime,
) -> list[Item]:
    """New items, in few statements however many they are: for each its kind and its traits.

    Each has a code among its traits that stands in the register.
    """
    items = [_new_item(kind, {"added_at": now, **traits}) for kind, traits in many]
    session.add_all(items)
    session.flush()
    record_all(session, Event.ITEM_ADDED, map(_about, items), by=by, at=now)
    set_all_due(session, [(one, due_by_time(one.kind, now)) for one in items], by=by, now=now)
    return items


def _new_item(kind: Kind, traits: dict[str, Any]) -> Item:
    if kind.counting is Counting.COUNTED:
        traits["quantity"] = None
    item = Item(kind=kind, **traits)
    _refuse_place_elsewhere(item.place, kind)
    return item


def change_kind(
    session: AnySession, kind: Kind, *, by: Person | None, now: datetime, **traits: Any
) -> Kind:
    """Gives a kind other traits; the journal keeps which."""
    change_kinds(session, [(kind, traits)], by=by, now=now)
    return kind


def change_kinds(
    session: AnySession, many: Sequence[tuple[Kind, Traits]], *, by: Person | None, now: datetime
) -> None:
    """Gives each of many kinds, all of them others, traits of its own, in few statements."""
    told = {kind.id: lending.tell(kind, its, kind.group, by=by, now=now) for kind, its in many}
    columns = [(kind, _without(its, lending.TOLD)) for kind, its in many]
    named = [(kind, sorted([*names, *told[kind.id]])) for kind, names in _change(session, columns)]
    changed = [(kind, names) for kind, names in named if names]
    search.index(session, [kind.id for kind, _ in changed])
    about = [{"group": kind.group, "name": kind.name, "changed": names} for kind, names in changed]
    record_all(session, Event.KIND_CHANGED, about, by=by, at=now)


def change_item(
    session: AnySession, item: Item, *, by: Person | None, now: datetime, **traits: Any
) -> Item:
    """Gives an item other traits; the journal keeps which."""
    change_items(session, [(item, traits)], by=by, now=now)
    return item


def change_items(
    session: AnySession, many: Sequence[tuple[Item, Traits]], *, by: Person | None, now: datetime
) -> None:
    """Gives each of many items traits of its own, in few statements however many they are."""
    for item, traits in many:
        _refuse_place_elsewhere(traits.get("place"), item.kind)
    changed = [(item, names) for item, names in _change(session, many) if names]
    about = [{**_about(item), "changed": names} for item, names in changed]
    record_all(session, Event.ITEM_CHANGED, about, by=by, at=now)


def add_to(
    session: AnySession, item: Item, more: int, *, by: Person | None, now: datetime, **said: Any
) -> int:
    """A bin holds so many more, or less, but never less than none; gives by how many.

    The journal keeps by how many, so that it tells this from a number that somebody gave.
    """
    before = item.quantity or 0
    item.quantity = max(before + more, 0)
    added = item.quantity - before
    if added:
        _write_of_change(session, item, by=by, now=now, changed=["quantity"], added=added, **said)
    return added


def move(
    session: AnySession,
    items: Sequence[Item],
    place: Place | None,
    *,
    by: Person | None,
    now: datetime,
) -> None:
    """Gives items another home, in few statements however many they are.

    Refuses a place of another group.
    """
    move_each(session, [(item, place) for item in items], by=by, now=now)


def move_each(
    session: AnySession,
    many: Sequence[tuple[Item, Place | None]],
    *,
    by: Person | None,
    now: datetime,
) -> None:
    """Gives each of many items a home of its own, as `move` does one to them all."""
    for item, place in many:
        _refuse_place_elsewhere(place, item.kind)
    moved = [item for item, place in many if _takes_home(item, place)]
    record_all(session, Event.ITEM_MOVED, map(_about_move, moved), by=by, at=now)


def move_one(
    session: AnySession,
    item: Item,
    place: Place | None,
    *,
    by: Person | None,
    now: datetime,
    loan: Identified | None = None,
    operation: UUID | None = None,
    **said: Any,
) -> int | None:
    """Gives an item, with its place read, another home; None when it is at home there already.

    `loan` is the one that ended when it was put there. Gives the id of the entry that says so.
    """
    _refuse_place_elsewhere(place, item.kind)
    if not _takes_home(item, place):
        return None
    told: dict[str, Any] = {"loan": loan, "operation": operation, **_about_move(item), **said}
    return record(session, Event.ITEM_MOVED, by=by, at=now, **told)


def _takes_home(item: Item, place: Place | None) -> bool:
    """Gives an item the place, and says whether that is another one than it had."""
    is_another = item.place is not place
    item.place = place
    return is_another


def _about(item: Item) -> dict[str, Any]:
    return {"item": item, "group": item.kind.group}


def _about_move(item: Item) -> dict[str, Any]:
    return {**_about(item), "place": item.place.path if item.place else None}


def _write_of_change(
    session: AnySession, item: Item, *, by: Person | None, now: datetime, **said: Any
) -> None:
    record(session, Event.ITEM_CHANGED, by=by, at=now, group=item.kind.group, item=item, **said)


def _change(
    session: AnySession, many: Sequence[tuple[Subject, Traits]]
) -> list[tuple[Subject, list[str]]]:
    """Sets what differs, and names it; those that differ in the same go in one statement."""
    differing = [(_differing(subject, traits), subject, traits) for subject, traits in many]
    for names, alike in groupby(sorted(differing, key=itemgetter(0)), itemgetter(0)):
        for _, subject, traits in alike:
            for name in names:
                setattr(subject, name, traits[name])
        session.flush()
    return [(subject, names) for names, subject, _ in differing]


def _differing(subject: Kind | Item, traits: Traits) -> list[str]:
    return sorted(name for name, value in traits.items() if getattr(subject, name) != value)


def _without(traits: Traits, names: Collection[str]) -> Traits:
    return {name: value for name, value in traits.items() if name not in names}


def _refuse_place_elsewhere(place: Place | None, kind: Kind) -> None:
    if place is not None and place.group_id != (kind.group_id or kind.group.id):
        raise Refusal(PlaceElsewhere(place=place.path))
