"""What time alone ends: a reservation nobody answered, nobody could give, or nobody fetched."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from tests.circulation.in_line import asks, comes_back, offered
from tests.circulation.test_calling_off import refused
from tests.circulation.test_reserving import book, item_of
from tests.world import MONDAY_NOON, World
from toolshare.care import outages
from toolshare.care.models import OutageReason
from toolshare.circulation import answering, calling_off, replanning, retiring
from toolshare.circulation.borrowing import borrow
from toolshare.circulation.no_shows import no_shows
from toolshare.circulation.promises import Promise, Reservation
from toolshare.circulation.reservation_queries import State, reservation_for
from toolshare.circulation.reservations import ReservationEnded
from toolshare.circulation.sweeping import sweep
from toolshare.inventory.locking import under_lock
from toolshare.inventory.models import Item
from toolshare.journal.models import Entry, Event
from toolshare.rules.setting import set_rule

A_DAY = timedelta(days=1)


@pytest.fixture
def item(world: World) -> Item:
    return world.make_item()


@pytest.fixture
def requested(world: World, item: Item, now: datetime) -> Reservation:
    """What Ana asked for, for the 10th to the 12th."""
    set_rule(world.session, world.borgo, "needs_approval", True, by=world.cora, now=now)
    return book(world, item.kind, 10, 12)


def break_down(world: World, item: Item, now: datetime = MONDAY_NOON) -> None:
    item = under_lock(world.session, item.id)
    outages.begin(world.session, item, OutageReason.IN_REPAIR, by=world.sam, now=now)
    replanning.replan(world.session, world.borgo, [item.kind_id], now=now)


def mend(world: World, item: Item, now: datetime) -> None:
    outage = outages.open_outage(world.session, item)
    assert outage is not None
    outages.end(world.session, outage, by=world.sam, now=now)
    replanning.replan(world.session, world.borgo, [item.kind_id], now=now)


def state(world: World, reservation: Reservation, now: datetime) -> State:
    """How it stands, read anew."""
    world.session.flush()
    world.session.expire_all()
    return reservation_for(world.session, reservation.id, world.sam, now=now).state


def last_event(world: World) -> str | None:
    return world.session.scalar(select(Entry.what).order_by(Entry.id.desc()).limit(1))


def missed_by_ana(world: World) -> int:
    return no_shows(world.session, world.ana, world.borgo, now=MONDAY_NOON)


def test_what_nobody_answered_expires_and_is_nobodys_miss(
    world: World, requested: Reservation
) -> None:
    sweep(world.session, now=requested.fetch_by)
    assert (requested.no_show_at, requested.lapsed_at) == (None, requested.fetch_by)
    assert last_event(world) == Event.RESERVATION_EXPIRED
    assert state(world, requested, requested.fetch_by) is State.EXPIRED
    assert world.session.scalars(select(Promise)).all() == []
    assert missed_by_ana(world) == 0


def test_it_has_expired_before_anybody_wrote_it_down(world: World, requested: Reservation) -> None:
    a_moment_before = requested.fetch_by - timedelta(seconds=1)
    assert state(world, requested, a_moment_before) is State.REQUESTED
    then = requested.fetch_by
    assert state(world, requested, then) is State.EXPIRED
    acts = {"by": world.sam, "now": then}
    assert refused(answering.approve, world.session, requested, **acts) == (
        answering.AnsweredTooLate()
    )
    assert refused(answering.decline, world.session, requested, why="No.", **acts) == (
        answering.AnsweredTooLate()
    )
    ended = refused(calling_off.cancel, world.session, requested, by=world.ana, now=then)
    assert ended == ReservationEnded()
    answering.approve(world.session, requested, by=world.sam, now=a_moment_before)
    assert state(world, requested, then) is State.CONFIRMED


def test_what_was_declined_or_cancelled_does_not_expire(
    world: World, requested: Reservation, now: datetime
) -> None:
    calling_off.cancel(world.session, requested, by=world.ana, now=now)
    assert state(world, requested, requested.fetch_by) is State.CANCELLED


def test_who_takes_back_what_nobody_answered_is_never_late(
    world: World, requested: Reservation
) -> None:
    an_hour_before = requested.from_at - timedelta(hours=1)
    calling_off.cancel(world.session, requested, by=world.ana, now=an_hour_before)
    assert not requested.cancelled_late


def test_what_nobody_has_approved_is_not_set_aside(
    world: World, requested: Reservation, now: datetime
) -> None:
    unit = requested.units[0].id
    reason = refused(calling_off.set_aside, world.session, requested, unit, by=world.sam, now=now)
    assert reason == calling_off.NotApprovedYet()


def test_who_could_not_have_it_hopes_until_the_end_and_has_missed_nothing(
    world: World, item: Item
) -> None:
    booked = book(world, item.kind, 10, 12)
    break_down(world, item, booked.from_at)
    sweep(world.session, now=booked.fetch_by)
    assert state(world, booked, booked.fetch_by) is State.DISPLACED
    sweep(world.session, now=booked.until_at)
    assert state(world, booked, booked.until_at) is State.UNSERVED
    assert last_event(world) == Event.RESERVATION_UNSERVED
    assert (booked.no_show_at, missed_by_ana(world)) == (None, 0)


def test_what_can_be_had_again_is_kept_for_another_opening_day(world: World, item: Item) -> None:
    booked = book(world, item.kind, 10, 13)
    break_down(world, item, booked.from_at)
    on_the_11th = booked.from_at + A_DAY
    mend(world, item, on_the_11th)
    sweep(world.session, now=on_the_11th)
    assert state(world, booked, on_the_11th) is State.CONFIRMED
    assert item_of(world, booked) == item.id
    assert on_the_11th < booked.fetch_by < booked.until_at
    events = set(world.session.scalars(select(Entry.what)))
    assert {Event.RESERVATION_DISPLACED, Event.RESERVATION_REGAINED} <= events
    sweep(world.session, now=booked.fetch_by)
    assert state(world, booked, booked.fetch_by) is State.MISSED


def test_to_cancel_what_can_not_be_had_is_never_late(world: World, item: Item) -> None:
    booked = book(world, item.kind, 10, 12)
    break_down(world, item, booked.from_at)
    calling_off.cancel(world.session, booked, by=world.ana, now=booked.from_at)
    assert not booked.cancelled_late


def test_what_is_retired_displaces_who_reserved_it(world: World, item: Item, now: datetime) -> None:
    booked = book(world, item.kind, 10, 12)
    retiring.retire(world.session, [item], by=world.cora, now=now, why="Rust.")
    assert state(world, booked, now) is State.DISPLACED
    assert last_event(world) == Event.RESERVATION_DISPLACED


def test_who_was_displaced_gets_the_next_one_before_who_waits_in_line(
    world: World, now: datetime
) -> None:
    item = world.make_item()
    kind = item.kind
    loan = borrow(world.session, item, borrower=world.sam, by=world.sam, now=now)
    booked = book(world, kind, 9, 12)
    then = loan.due_at + A_DAY
    replanning.replan(world.session, world.borgo, [kind.id], now=then)
    assert state(world, booked, then) is State.DISPLACED
    world.session.refresh(kind, ["group"])
    asks(world, kind, world.cora, now=then)
    comes_back(world, item, then)
    assert state(world, booked, then) is State.CONFIRMED
    assert offered(world) == set()


def test_what_breaks_on_the_shelf_is_ready_no_more(world: World, item: Item, now: datetime) -> None:
    kind = item.kind
    booked = book(world, kind, 10, 12)
    calling_off.set_aside(world.session, booked, booked.units[0].id, by=world.sam, now=now)
    assert state(world, booked, now) is State.READY
    break_down(world, item, booked.from_at)
    assert state(world, booked, booked.from_at) is State.DISPLACED
    spare = world.make_item(kind)
    replanning.replan(world.session, world.borgo, [kind.id], now=booked.from_at)
    assert state(world, booked, booked.from_at) is State.CONFIRMED
    assert item_of(world, booked) == spare.id
