"""What calendars show on the Sundays on which the clock is turned, and what rain moves onto them."""

import re
from datetime import date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.calendar.test_feeds import link_of
from tests.circulation.on_the_calendar import books, days, several
from tests.circulation.test_clock_changes import AUTUMN, BOTH, SPRING, end_of, on_saturday, utc
from tests.conftest import type_of_client
from tests.world import World
from toolshare import clock
from toolshare.circulation.allotting import Wanted
from toolshare.circulation.booking import Booking
from toolshare.circulation.borrowing import borrow
from toolshare.circulation.fitting import Span
from toolshare.circulation.promises import Promise, Reservation
from toolshare.circulation.reserving import reserve
from toolshare.circulation.shifting import shift
from toolshare.inventory.models import Item
from toolshare.rules.lengths import Length

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _in_paris(world: World) -> None:
    world.borgo.time_zone = "Europe/Paris"
    world.session.flush()


@pytest.fixture
def tent(world: World) -> Item:
    """The only one."""
    return several(world, 1, name="Tent")[0]


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


def weekend_of(client: FlaskClient, sunday: date) -> list[int]:
    """How many are free on Friday, Saturday and Sunday, as the board says."""
    page = client.get(f"/groups/borgo/board?day={sunday - 2 * DAY}").text
    return [int(free) for free in re.findall(r"<td[^>]*>.*?<span>(\d+)<", page, re.DOTALL)][:3]


@BOTH
@pytest.mark.parametrize(
    ("first", "last", "free"), [(-1, -1, [1, 0, 1]), (0, 0, [1, 1, 0]), (1, 1, [1, 1, 1])]
)
def test_the_board_keeps_days_apart(
    world: World,
    client_of: type_of_client,
    tent: Item,
    monkeypatch: pytest.MonkeyPatch,
    *,
    sunday: date,
    first: int,
    last: int,
    free: list[int],
) -> None:
    now = on_saturday(sunday) - 9 * DAY
    span = days(world, str(sunday + first * DAY), str(sunday + last * DAY))
    books(world, tent.kind, span, now=now)
    world.session.commit()
    at(monkeypatch, now)
    assert weekend_of(client_of(world.ana), sunday) == free


@BOTH
def test_an_hour_around_midnight_is_of_both_days(
    world: World,
    client_of: type_of_client,
    tent: Item,
    monkeypatch: pytest.MonkeyPatch,
    sunday: date,
) -> None:
    """Between Saturday and Sunday it is still the old time."""
    midnight = days(world, str(sunday), str(sunday)).from_at
    now = on_saturday(sunday) - 9 * DAY
    half = timedelta(minutes=30)
    books(world, tent.kind, Span(midnight - half, midnight + half), now=now)
    world.session.commit()
    at(monkeypatch, now)
    assert weekend_of(client_of(world.ana), sunday) == [1, 0, 0]


@BOTH
def test_what_is_due_at_the_end_of_sunday_comes_back_on_sunday(
    world: World,
    client_of: type_of_client,
    tent: Item,
    monkeypatch: pytest.MonkeyPatch,
    sunday: date,
) -> None:
    now = on_saturday(sunday)
    world.make_rule("loan_period", Length(days=1))
    loan = borrow(world.session, tent, borrower=world.ana, by=world.ana, now=now)
    assert loan.due_at == end_of(sunday)
    world.session.commit()
    at(monkeypatch, now)
    client = client_of(world.sam)
    shown = [
        "Tent" in client.get(f"/groups/borgo/board/{sunday + number * DAY}").text
        for number in (-1, 0, 1)
    ]
    assert shown == [False, True, False]


@pytest.mark.parametrize(
    ("sunday", "fetch", "until", "back"),
    [
        (SPRING, "20300329T230000Z", "20300331T215959Z", "20300331T215959Z"),
        (AUTUMN, "20301025T220000Z", "20301027T225959Z", "20301027T225959Z"),
    ],
)
def test_a_feed_tells_moments_that_no_clock_can_shift(
    world: World,
    client_of: type_of_client,
    tent: Item,
    *,
    sunday: date,
    fetch: str,
    until: str,
    back: str,
) -> None:
    """A reservation of the weekend, and a loan that is due at the end of it."""
    now = on_saturday(sunday)
    (saw,) = several(world, 1, name="Saw")
    books(world, saw.kind, days(world, str(sunday - DAY), str(sunday)), now=now - 9 * DAY)
    world.make_rule("loan_period", Length(days=1))
    borrow(world.session, tent, borrower=world.ana, by=world.ana, now=now)
    world.session.commit()
    feed = client_of(None).get(link_of(client_of(world.ana))).text
    saws, tents = (
        next(event for event in feed.split("BEGIN:VEVENT") if name in event)
        for name in ("Saw", "Tent")
    )
    assert f"DTSTART:{fetch}" in saws
    assert f"DTEND:{until}" in saws
    assert f"DTEND:{back}" in tents


def depends_on_weather(world: World, tent: Item, span: Span) -> Reservation:
    booking = Booking([Wanted(tent.kind)], span, weather_flexible=True)
    told = {"person": world.ana, "by": world.ana, "now": span.from_at - 9 * DAY}
    return reserve(world.session, world.borgo, booking, **told)


def rain(world: World, day: date, days: int, now: datetime) -> None:
    shift(world.session, world.borgo, day, day, days=days, by=world.sam, now=now)


@BOTH
def test_rain_on_saturday_moves_whole_days_onto_that_sunday(
    world: World, tent: Item, sunday: date
) -> None:
    saturday = days(world, str(sunday - DAY), str(sunday - DAY))
    booked = depends_on_weather(world, tent, saturday)
    rain(world, sunday - DAY, 1, saturday.from_at - DAY)
    assert (booked.from_at, booked.until_at) == days(world, str(sunday), str(sunday))
    assert booked.fetch_by == end_of(sunday)
    rain(world, sunday, -1, saturday.from_at - DAY)
    assert (booked.from_at, booked.until_at) == saturday


@pytest.mark.parametrize(
    ("sunday", "morning", "moved"),
    [
        (
            SPRING,
            ("2030-03-30T08:00", "2030-03-30T11:00"),
            ("2030-03-31T07:00", "2030-03-31T10:00"),
        ),
        (
            AUTUMN,
            ("2030-10-26T07:00", "2030-10-26T10:00"),
            ("2030-10-27T08:00", "2030-10-27T11:00"),
        ),
    ],
)
def test_rain_moves_hours_to_the_same_time_of_that_sunday(
    world: World, tent: Item, sunday: date, morning: tuple[str, str], moved: tuple[str, str]
) -> None:
    """From nine to twelve."""
    booked = depends_on_weather(world, tent, Span(*map(utc, morning)))
    rain(world, sunday - DAY, 1, utc(morning[0]) - 2 * DAY)
    assert (booked.from_at, booked.until_at) == tuple(map(utc, moved))
    kept = world.session.scalars(select(Promise)).one()
    assert (kept.from_at, kept.until_at) == (booked.from_at, booked.until_at)


def test_rain_moves_what_the_turned_clock_would_swallow_for_as_long_as_it_was(
    world: World, tent: Item
) -> None:
    """A quarter past two is a quarter past three then, and five past three lies before that."""
    night = Span(utc("2030-03-30T01:15"), utc("2030-03-30T02:05"))
    booked = depends_on_weather(world, tent, night)
    rain(world, SPRING - DAY, 1, night.from_at - 2 * DAY)
    assert booked.from_at == utc("2030-03-31T01:15")
    assert booked.until_at - booked.from_at == timedelta(minutes=50)


def test_a_form_that_the_turned_clock_leaves_no_time_is_refused_clearly(
    world: World, client_of: type_of_client, tent: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.session.commit()
    at(monkeypatch, utc("2030-03-20T12:00"))
    sunday = {"from_day": str(SPRING), "until_day": str(SPRING)}
    client = client_of(world.ana)
    swallowed = {"kind": [tent.kind_id], **sunday, "from_time": "02:15", "until_time": "03:05"}
    answer = client.post("/reservations", data=swallowed)
    assert answer.status_code == 422
    assert "It ends before it begins." in answer.text
    night = {"kind": [tent.kind_id], **sunday, "from_time": "02:30", "until_time": "05:00"}
    assert client.post("/reservations", data=night).status_code == 303
    booked = world.session.scalars(select(Reservation)).one()
    assert (booked.from_at, booked.until_at) == (utc("2030-03-31T01:30"), utc("2030-03-31T03:00"))


def test_a_time_that_there_is_twice_is_the_first(
    world: World, client_of: type_of_client, tent: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.session.commit()
    at(monkeypatch, utc("2030-10-20T12:00"))
    sunday = {"from_day": str(AUTUMN), "until_day": str(AUTUMN)}
    night = {"kind": [tent.kind_id], **sunday, "from_time": "02:30", "until_time": "05:00"}
    assert client_of(world.ana).post("/reservations", data=night).status_code == 303
    booked = world.session.scalars(select(Reservation)).one()
    assert (booked.from_at, booked.until_at) == (utc("2030-10-27T00:30"), utc("2030-10-27T04:00"))
