"""What comes into the inventory, changes, moves, and leaves it."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from tests.world import World
from toolshare.codes.alphabet import draw, is_sound
from toolshare.inventory import categories, paths, places, stocking
from toolshare.inventory.models import Place
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
    stocking.retire(session, item, why="Worn out", by=world.cora, now=now)
    assert (item.retired_at, item.retired_why) == (now, "Worn out")
    with pytest.raises(Refusal):
        stocking.retire(session, item, by=world.cora, now=now)


def events(session: AnySession) -> list[str]:
    """What the journal says, in order."""
    session.flush()
    return list(session.scalars(select(Entry.what).order_by(Entry.id)))
