"""Calling a loan back: by whom, until when, and what it forbids."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.circulation.test_terms import open_on, rome
from tests.world import MONDAY_NOON, World
from toolshare.circulation import custody
from toolshare.circulation import reasons as why
from toolshare.circulation.dropping_off import drop_off
from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Promise
from toolshare.circulation.recalling import CalledBackAlready, NoReason, recall
from toolshare.circulation.renewing import CalledBack, renew
from toolshare.circulation.returning import take_back
from toolshare.journal.models import Entry
from toolshare.people.models import ClosedDate, Role
from toolshare.people.roles import RoleNeeded
from toolshare.refusals import Reason, Refusal

THREE_WEEKS = datetime(2026, 6, 22, 21, 59, 59, tzinfo=UTC)  # the end of that Monday in Rome
IN_A_WEEK, IN_TWO_WEEKS = THREE_WEEKS - timedelta(days=14), THREE_WEEKS - timedelta(days=7)


def lent(world: World, **rules: Any) -> Loan:
    """A loan of three weeks that has just begun, under these rules."""
    return world.make_loan(
        world.make_item(), world.ana, borrowed_at=MONDAY_NOON, due_at=THREE_WEEKS, rules=rules
    )


def called_back(world: World, loan: Loan, now: datetime = MONDAY_NOON, **differences: Any) -> Loan:
    told = {"by": world.cora, "why": "The mill needs it.", **differences}
    return recall(world.session, loan, now=now, **told)


def why_not(world: World, loan: Loan, **differences: Any) -> tuple[Reason, ...]:
    with pytest.raises(Refusal) as refusal:
        called_back(world, loan, **differences)
    return tuple(refusal.value.reasons)


@pytest.mark.parametrize(
    ("rules", "due"),
    [
        ({"guaranteed": {"days": 14}, "recall_notice": {"days": 7}}, IN_TWO_WEEKS),
        ({"recall_notice": {"days": 7}}, IN_A_WEEK),
        ({"guaranteed": {"days": 14}, "recall_notice": {"days": 61}}, THREE_WEEKS),
        ({}, IN_A_WEEK - timedelta(days=5)),
    ],
    ids=["guaranteed for two weeks", "not guaranteed", "noticed for two months", "by default"],
)
def test_a_loan_of_three_weeks_that_is_called_back_at_once(
    world: World, rules: dict[str, Any], due: datetime
) -> None:
    loan = called_back(world, lent(world, **rules))
    assert (loan.due_at, loan.recalled_at) == (due, MONDAY_NOON)


def test_what_is_due_sooner_stays_so(world: World) -> None:
    loan = lent(world, recall_notice={"days": 7})
    called_back(world, loan, THREE_WEEKS - timedelta(days=1))
    assert loan.due_at == THREE_WEEKS


def test_it_comes_back_on_an_opening_day(world: World) -> None:
    world.session.add(ClosedDate(group_id=world.borgo.id, day=IN_A_WEEK.date()))
    loan = called_back(world, lent(world, recall_notice={"days": 7}))
    assert loan.due_at == IN_A_WEEK + timedelta(days=1)


def test_hours_of_notice_are_hours(world: World) -> None:
    loan = called_back(world, lent(world, recall_notice={"hours": 3}))
    assert loan.due_at == MONDAY_NOON + timedelta(hours=3)


def test_the_thing_is_kept_no_longer_than_that(world: World) -> None:
    loan = called_back(world, lent(world, recall_notice={"days": 7}))
    kept = world.session.scalars(select(Promise).where(Promise.loan_id == loan.id)).one()
    assert kept.until_at == IN_A_WEEK


def test_the_journal_says_when_it_was_due_and_why_it_is_needed(world: World) -> None:
    loan = called_back(world, lent(world, recall_notice={"days": 7}))
    entry = world.session.scalars(select(Entry)).one()
    assert (entry.what, entry.by_id, entry.person_id) == ("recalled", world.cora.id, world.ana.id)
    assert entry.details == {
        "due_before": THREE_WEEKS.isoformat(),
        "due_at": loan.due_at.isoformat(),
        "note": "The mill needs it.",
    }


def test_the_same_recall_sent_twice_is_one(world: World) -> None:
    loan, operation = lent(world), uuid4()
    for _ in range(2):
        called_back(world, loan, operation=operation)
    assert len(world.session.scalars(select(Entry)).all()) == 1


def test_only_a_coordinator_calls_back(world: World) -> None:
    loan = lent(world)
    for person in (world.ana, world.sam, world.vera, world.zoe):
        needed = RoleNeeded(role=Role.COORDINATOR, group="Borgo")
        assert why_not(world, loan, by=person) == (needed,)


def test_a_reason_has_to_be_given(world: World) -> None:
    assert why_not(world, lent(world), why=" ") == (NoReason(),)


def test_a_loan_is_called_back_once(world: World) -> None:
    loan = called_back(world, lent(world))
    already = CalledBackAlready(due_at=loan.due_at, time_zone="Europe/Rome")
    assert why_not(world, loan) == (already,)


def test_what_is_not_with_the_borrower_is_not_called_back(world: World) -> None:
    loan = lent(world)
    drop_off(world.session, loan, by=world.ana, now=MONDAY_NOON, where="Shelf")
    assert why_not(world, loan) == (custody.LeftInShed(),)
    take_back(world.session, loan.item, by=world.sam, now=MONDAY_NOON)
    assert why_not(world, loan) == (why.NotOut(),)


def test_what_was_called_back_is_not_renewed(world: World) -> None:
    loan = called_back(world, lent(world, recall_notice={"days": 7}))
    with pytest.raises(Refusal) as refusal:
        renew(world.session, loan, by=world.ana, now=IN_A_WEEK - timedelta(days=1))
    called = CalledBack(due_at=IN_A_WEEK, time_zone="Europe/Rome")
    assert refusal.value.reasons == (called,)


@pytest.mark.parametrize(
    ("notice", "due"), [({}, (3, 18)), ({"minutes": 15}, (3, 9)), ({"days": 1}, (3, 18))]
)
def test_a_recall_after_closing_makes_nobody_late_at_once(
    world: World, notice: dict[str, int], due: tuple[int, int]
) -> None:
    """Open on Mondays and Wednesdays until six; lent and called back on Monday at eight."""
    open_on(world, 0, 2)
    world.session.flush()
    at_eight = rome(2026, 6, 1, 20)
    item = world.make_item()
    loan = world.make_loan(
        item, world.ana, borrowed_at=at_eight, due_at=THREE_WEEKS, rules={"recall_notice": notice}
    )
    called_back(world, loan, at_eight)
    day, hour = due
    assert loan.due_at == rome(2026, 6, day, hour)
