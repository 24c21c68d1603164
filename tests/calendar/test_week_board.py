"""The week board: kinds down, days across, in a bounded number of statements."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.circulation.test_reserving import book
from tests.conftest import type_of_client
from tests.counting import statements
from tests.world import World
from toolshare import clock
from toolshare.calendar.board import week_board
from toolshare.circulation.borrowing import borrow
from toolshare.inventory.models import Counting
from toolshare.people.models import ClosedDate, Group

MONDAY = date(2026, 6, 8)


def free_from(world: World, now: datetime, first: date = MONDAY) -> dict[str, list[int]]:
    """How many are free on each of seven days, by the name of the kind."""
    found = week_board(world.session, world.borgo, first, now=now)
    return {row.kind.name: list(row.free) for row in found.rows}


def test_what_is_reserved_or_out_is_not_free(world: World, now: datetime) -> None:
    kind = world.make_kind(name="Tent")
    world.make_item(kind)
    item = world.make_item(kind)
    book(world, kind, 9, 11, world.sam)
    assert free_from(world, now) == {"Tent": [2, 1, 1, 1, 2, 2, 2]}
    borrow(world.session, item, borrower=world.ana, by=world.ana, now=now)
    assert free_from(world, now) == {"Tent": [1, 1, 1, 1, 2, 2, 2]}


def test_a_bin_shows_how_many_it_always_holds(world: World, now: datetime) -> None:
    kind = world.make_kind(name="Chair", counting=Counting.BULK)
    world.make_item(kind, quantity=40)
    book(world, kind, 10, 11, quantity=30)
    book(world, kind, 11, 12, quantity=5)
    assert free_from(world, now) == {"Chair": [40, 40, 10, 5, 35, 40, 40]}


def test_what_is_used_up_is_not_on_the_board(world: World, now: datetime) -> None:
    world.make_item(world.make_kind(counting=Counting.CONSUMABLE), quantity=9)
    assert free_from(world, now) == {}


def test_closed_days_are_marked(world: World, now: datetime) -> None:
    world.session.add(ClosedDate(group_id=world.borgo.id, day=date(2026, 6, 10)))
    found = week_board(world.session, world.borgo, MONDAY, now=now)
    assert [day.date.day for day in found.days if not day.is_open] == [10]


@pytest.mark.parametrize("weekday", range(7))
def test_the_board_begins_on_the_day_that_is_asked_for(
    world: World, now: datetime, weekday: int
) -> None:
    kind = world.make_kind(name="Tent")
    world.make_item(kind)
    book(world, kind, 9, 10, world.sam)
    first = MONDAY + timedelta(days=weekday)
    found = week_board(world.session, world.borgo, first, now=now)
    dates = [day.date for day in found.days]
    assert dates == [first + timedelta(days=more) for more in range(7)]
    assert list(found.rows[0].free) == [0 if day.day in {9, 10} else 1 for day in dates]


def test_without_a_day_the_board_begins_today(
    world: World, client_of: type_of_client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a Saturday, shortly before midnight in UTC: in Rome it is Sunday."""
    world.make_item(world.make_kind(name="Tent"))
    world.session.commit()
    late_on_saturday = datetime(2026, 6, 6, 23, 0, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: late_on_saturday)
    page = client_of(world.ana).get("/groups/borgo/board").text
    assert "<strong>Sun 7 – Sat 13 Jun 2026</strong>" in page
    assert "over</span>" not in page


def test_the_week_before_and_after_are_seven_days_away(world: World, now: datetime) -> None:
    found = week_board(world.session, world.borgo, date(2026, 6, 11), now=now)
    assert (found.week_before, found.week_after) == (date(2026, 6, 4), date(2026, 6, 18))


def test_days_that_are_over_are_still_on_the_board_of_a_week_before(
    world: World, client_of: type_of_client
) -> None:
    """It is Monday the first."""
    world.make_item(world.make_kind(name="Tent"))
    world.session.commit()
    client = client_of(world.ana)
    today = client.get("/groups/borgo/board").text
    assert "/groups/borgo/board?day=2026-05-25" in today
    before = client.get("/groups/borgo/board?day=2026-05-28").text
    assert [page.count("over</span>") for page in (today, before)] == [0, 4]


def test_two_hundred_kinds_take_no_more_statements_than_one(
    world: World, client_of: type_of_client, now: datetime
) -> None:
    for number in range(200):
        item = world.make_item(world.make_kind(name=f"Kind {number:03}"))
        world.make_loan(item, world.ana)
    world.session.commit()
    client = client_of(world.sam)
    with statements() as sent:
        client.get("/groups/borgo/board?day=2026-06-08")
    assert len(sent) <= 12
    group = world.session.get_one(Group, world.borgo.id)
    with statements() as sent:
        found = week_board(world.session, group, MONDAY, now=now)
    assert len(found.rows) == 200
    assert len(sent) <= 8


def test_the_board_names_nobody_to_members(world: World, client_of: type_of_client) -> None:
    kind = world.make_kind(name="Tent")
    world.make_item(kind)
    book(world, kind, 9, 11, world.sam)
    world.session.commit()
    page = client_of(world.ana).get("/groups/borgo/board?day=2026-06-08").text
    assert "Tent" in page
    assert "Sam" not in page


def test_stewards_see_who_fetches_what_on_a_day(
    world: World, client_of: type_of_client, now: datetime
) -> None:
    kind = world.make_kind(name="Tent")
    world.make_item(kind)
    book(world, kind, 9, 11)
    item = world.make_item(world.make_kind(name="Saw"))
    world.make_loan(item, world.ana, due_at=now + timedelta(days=8))
    world.session.commit()
    page = client_of(world.sam).get("/groups/borgo/board/2026-06-09").text
    assert page.index("Tent") < page.index("To come back") < page.index("Saw")
    assert "Ana" in page


@pytest.mark.parametrize("day", ["2026-06-31", "tomorrow", "9999-99-99"])
def test_a_day_that_is_none_is_not_there(world: World, client_of: type_of_client, day: str) -> None:
    assert client_of(world.sam).get(f"/groups/borgo/board/{day}").status_code == 404
    assert client_of(world.sam).get(f"/groups/borgo/board?day={day}").status_code == 200


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_board_ends_a_year_from_now(world: World, client_of: type_of_client, day: str) -> None:
    client = client_of(world.sam)
    assert client.get(f"/groups/borgo/board?day={day}").status_code == 200
    assert client.get(f"/groups/borgo/board/{day}").status_code in {200, 404}
