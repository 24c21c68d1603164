"""Reserving: any unit of a kind, several kinds together, all of them or none."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.care import outages
from toolshare.care.models import OutageReason
from toolshare.circulation import calling_off, replanning, spans
from toolshare.circulation.allotting import Wanted
from toolshare.circulation.booking import Booking, NotFree, weigh
from toolshare.circulation.booking_rules import BeginsInThePast, EndsBeforeItBegins
from toolshare.circulation.borrowing import borrow
from toolshare.circulation.fitting import Span
from toolshare.circulation.promises import Promise, Reservation, ReservedUnit
from toolshare.circulation.renewing import ReservedNext, renew
from toolshare.circulation.reserving import reserve
from toolshare.circulation.returning import take_back
from toolshare.circulation.room import KeptForAnother
from toolshare.inventory.models import Counting, Item, Kind
from toolshare.people.models import Person
from toolshare.people.opening import read_opening_times
from toolshare.refusals import Reason, Refusal


def june(world: World, first: int, last: int) -> Span:
    """From the first of these days in June until the last."""
    group = read_opening_times(world.session, world.borgo)
    return spans.of_days(group, date(2026, 6, first), date(2026, 6, last))


def book(
    world: World, kind: Kind, first: int, last: int, person: Person | None = None, **other: object
) -> Reservation:
    person = person or world.ana
    return reserve(
        world.session,
        world.borgo,
        Booking([Wanted(kind, **other)], june(world, first, last)),  # type: ignore[arg-type]
        person=person,
        by=person,
        now=MONDAY_NOON,
    )


def refused(world: World, kind: Kind, first: int, last: int) -> list[type[Reason]]:
    with pytest.raises(Refusal) as refusal:
        book(world, kind, first, last)
    return [type(reason) for reason in refusal.value.reasons]


def item_of(world: World, reservation: Reservation) -> int | None:
    """The item that is kept for the one unit of a reservation."""
    return world.session.scalar(
        select(Promise.item_id)
        .join(Promise.reserved_unit)
        .where(ReservedUnit.reservation_id == reservation.id)
    )


@pytest.fixture
def tents(world: World) -> tuple[Item, Item]:
    """Two of a kind."""
    kind = world.make_kind(name="Tent")
    return world.make_item(kind), world.make_item(kind)


@on_any_database
def test_each_gets_a_unit_until_none_is_left(world: World, tents: tuple[Item, Item]) -> None:
    kind = tents[0].kind
    first, second = book(world, kind, 10, 12), book(world, kind, 11, 14, world.sam)
    assert {item_of(world, first), item_of(world, second)} == {tents[0].id, tents[1].id}
    assert refused(world, kind, 12, 13) == [NotFree]
    assert item_of(world, book(world, kind, 15, 16)) in {tents[0].id, tents[1].id}


def test_the_next_times_it_is_free_are_told(world: World) -> None:
    item = world.make_item()
    book(world, item.kind, 10, 12)
    with pytest.raises(Refusal) as refusal:
        book(world, item.kind, 11, 12)
    windows = tuple(june(world, day, day + 1) for day in (13, 14, 15))
    assert refusal.value.reasons == (
        NotFree(name="Hand drill", windows=windows, time_zone="Europe/Rome"),
    )


@on_any_database
def test_who_was_promised_any_unit_moves_so_that_more_fit(
    world: World, tents: tuple[Item, Item]
) -> None:
    kind = tents[0].kind
    early = book(world, kind, 10, 12)
    there = item_of(world, early)
    book(world, kind, 12, 14, world.sam, item_id=there)
    assert item_of(world, early) != there


def test_several_kinds_are_promised_together_or_not_at_all(world: World, now: datetime) -> None:
    tractor = world.make_item(world.make_kind(name="Tractor"))
    drill = world.make_item(world.make_kind(name="Seed drill"))
    book(world, drill.kind, 10, 10, world.sam)
    both = [Wanted(tractor.kind), Wanted(drill.kind)]
    days = june(world, 10, 11)
    with pytest.raises(Refusal):
        reserve(
            world.session, world.borgo, Booking(both, days), person=world.ana, by=world.ana, now=now
        )
    assert world.session.scalars(select(Promise.item_id)).all() == [drill.id]
    later = june(world, 11, 12)
    reserve(
        world.session, world.borgo, Booking(both, later), person=world.ana, by=world.ana, now=now
    )
    kept = world.session.scalars(select(Promise.item_id)).all()
    assert sorted(kept) == sorted([drill.id, drill.id, tractor.id])


def test_a_bin_promises_no_more_than_it_holds(world: World) -> None:
    chairs = world.make_item(world.make_kind(name="Chair", counting=Counting.BULK), quantity=40)
    book(world, chairs.kind, 10, 12, quantity=30)
    with pytest.raises(Refusal):
        book(world, chairs.kind, 12, 13, world.sam, quantity=11)
    book(world, chairs.kind, 12, 13, world.sam, quantity=10)


def test_yesterday_cannot_be_reserved_nor_an_end_before_its_beginning(world: World) -> None:
    kind = world.make_item().kind
    with pytest.raises(Refusal) as refusal:
        book(world, kind, 12, 10)
    assert refusal.value.reasons == (EndsBeforeItBegins(),)
    may = Span(MONDAY_NOON - timedelta(days=3), MONDAY_NOON - timedelta(days=2))
    with pytest.raises(Refusal) as refusal:
        reserve(
            world.session,
            world.borgo,
            Booking([Wanted(kind)], may),
            person=world.ana,
            by=world.ana,
            now=MONDAY_NOON,
        )
    assert refusal.value.reasons == (BeginsInThePast(),)


def test_a_walk_up_loan_ends_before_the_reservation(world: World, now: datetime) -> None:
    item = world.make_item()
    book(world, item.kind, 5, 6, world.sam)
    loan = borrow(world.session, item, borrower=world.ana, by=world.ana, now=now)
    assert loan.due_at == june(world, 4, 4).until_at


def test_a_walk_up_loan_moves_the_reservation_to_another_unit(
    world: World, tents: tuple[Item, Item], now: datetime
) -> None:
    booked = book(world, tents[0].kind, 5, 6, world.sam)
    here = next(item for item in tents if item.id == item_of(world, booked))
    loan = borrow(world.session, here, borrower=world.ana, by=world.ana, now=now)
    assert loan.due_at == june(world, 8, 8).until_at
    assert item_of(world, booked) not in {None, here.id}


def test_a_loan_is_not_renewed_over_a_reservation(world: World, now: datetime) -> None:
    item = world.make_item()
    loan = borrow(world.session, item, borrower=world.ana, by=world.ana, now=now)
    book(world, item.kind, 10, 12, world.sam)
    later = now + timedelta(days=5)
    with pytest.raises(Refusal) as refusal:
        renew(world.session, loan, by=world.ana, now=later)
    assert [type(reason) for reason in refusal.value.reasons] == [ReservedNext]


def test_a_reservation_makes_way_for_a_renewal_when_another_unit_is_free(
    world: World, tents: tuple[Item, Item], now: datetime
) -> None:
    loan = borrow(world.session, tents[0], borrower=world.ana, by=world.ana, now=now)
    first = book(world, tents[0].kind, 3, 9, world.sam)
    booked = book(world, tents[0].kind, 10, 12, world.sam)
    calling_off.cancel(world.session, first, by=world.sam, now=now)
    renew(world.session, loan, by=world.ana, now=now + timedelta(days=5))
    assert item_of(world, booked) == tents[1].id
    assert loan.due_at > booked.from_at


def test_what_somebody_fetches_today_is_not_lent_to_another(world: World, now: datetime) -> None:
    item = world.make_item()
    book(world, item.kind, 1, 3, world.sam)
    with pytest.raises(Refusal) as refusal:
        borrow(world.session, item, borrower=world.ana, by=world.ana, now=now)
    assert refusal.value.reasons == (KeptForAnother(),)


@on_any_database
def test_who_reserved_it_fetches_it_until_the_reservation_ends(
    world: World, tents: tuple[Item, Item]
) -> None:
    booked = book(world, tents[0].kind, 3, 12)
    other = next(item for item in tents if item.id != item_of(world, booked))
    wednesday = MONDAY_NOON + timedelta(days=2)
    loan = borrow(world.session, other, borrower=world.ana, by=world.ana, now=wednesday)
    assert loan.due_at == booked.until_at
    unit = world.session.scalars(select(ReservedUnit)).one()
    assert unit.loan_id == loan.id
    assert world.session.scalars(select(Promise.loan_id)).all() == [loan.id]


def test_a_late_loan_gives_the_reservation_another_unit(
    world: World, tents: tuple[Item, Item], now: datetime
) -> None:
    booked = book(world, tents[0].kind, 9, 10, world.sam)
    late = next(item for item in tents if item.id == item_of(world, booked))
    loan = borrow(world.session, late, borrower=world.ana, by=world.ana, now=now)
    booked_anew = book(world, late.kind, 9, 10, world.cora)
    assert {item_of(world, booked), item_of(world, booked_anew)} == {one.id for one in tents}
    calling_off.cancel(world.session, booked, by=world.sam, now=now)
    a_day_late = loan.due_at + timedelta(hours=8)
    replanning.replan(world.session, world.borgo, [late.kind_id], now=a_day_late)
    assert item_of(world, booked_anew) not in {None, late.id}


def test_who_cannot_be_given_another_unit_is_displaced_and_first_when_one_is_back(
    world: World, now: datetime
) -> None:
    item = world.make_item()
    booked = book(world, item.kind, 5, 6)
    outages.take_out_of_service(world.session, item, OutageReason.IN_REPAIR, by=world.sam, now=now)
    replanning.replan(world.session, world.borgo, [item.kind_id], now=now)
    assert item_of(world, booked) is None
    outages.put_into_service(world.session, item, by=world.sam, now=now)
    assert refused(world, item.kind, 6, 7) == [NotFree]
    assert item_of(world, booked) == item.id


def test_what_is_cancelled_is_free_for_others(world: World, now: datetime) -> None:
    item = world.make_item()
    booked = book(world, item.kind, 10, 12)
    calling_off.cancel(world.session, booked, by=world.ana, now=now)
    assert item_of(world, book(world, item.kind, 10, 12, world.sam)) == item.id


def test_a_stranger_reserves_nothing(world: World) -> None:
    item = world.make_item()
    with pytest.raises(Refusal):
        book(world, item.kind, 10, 12, world.zoe)
    with pytest.raises(Refusal):
        book(world, item.kind, 10, 12, world.pau)
    assert world.session.scalars(select(Reservation)).all() == []


def test_a_return_gives_the_unit_back_to_who_was_displaced(world: World, now: datetime) -> None:
    item = world.make_item()
    borrow(world.session, item, borrower=world.sam, by=world.sam, now=now)
    booked = book(world, item.kind, 9, 12)
    late = MONDAY_NOON + timedelta(days=8)
    replanning.replan(world.session, world.borgo, [item.kind_id], now=late)
    assert item_of(world, booked) is None
    take_back(world.session, item, by=world.sam, now=late)
    assert item_of(world, booked) == item.id


def test_only_time_brings_a_reservation_into_danger(
    world: World, tents: tuple[Item, Item], now: datetime
) -> None:
    loan = borrow(world.session, tents[0], borrower=world.ana, by=world.ana, now=now)
    assert list(replanning.kinds_at_risk(world.session, now=now)) == []
    book(world, tents[0].kind, 9, 10, world.sam)
    assert list(replanning.kinds_at_risk(world.session, now=now)) == []
    late = loan.due_at + timedelta(hours=1)
    assert list(replanning.kinds_at_risk(world.session, now=late)) == [tents[0].kind]


def test_weighing_writes_nothing(world: World, now: datetime) -> None:
    item = world.make_item()
    days = june(world, 10, 12)
    found = weigh(
        world.session,
        world.borgo,
        Booking([Wanted(item.kind)], days),
        person=world.ana,
        by=world.ana,
        now=now,
    )
    assert found.reasons == []
    assert world.session.scalars(select(Promise)).all() == []
