"""What CommonsBooking answers about how many days one person may have booked."""

from datetime import date, datetime, time, timedelta

import pytest

from tests.circulation.on_the_calendar import books, have_been_members, rome, several
from tests.conftest import type_of_client
from tests.postgres import on_any_database
from tests.world import World
from toolshare import clock
from toolshare.circulation import calling_off, lapsing, spans
from toolshare.circulation.fair_share import TooManyDays, bookings_of
from toolshare.circulation.fitting import Span
from toolshare.circulation.promises import Reservation
from toolshare.inventory.models import Kind
from toolshare.people.opening import read_opening_times
from toolshare.refusals import Refusal
from toolshare.rules.lengths import Length
from toolshare.rules.setting import set_rule

THE_FIRST = rome("2021-07-01T00:00")
DAY = timedelta(days=1)


@pytest.fixture
def bike(world: World) -> Kind:
    """Two cargo bikes, of which one person can have one booked for three days."""
    have_been_members(world, date(2021, 1, 1))
    set_rule(world.session, world.borgo, "most_days", 3, by=world.cora, now=THE_FIRST)
    return several(world, 2, name="Cargo bike")[0].kind


def between(first: int, last: int) -> Span:
    """From one midnight to another, counted in days from the first of July 2021."""
    return Span(THE_FIRST + first * DAY, THE_FIRST + last * DAY)


def whole(world: World, first: str, last: str) -> Span:
    group = read_opening_times(world.session, world.borgo)
    return spans.of_days(group, date.fromisoformat(first), date.fromisoformat(last))


def counted(world: World, kind: Kind, now: datetime) -> int:
    """How many days of the kind Ana has booked."""
    found = bookings_of(world.session, world.ana, [kind.id], now=now)
    return sum(one.days(world.borgo) for one in found)


def too_many(world: World, kind: Kind, span: Span, now: datetime) -> int:
    """How many days Ana would have booked with this one, which is refused."""
    with pytest.raises(Refusal) as refusal:
        books(world, kind, span, now=now)
    (reason,) = refusal.value.reasons
    assert isinstance(reason, TooManyDays)
    assert reason.most == 3
    return reason.booked


@on_any_database
def test_three_days_are_confirmed_and_a_fourth_is_refused(world: World, bike: Kind) -> None:
    """Scenario 10: +1 to +4 is three days; +4 to +5 would be one more."""
    booked = books(world, bike, between(1, 4), now=THE_FIRST)
    assert booked.is_open
    assert not booked.is_requested
    assert too_many(world, bike, between(4, 5), THE_FIRST) == 4
    books(world, bike, between(4, 5), now=THE_FIRST, person=world.sam)


def test_the_page_says_so_too(
    world: World, client_of: type_of_client, bike: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scenario 10, through the form, which asks for whole days."""
    world.session.commit()
    monkeypatch.setattr(clock, "now", lambda: THE_FIRST)
    client = client_of(world.ana)
    form = {"kind": [bike.id], "from_day": "2021-07-02", "until_day": "2021-07-04"}
    assert client.post("/reservations", data=form).status_code == 303
    form |= {"from_day": "2021-07-05", "until_day": "2021-07-05"}
    answer = client.post("/reservations", data=form)
    assert answer.status_code == 409
    assert "One person can have it booked for 3 days; yours are 4 with this." in answer.text


def booked_for_four_days(world: World, kind: Kind) -> Reservation:
    """From the second of July until the fifth, when four days were still allowed."""
    set_rule(world.session, world.borgo, "most_days", 4, by=world.cora, now=THE_FIRST)
    booked = books(world, kind, between(1, 5), now=THE_FIRST)
    set_rule(world.session, world.borgo, "most_days", 3, by=world.cora, now=THE_FIRST)
    return booked


@on_any_database
@pytest.mark.parametrize(
    ("cancelled_at", "counts"),
    [
        (THE_FIRST + 3 * DAY, 2),
        (THE_FIRST + 3 * DAY + timedelta(hours=1), 3),
        (THE_FIRST + 1 * DAY, 0),
        (THE_FIRST, 0),
    ],
    ids=["two days before its end", "in the third day", "as it begins", "before it begins"],
)
def test_what_was_cancelled_counts_the_days_that_it_blocked(
    world: World, bike: Kind, cancelled_at: datetime, counts: int
) -> None:
    """Scenario 10: four days cancelled two days before their end count two, before their start none."""
    booked = booked_for_four_days(world, bike)
    assert counted(world, bike, THE_FIRST) == 4
    calling_off.cancel(world.session, booked, by=world.ana, now=cancelled_at)
    assert counted(world, bike, cancelled_at) == counts


def test_what_a_cancelled_booking_blocked_leaves_the_rest_of_the_days(
    world: World, bike: Kind
) -> None:
    """Scenario 10, as the next booking meets it: two of three days are used, one is left."""
    booked, now = booked_for_four_days(world, bike), THE_FIRST + 3 * DAY
    calling_off.cancel(world.session, booked, by=world.ana, now=now)
    assert too_many(world, bike, between(6, 8), now) == 4
    books(world, bike, between(6, 7), now=now)


def test_what_nobody_fetched_counts_the_days_that_it_blocked(world: World, bike: Kind) -> None:
    """What is given up is called off as well, if by nobody."""
    booked = books(world, bike, whole(world, "2021-07-02", "2021-07-04"), now=THE_FIRST)
    lapsing.lapse(world.session, booked, now=booked.fetch_by)
    assert counted(world, bike, booked.fetch_by) == 1


def test_days_of_a_chain_are_all_counted_over_the_ends_of_months(world: World, bike: Kind) -> None:
    """Section 3: CommonsBooking drops whole months of a chain."""
    for parameter, value in (("most_days", 70), ("longest_booking", Length(days=50))):
        set_rule(world.session, world.borgo, parameter, value, by=world.cora, now=THE_FIRST)
    books(world, bike, whole(world, "2021-07-02", "2021-08-15"), now=THE_FIRST)
    books(world, bike, whole(world, "2021-08-16", "2021-09-03"), now=THE_FIRST)
    assert counted(world, bike, THE_FIRST) == 45 + 19


@pytest.mark.parametrize(
    ("first", "last"), [("2021-10-30", "2021-11-01"), ("2022-03-26", "2022-03-28")]
)
def test_three_days_are_three_when_the_clock_is_turned(
    world: World, bike: Kind, first: str, last: str
) -> None:
    """They last for 73 hours in autumn and for 71 in spring."""
    booked = books(world, bike, whole(world, first, last), now=THE_FIRST)
    hours = (booked.until_at - booked.from_at) / timedelta(hours=1)
    assert round(hours) == (73 if first.startswith("2021") else 71)
    assert counted(world, bike, THE_FIRST) == 3


def test_from_noon_to_noon_is_a_day(world: World, bike: Kind) -> None:
    noons = [datetime.combine(date(2021, 7, day), time(12)) for day in (2, 5)]
    books(world, bike, Span(*(rome(str(noon)) for noon in noons)), now=THE_FIRST)
    assert counted(world, bike, THE_FIRST) == 3
