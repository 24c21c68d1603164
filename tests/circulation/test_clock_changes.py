"""Both nights in which the clock is turned, for all that has an end, as Paris and Rome turn it.

On Sunday 31 March 2030 it goes from 2:00 to 3:00, on Sunday 27 October back from 3:00 to 2:00.
"""

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from tests.circulation.in_line import asks, comes_back, look, offer_of, offered
from tests.circulation.on_the_calendar import books, days, free_for, several
from tests.circulation.test_terms import A_WEEK, open_on
from tests.postgres import on_any_database
from tests.world import World
from toolshare.circulation import calling_off
from toolshare.circulation.booking_rules import TooLong
from toolshare.circulation.borrowing import borrow
from toolshare.circulation.fitting import Span
from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Promise
from toolshare.circulation.recalling import recall
from toolshare.circulation.renewing import renew
from toolshare.circulation.returning import take_back
from toolshare.circulation.terms import grace_ends, lost_from
from toolshare.refusals import Refusal
from toolshare.rules.lengths import Length

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SPRING, AUTUMN = date(2030, 3, 31), date(2030, 10, 27)


@pytest.fixture(autouse=True)
def _in_paris(world: World) -> None:
    world.borgo.time_zone = "Europe/Paris"
    world.session.flush()


def utc(moment: str) -> datetime:
    return datetime.fromisoformat(f"{moment}+00:00")


# Six in the evening of Saturday, and of Sunday, and the end of Sunday.
EVENINGS = {SPRING: ("2030-03-30T17:00", "2030-03-31T16:00", "2030-03-31T21:59:59")}
EVENINGS[AUTUMN] = ("2030-10-26T16:00", "2030-10-27T17:00", "2030-10-27T22:59:59")
BOTH = pytest.mark.parametrize("sunday", [SPRING, AUTUMN])


def on_saturday(sunday: date) -> datetime:
    return utc(EVENINGS[sunday][0])


def on_sunday(sunday: date) -> datetime:
    """When the clocks show the same as at six on Saturday."""
    return utc(EVENINGS[sunday][1])


def end_of(sunday: date) -> datetime:
    return utc(EVENINGS[sunday][2])


def a_day_of_hours_later(sunday: date) -> datetime:
    """Seven on Sunday in spring, five in autumn."""
    there = {SPRING: "2030-03-31T17:00", AUTUMN: "2030-10-27T16:00"}
    return utc(there[sunday])


def lent(world: World, now: datetime, **period: int) -> Loan:
    world.make_rule("loan_period", Length(**period))
    return borrow(world.session, world.make_item(), borrower=world.ana, by=world.ana, now=now)


def kept_until(world: World) -> datetime:
    return world.session.scalars(select(Promise.until_at)).one()


@on_any_database
@BOTH
def test_a_day_is_to_the_same_closing_time(world: World, sunday: date) -> None:
    open_on(world, *A_WEEK)
    assert lent(world, on_saturday(sunday) - HOUR, days=1).due_at == on_sunday(sunday)


@BOTH
def test_a_day_without_opening_hours_is_to_the_end_of_sunday(world: World, sunday: date) -> None:
    assert lent(world, on_saturday(sunday), days=1).due_at == end_of(sunday)


@on_any_database
@BOTH
def test_twenty_four_hours_pass_as_they_do(world: World, sunday: date) -> None:
    """Section 3: from 18:00 it is 19:00 in spring."""
    loan = lent(world, on_saturday(sunday), hours=24)
    assert loan.due_at == a_day_of_hours_later(sunday)
    assert loan.due_at - loan.borrowed_at == DAY


@pytest.mark.parametrize(
    ("lent_at", "due"),
    [
        ("2030-03-30T01:30", "2030-03-31T01:45"),  # half past two does not exist: half past three
        ("2030-10-26T00:30", "2030-10-27T00:45"),  # and there are two: the first
    ],
)
def test_half_past_two_a_day_later_is_a_time_that_there_is(
    world: World, lent_at: str, due: str
) -> None:
    """Section 3: a day and a quarter of an hour from half past two."""
    assert lent(world, utc(lent_at), days=1, minutes=15).due_at == utc(due)


@BOTH
def test_a_renewal_gives_the_same_as_borrowing_then(world: World, sunday: date) -> None:
    by_days = lent(world, on_saturday(sunday) - DAY, days=1)
    renew(world.session, by_days, by=world.ana, now=on_saturday(sunday))
    assert by_days.due_at == end_of(sunday)


@BOTH
def test_a_renewal_by_hours_passes_as_they_do(world: World, sunday: date) -> None:
    by_hours = lent(world, on_saturday(sunday) - 6 * HOUR, hours=24)
    renew(world.session, by_hours, by=world.ana, now=on_saturday(sunday))
    assert by_hours.due_at == a_day_of_hours_later(sunday)


@BOTH
@pytest.mark.parametrize("parameter", ["recall_notice", "guaranteed"])
def test_what_is_called_back_has_the_day_or_the_hours_of_its_notice(
    world: World, sunday: date, parameter: str
) -> None:
    other = {"recall_notice": "guaranteed", "guaranteed": "recall_notice"}[parameter]
    world.make_rule(other, Length())
    rule = world.make_rule(parameter, Length(days=1))
    due = []
    for length in ({"days": 1}, {"hours": 24}):
        rule.value = length
        world.session.flush()
        loan = borrow(
            *(world.session, world.make_item()),
            **{"borrower": world.ana, "by": world.ana, "now": on_saturday(sunday)},
        )
        told = {"by": world.cora, "now": on_saturday(sunday), "why": "Needed."}
        due.append(recall(world.session, loan, **told).due_at)
    assert due == [end_of(sunday), a_day_of_hours_later(sunday)]


@BOTH
def test_grace_and_the_time_until_it_is_lost_go_by_the_wall_clock(
    world: World, sunday: date
) -> None:
    open_on(world, *A_WEEK)
    loan = lent(world, on_saturday(sunday) - DAY, days=1)
    assert loan.due_at == on_saturday(sunday)
    assert grace_ends(loan.due_at, loan.rules, world.borgo) == on_sunday(sunday)
    assert lost_from(loan) == on_sunday(sunday) + 29 * DAY


@on_any_database
@BOTH
def test_days_are_reserved_from_midnight_to_midnight(world: World, sunday: date) -> None:
    (item,) = several(world, 1)
    saturday = sunday - DAY
    now = on_saturday(sunday) - 9 * DAY
    booked = books(world, item.kind, days(world, str(saturday), str(sunday)), now=now)
    begins = {SPRING: "2030-03-29T23:00", AUTUMN: "2030-10-25T22:00"}
    assert (booked.from_at, booked.until_at) == (utc(begins[sunday]), end_of(sunday))
    found = [
        free_for(world, item.kind, str(day), str(day), now=now)
        for day in (saturday - DAY, saturday, sunday, sunday + DAY)
    ]
    assert found == [1, 0, 0, 1]


NIGHTS = [
    (Span(utc("2030-03-31T00:00"), utc("2030-03-31T03:00")), 3),  # from one to five
    (Span(utc("2030-10-26T23:00"), utc("2030-10-27T04:00")), 5),
]


@pytest.mark.parametrize(("night", "hours"), NIGHTS)
def test_a_night_from_one_to_five_is_as_long_as_it_is(
    world: World, night: Span, hours: int
) -> None:
    (item,) = several(world, 1)
    longest = world.make_rule("longest_booking", Length(hours=hours))
    booked = books(world, item.kind, night, now=night.from_at - 9 * DAY)
    assert booked.fetch_by == night.from_at + 2 * HOUR
    calling_off.cancel(world.session, booked, by=world.ana, now=night.from_at - 9 * DAY)
    longest.value = {"hours": hours - 1}
    world.session.flush()
    with pytest.raises(Refusal) as refused:
        books(world, item.kind, night, now=night.from_at - 9 * DAY)
    assert refused.value.reasons == (TooLong(most=Length(hours=hours - 1)),)


@BOTH
def test_cancelling_is_late_from_twenty_four_hours_before(world: World, sunday: date) -> None:
    (item,) = several(world, 1)
    span = Span(a_day_of_hours_later(sunday), a_day_of_hours_later(sunday) + HOUR)
    late = []
    for now in (on_saturday(sunday), on_saturday(sunday) + timedelta(seconds=1)):
        booked = books(world, item.kind, span, now=now - DAY)
        late.append(calling_off.cancel(world.session, booked, by=world.ana, now=now).cancelled_late)
    assert late == [False, True]


@on_any_database
@BOTH
def test_an_opening_day_of_turnaround_is_that_sunday(world: World, sunday: date) -> None:
    world.make_rule("turnaround", 1)
    loan = lent(world, on_saturday(sunday) - DAY, days=3)
    take_back(world.session, loan.item, by=world.sam, now=on_saturday(sunday))
    assert kept_until(world) == end_of(sunday)


@BOTH
@pytest.mark.parametrize("by_hours", [False, True])
def test_an_offer_can_be_accepted_for_a_day_or_for_its_hours(
    world: World, sunday: date, *, by_hours: bool
) -> None:
    world.make_rule("offer_time", Length(hours=24) if by_hours else Length(days=1))
    loan = lent(world, on_saturday(sunday) - DAY, days=7)
    asks(world, loan.item, world.sam, now=on_saturday(sunday) - 2 * HOUR)
    comes_back(world, loan.item, on_saturday(sunday))
    ends = a_day_of_hours_later(sunday) if by_hours else end_of(sunday)
    assert offer_of(world, world.sam).expires_at == kept_until(world) == ends
    look(world, loan.item, ends - timedelta(seconds=1))
    assert offered(world) == {"Sam"}
    look(world, loan.item, ends)
    assert offered(world) == set()


@BOTH
def test_what_is_late_is_expected_by_the_end_of_opening_days(world: World, sunday: date) -> None:
    """Late since Friday: not free on Saturday, Sunday and Monday, free on Tuesday."""
    loan = lent(world, on_saturday(sunday) - 2 * DAY, days=1)
    found = [
        free_for(world, loan.item.kind, str(day), str(day), now=on_saturday(sunday))
        for day in (sunday - DAY, sunday, sunday + DAY, sunday + 2 * DAY)
    ]
    assert found == [0, 0, 0, 1]


@BOTH
def test_it_opens_and_closes_at_the_same_time_of_that_sunday(world: World, sunday: date) -> None:
    open_on(world, *A_WEEK, opens_at=time(9), closes_at=time(18))
    span = days(world, str(sunday), str(sunday))
    assert span == Span(on_sunday(sunday) - 9 * HOUR, on_sunday(sunday))
