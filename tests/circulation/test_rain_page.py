"""The page on which a steward moves bookings for the weather."""

import re
from datetime import date

import pytest

from tests.circulation.test_shifting import book, june, span_of
from tests.conftest import type_of_client
from tests.world import World
from toolshare.circulation.promises import Reservation
from toolshare.inventory.models import Kind

DAYS = {"first": "2026-06-10", "last": "2026-06-12", "days": "1"}


@pytest.fixture
def tractor(world: World) -> Kind:
    """The only one."""
    kind = world.make_kind(name="Tractor")
    world.make_item(kind)
    return kind


def test_a_steward_sees_what_would_happen_then_moves_it_and_may_move_it_back(
    world: World, client_of: type_of_client, tractor: Kind
) -> None:
    booked = book(world, tractor, 10, 10, world.ana).id
    world.session.commit()
    client = client_of(world.sam)
    page = client.get("/groups/borgo/reservations/rain", query_string=DAYS).text
    assert "from Wed 10 Jun to Thu 11 Jun" in page
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen
    answer = client.post(
        "/groups/borgo/reservations/rain", data=DAYS | {"seen": seen[1]}, follow_redirects=True
    )
    assert "1 booking moved." in answer.text
    assert "from Thu 11 Jun to Wed 10 Jun" in answer.text
    moved = world.session.get_one(Reservation, booked)
    assert span_of(moved) == june(world, 11, 11)
    back = dict(re.findall(r'name="(\w+)" value="([^"]*)"', answer.text))
    client.post("/groups/borgo/reservations/rain", data=back)
    moved = world.session.get_one(Reservation, booked, populate_existing=True)
    assert span_of(moved) == june(world, 10, 10)


def test_what_stays_is_said_with_the_reason(
    world: World, client_of: type_of_client, tractor: Kind
) -> None:
    book(world, tractor, 10, 10, world.ana)
    book(world, tractor, 11, 11, world.cora, flexible=False)
    world.session.commit()
    page = client_of(world.sam).get("/groups/borgo/reservations/rain", query_string=DAYS).text
    assert "Tractor is not free then." in page
    assert "Move 1 booking" not in page


def test_what_has_changed_since_is_refused(
    world: World, client_of: type_of_client, tractor: Kind
) -> None:
    booked = book(world, tractor, 10, 10, world.ana).id
    world.session.commit()
    client = client_of(world.sam)
    answer = client.post(
        "/groups/borgo/reservations/rain", data=DAYS | {"seen": "0123456789abcdef"}
    )
    assert answer.status_code == 409
    assert "Something has changed since you looked." in answer.text
    assert world.session.get_one(Reservation, booked).changes == 0


def test_without_bookings_it_says_so(world: World, client_of: type_of_client) -> None:
    assert "Nothing to move" in client_of(world.sam).get("/groups/borgo/reservations/rain").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"first": "soon"},
        {"last": ""},
        {"last": "2026-06-09"},
        {"last": "2027-06-09"},
        {"days": "9"},
    ],
)
def test_bad_days_are_answered_clearly(
    world: World, client_of: type_of_client, wrong: dict[str, str]
) -> None:
    client = client_of(world.sam)
    for answer in (
        client.get("/groups/borgo/reservations/rain", query_string=DAYS | wrong),
        client.post("/groups/borgo/reservations/rain", data=DAYS | wrong),
    ):
        assert answer.status_code == 422
        assert "Something is missing or wrong" in answer.text


def test_tomorrow_is_proposed(world: World, client_of: type_of_client, tractor: Kind) -> None:
    page = client_of(world.sam).get("/groups/borgo/reservations/rain").text
    assert f'value="{date(2026, 6, 2)}"' in page
