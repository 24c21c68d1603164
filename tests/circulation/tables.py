"""Tables of who may do what, and what refuses it; each cell is tried on a scene of its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from tests.world import World
from toolshare.people.models import Person
from toolshare.refusals import Refusal

CAST = ("Ana", "Bob", "Sam", "Cora", "Pau", "Vera", "Zoe")
Act = Callable[[World, Person], object]


def rows_of(table: str) -> dict[str, tuple[str, ...]]:
    """The cells of each row, by what stands before them; words in a row are joined by `_`."""
    head, *lines = [line.split() for line in table.splitlines() if line.strip()]
    assert tuple(head) == CAST
    return {name: tuple(cells) for name, *cells in lines}


def answers(world: World, act: Act) -> tuple[str, ...]:
    """What comes of it when everybody in turn does it, with nothing done by those before."""
    bob = world.make_person("Bob", world.borgo)
    world.session.commit()
    people = [bob if name == "Bob" else getattr(world, name.lower()) for name in CAST]
    return tuple("may" if refused_to(world, act, person) is None else "no" for person in people)


def refused_to(world: World, act: Act, person: Person) -> str | None:
    """The name of the first reason why somebody can't do it, if there is one."""
    with undone(world):
        try:
            act(world, person)
        except Refusal as refusal:
            return type(refusal.reasons[0]).__name__
    return None


def bob_of(world: World) -> Person:
    """One more member, who was made before."""
    return world.session.scalars(select(Person).where(Person.name == "Bob")).one()


@contextmanager
def undone(world: World) -> Iterator[None]:
    """Takes back whatever is done."""
    try:
        yield
    finally:
        world.session.rollback()


def guards_of(table: str) -> list[object]:
    """What refuses what: a row a guard, with who does it, and the name of the reason."""
    lines = [line.split() for line in table.splitlines() if line.strip()]
    return [pytest.param(*line, id=line[0]) for line in lines]
