"""What the pages of people read."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.world import World
from toolshare.people.models import Role
from toolshare.people.queries import PageOfPeople, everyone_in, membership_of, people_of

TODAY = date(2026, 6, 1)


def people(
    session: Session, world: World, words: str = "", which: str = "current", page: int = 1
) -> PageOfPeople:
    return people_of(session, world.borgo, words=words, which=which, page=page, today=TODAY)


def names(found: PageOfPeople) -> list[str]:
    return [membership.person.name for membership in found.memberships]


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        ("current", ["Ana", "Cora", "Pau", "Sam"]),
        ("anything", ["Ana", "Cora", "Pau", "Sam"]),
        ("member", ["Ana", "Pau"]),
        ("coordinator", ["Cora"]),
        ("paused", ["Pau"]),
        ("ended", ["gino"]),
    ],
)
def test_people_are_found_by_what_they_are(
    session: Session, world: World, which: str, expected: list[str]
) -> None:
    world.make_person("gino", world.borgo, until=TODAY - timedelta(days=1))
    assert names(people(session, world, which=which)) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [("AN", ["Ana"]), ("sam@", ["Sam"]), ("%", []), ("_", []), ("vera", [])],
)
def test_people_are_found_by_name_and_address(
    session: Session, world: World, words: str, expected: list[str]
) -> None:
    assert names(people(session, world, words)) == expected


def test_a_long_list_has_pages(session: Session, world: World) -> None:
    for number in range(100):
        world.make_person(f"Member{number:03}", world.borgo)
    first, last = people(session, world, page=1), people(session, world, page=99)
    assert (first.total, first.pages, len(first.memberships)) == (104, 3, 50)
    assert (last.page, len(last.memberships)) == (3, 4)
    assert people(session, world, page=-1).page == 1


def test_no_membership_is_read_through_another_group(session: Session, world: World) -> None:
    (vera,) = everyone_in(session, world.castello, today=TODAY)
    assert vera.role is Role.COORDINATOR
    assert membership_of(session, world.castello, vera.id) is vera
    assert membership_of(session, world.borgo, vera.id) is None
