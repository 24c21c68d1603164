"""Until when a thing is lent."""

from datetime import UTC, date, datetime, time

import pytest

from tests.world import MONDAY_NOON, World
from toolshare.circulation.terms import due_at
from toolshare.inventory.locking import under_lock
from toolshare.inventory.models import Kind
from toolshare.people.models import ClosedDate, OpeningHours
from toolshare.people.opening import read_opening_times


def kind_of(world: World, **differences: object) -> Kind:
    kind = under_lock(world.session, world.make_item(world.make_kind(**differences)).id).kind
    read_opening_times(world.session, kind.group)
    return kind


def utc(*numbers: int) -> datetime:
    return datetime(*numbers, tzinfo=UTC)  # type: ignore[misc,arg-type]


def test_the_group_lends_for_a_week_to_the_end_of_the_day(world: World) -> None:
    assert due_at(kind_of(world), now=MONDAY_NOON) == utc(2026, 6, 8, 21, 59, 59)


def test_the_kinds_own_period_comes_first(world: World) -> None:
    assert due_at(kind_of(world, loan_days=2), now=MONDAY_NOON) == utc(2026, 6, 3, 21, 59, 59)


def test_the_day_is_counted_on_the_groups_calendar(world: World) -> None:
    half_past_midnight_in_rome = utc(2026, 6, 1, 22, 30)
    assert due_at(kind_of(world), now=half_past_midnight_in_rome) == utc(2026, 6, 9, 21, 59, 59)


def test_a_closed_day_moves_it_to_the_end_of_the_next_opening_day(world: World) -> None:
    world.session.add_all(
        [
            OpeningHours(group_id=world.borgo.id, weekday=2, opens_at=time(17), closes_at=time(19)),
            OpeningHours(group_id=world.borgo.id, weekday=5, opens_at=time(9), closes_at=time(12)),
            ClosedDate(group_id=world.borgo.id, day=date(2026, 6, 10)),
        ]
    )
    assert due_at(kind_of(world), now=MONDAY_NOON) == utc(2026, 6, 13, 10, 0)


@pytest.mark.parametrize(
    ("borrowed_at", "due"),
    [
        # Clocks go forward on 29 March 2026, back on 25 October 2026: 18:00 in Rome stays 18:00.
        (utc(2026, 3, 25, 11), utc(2026, 4, 1, 16)),
        (utc(2026, 3, 22, 11), utc(2026, 3, 29, 16)),
        (utc(2026, 10, 21, 10), utc(2026, 10, 28, 17)),
        (utc(2026, 10, 18, 10), utc(2026, 10, 25, 17)),
    ],
)
def test_a_week_in_which_the_clocks_change_is_a_week(
    world: World, borrowed_at: datetime, due: datetime
) -> None:
    world.session.add_all(
        OpeningHours(group_id=world.borgo.id, weekday=day, opens_at=time(9), closes_at=time(18))
        for day in range(7)
    )
    assert due_at(kind_of(world), now=borrowed_at) == due
