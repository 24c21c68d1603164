"""What keeps a unit, and that the database itself lets nobody promise it twice."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.circulation import promising
from toolshare.circulation.borrowing import borrow
from toolshare.circulation.promises import Promise
from toolshare.circulation.renewing import renew
from toolshare.circulation.returning import take_back
from toolshare.circulation.undoing import undo_borrowing, undo_return
from toolshare.inventory.models import Counting
from toolshare.refusals import Refusal

HOUR = timedelta(hours=1)


def kept(world: World) -> list[tuple[datetime, datetime, int]]:
    """From when until when things are kept, and how many."""
    rows = world.session.execute(
        select(Promise.from_at, Promise.until_at, Promise.quantity).order_by(Promise.id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def test_a_loan_keeps_its_unit_until_it_is_due(world: World, now: datetime) -> None:
    loan = borrow(world.session, world.make_item(), borrower=world.ana, by=world.ana, now=now)
    assert kept(world) == [(now, loan.due_at, 1)]
    later = now + timedelta(days=5)
    renew(world.session, loan, by=world.ana, now=later)
    assert kept(world) == [(later, loan.due_at, 1)]


def test_nothing_is_kept_any_more_when_it_is_back(world: World, now: datetime) -> None:
    item = world.make_item()
    loan = borrow(world.session, item, borrower=world.ana, by=world.ana, now=now)
    take_back(world.session, item, by=world.sam, now=now + HOUR)
    assert kept(world) == []
    undo_return(world.session, loan, by=world.sam, now=now + HOUR)
    assert kept(world) == [(now + HOUR, loan.due_at, 1)]


def test_nothing_is_kept_for_a_mistake(world: World, now: datetime) -> None:
    loan = borrow(world.session, world.make_item(), borrower=world.ana, by=world.ana, now=now)
    undo_borrowing(world.session, loan, by=world.ana, now=now)
    assert kept(world) == []


def test_a_bin_keeps_what_is_still_out(world: World, now: datetime) -> None:
    crates = world.make_item(world.make_kind(counting=Counting.BULK), quantity=10)
    loan = borrow(world.session, crates, borrower=world.ana, by=world.ana, now=now, quantity=5)
    take_back(world.session, crates, by=world.sam, now=now + HOUR, quantity=2)
    assert kept(world) == [(now + HOUR, loan.due_at, 3)]


def test_after_a_return_it_is_kept_for_its_turnaround(world: World, now: datetime) -> None:
    item = world.make_item()
    loan = borrow(world.session, item, borrower=world.ana, by=world.ana, now=now)
    loan.rules = {"turnaround": 2}
    take_back(world.session, item, by=world.sam, now=now)
    end_of_wednesday = datetime.fromisoformat("2026-06-03T21:59:59+00:00")
    assert kept(world) == [(now, end_of_wednesday, 1)]


def promised(
    item_id: int, loan_id: int, first: int, last: int, **other: object
) -> dict[str, object]:
    """The row of a promise between two days counted from Monday noon."""
    span = {
        "from_at": MONDAY_NOON + timedelta(days=first),
        "until_at": MONDAY_NOON + timedelta(days=last),
    }
    return {"item_id": item_id, "loan_id": loan_id, "alone": True, "quantity": 1, **span, **other}


@on_any_database
@pytest.mark.parametrize(("first", "last"), [(0, 1), (2, 3), (4, 9), (-1, 9)])
def test_the_database_refuses_two_promises_that_overlap(
    world: World, first: int, last: int
) -> None:
    item, other = world.make_item(), world.make_item()
    ours, theirs = (world.make_loan(one, world.ana) for one in (item, other))
    for loan in (ours, theirs):
        promising.let_go_of_loan(world.session, loan)
    world.session.execute(insert(Promise), promised(item.id, ours.id, 0, 5))
    with pytest.raises(IntegrityError):
        world.session.execute(insert(Promise), promised(item.id, theirs.id, first, last))


@on_any_database
def test_the_database_refuses_to_move_one_promise_over_another(world: World) -> None:
    item, other = world.make_item(), world.make_item()
    ours, theirs = (world.make_loan(one, world.ana) for one in (item, other))
    for loan in (ours, theirs):
        promising.let_go_of_loan(world.session, loan)
    world.session.execute(insert(Promise), promised(item.id, ours.id, 0, 5))
    world.session.execute(insert(Promise), promised(item.id, theirs.id, 5, 9))  # they touch
    moved = world.session.scalars(select(Promise).where(Promise.loan_id == theirs.id)).one()
    moved.from_at = MONDAY_NOON + timedelta(days=4)
    with pytest.raises(IntegrityError):
        world.session.flush()


def test_the_verb_says_so_in_words(world: World, now: datetime) -> None:
    item = world.make_item()
    other = world.make_loan(world.make_item(), world.ana)
    promising.let_go_of_loan(world.session, other)
    ahead = promised(item.id, other.id, 3, 5)
    world.session.execute(insert(Promise), ahead)
    with pytest.raises(Refusal) as refused:
        borrow(world.session, item, borrower=world.ana, by=world.ana, now=now)
    assert refused.value.reasons == (promising.JustPromised(),)
