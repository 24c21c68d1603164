"""What comes into the inventory, changes, moves, and leaves it."""

from collections import Counter
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, scoped_session

from tests.counting import for_all_at_once, statements
from tests.postgres import on_any_database
from tests.world import World
from toolshare.codes import register
from toolshare.codes.alphabet import draw, is_sound
from toolshare.codes.models import Wearer
from toolshare.inventory import categories, leaving, paths, places, stocking
from toolshare.inventory.models import Item, Place
from toolshare.journal.models import Entry, Event
from toolshare.refusals import Refusal

AnySession = scoped_session[Session]


def test_a_new_thing_is_a_kind_and_an_item_with_a_code(
    world: World, session: AnySession, now: datetime
) -> None:
    kind = stocking.add_kind(session, world.borgo, name="Scythe", by=world.cora, now=now)
    item = stocking.add_item(session, kind, serial="7", by=world.cora, now=now)
    assert is_sound(item.code)
    assert events(session) == [Event.KIND_ADDED, Event.ITEM_ADDED]


def test_an_item_that_wears_a_label_already_keeps_its_code(
    world: World, session: AnySession, now: datetime
) -> None:
    code = draw()
    item = stocking.add_item(session, world.make_kind(), code=code, by=world.cora, now=now)
    assert item.code == code


def test_a_change_names_what_changed_and_nothing_else(
    world: World, session: AnySession, now: datetime
) -> None:
    kind = world.make_kind()
    stocking.change_kind(session, kind, name=kind.name, by=world.cora, now=now)
    assert events(session) == []
    stocking.change_kind(session, kind, name="Brace", brand="Stanley", by=world.cora, now=now)
    entry = session.scalars(select(Entry)).one()
    assert entry.details == {"name": "Brace", "changed": ["brand", "name"]}


def test_what_stays_the_same_is_no_event(world: World, session: AnySession, now: datetime) -> None:
    shelf = world.make_place("Shelf")
    item = world.make_item(serial="7", place=shelf)
    stocking.change_item(session, item, serial="7", by=world.cora, now=now)
    stocking.move(session, [item], shelf, by=world.cora, now=now)
    assert events(session) == []


def test_a_place_is_made_with_all_that_is_around_it(
    world: World, session: AnySession, now: datetime
) -> None:
    hook = places.at_path(
        session, world.borgo, "Barn> North wall >Hook  12", by=world.cora, now=now
    )
    assert hook.path == "Barn > North wall > Hook 12"
    assert [place.path for place in session.scalars(select(Place).order_by(Place.id))] == [
        "Barn",
        "Barn > North wall",
        "Barn > North wall > Hook 12",
    ]
    again = places.at_path(
        session, world.borgo, "Barn > North wall > Hook 12", by=world.cora, now=now
    )
    assert again is hook


def test_a_category_is_made_once(world: World, session: AnySession) -> None:
    saws = categories.at_path(session, "Power Tools > Saws")
    assert saws.parent is categories.at_path(session, "Power Tools")


@pytest.mark.parametrize("path", ["", " > ", "Barn > ", "> Hook", "x" * 121])
def test_a_path_with_a_nameless_step_is_refused(path: str) -> None:
    with pytest.raises(Refusal):
        paths.tidy(path)


def test_a_thing_does_not_move_to_another_groups_place(
    world: World, session: AnySession, now: datetime
) -> None:
    elsewhere = world.make_place("Castello's barn", group_id=world.castello.id)
    with pytest.raises(Refusal):
        stocking.move(session, [world.make_item()], elsewhere, by=world.cora, now=now)


def test_what_is_retired_stays_in_the_records(
    world: World, session: AnySession, now: datetime
) -> None:
    item = world.make_item()
    leaving.retire(session, item, why="Worn out", by=world.cora, now=now)
    assert (item.retired_at, item.retired_why) == (now, "Worn out")
    with pytest.raises(Refusal):
        leaving.retire(session, item, by=world.cora, now=now)


@on_any_database
def test_many_kinds_and_things_come_in_as_few_statements_as_few(
    world: World, session: AnySession, now: datetime
) -> None:
    acts: dict[str, Any] = {"by": world.cora, "now": now}

    def come(many: int) -> int:
        codes = register.draw_many(session, Wearer.ITEM, many, now=now)
        with statements() as sent:
            names = [{"name": f"Saw {code}", "service_days": 90} for code in codes]
            kinds = stocking.add_kinds(session, world.borgo, names, **acts)
            new = [(kind, {"code": code}) for kind, code in zip(kinds, codes, strict=True)]
            stocking.add_items(session, new, **acts)
        return for_all_at_once(sent)

    come(1)  # reads who we are
    assert come(200) == come(10)
    written = [Event.KIND_ADDED, Event.ITEM_ADDED, Event.SERVICE_PLANNED]
    assert Counter(events(session)) == dict.fromkeys(written, 211)


@on_any_database
def test_many_things_move_in_as_few_statements_as_few(
    world: World, session: AnySession, now: datetime
) -> None:
    def moved(many: int) -> int:
        kind = world.make_kind()
        items = [world.make_item(kind, place=None) for _ in range(many)]
        with statements() as sent:
            stocking.move(session, items, barn, by=world.cora, now=now)
            session.flush()
        return for_all_at_once(sent)

    barn = world.make_place("Barn")
    moved(1)  # reads who we are
    assert moved(200) == moved(10)
    assert set(session.scalars(select(Item.place_id))) == {barn.id}
    told = session.scalars(select(Entry).where(Entry.what == Event.ITEM_MOVED)).all()
    assert len({entry.item_id for entry in told}) == 211
    assert [entry.details for entry in told] == [{"place": "Barn"}] * 211


def test_what_is_put_somewhere_tells_by_which_entry(
    world: World, session: AnySession, now: datetime
) -> None:
    item, barn = world.make_item(place=None), world.make_place("Barn")
    written = stocking.move_one(session, item, barn, by=world.cora, now=now, place_id=barn.id)
    assert written is not None
    told = session.get_one(Entry, written)
    assert (told.item_id, told.details) == (item.id, {"place": "Barn", "place_id": barn.id})
    assert stocking.move_one(session, item, barn, by=world.cora, now=now) is None


def test_many_places_are_made_in_as_few_statements_as_few(
    world: World, session: AnySession, now: datetime
) -> None:
    def made(paths: list[str]) -> int:
        with statements() as sent:
            places.at_paths(session, world.borgo, paths, by=world.cora, now=now)
        return for_all_at_once(sent)

    made(["Barn"])  # reads who we are
    few, many = ([f"{name} > Hook {one}" for one in range(n)] for name, n in (("A", 5), ("B", 90)))
    assert made(many) == made(few)
    assert events(session) == [Event.PLACE_ADDED] * 98
    around = aliased(Place)
    hooks = select(around.path).join(Place, Place.parent_id == around.id)
    assert Counter(session.scalars(hooks)) == {"A": 5, "B": 90}


def events(session: AnySession) -> list[str]:
    """What the journal says, in order."""
    session.flush()
    return list(session.scalars(select(Entry.what).order_by(Entry.id)))
