"""Who walks up and borrows by the hour has a machine until somebody else's hours begin."""

from datetime import datetime, time, timedelta

import pytest

from tests.circulation.on_the_calendar import books, rome, several
from tests.circulation.test_terms import A_WEEK, open_on
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.circulation.borrowing import borrow
from toolshare.circulation.fitting import Span
from toolshare.circulation.room import KeptForAnother
from toolshare.inventory.models import Item
from toolshare.refusals import Refusal
from toolshare.rules.lengths import Length

TWO, FOUR = rome("2026-06-01T14:00"), rome("2026-06-01T16:00")  # Monday noon in UTC is two in Rome
DAY = timedelta(days=1)


@pytest.fixture
def tractor(world: World) -> Item:
    """Lent for four hours; Sam has it from four to six on Monday."""
    (tractor,) = several(world, 1, name="Tractor")
    world.make_rule("loan_period", Length(hours=4))
    span = Span(FOUR, FOUR + timedelta(hours=2))
    books(world, tractor.kind, span, now=MONDAY_NOON - DAY, person=world.sam)
    return tractor


def due_at(world: World, tractor: Item, now: datetime) -> datetime:
    told = {"borrower": world.ana, "by": world.ana, "now": now}
    return borrow(world.session, tractor, **told).due_at


def refused(world: World, tractor: Item, now: datetime) -> bool:
    with pytest.raises(Refusal) as refusal:
        due_at(world, tractor, now)
    return refusal.value.reasons == (KeptForAnother(),)


@on_any_database
def test_a_loan_by_the_hour_ends_as_the_next_one_begins(world: World, tractor: Item) -> None:
    assert due_at(world, tractor, TWO) == FOUR


def test_minutes_are_not_worth_it(world: World, tractor: Item) -> None:
    assert refused(world, tractor, FOUR - timedelta(minutes=14))
    assert due_at(world, tractor, FOUR - timedelta(minutes=15)) == FOUR


def test_there_has_to_be_time_for_the_turnaround(world: World, tractor: Item) -> None:
    world.make_rule("turnaround", 1)
    assert refused(world, tractor, TWO)


def test_it_ends_while_the_group_is_open(world: World, tractor: Item) -> None:
    open_on(world, *A_WEEK, opens_at=time(9), closes_at=time(15))
    open_on(world, *A_WEEK, opens_at=time(17), closes_at=time(20))
    world.session.flush()
    assert due_at(world, tractor, TWO) == FOUR - timedelta(hours=1)


def test_a_loan_by_days_does_not_end_in_the_middle_of_one(world: World, tractor: Item) -> None:
    world.make_rule("loan_period", Length(days=2), kind_id=tractor.kind_id)
    assert refused(world, tractor, TWO)
