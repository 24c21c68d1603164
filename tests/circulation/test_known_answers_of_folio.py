"""What FOLIO answers about recalls and about places in a queue, here through loans, turns and pages."""

import re
from datetime import datetime, timedelta

import pytest

from tests.circulation.in_line import asks, comes_back, hold_of, offer_of
from tests.circulation.on_the_calendar import rome, several
from tests.conftest import type_of_client
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.circulation.asking import withdraw
from toolshare.circulation.borrowing import borrow
from toolshare.circulation.lines import line_of
from toolshare.circulation.models import Loan
from toolshare.circulation.offering import accept, set_aside
from toolshare.circulation.recalling import recall
from toolshare.inventory.models import Item, Kind
from toolshare.people.models import Person
from toolshare.rules.lengths import Length
from toolshare.rules.setting import set_rule

HOUR = timedelta(hours=1)
WEEK_1, WEEK_2, WEEK_3 = (rome(f"2026-06-{day:02}T23:59:59") for day in (8, 15, 22))
NO_GUARANTEE, TWO_WEEKS = Length(), Length(days=14)
A_WEEK, TWO_MONTHS = Length(days=7), Length(days=61)
RECALLS = pytest.mark.parametrize(
    ("guaranteed", "notice", "due"),
    [
        (TWO_WEEKS, A_WEEK, WEEK_2),
        (NO_GUARANTEE, A_WEEK, WEEK_1),
        (TWO_WEEKS, TWO_MONTHS, WEEK_3),
        (NO_GUARANTEE, TWO_MONTHS, WEEK_3),
    ],
)


def lent_for_three_weeks(world: World, guaranteed: Length, notice: Length) -> Loan:
    """Ana borrows under rules of the group."""
    rules = {"loan_period": Length(days=21), "guaranteed": guaranteed, "recall_notice": notice}
    for parameter, value in rules.items():
        set_rule(world.session, world.borgo, parameter, value, by=world.cora, now=MONDAY_NOON)
    item = world.make_item()
    return borrow(world.session, item, borrower=world.ana, by=world.ana, now=MONDAY_NOON)


@on_any_database
@RECALLS
def test_a_recall_on_the_day_of_the_loan_leaves_what_was_guaranteed_and_the_notice(
    world: World, guaranteed: Length, notice: Length, due: datetime
) -> None:
    """Scenario 8."""
    loan = lent_for_three_weeks(world, guaranteed, notice)
    assert loan.due_at == WEEK_3
    recall(world.session, loan, by=world.cora, now=MONDAY_NOON + HOUR, why="The mill needs it.")
    assert loan.due_at == due


@RECALLS
def test_the_page_of_the_loan_says_until_when_after_a_recall(
    world: World, client_of: type_of_client, guaranteed: Length, notice: Length, due: datetime
) -> None:
    """Scenario 8, through the coordinator's form and the borrower's page."""
    loan = lent_for_three_weeks(world, guaranteed, notice)
    world.session.commit()
    answer = client_of(world.cora).post(f"/loans/{loan.id}/recall", data={"why": "The mill."})
    assert answer.status_code == 303
    assert f"{due.day} Jun" in client_of(world.ana).get("/loans").text


@pytest.fixture
def people(world: World) -> list[Person]:
    """Four members who will wait."""
    return [world.make_person(name, world.borgo) for name in ("Ada", "Bea", "Cleo", "Dan")]


@pytest.fixture
def tents(world: World, people: list[Person]) -> list[Item]:
    """Two tents that are out; Ada waits for any, Bea for the first and no other, Cleo for any."""
    tents = several(world, 2, name="Tent")
    for tent, borrower in zip(tents, (world.sam, world.cora), strict=True):
        world.make_loan(tent, borrower)
    for number, person in enumerate(people[:3]):
        wants = tents[0] if number == 1 else None
        asks(world, tents[0].kind, person, now=MONDAY_NOON + number * HOUR, item=wants)
    return tents


def becomes_ready(world: World, tent: Item, person: Person, now: datetime) -> None:
    """It comes back, is offered, accepted and put on the shelf."""
    comes_back(world, tent, now)
    offer = accept(world.session, offer_of(world, person), by=person, now=now)
    set_aside(world.session, offer, by=world.sam, now=now)


def positions(world: World, kind: Kind, people: list[Person], now: datetime) -> list[int | None]:
    line = line_of(world.session, world.borgo, kind.id, now=now)
    places = [line.place_of(person.id) for person in people]
    return [place.number if place else None for place in places]


@on_any_database
def test_who_is_chosen_moves_right_behind_those_whose_thing_is_ready(
    world: World, tents: list[Item], people: list[Person]
) -> None:
    """Scenario 9, first half: ready, waiting, waiting and chosen stand at 1, 3 and 2."""
    kind, later = tents[0].kind, MONDAY_NOON + 5 * HOUR
    assert positions(world, kind, people[:3], later) == [1, 2, 3]
    becomes_ready(world, tents[0], people[0], later)
    assert positions(world, kind, people[:3], later) == [1, 2, 3]
    becomes_ready(world, tents[1], people[2], later + HOUR)
    assert positions(world, kind, people[:3], later + HOUR) == [1, 3, 2]


@on_any_database
def test_when_the_third_of_four_gives_up_the_fourth_is_third(
    world: World, tents: list[Item], people: list[Person]
) -> None:
    """Scenario 9, second half."""
    kind, later = tents[0].kind, MONDAY_NOON + 5 * HOUR
    asks(world, kind, people[3], now=MONDAY_NOON + 3 * HOUR)
    assert positions(world, kind, people, later) == [1, 2, 3, 4]
    withdraw(world.session, hold_of(world, people[2]), by=people[2], now=later)
    assert positions(world, kind, people, later) == [1, 2, None, 3]


def numbers_on_pages(
    client_of: type_of_client, kind: Kind, people: list[Person]
) -> list[str | None]:
    """What the page of the kind tells each of them."""
    found = []
    for person in people:
        page = client_of(person).get(f"/catalogue/{kind.id}").text
        said = re.search(r"In line as number (\d+)", re.sub(r"<[^>]+>|\s+", " ", page))
        found.append(said[1] if said else None)
    return found


def test_pages_say_the_same_places(
    world: World, client_of: type_of_client, tents: list[Item], people: list[Person]
) -> None:
    """Scenario 9, as each of them reads it; whose thing is kept reads that instead of a number."""
    kind = tents[0].kind
    asks(world, kind, people[3], now=MONDAY_NOON + 3 * HOUR)
    world.session.commit()
    assert numbers_on_pages(client_of, kind, people) == ["1", "2", "3", "4"]
    becomes_ready(world, tents[0], people[0], MONDAY_NOON)
    becomes_ready(world, tents[1], people[2], MONDAY_NOON)
    world.session.commit()
    assert numbers_on_pages(client_of, kind, people) == [None, "3", None, "4"]
    withdraw(world.session, hold_of(world, people[1]), by=people[1], now=MONDAY_NOON)
    world.session.commit()
    assert numbers_on_pages(client_of, kind, people) == [None, None, None, "3"]
