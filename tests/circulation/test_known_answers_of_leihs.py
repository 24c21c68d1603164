"""What leihs answers about how many are free, here through reservations, loans and the board."""

import re
from datetime import datetime

import pytest

from tests.circulation.on_the_calendar import books, changes, days, free_for, rome, several
from tests.conftest import type_of_client
from tests.postgres import on_any_database
from tests.world import World
from toolshare import clock
from toolshare.circulation.borrowing import borrow
from toolshare.circulation.promises import Reservation
from toolshare.inventory.models import Item, Kind

FEBRUARY = rome("2030-02-20T12:00")
NEW_YEAR = rome("2029-12-31T12:00")


@pytest.fixture
def drums(world: World) -> Kind:
    """Seven of a kind, three of them booked from the 21st to the 31st of March 2030."""
    kind = several(world, 7, name="Drum")[0].kind
    books(world, kind, days(world, "2030-03-21", "2030-03-31"), now=FEBRUARY, quantity=3)
    return kind


@pytest.fixture
def busy_drums(world: World, drums: Kind) -> Kind:
    """The same, with two more from the 10th to the 24th, and two from the 23rd to the 5th."""
    for first, last in (("2030-03-10", "2030-03-24"), ("2030-03-23", "2030-04-05")):
        books(world, drums, days(world, first, last), now=FEBRUARY, person=world.sam, quantity=2)
    return drums


def board(client_of: type_of_client, world: World, monday: str) -> list[int]:
    """How many of the only kind are free on each day of a week, as the page says."""
    page = client_of(world.ana).get(f"/groups/borgo/board?day={monday}").text
    return [int(free) for free in re.findall(r"<td[^>]*>.*?<span>(\d+)<", page, re.DOTALL)]


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


@on_any_database
def test_of_seven_four_are_left_while_three_are_booked(world: World, drums: Kind) -> None:
    """Scenario 1."""
    found = changes(world, drums, "2030-02-20", "2030-04-10", now=FEBRUARY)
    assert found == {"2030-02-20": 7, "2030-03-21": 4, "2030-04-01": 7}


@on_any_database
def test_bookings_that_overlap_add_up(world: World, busy_drums: Kind) -> None:
    """Scenario 2."""
    found = changes(world, busy_drums, "2030-02-20", "2030-04-10", now=FEBRUARY)
    assert found == {
        "2030-02-20": 7,
        "2030-03-10": 5,
        "2030-03-21": 2,
        "2030-03-23": 0,
        "2030-03-25": 2,
        "2030-04-01": 5,
        "2030-04-06": 7,
    }


def test_the_board_says_the_same(
    world: World, client_of: type_of_client, busy_drums: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scenarios 1 and 2, on the page of a week; on the last Sunday of March the clock is turned."""
    world.session.commit()
    at(monkeypatch, FEBRUARY)
    assert board(client_of, world, "2030-03-04") == [7, 7, 7, 7, 7, 7, 5]
    assert board(client_of, world, "2030-03-18") == [5, 5, 5, 2, 2, 0, 0]
    assert board(client_of, world, "2030-03-25") == [2, 2, 2, 2, 2, 2, 2]
    assert board(client_of, world, "2030-04-01") == [5, 5, 5, 5, 5, 7, 7]


@on_any_database
def test_a_day_that_is_booked_is_in_the_way_of_each_span_that_has_it(world: World) -> None:
    """Scenario 3."""
    (drum,) = several(world, 1)
    books(world, drum.kind, days(world, "2030-01-17", "2030-01-17"), now=NEW_YEAR)
    asked = {(15, 16): 1, (16, 17): 0, (17, 17): 0, (18, 20): 1, (15, 20): 0}
    found = {
        (first, last): free_for(
            world, drum.kind, f"2030-01-{first}", f"2030-01-{last}", now=NEW_YEAR
        )
        for first, last in asked
    }
    assert found == asked


@pytest.fixture
def booked(world: World) -> tuple[Item, Reservation]:
    """The only unit, booked from the first of January 2030 to the fifth."""
    (drum,) = several(world, 1)
    span = days(world, "2030-01-01", "2030-01-05")
    return drum, books(world, drum.kind, span, now=NEW_YEAR)


SIXTH, SEVENTH, EIGHTH = rome("2030-01-06T12:00"), "2030-01-07", "2030-01-08"


@on_any_database
def test_what_was_only_booked_is_free_when_its_time_is_over(
    world: World, booked: tuple[Item, Reservation]
) -> None:
    """Scenario 4, first half: nobody fetched it, and on the sixth it is free for the eighth."""
    assert free_for(world, booked[0].kind, EIGHTH, EIGHTH, now=SIXTH) == 1


@on_any_database
def test_what_was_handed_over_and_is_late_is_not_free(
    world: World, booked: tuple[Item, Reservation]
) -> None:
    """Scenario 4, second half: it was fetched, and on the sixth nobody knows when it comes back."""
    drum, reservation = booked
    told = {"borrower": world.ana, "by": world.ana}
    loan = borrow(world.session, drum, **told, now=rome("2030-01-01T09:00"))
    assert loan.due_at == reservation.until_at == rome("2030-01-05T23:59:59")
    assert free_for(world, drum.kind, EIGHTH, EIGHTH, now=SIXTH) == 0


def test_the_board_tells_what_is_late_from_what_was_not_fetched(
    world: World,
    client_of: type_of_client,
    booked: tuple[Item, Reservation],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Scenario 4, on the page of the week in which the eighth is a Tuesday."""
    world.session.commit()
    at(monkeypatch, SIXTH)
    assert board(client_of, world, SEVENTH) == [1, 1, 1, 1, 1, 1, 1]
    borrow(world.session, booked[0], borrower=world.ana, by=world.ana, now=rome("2030-01-01T09:00"))
    world.session.commit()
    assert board(client_of, world, SEVENTH) == [0, 0, 1, 1, 1, 1, 1]
