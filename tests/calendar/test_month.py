"""The month of a kind: how many are free on each day, and what of it is the reader's own."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.circulation.test_reserving import book, june
from tests.conftest import type_of_client
from tests.counting import statements
from tests.reading import text
from tests.world import MONDAY_NOON, World
from toolshare.calendar.month import DayOfKind, Month, month_of
from toolshare.care.models import Outage, OutageReason
from toolshare.circulation import spans
from toolshare.circulation.allotting import Wanted
from toolshare.circulation.booking import Booking
from toolshare.circulation.fitting import Span
from toolshare.circulation.reserving import reserve
from toolshare.inventory.models import Counting, Kind
from toolshare.people.models import ClosedDate, Group, OpeningHours
from toolshare.people.opening import read_opening_times

JUNE = date(2026, 6, 15)


def month(world: World, kind: Kind, day: date = JUNE, **differences: Any) -> Month:
    """The month of a day, as Ana sees it on the Monday of all tests."""
    told = {"reader": world.ana, "for_stewards": False, "first_weekday": 0, "now": MONDAY_NOON}
    return month_of(world.session, kind, day, **(told | differences))


def days_of(found: Month) -> dict[int, DayOfKind]:
    """The days of a month by their number."""
    return {one.day.date.day: one for week in found.weeks for one in week if one}


def free(world: World, kind: Kind, day: date = JUNE) -> list[int]:
    """How many are free on each day of a month."""
    return [one.free for one in days_of(month(world, kind, day)).values()]


@pytest.fixture
def tent(world: World) -> Kind:
    """A kind with two units."""
    kind = world.make_kind(name="Tent")
    world.make_item(kind)
    world.make_item(kind)
    return kind


def test_what_is_reserved_is_not_free_on_its_days(world: World, tent: Kind) -> None:
    book(world, tent, 9, 11, world.sam)
    book(world, tent, 11, 12, world.sam)
    assert free(world, tent) == [2] * 8 + [1, 1, 0, 1] + [2] * 18


def test_of_a_bin_it_says_how_many_are_always_there(world: World) -> None:
    chairs = world.make_kind(name="Chair", counting=Counting.BULK)
    world.make_item(chairs, quantity=40)
    book(world, chairs, 10, 11, quantity=30)
    book(world, chairs, 11, 12, quantity=5)
    assert free(world, chairs)[8:13] == [40, 10, 5, 35, 40]


def test_the_turnaround_belongs_to_what_keeps_a_thing(world: World, tent: Kind) -> None:
    world.make_rule("turnaround", 2, kind_id=tent.id)
    world.session.add(ClosedDate(group_id=world.borgo.id, day=date(2026, 6, 12)))
    book(world, tent, 10, 11)
    assert free(world, tent)[8:15] == [2, 1, 1, 1, 1, 1, 2]  # the 12th is closed: until the 14th


def test_what_is_in_repair_is_not_free_until_it_is_expected_back(world: World, tent: Kind) -> None:
    item = world.make_item(tent)
    outage = Outage(item_id=item.id, reason=OutageReason.IN_REPAIR, since=MONDAY_NOON)
    outage.expected_on = date(2026, 6, 4)
    world.session.add(outage)
    assert free(world, tent)[:6] == [2, 2, 2, 2, 3, 3]


@pytest.mark.parametrize("turned", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_day_is_a_day_when_the_clock_is_turned(world: World, tent: Kind, turned: date) -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    group = read_opening_times(world.session, world.borgo)
    before, after = turned - timedelta(days=1), turned + timedelta(days=1)
    for day in (before, turned, turned, after):
        span = spans.of_days(group, day, day)
        reserve(
            world.session,
            group,
            Booking([Wanted(tent)], span),
            person=world.sam,
            by=world.sam,
            now=now,
        )
    found = days_of(month(world, tent, turned, now=now))
    assert [found[day.day].free for day in (before, turned, after)] == [1, 0, 1]


def test_weeks_begin_on_the_readers_first_weekday(world: World, tent: Kind) -> None:
    on_monday = month(world, tent).weeks
    assert [one.day.date.day for one in on_monday[0] if one] == [1, 2, 3, 4, 5, 6, 7]
    on_sunday = month(world, tent, first_weekday=6).weeks
    assert [one.day.date.day for one in on_sunday[0] if one] == [1, 2, 3, 4, 5, 6]
    assert {len(week) for week in (*on_monday, *on_sunday)} == {7}


def test_only_free_open_days_to_come_can_begin_something(world: World, tent: Kind) -> None:
    world.session.add(ClosedDate(group_id=world.borgo.id, day=date(2026, 6, 3)))
    for person in (world.ana, world.sam):
        book(world, tent, 4, 4, person)
    begin = {number for number, one in days_of(month(world, tent)).items() if one.can_begin}
    assert begin == {1, 2, *range(5, 31)}
    may = days_of(month(world, tent, date(2026, 5, 31)))
    assert not any(one.can_begin for one in may.values())


def test_own_loans_and_reservations_are_marked_and_no_others(world: World, tent: Kind) -> None:
    book(world, tent, 20, 21, world.ana)
    book(world, tent, 20, 21, world.sam)
    item = world.make_item(tent)
    world.make_loan(item, world.ana, due_at=MONDAY_NOON + timedelta(days=2))
    found = month(world, tent)
    marked = [number for number, one in days_of(found).items() if one.own]
    assert marked == [1, 2, 3, 20, 21]
    assert [one.code for one in found.own] == [item.code, None]
    assert month(world, tent, date(2026, 7, 1)).own == []


def test_what_is_late_is_ones_own_until_today(world: World, tent: Kind) -> None:
    begun = {"borrowed_at": MONDAY_NOON - timedelta(days=9)}
    due = MONDAY_NOON - timedelta(days=4)
    world.make_loan(world.make_item(tent), world.ana, due_at=due, **begun)
    assert [n for n, one in days_of(month(world, tent)).items() if one.own] == [1]


def test_stewards_see_how_many_go_out_and_come_back(world: World, tent: Kind) -> None:
    book(world, tent, 9, 11, quantity=2)
    due = june(world, 11, 11).until_at
    world.make_loan(world.make_item(tent), world.ana, due_at=due)
    found = month(world, tent, for_stewards=True)
    busy = [(one.day.date.day, one.going_out, one.coming_back) for one in found.busy]
    assert busy == [(9, 2, 0), (11, 0, 3)]
    assert month(world, tent).busy == []


def test_what_ends_at_midnight_comes_back_the_day_before(world: World, tent: Kind) -> None:
    group = read_opening_times(world.session, world.borgo)
    span = spans.from_midnight(group, date(2026, 6, 9), date(2026, 6, 10))
    booking = Booking([Wanted(tent)], span)
    reserve(world.session, group, booking, person=world.ana, by=world.ana, now=MONDAY_NOON)
    found = month(world, tent, for_stewards=True)
    assert [one.day.date.day for one in found.busy] == [9, 10]


def test_the_calendar_ends_a_year_from_now(world: World, tent: Kind) -> None:
    assert month(world, tent, date(1, 1, 1)).before is None
    last = month(world, tent, date(9999, 12, 31))
    assert (last.first, last.after) == (date(2027, 6, 1), None)
    here = month(world, tent)
    assert (here.before, here.after) == (date(2026, 5, 1), date(2026, 7, 1))


def test_the_page_leads_to_reserving_from_a_day(
    world: World, client_of: type_of_client, tent: Kind
) -> None:
    world.session.commit()
    client = client_of(world.ana)
    page = client.get(f"/catalogue/{tent.id}/calendar?month=2026-06").text
    assert "June 2026" in page
    address = f"/reservations/new?kind={tent.id}&amp;from_day=2026-06-10"
    assert address in page
    form = client.get(address.replace("&amp;", "&")).text
    assert 'value="2026-06-10"' in form
    assert "This field is required" not in form


def test_members_learn_nobodys_name_and_stewards_where_to_look(
    world: World, client_of: type_of_client, tent: Kind
) -> None:
    book(world, tent, 9, 11, world.cora)
    world.session.commit()
    address = f"/catalogue/{tent.id}/calendar?month=2026-06"
    of_ana = client_of(world.ana).get(address).text
    assert "Cora" not in of_ana
    assert "/board/2026-06-09" not in of_ana
    assert "/board/2026-06-09" in client_of(world.sam).get(address).text


@pytest.mark.parametrize("typed", ["", "2026-13", "june", "9999-12", "0001-01", "2026-06-01"])
def test_a_month_that_is_none_is_answered_with_one_that_is(
    world: World, client_of: type_of_client, tent: Kind, typed: str
) -> None:
    world.session.commit()
    answer = client_of(world.ana).get(f"/catalogue/{tent.id}/calendar?month={typed}")
    assert answer.status_code == 200


def test_what_is_used_up_has_no_calendar(world: World, client_of: type_of_client) -> None:
    screws = world.make_kind(name="Screws", counting=Counting.CONSUMABLE)
    world.make_item(screws, quantity=9)
    world.session.commit()
    assert client_of(world.ana).get(f"/catalogue/{screws.id}/calendar").status_code == 404


def test_a_month_takes_as_many_statements_for_fifty_units_as_for_one(
    world: World, client_of: type_of_client, tent: Kind
) -> None:
    group = world.session.get_one(Group, world.borgo.id)
    hours = {"group_id": group.id, "opens_at": datetime.min.time().replace(hour=9)}
    world.session.add(
        OpeningHours(weekday=2, closes_at=datetime.min.time().replace(hour=12), **hours)
    )
    for _ in range(50):
        world.make_loan(world.make_item(tent), world.ana)
    world.session.flush()
    with statements() as sent:
        month(world, tent, for_stewards=True)
    assert len(sent) <= 11
    world.session.commit()
    client = client_of(world.sam)
    with statements() as sent:
        client.get(f"/catalogue/{tent.id}/calendar?month=2026-06")
    assert len(sent) <= 18


def test_a_month_leads_to_the_board_of_who_owns_it_where_one_may_borrow(
    world: World, tent: Kind, client_of: type_of_client
) -> None:
    tractor = world.make_kind(name="Tractor", group_id=world.valle.id)
    world.session.commit()
    seen = {
        (reader.name, kind.name)
        for reader in (world.ana, world.vera)
        for kind in (tractor, tent)
        if "/board" in client_of(reader).get(f"/catalogue/{kind.id}/calendar").text
    }
    assert seen == {("Ana", "Tractor"), ("Ana", "Tent"), ("Vera", "Tractor")}


def test_what_is_ones_own_for_some_hours_says_its_day_once(
    world: World, tent: Kind, client_of: type_of_client
) -> None:
    morning = datetime(2026, 6, 9, 7, 0, tzinfo=UTC)
    booking = Booking([Wanted(tent)], Span(morning, morning + timedelta(hours=3)))
    told = {"person": world.ana, "by": world.ana, "now": MONDAY_NOON}
    reserve(world.session, world.borgo, booking, **told)
    world.session.commit()
    page = text(client_of(world.ana).get(f"/catalogue/{tent.id}/calendar?month=2026-06"))
    assert "Reserved Tue 9 Jun, 09:00 – 12:00" in page
