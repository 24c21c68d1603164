"""Reservations that are approved, declined, cancelled, or never fetched."""

from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.circulation.test_reserving import book, item_of
from tests.world import MONDAY_NOON, World
from toolshare.circulation import answering, lapsing, reservations
from toolshare.circulation import calling_off as off
from toolshare.circulation.borrowing import borrow
from toolshare.circulation.promises import Promise, Reservation
from toolshare.inventory.models import Item
from toolshare.journal.models import Entry
from toolshare.people.models import Person
from toolshare.people.roles import RoleNeeded
from toolshare.refusals import Reason, Refusal
from toolshare.rules.setting import set_rule

A_DAY = timedelta(days=1)
decline = partial(answering.decline, why="It is the harvest.")


def refused(act: object, *args: object, **facts: object) -> Reason:
    with pytest.raises(Refusal) as refusal:
        act(*args, **facts)  # type: ignore[operator]
    return refusal.value.reasons[0]


@pytest.fixture
def item(world: World) -> Item:
    return world.make_item()


@pytest.fixture
def requested(world: World, item: Item, now: datetime) -> Reservation:
    """A reservation that a steward has still to approve."""
    set_rule(world.session, world.borgo, "needs_approval", True, by=world.cora, now=now)
    return book(world, item.kind, 10, 12)


def test_what_needs_approval_is_kept_until_a_steward_decides(
    world: World, item: Item, requested: Reservation, now: datetime
) -> None:
    assert requested.is_requested
    assert item_of(world, requested) == item.id
    answering.approve(world.session, requested, by=world.sam, now=now)
    assert not requested.is_requested
    assert refused(answering.approve, world.session, requested, by=world.sam, now=now) == (
        answering.NothingToApprove()
    )


def test_a_steward_who_reserves_needs_nobody_to_approve(
    world: World, item: Item, requested: Reservation
) -> None:
    assert not book(world, item.kind, 20, 21, world.sam).is_requested


def test_what_is_declined_is_free_again(
    world: World, requested: Reservation, now: datetime
) -> None:
    answering.decline(world.session, requested, by=world.sam, now=now, why="It is the harvest.")
    assert not requested.is_open
    assert world.session.scalars(select(Promise)).all() == []
    again = refused(decline, world.session, requested, by=world.sam, now=now)
    assert again == answering.NothingToApprove()


def test_who_declines_says_why(world: World, requested: Reservation, now: datetime) -> None:
    for nothing in ("", " "):
        unsaid = partial(answering.decline, why=nothing)
        reason = refused(unsaid, world.session, requested, by=world.sam, now=now)
        assert reason == answering.NoReasonGiven()
    assert requested.is_open


@pytest.mark.parametrize("act", [answering.approve, decline])
def test_only_stewards_decide(
    world: World, requested: Reservation, now: datetime, act: object
) -> None:
    for person in (world.ana, world.vera, world.zoe):
        reason = refused(act, world.session, requested, by=person, now=now)
        assert isinstance(reason, RoleNeeded)


def test_what_was_not_approved_is_not_fetched(
    world: World, item: Item, requested: Reservation
) -> None:
    with pytest.raises(Refusal):
        borrow(world.session, item, borrower=world.ana, by=world.ana, now=requested.from_at)


@pytest.mark.parametrize(("who", "may"), [("ana", True), ("sam", True), ("vera", False)])
def test_the_person_and_stewards_cancel(
    world: World, item: Item, now: datetime, who: str, may: bool
) -> None:
    booked = book(world, item.kind, 10, 12)
    person: Person = getattr(world, who)
    if may:
        off.cancel(world.session, booked, by=person, now=now)
        assert not booked.is_open
        again = refused(off.cancel, world.session, booked, by=person, now=now)
        assert again == reservations.ReservationEnded()
    else:
        reason = refused(off.cancel, world.session, booked, by=person, now=now)
        assert reason == reservations.NotYourReservation()


def test_what_has_been_fetched_is_returned_not_cancelled(world: World, now: datetime) -> None:
    kind = world.make_kind()
    items = [world.make_item(kind), world.make_item(kind)]
    booked = book(world, kind, 1, 3, quantity=2)
    borrow(world.session, items[0], borrower=world.ana, by=world.ana, now=now)
    assert refused(off.cancel, world.session, booked, by=world.ana, now=now) == (
        reservations.PickedUpInPart()
    )
    borrow(world.session, items[1], borrower=world.ana, by=world.ana, now=now)
    world.session.expire_all()
    assert refused(off.cancel, world.session, booked, by=world.ana, now=now) == (
        reservations.ReservationEnded()
    )


@pytest.mark.parametrize(
    ("hours_before", "for_weather", "late"),
    [(25, False, False), (23, False, True), (23, True, False)],
)
def test_cancelling_late_is_remembered_unless_for_the_weather(
    world: World, item: Item, hours_before: int, for_weather: bool, late: bool
) -> None:
    booked = book(world, item.kind, 10, 12)
    booked.weather_flexible = True
    then = booked.from_at - timedelta(hours=hours_before)
    off.cancel(world.session, booked, by=world.ana, now=then, for_weather=for_weather)
    assert booked.cancelled_late == late


def test_what_nobody_fetches_is_given_up_at_the_end_of_its_first_day(
    world: World, item: Item
) -> None:
    booked = book(world, item.kind, 10, 12)
    assert lapsing.not_fetched(world.session, now=booked.from_at + A_DAY / 2, at_most=9) == []
    next_day = booked.from_at + A_DAY
    assert lapsing.not_fetched(world.session, now=next_day, at_most=9) == [booked]
    lapsing.lapse(world.session, booked, now=next_day)
    assert booked.no_show_at == next_day
    assert world.session.scalars(select(Promise)).all() == []
    assert lapsing.not_fetched(world.session, now=next_day, at_most=9) == []


def test_who_fetches_only_some_gives_up_the_rest(world: World, now: datetime) -> None:
    kind = world.make_kind()
    item = world.make_item(kind)
    world.make_item(kind)
    booked = book(world, kind, 1, 3, quantity=2)
    loan = borrow(world.session, item, borrower=world.ana, by=world.ana, now=now)
    lapsing.lapse(world.session, booked, now=now + A_DAY)
    assert booked.no_show_at is None
    assert world.session.scalars(select(Promise.loan_id)).all() == [loan.id]


def test_what_is_set_aside_moves_no_more(world: World, now: datetime) -> None:
    kind = world.make_kind()
    world.make_item(kind)
    world.make_item(kind)
    booked = book(world, kind, 10, 12)
    there = item_of(world, booked)
    unit = booked.units[0]
    off.set_aside(world.session, booked, unit.id, by=world.sam, now=now)
    with pytest.raises(Refusal):
        book(world, kind, 12, 14, world.sam, item_id=there)
    assert item_of(world, booked) == there


def test_sent_twice_it_is_done_once(world: World, item: Item) -> None:
    booked, operation = book(world, item.kind, 10, 12), uuid4()
    for _ in range(2):
        off.cancel(world.session, booked, by=world.ana, now=MONDAY_NOON, operation=operation)
    assert booked.changes == 1


@pytest.mark.parametrize("answer", [answering.approve, decline])
def test_an_answer_sent_twice_is_given_once(
    world: World, requested: Reservation, now: datetime, answer: partial[Reservation]
) -> None:
    operation = uuid4()
    for _ in range(2):
        answer(world.session, requested, by=world.sam, now=now, operation=operation)
    told = select(Entry.what).where(Entry.operation == str(operation))
    assert len(world.session.scalars(told).all()) == 1


def test_what_is_set_aside_twice_by_one_press_stays_set_aside(
    world: World, item: Item, now: datetime
) -> None:
    booked, operation = book(world, item.kind, 10, 12), uuid4()
    unit = booked.units[0].id
    for later in (0, 1):
        act = {"by": world.sam, "now": now + later * A_DAY, "operation": operation}
        off.set_aside(world.session, booked, unit, **act)
    assert booked.units[0].set_aside_at == now
