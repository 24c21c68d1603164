"""What Koha answers about due dates on closed days and about the unit that a booking gets."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from tests.circulation.on_the_calendar import (
    books,
    have_been_members,
    kept,
    rome,
    several,
)
from tests.circulation.test_terms import close_on, open_on
from tests.conftest import type_of_client
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare import clock
from toolshare.circulation import spans
from toolshare.circulation.booking import NotFree
from toolshare.circulation.borrowing import borrow
from toolshare.circulation.fitting import Span
from toolshare.inventory.models import Item, Kind
from toolshare.people.models import Person
from toolshare.people.opening import read_opening_times
from toolshare.refusals import Refusal
from toolshare.rules.lengths import Length
from toolshare.rules.values import ClosedDay

THE_NINTH = rome("2013-02-09T10:00")  # of February 2013, a Saturday
SATURDAY = 5
BUT_SATURDAYS = {*range(7)} - {SATURDAY}


@pytest.fixture(autouse=True)
def _in_2013(world: World) -> None:
    have_been_members(world, date(2012, 1, 1))


def lent(world: World, **rules: Any) -> datetime:
    """When what is borrowed on the ninth is due."""
    for parameter, value in rules.items():
        world.make_rule(parameter, value)
    told = {"borrower": world.ana, "by": world.ana, "now": THE_NINTH}
    return borrow(world.session, world.make_item(), **told).due_at


def test_ten_days_end_with_the_nineteenth(world: World) -> None:
    """Scenario 5, first half."""
    assert lent(world, loan_period=Length(days=10)) == rome("2013-02-19T23:59:59")


def test_ten_days_end_with_the_twentieth_when_the_nineteenth_is_closed(world: World) -> None:
    """Scenario 5, second half."""
    close_on(world, date(2013, 2, 19))
    assert lent(world, loan_period=Length(days=10)) == rome("2013-02-20T23:59:59")


def test_the_page_of_the_thing_says_it_before_it_is_borrowed(
    world: World, client_of: type_of_client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scenario 5, on the scan page: until when one would have it."""
    close_on(world, date(2013, 2, 19))
    world.make_rule("loan_period", Length(days=10))
    item = world.make_item()
    world.session.commit()
    monkeypatch.setattr(clock, "now", lambda: THE_NINTH)
    page = client_of(world.ana).get(f"/I/{item.code}").text
    assert "20 Feb" in page
    assert "19 Feb" not in page


WEEKLY = {"loan_period": Length(days=14), "closed_day": ClosedDay.SAME_WEEKDAY}


def test_two_weeks_roll_on_by_a_week_when_that_saturday_is_closed(world: World) -> None:
    """Scenario 6, first half: the 23rd is closed, and it is due on the second of March."""
    close_on(world, date(2013, 2, 23))
    assert lent(world, **WEEKLY) == rome("2013-03-02T23:59:59")


def test_two_weeks_end_on_a_sunday_when_every_saturday_is_closed(world: World) -> None:
    """Scenario 6, second half: there is no such weekday to roll on to, so it is the 24th."""
    open_on(world, *BUT_SATURDAYS, opens_at=time(0), closes_at=time(23, 59, 59))
    assert lent(world, **WEEKLY) == rome("2013-02-24T23:59:59")


def test_without_a_weekly_roll_the_next_opening_day_is_the_sunday_too(world: World) -> None:
    close_on(world, date(2013, 2, 23))
    assert lent(world, loan_period=Length(days=14)) == rome("2013-02-24T23:59:59")


def test_by_the_hour_a_closed_weekday_moves_it_to_the_next_opening(world: World) -> None:
    """Hours are no weekdays: they go on when the group opens."""
    close_on(world, date(2013, 2, 10))
    rules = {"loan_period": Length(hours=24), "closed_day": ClosedDay.SAME_WEEKDAY}
    assert lent(world, **rules) == rome("2013-02-11T00:00")


def around(world: World, first: int, last: int) -> Span:
    """Days counted from today, T, which is Monday."""
    group = read_opening_times(world.session, world.borgo)
    monday = MONDAY_NOON.date()
    ends = (monday + timedelta(days=first), monday + timedelta(days=last))
    return spans.of_days(group, *ends)


WEDNESDAY = MONDAY_NOON - timedelta(days=5)  # when the bookings are made


def refused(world: World, kind: Kind, span: Span, **of: Any) -> bool:
    """Whether Sam is told that it is not free then."""
    with pytest.raises(Refusal) as refusal:
        books(world, kind, span, now=WEDNESDAY, person=world.sam, **of)
    return [type(one) for one in refusal.value.reasons] == [NotFree]


@pytest.fixture
def units(world: World) -> tuple[Item, Item]:
    """Two of a kind; the first is booked from two days ago until in four days."""
    first, second = several(world, 2, name="Tent")
    books(world, first.kind, around(world, -2, 4), now=WEDNESDAY, item_id=first.id)
    return first, second


@on_any_database
@pytest.mark.parametrize(("first", "last"), [(0, 9), (-4, 2), (-3, 5), (1, 3), (4, 4)])
def test_a_booked_unit_is_refused_for_whatever_reaches_into_its_days(
    world: World, units: tuple[Item, Item], first: int, last: int
) -> None:
    """Scenario 7: starting today, ending in two days, enveloping, inside; the second unit accepts."""
    one, two = units
    assert refused(world, one.kind, around(world, first, last), item_id=one.id)
    assert kept(
        world.session,
        books(world, one.kind, around(world, first, last), now=WEDNESDAY, item_id=two.id),
    ) == [two.id]


@on_any_database
def test_any_unit_is_refused_while_both_are_taken_and_then_the_first_is_given(
    world: World, units: tuple[Item, Item], bob: Person
) -> None:
    """Scenario 7: both are taken until in four days; from five to nine days on it is the first."""
    one, two = units
    books(world, one.kind, around(world, 0, 4), now=MONDAY_NOON, person=bob, item_id=two.id)
    for span in (around(world, 0, 9), around(world, -4, 2), around(world, -3, 9)):
        assert refused(world, one.kind, span)
    given = books(world, one.kind, around(world, 5, 9), now=MONDAY_NOON, person=world.sam)
    assert kept(world.session, given) == [one.id]


def test_the_page_refuses_and_gives_the_same(
    world: World, client_of: type_of_client, units: tuple[Item, Item], bob: Person
) -> None:
    """Scenario 7, through the form."""
    one, two = units
    books(world, one.kind, around(world, 0, 4), now=MONDAY_NOON, person=bob, item_id=two.id)
    world.session.commit()
    client = client_of(world.sam)
    form = {"kind": [one.kind_id], "from_day": "2026-06-03", "until_day": "2026-06-04"}
    answer = client.post("/reservations", data=form)
    assert answer.status_code == 409
    assert "Tent is not free for all of that time." in answer.text
    form |= {"from_day": "2026-06-06", "until_day": "2026-06-10"}
    answer = client.post("/reservations", data=form, follow_redirects=True)
    assert "Reserved. It is kept for you." in answer.text
