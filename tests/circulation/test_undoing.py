"""Undoing a loan, a return, a taking."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.world import MONDAY_NOON, World
from toolshare.care.inspecting import Findings
from toolshare.care.outages import open_outage
from toolshare.circulation import reasons as why
from toolshare.circulation.borrowing import borrow, reasons_against
from toolshare.circulation.models import Loan
from toolshare.circulation.returning import take_back
from toolshare.circulation.undoing import undo_borrowing, undo_return
from toolshare.inventory.models import Condition, Item
from toolshare.journal.models import Entry
from toolshare.people.models import Person
from toolshare.people.roles import RoleNeeded
from toolshare.refusals import Refusal

IN_TIME = MONDAY_NOON + timedelta(minutes=15)
TOO_LATE = MONDAY_NOON + timedelta(minutes=15, seconds=1)


def lend(world: World, item: Item, who: Person) -> Loan:
    return borrow(world.session, item, borrower=who, by=who, now=MONDAY_NOON)


def events(world: World) -> list[str]:
    return [entry.what for entry in world.session.scalars(select(Entry).order_by(Entry.id))]


def test_the_borrower_undoes_a_loan_and_the_thing_is_free(world: World) -> None:
    item = world.make_item()
    loan = undo_borrowing(world.session, lend(world, item, world.ana), by=world.ana, now=IN_TIME)
    assert (loan.undone_at, loan.is_out) == (IN_TIME, False)
    assert reasons_against(world.session, item, by=world.sam, now=IN_TIME) == []
    assert events(world) == ["borrowed", "borrowing_undone"]


def test_a_steward_undoes_a_loan_for_a_member(world: World) -> None:
    loan = lend(world, world.make_item(), world.ana)
    assert not undo_borrowing(world.session, loan, by=world.sam, now=IN_TIME).is_out


def test_nobody_else_undoes_a_loan(world: World) -> None:
    loan = lend(world, world.make_item(), world.sam)
    with pytest.raises(Refusal) as refusal:
        undo_borrowing(world.session, loan, by=world.ana, now=IN_TIME)
    assert refusal.value.reasons == (why.NotYours(),)


def test_after_a_quarter_of_an_hour_a_loan_is_a_loan(world: World) -> None:
    loan = lend(world, world.make_item(), world.ana)
    with pytest.raises(Refusal) as refusal:
        undo_borrowing(world.session, loan, by=world.ana, now=TOO_LATE)
    assert refusal.value.reasons == (why.TooLateToUndo(minutes=15),)


def test_a_steward_takes_back_a_mistake_for_an_hour(world: World) -> None:
    an_hour = MONDAY_NOON + timedelta(hours=1)
    first, second = (
        lend(world, world.make_item(), world.ana),
        lend(world, world.make_item(), world.ana),
    )
    assert not undo_borrowing(world.session, first, by=world.sam, now=an_hour).is_out
    with pytest.raises(Refusal) as refusal:
        undo_borrowing(world.session, second, by=world.sam, now=an_hour + timedelta(seconds=1))
    assert refusal.value.reasons == (why.TooLateToUndo(minutes=60),)


def test_a_loan_is_undone_once(world: World) -> None:
    loan, operation = lend(world, world.make_item(), world.ana), uuid4()
    undo = {"by": world.ana, "now": IN_TIME}
    undo_borrowing(world.session, loan, **undo, operation=operation)
    undo_borrowing(world.session, loan, **undo, operation=operation)
    with pytest.raises(Refusal) as refusal:
        undo_borrowing(world.session, loan, **undo, operation=uuid4())
    assert refusal.value.reasons == (why.NothingToUndo(),)
    assert events(world) == ["borrowed", "borrowing_undone"]


def returned(world: World, item: Item, findings: Findings | None = None) -> Loan:
    lend(world, item, world.ana)
    return take_back(
        world.session, item, by=world.sam, now=MONDAY_NOON, findings=findings or Findings()
    )


def test_an_undone_return_leaves_all_as_it_was(world: World) -> None:
    item = world.make_item(condition=Condition.NEEDS_A_LOOK)
    loan = returned(world, item, Findings(Condition.BROKEN))
    undo_return(world.session, loan, by=world.sam, now=IN_TIME)
    assert loan.is_out
    assert (loan.returned_to_id, loan.inspection_id) == (None, None)
    assert item.condition is Condition.NEEDS_A_LOOK
    assert open_outage(world.session, item) is None
    put_aside = ["taken_out_of_service", "returned", "put_into_service"]
    assert events(world) == ["borrowed", *put_aside, "returning_undone"]


def test_a_member_does_not_undo_a_return(world: World) -> None:
    loan = returned(world, world.make_item())
    with pytest.raises(Refusal) as refusal:
        undo_return(world.session, loan, by=world.ana, now=IN_TIME)
    assert isinstance(refusal.value.reasons[0], RoleNeeded)


def test_a_return_is_undone_once(world: World) -> None:
    loan, operation = returned(world, world.make_item()), uuid4()
    undo_return(world.session, loan, by=world.sam, now=IN_TIME, operation=operation)
    undo_return(world.session, loan, by=world.sam, now=IN_TIME, operation=operation)
    with pytest.raises(Refusal) as refusal:
        undo_return(world.session, loan, by=world.sam, now=IN_TIME)
    assert refusal.value.reasons == (why.NothingToUndo(),)


def test_a_return_is_not_undone_when_another_has_it_or_it_is_retired(world: World) -> None:
    lent_on, retired = world.make_item(), world.make_item()
    loans = [returned(world, lent_on), returned(world, retired)]
    lend(world, lent_on, world.cora)
    retired.retired_at = MONDAY_NOON
    world.session.flush()
    for loan in loans:
        with pytest.raises(Refusal) as refusal:
            undo_return(world.session, loan, by=world.sam, now=IN_TIME)
        assert refusal.value.reasons == (why.NothingToUndo(),)


def test_after_a_quarter_of_an_hour_a_return_is_a_return(world: World) -> None:
    loan = returned(world, world.make_item())
    with pytest.raises(Refusal) as refusal:
        undo_return(world.session, loan, by=world.sam, now=TOO_LATE)
    assert refusal.value.reasons == (why.TooLateToUndoReturn(minutes=15),)
