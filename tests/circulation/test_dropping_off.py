"""Left in the shed: who says so, who confirms it, and what is made of a thing that is not there."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.world import MONDAY_NOON, World
from toolshare.circulation import custody
from toolshare.circulation import reasons as why
from toolshare.circulation.availability import State, states
from toolshare.circulation.borrowing import reasons_against
from toolshare.circulation.dropping_off import NotLeftInShed, drop_off, not_found
from toolshare.circulation.listings import state_of
from toolshare.circulation.losing import declare_lost
from toolshare.circulation.models import Loan
from toolshare.circulation.renewing import renew
from toolshare.circulation.returning import take_back
from toolshare.inventory.models import Counting
from toolshare.journal.models import Entry
from toolshare.people.models import Role
from toolshare.people.roles import RoleNeeded
from toolshare.refusals import Refusal

DAY = timedelta(days=1)
NEXT_WEEK = MONDAY_NOON + 7 * DAY


@pytest.fixture
def loan(world: World) -> Loan:
    return world.make_loan(world.make_item(), world.ana)


def leave(world: World, loan: Loan, **differences: Any) -> Loan:
    told = {"by": world.ana, "now": MONDAY_NOON, "where": "Shelf by the door", **differences}
    return drop_off(world.session, loan, **told)


def look(world: World, loan: Loan, **differences: Any) -> Loan:
    told = {"by": world.sam, "now": MONDAY_NOON, "note": "Not there.", **differences}
    return not_found(world.session, loan, **told)


def state(world: World, loan: Loan) -> State:
    now = NEXT_WEEK + DAY
    return states(world.session, [loan.item_id], now=now)[loan.item_id]


def test_the_borrower_leaves_it_in_the_shed_and_says_where(world: World, loan: Loan) -> None:
    leave(world, loan)
    assert (loan.dropped_at, loan.dropped_where) == (MONDAY_NOON, "Shelf by the door")
    entry = world.session.scalars(select(Entry)).one()
    assert (entry.what, entry.by_id, entry.details) == (
        "dropped_off",
        world.ana.id,
        {"note": "Shelf by the door"},
    )


def test_what_was_left_in_time_gets_never_late(world: World, loan: Loan) -> None:
    assert (loan.is_late(NEXT_WEEK + DAY), state(world, loan)) == (True, State.LATE)
    leave(world, loan)
    assert not loan.is_late(NEXT_WEEK + DAY)
    assert state(world, loan) is State.DROPPED
    assert state_of(loan, NEXT_WEEK + DAY) == "dropped"


def test_what_was_left_too_late_was_late(world: World, loan: Loan) -> None:
    leave(world, loan, now=NEXT_WEEK + DAY)
    assert loan.is_late(NEXT_WEEK + 2 * DAY)


def test_only_the_borrower_says_so(world: World, loan: Loan) -> None:
    for person in (world.sam, world.cora, world.vera):
        with pytest.raises(Refusal) as refusal:
            leave(world, loan, by=person)
        assert refusal.value.reasons == (why.NotYours(),)


def test_the_same_word_sent_twice_is_one(world: World, loan: Loan) -> None:
    operation = uuid4()
    for _ in range(2):
        leave(world, loan, operation=operation)
    assert len(world.session.scalars(select(Entry)).all()) == 1


def test_it_is_left_once_and_only_while_it_is_out(world: World, loan: Loan) -> None:
    leave(world, loan)
    with pytest.raises(Refusal) as refusal:
        leave(world, loan)
    assert refusal.value.reasons == (custody.LeftInShed(),)
    take_back(world.session, loan.item, by=world.sam, now=MONDAY_NOON)
    with pytest.raises(Refusal) as refusal:
        leave(world, loan)
    assert refusal.value.reasons == (why.NotOut(),)


def test_nobody_borrows_it_before_a_steward_has_looked(world: World, loan: Loan) -> None:
    leave(world, loan)
    against = reasons_against(world.session, loan.item, by=world.sam, now=MONDAY_NOON)
    assert against == [custody.LeftInShed()]


def test_what_lies_in_the_shed_is_not_renewed(world: World, loan: Loan) -> None:
    leave(world, loan)
    with pytest.raises(Refusal) as refusal:
        renew(world.session, loan, by=world.ana, now=MONDAY_NOON + DAY)
    assert refusal.value.reasons == (custody.LeftInShed(),)


def test_a_steward_confirms_by_taking_it_back(world: World, loan: Loan) -> None:
    leave(world, loan)
    take_back(world.session, loan.item, by=world.sam, now=MONDAY_NOON + DAY)
    assert (loan.returned_at, loan.is_out) == (MONDAY_NOON + DAY, False)
    assert state(world, loan) is State.FREE


def test_a_steward_does_not_find_it(world: World, loan: Loan) -> None:
    leave(world, loan)
    look(world, loan)
    assert loan.disputed_at == MONDAY_NOON
    assert state_of(loan, NEXT_WEEK) == "disputed"
    assert state(world, loan) is State.DROPPED
    entry = world.session.scalars(select(Entry).order_by(Entry.id.desc())).first()
    assert entry is not None
    assert (entry.what, entry.by_id, entry.details) == (
        "not_found",
        world.sam.id,
        {"note": "Not there."},
    )


def test_the_same_look_sent_twice_is_one(world: World, loan: Loan) -> None:
    leave(world, loan)
    operation = uuid4()
    for _ in range(2):
        look(world, loan, operation=operation)
    assert loan.disputed_at == MONDAY_NOON


def test_no_member_says_that_it_is_not_there(world: World, loan: Loan) -> None:
    leave(world, loan)
    for person in (world.ana, world.vera):
        with pytest.raises(Refusal) as refusal:
            look(world, loan, by=person)
        assert refusal.value.reasons == (RoleNeeded(role=Role.STEWARD, group="Borgo"),)


def test_nobody_misses_what_nobody_left(world: World, loan: Loan) -> None:
    with pytest.raises(Refusal) as refusal:
        look(world, loan)
    assert refusal.value.reasons == (NotLeftInShed(),)
    leave(world, loan)
    look(world, loan)
    with pytest.raises(Refusal) as refusal:
        look(world, loan)
    assert refusal.value.reasons == (NotLeftInShed(),)


def test_a_dispute_ends_with_a_coordinator_who_takes_it_back(world: World, loan: Loan) -> None:
    leave(world, loan)
    look(world, loan)
    with pytest.raises(Refusal) as refusal:
        take_back(world.session, loan.item, by=world.sam, now=MONDAY_NOON)
    assert refusal.value.reasons == (RoleNeeded(role=Role.COORDINATOR, group="Borgo"),)
    with pytest.raises(Refusal) as refusal:
        leave(world, loan)
    assert refusal.value.reasons == (custody.Disputed(),)
    take_back(world.session, loan.item, by=world.cora, now=MONDAY_NOON)
    assert not loan.is_out


def test_or_with_a_coordinator_who_gives_it_up(world: World, loan: Loan) -> None:
    leave(world, loan)
    look(world, loan)
    told = {"now": MONDAY_NOON, "tried": "We looked together."}
    for says_borrower in (True, False):
        with pytest.raises(Refusal) as refusal:
            declare_lost(world.session, loan, by=world.sam, says_borrower=says_borrower, **told)
        assert refusal.value.reasons == (RoleNeeded(role=Role.COORDINATOR, group="Borgo"),)
    declare_lost(world.session, loan, by=world.cora, **told)
    assert state(world, loan) is State.MISSING


def test_of_a_bin_that_was_left_a_part_is_found(world: World) -> None:
    crates = world.make_item(world.make_kind(counting=Counting.BULK), quantity=10)
    loan = world.make_loan(crates, world.ana, counted=False, quantity=5)
    leave(world, loan)
    part = take_back(world.session, crates, by=world.sam, now=MONDAY_NOON, quantity=3)
    assert (part.quantity, part.is_out, part.dropped_at) == (3, False, MONDAY_NOON)
    look(world, loan)
    assert (loan.quantity, loan.disputed_at) == (2, MONDAY_NOON)
