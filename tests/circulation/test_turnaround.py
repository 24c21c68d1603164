"""What came back rests for its turnaround: nobody borrows it, and every page says so."""

from datetime import datetime, timedelta

import pytest

from tests.world import World
from toolshare.circulation import availability, borrowing, returning
from toolshare.circulation.availability import State
from toolshare.circulation.reasons import Rests
from toolshare.inventory.models import Item
from toolshare.people.opening import after_opening_days, read_opening_times
from toolshare.refusals import Refusal
from toolshare.rules.setting import set_rule

A_DAY = timedelta(days=1)


@pytest.fixture
def marquee(world: World, now: datetime) -> Item:
    """Came back a minute ago, and rests for one opening day."""
    marquee = world.make_item()
    set_rule(world.session, world.borgo, "turnaround", 1, by=world.cora, now=now - 2 * A_DAY)
    borrowing.borrow(world.session, marquee, borrower=world.ana, by=world.ana, now=now - A_DAY)
    returning.take_back(world.session, marquee, by=world.sam, now=now - timedelta(minutes=1))
    return marquee


def test_nobody_borrows_what_rests(world: World, marquee: Item, now: datetime) -> None:
    group = read_opening_times(world.session, world.borgo)
    until = after_opening_days(group, now, 1)
    rests = Rests(until=until, time_zone=group.time_zone)
    assert borrowing.reasons_against(world.session, marquee, by=world.ana, now=now) == [rests]
    with pytest.raises(Refusal) as refused:
        borrowing.borrow(world.session, marquee, borrower=world.ana, by=world.sam, now=now)
    assert refused.value.reasons == (rests,)


def test_it_is_borrowed_when_it_has_rested(world: World, marquee: Item, now: datetime) -> None:
    later = after_opening_days(read_opening_times(world.session, world.borgo), now, 1)
    borrowing.borrow(world.session, marquee, borrower=world.ana, by=world.ana, now=later)


def test_what_rests_is_kept_and_not_free(world: World, marquee: Item, now: datetime) -> None:
    session = world.session
    assert availability.states(session, [marquee.id], now=now) == {marquee.id: State.KEPT}
    assert availability.free_counts(session, [marquee.kind_id], now=now) == {marquee.kind_id: 0}
