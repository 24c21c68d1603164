"""What is waited for: who may borrow it, who can't renew it, and what undoes an offer."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.circulation.in_line import comes_back, hold_of, look, offer_of, offered
from tests.world import MONDAY_NOON, World
from toolshare.care.models import OutageReason
from toolshare.circulation import service
from toolshare.circulation.asking import pause, withdraw
from toolshare.circulation.borrowing import borrow
from toolshare.circulation.lines import WaitedFor
from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Hold, HoldEnd, OfferEnd
from toolshare.circulation.recounting import WaitedForAsCountedNow, refuse_while_out
from toolshare.circulation.renewing import SomebodyWaits, reasons_against, renew
from toolshare.circulation.retiring import retire
from toolshare.circulation.returning import take_back
from toolshare.circulation.undoing import undo_borrowing, undo_return
from toolshare.inventory.models import Counting, Item
from toolshare.people.models import Person
from toolshare.refusals import Reason, Refusal

DAY = timedelta(days=1)
END_OF_TUESDAY = datetime(2026, 6, 2, 21, 59, 59, tzinfo=UTC)


def against_borrowing(
    world: World, item: Item, person: Person, now: datetime = MONDAY_NOON
) -> tuple[Reason, ...]:
    """What borrow() says; nothing of it stays."""
    attempt = world.session.begin_nested()
    try:
        borrow(world.session, item, borrower=person, by=person, now=now)
    except Refusal as refusal:
        return tuple(refusal.reasons)
    finally:
        attempt.rollback()
    return ()


def test_only_who_is_offered_it_may_borrow_it(world: World, mower: Item, bob: Person) -> None:
    comes_back(world, mower)
    assert against_borrowing(world, mower, bob) == (WaitedFor(),)
    assert against_borrowing(world, mower, world.sam) == (WaitedFor(),)
    borrow(world.session, mower, borrower=world.ana, by=world.ana, now=MONDAY_NOON)
    hold = hold_of(world, world.ana)
    assert (offer_of(world, world.ana).end, hold.end) == (OfferEnd.TAKEN, HoldEnd.SERVED)
    assert offered(world) == set()


def test_an_offer_that_is_over_blocks_nobody_even_if_no_sweep_has_run(
    world: World, mower: Item, bob: Person
) -> None:
    comes_back(world, mower)
    assert against_borrowing(world, mower, bob, END_OF_TUESDAY) == ()
    assert against_borrowing(world, mower, world.ana, END_OF_TUESDAY) == (WaitedFor(),)
    assert against_borrowing(world, mower, world.sam, END_OF_TUESDAY) == (WaitedFor(),)


def test_who_waits_comes_before_others_even_if_nothing_was_offered_yet(
    world: World, mower: Item, bob: Person
) -> None:
    new_one = world.make_item(mower.kind)
    assert offered(world) == set()
    assert against_borrowing(world, new_one, world.sam) == (WaitedFor(),)
    assert against_borrowing(world, new_one, bob) == (WaitedFor(),)
    assert against_borrowing(world, new_one, world.ana) == ()


def test_borrowing_another_one_of_the_kind_serves_who_waits(
    world: World, mower: Item, bob: Person
) -> None:
    comes_back(world, mower)
    withdraw(world.session, hold_of(world, bob), by=bob, now=MONDAY_NOON)
    another = world.make_item(mower.kind)
    borrow(world.session, another, borrower=world.ana, by=world.ana, now=MONDAY_NOON)
    assert offer_of(world, world.ana).end is OfferEnd.WITHDRAWN
    assert hold_of(world, world.ana).end is HoldEnd.SERVED
    assert against_borrowing(world, mower, world.sam) == ()


def test_what_is_free_besides_is_anybodys(world: World, mower: Item) -> None:
    comes_back(world, mower)
    world.make_item(mower.kind)
    another = world.make_item(mower.kind)
    look(world, mower, MONDAY_NOON)
    assert offered(world) == {"Ana", "Bob"}
    assert against_borrowing(world, another, world.sam) == ()


def test_undoing_a_loan_gives_the_place_in_line_back(world: World, mower: Item) -> None:
    comes_back(world, mower)
    loan = borrow(world.session, mower, borrower=world.ana, by=world.ana, now=MONDAY_NOON)
    later = MONDAY_NOON + timedelta(minutes=5)
    undo_borrowing(world.session, loan, by=world.ana, now=later)
    assert hold_of(world, world.ana).ended_at is None
    assert offered(world) == {"Ana"}


def test_undoing_a_return_calls_the_offer_off(world: World, mower: Item) -> None:
    loan = take_back(world.session, mower, by=world.sam, now=MONDAY_NOON)
    undo_return(world.session, loan, by=world.sam, now=MONDAY_NOON)
    offer = offer_of(world, world.ana)
    assert (offer.end, hold_of(world, world.ana).passes) == (OfferEnd.WITHDRAWN, 0)
    assert offered(world) == set()


def test_what_breaks_is_no_offer_and_the_place_stays(world: World, mower: Item) -> None:
    comes_back(world, mower)
    known = {"by": world.sam, "now": MONDAY_NOON}
    service.take_out(world.session, mower, OutageReason.IN_REPAIR, **known)
    assert offered(world) == set()
    assert hold_of(world, world.ana).passes == 0
    service.put_back(world.session, mower, **known)
    assert offered(world) == {"Ana"}


def test_what_retires_is_no_offer(world: World, mower: Item) -> None:
    comes_back(world, mower)
    retire(world.session, [mower], by=world.cora, now=MONDAY_NOON, why="Rust")
    assert offered(world) == set()


def test_what_comes_back_broken_is_offered_to_nobody(world: World, mower: Item) -> None:
    service.take_out(world.session, mower, OutageReason.NEEDS_CHECK, by=world.sam, now=MONDAY_NOON)
    comes_back(world, mower)
    assert offered(world) == set()


def test_a_kind_that_somebody_waits_for_is_counted_as_before(world: World) -> None:
    kind = world.make_kind()
    world.session.add(Hold(kind=kind, person=world.ana, asked_at=MONDAY_NOON))
    world.session.flush()
    with pytest.raises(Refusal) as refused:
        refuse_while_out(world.session, kind, Counting.BULK)
    assert refused.value.reasons == (WaitedForAsCountedNow(name="Hand drill"),)


def test_a_turnaround_comes_before_an_offer(world: World, mower: Item) -> None:
    loan = world.session.scalars(select(Loan)).one()
    loan.rules = {"turnaround": 1}
    comes_back(world, mower)
    assert offered(world) == set()
    look(world, mower, END_OF_TUESDAY)
    assert offered(world) == {"Ana"}


def test_who_waits_ends_renewing(world: World, mower: Item, bob: Person) -> None:
    comes_back(world, mower)
    loan = borrow(world.session, mower, borrower=world.ana, by=world.ana, now=MONDAY_NOON)
    world.session.refresh(loan, ["renewals"])
    in_three_days = MONDAY_NOON + 3 * DAY
    assert reasons_against(world.session, loan, now=in_three_days) == [SomebodyWaits()]
    pause(world.session, hold_of(world, bob), by=bob, now=MONDAY_NOON)
    renew(world.session, loan, by=world.ana, now=in_three_days)


def test_a_loan_is_renewed_while_another_one_is_free_for_who_waits(
    world: World, mower: Item, bob: Person
) -> None:
    comes_back(world, mower)
    loan = borrow(world.session, mower, borrower=world.ana, by=world.ana, now=MONDAY_NOON)
    world.session.refresh(loan, ["renewals"])
    world.make_item(mower.kind)
    assert reasons_against(world.session, loan, now=MONDAY_NOON + 3 * DAY) == []
