"""What is late never looks free: not at any moment, and with nothing having been written down since."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from tests.circulation.on_the_calendar import books, days, free_for, kept, rome, several
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.circulation import reasons as why
from toolshare.circulation import replanning
from toolshare.circulation.allotting import Wanted
from toolshare.circulation.availability import State, free_counts, states
from toolshare.circulation.booking import Booking, NotFree, weigh
from toolshare.circulation.borrowing import borrow, reasons_against
from toolshare.circulation.dropping_off import drop_off
from toolshare.circulation.lines import line_of
from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Promise
from toolshare.circulation.returning import take_back
from toolshare.inventory.models import Counting, Item, Kind
from toolshare.journal.models import Entry
from toolshare.people.models import OpeningHours
from toolshare.people.opening import today_in

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
DUE = rome("2026-06-08T23:59:59")  # a Monday
MOMENTS = pytest.mark.parametrize(
    "now",
    [DUE, DUE + SECOND, DUE + DAY / 2, DUE + DAY, DUE + 3 * DAY, DUE + 20 * DAY, DUE + 200 * DAY],
    ids=["as it is due", "a second later", "at noon", "a day", "three days", "20 days", "200 days"],
)


@pytest.fixture
def late(world: World) -> Loan:
    """The only tent, which Ana was to bring back by the end of the eighth."""
    (tent,) = several(world, 1, name="Tent")
    loan = borrow(world.session, tent, borrower=world.ana, by=world.ana, now=MONDAY_NOON)
    assert loan.due_at == DUE
    return loan


def day(world: World, now: datetime, later: int = 0) -> str:
    return str(today_in(world.borgo, now) + later * DAY)


def is_free(world: World, kind: Kind, first: str, last: str, now: datetime) -> bool:
    """Whether Sam could reserve it for these days."""
    booking = Booking([Wanted(kind)], days(world, first, last))
    told = {"person": world.sam, "by": world.sam, "now": now}
    reasons = weigh(world.session, world.borgo, booking, **told).reasons
    assert [type(one) for one in reasons] in ([], [NotFree])
    return not reasons


@on_any_database
@MOMENTS
def test_nobody_reserves_it_until_two_opening_days_are_over(
    world: World, late: Loan, now: datetime
) -> None:
    kind = late.item.kind
    free = [is_free(world, kind, *[day(world, now, later)] * 2, now) for later in range(1, 5)]
    assert free == [False, False, True, True]
    assert not is_free(world, kind, day(world, now, 1), day(world, now, 9), now)
    assert not is_free(world, kind, day(world, now, 2), day(world, now, 9), now)


@on_any_database
@MOMENTS
def test_nobody_borrows_it_and_no_count_has_it(world: World, late: Loan, now: datetime) -> None:
    item = late.item
    (reason,) = reasons_against(world.session, item, by=world.sam, now=now)
    assert isinstance(reason, why.Out if now == DUE else why.Late)
    word = State.OUT if now == DUE else State.LATE
    assert states(world.session, [item.id], now=now) == {item.id: word}
    assert free_counts(world.session, [item.kind_id], now=now) == {item.kind_id: 0}
    line = line_of(world.session, world.borgo, item.kind_id, now=now)
    assert list(line.free) == []


@on_any_database
@MOMENTS
def test_of_two_the_other_is_given(world: World, late: Loan, now: datetime) -> None:
    other = world.make_item(late.item.kind)
    span = days(world, day(world, now), day(world, now, 5))
    booked = books(world, late.item.kind, span, now=now, person=world.sam)
    assert kept(world.session, booked) == [other.id]


def test_looking_writes_nothing_down(world: World, late: Loan) -> None:
    before = world.session.scalars(select(Promise.until_at)).all()
    entries = len(world.session.scalars(select(Entry)).all())
    for later in range(1, 30):
        now = DUE + later * DAY
        assert free_for(world, late.item.kind, day(world, now), day(world, now), now=now) == 0
    assert world.session.scalars(select(Promise.until_at)).all() == before == [DUE]
    assert len(world.session.scalars(select(Entry)).all()) == entries


def test_opening_days_are_counted_and_no_others(world: World, late: Loan) -> None:
    """Open on Saturdays only: late on Tuesday, it is expected by the second Saturday."""
    world.session.add(
        OpeningHours(
            group_id=world.borgo.id,
            weekday=5,
            opens_at=rome("2026-06-01T09:00").time(),
            closes_at=rome("2026-06-01T12:00").time(),
        )
    )
    world.session.flush()
    found = [
        free_for(world, late.item.kind, saturday, saturday, now=DUE + DAY / 2)
        for saturday in ("2026-06-13", "2026-06-20", "2026-06-27")
    ]
    assert found == [0, 0, 1]


def test_what_comes_back_late_rests_for_its_turnaround(world: World, late: Loan) -> None:
    """Expected by the end of the eleventh, it is free from the thirteenth."""
    late.rules = {**late.rules, "turnaround": 1}
    world.session.flush()
    now = DUE + DAY / 2
    assert [
        free_for(world, late.item.kind, *[day(world, now, later)] * 2, now=now)
        for later in (2, 3, 4)
    ] == [0, 0, 1]


def test_what_was_left_in_the_shed_is_expected_by_the_end_of_the_next_opening_day(
    world: World, late: Loan
) -> None:
    now = DUE + DAY / 2
    drop_off(world.session, late, by=world.ana, now=now, where="Shelf")
    found = [
        free_for(world, late.item.kind, *[day(world, now, later)] * 2, now=now)
        for later in range(3)
    ]
    assert found == [0, 0, 1]


def test_of_a_bin_what_is_late_is_missing(world: World) -> None:
    crates = world.make_item(world.make_kind(counting=Counting.BULK), quantity=10)
    told = {"borrower": world.ana, "by": world.ana, "now": MONDAY_NOON}
    borrow(world.session, crates, quantity=7, **told)
    now = DUE + DAY / 2
    assert free_for(world, crates.kind, day(world, now), day(world, now, 1), now=now) == 3


def replan(world: World, item: Item, now: datetime) -> None:
    replanning.replan(world.session, world.borgo, [item.kind_id], now=now)


def test_what_is_promised_while_it_is_late_stands_for_an_opening_day_at_least(
    world: World, late: Loan
) -> None:
    """Promised on the ninth for the twelfth; the tenth is a day to bring it back."""
    now = rome("2026-06-09T12:00")
    twelfth = days(world, "2026-06-12", "2026-06-12")
    booked = books(world, late.item.kind, twelfth, now=now, person=world.sam)
    for moment in ("2026-06-09T12:00", "2026-06-10T00:00", "2026-06-10T23:59"):
        replan(world, late.item, rome(moment))
        assert kept(world.session, booked) == [late.item_id]
    replan(world, late.item, rome("2026-06-11T00:01"))
    assert kept(world.session, booked) == []
    take_back(world.session, late.item, by=world.sam, now=rome("2026-06-11T09:00"))
    assert kept(world.session, booked) == [late.item_id]
