"""Until when a thing is lent."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.world import MONDAY_NOON, World
from toolshare.circulation import terms
from toolshare.circulation.borrowing import borrow
from toolshare.inventory.models import Item
from toolshare.people.models import ClosedDate, OpeningHours
from toolshare.people.opening import read_opening_times
from toolshare.rules.in_force import BY_DEFAULT
from toolshare.rules.lengths import Length
from toolshare.rules.resolving import rules_for
from toolshare.rules.values import ClosedDay

A_WEEK = range(7)
SATURDAY = 5


def rome(*numbers: int) -> datetime:
    return datetime(*numbers, tzinfo=ZoneInfo("Europe/Rome"))  # type: ignore[misc,arg-type]


def due_at(world: World, now: datetime, item: Item | None = None) -> datetime:
    """When something of Borgo is due that is borrowed now, by the rules in force for it."""
    about: dict[str, Any] = {"item_id": item.id, "kind_id": item.kind_id} if item else {}
    rules = rules_for(world.session, group_id=world.borgo.id, **about)
    world.session.flush()
    return terms.due_at(read_opening_times(world.session, world.borgo), rules, now=now)


def open_on(world: World, *weekdays: int, **hours: time) -> None:
    hours = {"opens_at": time(9), "closes_at": time(18), **hours}
    world.session.add_all(
        OpeningHours(group_id=world.borgo.id, weekday=weekday, **hours) for weekday in weekdays
    )


def close_on(world: World, *days: date) -> None:
    world.session.add_all(ClosedDate(group_id=world.borgo.id, day=day) for day in days)


def test_the_group_lends_for_a_week_to_the_end_of_the_day(world: World) -> None:
    assert due_at(world, MONDAY_NOON) == rome(2026, 6, 8, 23, 59, 59)


def test_the_kinds_own_period_comes_first(world: World) -> None:
    item = world.make_item()
    world.make_rule("loan_period", Length(days=14))
    world.make_rule("loan_period", Length(days=2), kind_id=item.kind_id)
    assert due_at(world, MONDAY_NOON, item) == rome(2026, 6, 3, 23, 59, 59)


def test_the_day_is_counted_on_the_groups_calendar(world: World) -> None:
    half_past_midnight = rome(2026, 6, 2, 0, 30)
    assert due_at(world, half_past_midnight) == rome(2026, 6, 9, 23, 59, 59)


def test_a_closed_day_moves_it_to_the_end_of_the_next_opening_day(world: World) -> None:
    open_on(world, 2, opens_at=time(17), closes_at=time(19))
    open_on(world, SATURDAY, opens_at=time(9), closes_at=time(12))
    close_on(world, date(2026, 6, 10))
    assert due_at(world, MONDAY_NOON) == rome(2026, 6, 13, 12)


def test_ten_days_from_the_9th_are_the_end_of_the_19th_or_of_the_20th_if_that_is_closed(
    world: World,
) -> None:
    world.make_rule("loan_period", Length(days=10))
    assert due_at(world, rome(2013, 2, 9, 10)) == rome(2013, 2, 19, 23, 59, 59)
    close_on(world, date(2013, 2, 19))
    assert due_at(world, rome(2013, 2, 9, 10)) == rome(2013, 2, 20, 23, 59, 59)


@pytest.mark.parametrize(
    ("closed_day", "due"), [(ClosedDay.NEXT, (2, 24)), (ClosedDay.PREVIOUS, (2, 22))]
)
def test_with_all_saturdays_closed_two_weeks_end_beside_one(
    world: World, closed_day: ClosedDay, due: tuple[int, int]
) -> None:
    # 23 February 2013 is a Saturday.
    world.make_rule("loan_period", Length(days=14))
    world.make_rule("closed_day", closed_day)
    open_on(world, *({*A_WEEK} - {SATURDAY}))
    assert due_at(world, rome(2013, 2, 9, 10)) == rome(2013, *due, 18)


@pytest.mark.parametrize(
    ("closed_day", "due"), [(ClosedDay.NEXT, (3, 2)), (ClosedDay.PREVIOUS, (2, 16))]
)
def test_who_opens_once_a_week_lends_to_that_weekday(
    world: World, closed_day: ClosedDay, due: tuple[int, int]
) -> None:
    world.make_rule("loan_period", Length(days=14))
    world.make_rule("closed_day", closed_day)
    open_on(world, SATURDAY)
    close_on(world, date(2013, 2, 23))
    assert due_at(world, rome(2013, 2, 9, 10)) == rome(2013, *due, 18)


def test_nothing_is_due_before_it_is_borrowed(world: World) -> None:
    world.make_rule("loan_period", Length(days=1))
    world.make_rule("closed_day", ClosedDay.PREVIOUS)
    open_on(world, SATURDAY)
    assert due_at(world, rome(2026, 6, 6, 17)) == rome(2026, 6, 6, 18)
    assert due_at(world, rome(2026, 6, 6, 19)) == rome(2026, 6, 13, 18)


@pytest.mark.parametrize(
    ("borrowed_at", "due"),
    [
        # Clocks go forward on 29 March 2026, back on 25 October 2026: 18:00 in Rome stays 18:00.
        (rome(2026, 3, 25, 12), rome(2026, 4, 1, 18)),
        (rome(2026, 3, 22, 12), rome(2026, 3, 29, 18)),
        (rome(2026, 10, 21, 12), rome(2026, 10, 28, 18)),
        (rome(2026, 10, 18, 12), rome(2026, 10, 25, 18)),
    ],
)
def test_a_week_in_which_the_clocks_change_is_a_week(
    world: World, borrowed_at: datetime, due: datetime
) -> None:
    open_on(world, *A_WEEK)
    assert due_at(world, borrowed_at) == due


def test_hours_pass_as_they_do_when_the_clocks_change(world: World) -> None:
    world.make_rule("loan_period", Length(hours=4))
    assert due_at(world, rome(2026, 3, 29, 0)) == rome(2026, 3, 29, 5)
    assert due_at(world, rome(2026, 10, 25, 0)) == rome(2026, 10, 25, 3)


# Open from 9:00 to 12:30 and from 15:00 to 18:00, on Mondays and Wednesdays.
HOURS = [
    *[("next", (1, 9), (1, 11)), ("previous", (1, 9), (1, 11))],
    *[("next", (1, 11, 30), (1, 15)), ("previous", (1, 11, 30), (1, 12, 30))],
    *[("next", (1, 17), (3, 9)), ("previous", (1, 17), (1, 18))],
    # Lent in a closed shed: it is never due before now.
    *[("next", (1, 20), (3, 9)), ("previous", (1, 20), (3, 9))],
]


@pytest.mark.parametrize(("closed_day", "borrowed_at", "due"), HOURS)
def test_a_loan_by_the_hour_is_due_while_the_group_is_open(
    world: World, closed_day: str, borrowed_at: tuple[int, ...], due: tuple[int, ...]
) -> None:
    world.make_rule("loan_period", Length(hours=2))
    world.make_rule("closed_day", ClosedDay(closed_day))
    open_on(world, 0, 2, closes_at=time(12, 30))
    open_on(world, 0, 2, opens_at=time(15))
    assert due_at(world, rome(2026, 6, *borrowed_at)) == rome(2026, 6, *due)


def test_a_loan_by_the_hour_is_not_due_on_a_closed_date(world: World) -> None:
    world.make_rule("loan_period", Length(hours=24))
    close_on(world, date(2026, 6, 2))
    assert due_at(world, MONDAY_NOON) == rome(2026, 6, 3)
    world.make_rule("closed_day", ClosedDay.PREVIOUS)
    assert due_at(world, MONDAY_NOON) == rome(2026, 6, 1, 23, 59, 59)


def test_a_loan_keeps_the_rules_that_it_began_with(world: World) -> None:
    item = world.make_item()
    world.make_rule("loan_period", Length(days=3))
    rule = world.make_rule("renewals", 4)
    told: dict[str, Any] = {"borrower": world.ana, "by": world.ana, "now": MONDAY_NOON}
    loan = borrow(world.session, item, **told)
    rule.value = 0
    world.session.flush()
    kept = terms.rules_of(loan)
    assert (kept.loan_period, kept.renewals) == (Length(days=3), 4)


def test_a_loan_from_before_there_were_rules_has_those_by_default(world: World) -> None:
    assert terms.rules_of(world.make_loan(world.make_item(), world.ana)) == BY_DEFAULT


@pytest.mark.parametrize(
    ("wished", "due"),
    [
        (None, rome(2026, 6, 8, 23, 59, 59)),
        (date(2026, 6, 7), rome(2026, 6, 7, 23, 59, 59)),
        (date(2026, 6, 1), rome(2026, 6, 1, 23, 59, 59)),
        (date(2026, 5, 1), rome(2026, 6, 1, 23, 59, 59)),
        (date(2026, 6, 30), rome(2026, 6, 8, 23, 59, 59)),
    ],
)
def test_a_wish_is_heeded_as_far_as_the_rules_lend(
    world: World, wished: date | None, due: datetime
) -> None:
    group = read_opening_times(world.session, world.borgo)
    assert terms.due_at_wish(group, BY_DEFAULT, wished, now=MONDAY_NOON) == due


def test_a_wish_for_the_last_day_of_all_is_for_as_long_as_the_rules_lend(world: World) -> None:
    open_on(world, 0, 2)
    group = read_opening_times(world.session, world.borgo)
    longest = terms.due_at(group, BY_DEFAULT, now=MONDAY_NOON)
    assert terms.due_at_wish(group, BY_DEFAULT, date.max, now=MONDAY_NOON) == longest


def test_who_wishes_a_closed_day_brings_it_on_the_next_opening_day(world: World) -> None:
    open_on(world, 0, 2)
    group = read_opening_times(world.session, world.borgo)
    for wished, due in ((date(2026, 6, 2), 3), (date(2026, 6, 1), 1)):
        found = terms.due_at_wish(group, BY_DEFAULT, wished, now=MONDAY_NOON)
        assert found == rome(2026, 6, due, 18, 0)
    after_closing = MONDAY_NOON.replace(hour=20)
    assert terms.due_at_wish(group, BY_DEFAULT, date(2026, 6, 1), now=after_closing) == rome(
        2026, 6, 3, 18, 0
    )
