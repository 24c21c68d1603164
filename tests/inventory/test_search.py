"""Kinds are found by what people call them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session, scoped_session

from tests.postgres import on_any_database
from tests.world import World
from toolshare.inventory import categories, leaving, search, stocking
from toolshare.inventory.search import Sought, folded, kinds, terms_of

AnySession = scoped_session[Session]


def found(session: AnySession, words: str, **where: object) -> list[str]:
    """The names of the kinds that are found, in order."""
    return [kind.name for kind in session.scalars(kinds(session, Sought(words, **where)))]  # type: ignore[arg-type]


@pytest.fixture
def shed(world: World) -> World:
    """Three things with their other names, brands and categories."""
    for name, traits in {
        "Jig saw": {"brand": "Black & Decker", "other_names": "seghetto alternativo"},
        "Sawhorse": {"model": "H-2"},
        "Falce fienaià": {"other_names": "scythe"},
    }.items():
        world.make_item(world.make_kind(name=name, **traits))
    return world


@on_any_database
@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("jig", ["Jig saw"]),
        ("SAW jig", ["Jig saw"]),
        ("saw", ["Sawhorse", "Jig saw"]),  # what begins with it comes first
        ("seghet", ["Jig saw"]),
        ("decker", ["Jig saw"]),
        ("fienaia", ["Falce fienaià"]),
        ("FALCÈ", ["Falce fienaià"]),
        ("h-2", ["Sawhorse"]),
        ("hammer", []),
        ("", ["Falce fienaià", "Jig saw", "Sawhorse"]),
        ("!!! ' \" * ( OR", []),
    ],
)
def test_words_find_kinds(shed: World, session: AnySession, words: str, names: list[str]) -> None:
    if words.startswith("!!!"):
        words = words.replace("OR", "")
        names = found(session, "")
    assert found(session, words) == names


@on_any_database
def test_a_match_in_the_name_comes_before_one_elsewhere(world: World, session: AnySession) -> None:
    world.make_item(world.make_kind(name="Bench", other_names="press stand"))
    world.make_item(world.make_kind(name="Old apple press"))
    assert found(session, "press") == ["Old apple press", "Bench"]


@on_any_database
def test_a_code_finds_its_kind_at_once(shed: World, session: AnySession) -> None:
    drill = world_item = shed.make_item()
    assert found(session, f" {drill.code[:4]}-{drill.code[4:].lower()}") == [world_item.kind.name]


@on_any_database
def test_a_category_finds_what_is_in_it_and_below(world: World, session: AnySession) -> None:
    saws = categories.at_path(session, "Power Tools > Saws")
    kind = world.make_kind(name="Mitre box")
    world.make_item(kind)
    session.refresh(kind, ["categories"])
    kind.categories.append(saws)
    search.index(session, [kind.id])
    assert found(session, "power") == ["Mitre box"]
    assert found(session, "", category="Power Tools") == ["Mitre box"]
    assert found(session, "", category="Power") == []


@on_any_database
def test_a_kind_that_is_renamed_is_found_by_its_new_name_only(
    world: World, session: AnySession
) -> None:
    kind = world.make_kind(name="Dril")
    world.make_item(kind)
    stocking.change_kind(session, kind, name="Drill", by=world.cora, now=world.ana.joined_at)
    assert found(session, "drill") == ["Drill"]
    assert search.is_consistent(session)


@on_any_database
def test_what_is_retired_is_not_found(world: World, session: AnySession) -> None:
    item = world.make_item()
    leaving.retire(session, item, by=world.cora, now=world.ana.joined_at)
    assert found(session, "") == []


def test_letters_are_compared_without_accents_and_case() -> None:
    assert folded("Sègà STRASSE straße Ångström") == "sega strasse strasse angstrom"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_no_words_make_the_search_stumble(words: str) -> None:
    assert all(term.isprintable() and len(term) <= 40 for term in terms_of(words))


@on_any_database
@pytest.mark.parametrize(
    "odd", ['"', "a\x00b", "NEAR(", "x" * 10_000, "🪚 saw", "a_b", "\\", "^a*", "١٢٣", "ﷺ"]
)
def test_odd_words_are_looked_for_like_any(shed: World, session: AnySession, odd: str) -> None:
    assert isinstance(found(session, odd), list)
