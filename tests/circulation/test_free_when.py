"""When things are free together for as long as somebody needs them."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from tests.circulation.test_reserving import book, june
from tests.conftest import type_of_client
from tests.counting import statements
from tests.world import MONDAY_NOON, World
from toolshare.circulation import spans
from toolshare.circulation.allotting import Wanted
from toolshare.circulation.booking import (
    Booking,
    NothingWanted,
    OneVillageAtATime,
    TakenNotReserved,
    weigh,
)
from toolshare.circulation.booking_rules import TooLong, TooShort
from toolshare.circulation.fitting import Span
from toolshare.circulation.free_when import NotFreeForSoLong, Times, free_when
from toolshare.circulation.reserving import reserve
from toolshare.inventory.models import Counting, Kind
from toolshare.people.models import ClosedDate, OpeningHours
from toolshare.people.opening import read_opening_times
from toolshare.rules.lengths import Length

TODAY = MONDAY_NOON.date()
DAY, TWO_DAYS, THREE_HOURS = Length(days=1), Length(days=2), Length(hours=3)


def times(world: World, *wanted: Wanted, length: Length = TWO_DAYS, since: date = TODAY) -> Times:
    """When these of Borgo are free, asked on the Monday of all tests at 14:00."""
    return free_when(world.session, world.borgo, wanted, length, since=since, now=MONDAY_NOON)


def clock(found: Times) -> list[str]:
    """When they begin and end on the group's clock."""
    at = [[f"{one + timedelta(hours=2):%d %H:%M}" for one in span] for span in found.spans]
    return [f"{begins} - {ends}" for begins, ends in at]


def open_on(world: World, *weekdays: int) -> None:
    """Borgo opens from nine to twelve on these."""
    hours = {"group_id": world.borgo.id, "opens_at": time(9), "closes_at": time(12)}
    world.session.add_all(OpeningHours(weekday=one, **hours) for one in weekdays)
    world.session.flush()


@pytest.fixture
def tractor(world: World) -> Kind:
    """The only one."""
    kind = world.make_kind(name="Tractor")
    world.make_item(kind)
    return kind


@pytest.fixture
def drill(world: World) -> Kind:
    """The only one."""
    kind = world.make_kind(name="Seed drill")
    world.make_item(kind)
    return kind


def test_all_that_is_wanted_has_to_be_free_together(
    world: World, tractor: Kind, drill: Kind
) -> None:
    book(world, tractor, 3, 4)
    book(world, drill, 7, 8)
    found = times(world, Wanted(tractor), Wanted(drill))
    assert found.spans[:4] == [june(world, *one) for one in ((1, 2), (5, 6), (9, 10), (10, 11))]
    assert len(found.spans) == 6
    assert found.reasons == ()


def test_it_begins_where_one_says(world: World, tractor: Kind) -> None:
    found = times(world, Wanted(tractor), since=date(2026, 6, 20))
    assert found.spans[0] == june(world, 20, 21)
    past = times(world, Wanted(tractor), since=date(2026, 5, 1))
    assert past.spans[0] == june(world, 1, 2)


def test_where_the_group_is_closed_at_the_end_it_lasts_until_it_opens(
    world: World, tractor: Kind
) -> None:
    open_on(world, 2, 5)  # Wednesday and Saturday
    found = times(world, Wanted(tractor), length=TWO_DAYS)
    assert found.spans[:2] == [june(world, 3, 6), june(world, 6, 10)]
    world.session.add(ClosedDate(group_id=world.borgo.id, day=date(2026, 6, 6)))
    assert times(world, Wanted(tractor)).spans[0] == june(world, 3, 10)


def test_a_day_on_which_the_group_has_closed_is_over(world: World, tractor: Kind) -> None:
    open_on(world, 0, 1)  # on Mondays until noon, and it is two
    assert times(world, Wanted(tractor), length=DAY).spans[0] == june(world, 2, 2)


def test_its_turnaround_has_to_fit_too(world: World, tractor: Kind) -> None:
    world.make_rule("turnaround", 1, kind_id=tractor.id)
    book(world, tractor, 4, 5)
    found = times(world, Wanted(tractor))
    assert found.spans[:2] == [june(world, 1, 2), june(world, 7, 8)]


def test_so_many_have_to_be_free(world: World) -> None:
    chairs = world.make_kind(name="Chair", counting=Counting.BULK)
    world.make_item(chairs, quantity=40)
    book(world, chairs, 2, 5, quantity=30)
    assert times(world, Wanted(chairs, 10)).spans[0] == june(world, 1, 2)
    assert times(world, Wanted(chairs, 11)).spans[0] == june(world, 6, 7)
    assert times(world, Wanted(chairs, 41)).reasons == [NotFreeForSoLong(days=spans.LOOK_AHEAD)]


@pytest.mark.parametrize(
    ("parameter", "bound", "reason"),
    [("longest_booking", DAY, TooLong), ("shortest_booking", Length(days=4), TooShort)],
)
def test_a_length_that_the_rules_never_allow_is_refused_by_them(
    world: World, tractor: Kind, parameter: str, bound: Length, reason: type
) -> None:
    world.make_rule(parameter, bound, kind_id=tractor.id)
    found = times(world, Wanted(tractor))
    assert found.spans == ()
    assert [type(one) for one in found.reasons] == [reason]


def test_what_is_offered_can_be_reserved(world: World, tractor: Kind) -> None:
    world.make_rule("notice", Length(days=3), kind_id=tractor.id)
    world.make_rule("turnaround", 2, kind_id=tractor.id)
    open_on(world, 0, 2, 4)
    book(world, tractor, 12, 15)
    group = read_opening_times(world.session, world.borgo)
    for length in (DAY, TWO_DAYS, THREE_HOURS):
        for span in times(world, Wanted(tractor), length=length).spans:
            booking = Booking([Wanted(tractor)], span)
            told = {"person": world.ana, "by": world.ana, "now": MONDAY_NOON}
            assert weigh(world.session, group, booking, **told).reasons == []


def test_by_the_hour_it_begins_when_the_group_opens_or_when_it_comes_back(
    world: World, tractor: Kind
) -> None:
    open_on(world, 1, 2)
    hours = {"group_id": world.borgo.id, "opens_at": time(17), "closes_at": time(19)}
    world.session.add(OpeningHours(weekday=1, **hours))
    world.session.flush()
    assert clock(times(world, Wanted(tractor), length=THREE_HOURS))[:2] == [
        "02 09:00 - 02 12:00",
        "03 09:00 - 03 12:00",
    ]
    eight = datetime(2026, 6, 2, 7, 0, tzinfo=UTC)
    out = Span(eight, eight + timedelta(hours=5))  # back at two, while it is closed
    group = read_opening_times(world.session, world.borgo)
    told = {"person": world.sam, "by": world.sam, "now": MONDAY_NOON}
    reserve(world.session, group, Booking([Wanted(tractor)], out), **told)
    assert clock(times(world, Wanted(tractor), length=Length(hours=1)))[:2] == [
        "02 17:00 - 02 18:00",
        "03 09:00 - 03 10:00",
    ]


def test_by_the_hour_today_it_begins_at_the_next_quarter(world: World, tractor: Kind) -> None:
    now = MONDAY_NOON + timedelta(minutes=7)
    found = free_when(
        world.session, world.borgo, [Wanted(tractor)], THREE_HOURS, since=TODAY, now=now
    )
    assert clock(found)[:2] == ["01 14:15 - 01 17:15", "02 00:00 - 02 03:00"]


@pytest.mark.parametrize(
    ("turned", "now"),
    [
        (date(2026, 3, 29), datetime(2026, 3, 28, 12, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 24, 12, tzinfo=UTC)),
    ],
)
def test_a_day_is_from_opening_to_closing_when_the_clock_is_turned(
    world: World, tractor: Kind, turned: date, now: datetime
) -> None:
    open_on(world, 6)  # a Sunday
    found = free_when(world.session, world.borgo, [Wanted(tractor)], DAY, since=turned, now=now)
    group = read_opening_times(world.session, world.borgo)
    assert found.spans[0] == spans.of_days(group, turned, turned)
    assert found.spans[0].until_at - found.spans[0].from_at == timedelta(hours=3)


def test_what_can_never_be_reserved_is_refused_at_once(world: World, tractor: Kind) -> None:
    screws = world.make_kind(counting=Counting.CONSUMABLE)
    plough = world.make_kind(group_id=world.castello.id)
    assert [type(one) for one in times(world).reasons] == [NothingWanted]
    assert [type(one) for one in times(world, Wanted(screws)).reasons] == [TakenNotReserved]
    both = times(world, Wanted(tractor), Wanted(plough))
    assert [type(one) for one in both.reasons] == [OneVillageAtATime]


def test_the_page_leads_to_the_form_filled_in(
    world: World, client_of: type_of_client, tractor: Kind
) -> None:
    chairs = world.make_kind(name="Chair", counting=Counting.BULK)
    world.make_item(chairs, quantity=40)
    book(world, tractor, 1, 3, world.sam)
    world.session.commit()
    asked = {
        "kind": [tractor.id, chairs.id],
        f"quantity-{chairs.id}": 12,
        "length": 2,
        "unit": "days",
        "from_day": "",
        "until_day": "",
        "when": "y",
    }
    client = client_of(world.ana)
    page = client.get("/reservations/new", query_string=asked).text
    assert "All of it is free" in page
    assert "This field is required" not in page
    days = f"quantity-{chairs.id}=12&amp;from_day=2026-06-04&amp;until_day=2026-06-05"
    assert days in page
    address = next(part for part in page.split('"') if days in part).replace("&amp;", "&")
    filled = client.get(address).text
    assert "All of it is free then." in filled
    assert 'value="12"' in filled


def test_the_day_one_gives_is_where_it_begins_to_look(
    world: World, client_of: type_of_client, tractor: Kind
) -> None:
    world.session.commit()
    asked = {
        "kind": tractor.id,
        "length": 1,
        "unit": "hours",
        "from_day": "2026-06-20",
        "when": "y",
    }
    page = client_of(world.ana).get("/reservations/new", query_string=asked).text
    assert "from_day=2026-06-20&amp;until_day=2026-06-20&amp;from_time=00:00" in page


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"length": ""}, "This field is required."),
        ({"length": "0"}, "Number must be between 1 and 120."),
        ({"length": "many"}, "This is not a whole number."),
        ({"length": "2", "unit": "moons"}, "Not a valid choice."),
        ({"length": "120"}, "It is lent for 30 days at most."),
    ],
)
def test_a_length_that_is_none_is_answered_clearly(
    world: World, client_of: type_of_client, tractor: Kind, typed: dict[str, str], says: str
) -> None:
    world.session.commit()
    asked = {"kind": tractor.id, "unit": "days", "when": "y", **typed}
    answer = client_of(world.ana).get("/reservations/new", query_string=asked)
    assert answer.status_code == 200
    assert says in answer.text


def test_it_takes_no_more_statements_for_many_reservations(
    world: World, tractor: Kind, drill: Kind
) -> None:
    with statements() as few:
        times(world, Wanted(tractor), Wanted(drill))
    for day in range(2, 14, 3):
        book(world, tractor, day, day, world.sam)
    world.session.flush()
    with statements() as many:
        times(world, Wanted(tractor), Wanted(drill))
    assert len(many) == len(few) < 10
