"""What is told late: done with its real time, or kept for a steward; never twice, never dropped."""

from datetime import date, datetime, timedelta

import pytest

from tests.offline.telling import (
    ELEVEN,
    TEN,
    YESTERDAY,
    entries_of,
    exceptions,
    lent,
    returned,
    said,
    tell,
)
from tests.world import MONDAY_NOON, World
from toolshare.care import outages
from toolshare.care.models import OutageReason
from toolshare.care.outages import open_outage
from toolshare.circulation import borrowing, reserving, returning, spans
from toolshare.circulation.allotting import Wanted
from toolshare.circulation.booking import Booking
from toolshare.circulation.models import Loan, Taking
from toolshare.circulation.present import differences
from toolshare.circulation.recorded import recorded
from toolshare.circulation.retelling import retell
from toolshare.inventory.locking import under_lock
from toolshare.inventory.models import Condition, Counting, Item
from toolshare.offline.late import Became
from toolshare.offline.reasons import as_known
from toolshare.people import opening
from toolshare.people.models import Role

HOUR = timedelta(hours=1)


def test_what_was_lent_is_due_as_if_lent_then(world: World, drill: Item) -> None:
    one = lent(drill, YESTERDAY, borrower=world.ana)
    taken = tell(world, one, world.sam)
    loan = taken.record
    assert isinstance(loan, Loan)
    assert (taken.became, taken.again) == (Became.DONE, False)
    assert (loan.borrower, loan.lent_by_id, loan.borrowed_at) == (
        world.ana,
        world.sam.id,
        YESTERDAY,
    )
    assert loan.due_at == datetime.fromisoformat("2026-06-07T21:59:59+00:00")
    (entry,) = entries_of(world, one)
    assert entry.at == YESTERDAY
    assert entry.details["told_at"] == MONDAY_NOON.isoformat()
    assert retell(world.session) == recorded(world.session)


def test_a_member_lends_to_themselves(world: World, drill: Item) -> None:
    loan = tell(world, lent(drill, TEN), world.ana).record
    assert isinstance(loan, Loan)
    assert (loan.borrower_id, loan.lent_by_id) == (world.ana.id, None)


def test_what_came_back_did_so_at_its_time(world: World, drill: Item) -> None:
    world.make_loan(drill, world.ana, borrowed_at=YESTERDAY)
    one = returned(drill, TEN, condition=Condition.BROKEN, note="Snapped.")
    loan = tell(world, one, world.sam).record
    assert isinstance(loan, Loan)
    assert (loan.returned_at, loan.returned_to_id) == (TEN, world.sam.id)
    outage = open_outage(world.session, drill)
    assert outage is not None
    assert (outage.since, outage.note) == (TEN, "Snapped.")
    (entry,) = entries_of(world, one)
    assert (entry.at, entry.details["told_at"]) == (TEN, MONDAY_NOON.isoformat())


def test_what_a_member_brings_back_waits_in_the_shed(world: World, drill: Item) -> None:
    world.make_loan(drill, world.ana, borrowed_at=YESTERDAY)
    loan = tell(world, returned(drill, TEN, note="On the bench."), world.ana).record
    assert isinstance(loan, Loan)
    assert (loan.dropped_at, loan.dropped_where) == (TEN, "On the bench.")
    assert loan.is_out


def test_what_is_used_up_is_taken(world: World) -> None:
    screws = world.make_item(world.make_kind(counting=Counting.CONSUMABLE), quantity=9)
    taking = tell(world, lent(screws, TEN, quantity=4), world.ana).record
    assert isinstance(taking, Taking)
    assert (taking.taken_at, taking.quantity, screws.quantity) == (TEN, 4, 5)


def test_of_a_bin_the_card_says_whose_come_back(world: World) -> None:
    pegs = world.make_item(world.make_kind(counting=Counting.BULK), quantity=48)
    for person in (world.ana, world.cora):
        world.make_loan(pegs, person, counted=False, quantity=10)
    part = tell(world, returned(pegs, MONDAY_NOON, borrower=world.ana, quantity=4), world.sam)
    assert isinstance(part.record, Loan)
    assert (part.record.borrower, part.record.quantity) == (world.ana, 4)
    tell(world, returned(pegs, MONDAY_NOON), world.sam)
    assert said(exceptions(world)[0]) == ["Several people have some of these."]


def test_of_several_loans_of_a_bin_what_is_due_first_comes_back_first(world: World) -> None:
    pegs = world.make_item(world.make_kind(counting=Counting.BULK), quantity=48)
    soon = MONDAY_NOON + HOUR
    later, first = (
        world.make_loan(pegs, world.ana, counted=False, quantity=10, **due)
        for due in ({}, {"due_at": soon})
    )
    tell(world, returned(pegs, TEN + HOUR), world.ana)
    assert (first.dropped_at, later.dropped_at) == (ELEVEN, None)


def test_no_time_is_in_the_future(world: World, drill: Item) -> None:
    loan = tell(world, lent(drill, MONDAY_NOON + HOUR), world.ana).record
    assert isinstance(loan, Loan)
    assert loan.borrowed_at == MONDAY_NOON


def test_the_same_sent_again_is_done_once(world: World, drill: Item) -> None:
    one = lent(drill, TEN)
    tell(world, one, world.ana)
    again = tell(world, one, world.ana)
    assert (again.became, again.again, again.record) == (Became.DONE, True, None)
    assert len(entries_of(world, one)) == 1


def test_an_exception_sent_again_is_kept_once(world: World, drill: Item) -> None:
    one = returned(drill, TEN)
    first, again = (tell(world, one, world.sam) for _ in range(2))
    assert (again.became, again.again) == (Became.EXCEPTION, True)
    assert first.record is again.record
    assert exceptions(world) == [first.record]


def test_what_was_refused_at_first_stays_an_exception(world: World, drill: Item) -> None:
    loan = world.make_loan(drill, world.cora, borrowed_at=YESTERDAY)
    one = lent(drill, TEN)
    tell(world, one, world.ana)
    returning.take_back(world.session, drill, by=world.sam, now=MONDAY_NOON, loan=loan)
    assert tell(world, one, world.ana).became is Became.EXCEPTION


def test_an_exception_keeps_all_that_was_sent(world: World, drill: Item) -> None:
    world.make_loan(drill, world.cora, borrowed_at=YESTERDAY)
    tell(world, lent(drill, TEN, borrower=world.ana, quantity=1, sent={"odd": [1]}), world.sam)
    (kept,) = exceptions(world)
    assert (kept.item_id, kept.by_id, kept.borrower_id) == (drill.id, world.sam.id, world.ana.id)
    assert (kept.at, kept.told_at, kept.sent) == (TEN, MONDAY_NOON, {"odd": [1]})
    assert (kept.group_id, kept.quantity, kept.settled_at) == (world.borgo.id, 1, None)
    assert said(kept)[0].startswith("It is out until")
    assert retell(world.session).loans == {}


def test_what_changed_hands_since_was_not_lent_before(world: World, drill: Item) -> None:
    borrowing.borrow(world.session, drill, borrower=world.cora, by=world.cora, now=TEN)
    returning.take_back(world.session, drill, by=world.sam, now=ELEVEN)
    tell(world, lent(drill, TEN + HOUR / 2), world.ana)
    assert said(exceptions(world)[0])[0].startswith("Something else happened to it after that")


def test_clocks_may_be_wrong_by_some_minutes(world: World, drill: Item) -> None:
    borrowing.borrow(world.session, drill, borrower=world.cora, by=world.cora, now=TEN)
    returning.take_back(world.session, drill, by=world.sam, now=ELEVEN)
    minute = timedelta(minutes=1)
    loan = tell(world, lent(drill, ELEVEN - minute), world.ana).record
    assert isinstance(loan, Loan)
    assert loan.borrowed_at == ELEVEN
    tell(world, returned(drill, ELEVEN - minute), world.sam)
    assert loan.returned_at == ELEVEN


def test_what_was_lent_since_has_not_come_back_before(world: World, drill: Item) -> None:
    loan = world.make_loan(drill, world.ana, borrowed_at=ELEVEN)
    tell(world, returned(drill, TEN), world.sam)
    tell(world, returned(drill, TEN), world.ana)
    assert loan.is_with_borrower
    for kept in exceptions(world):
        assert said(kept)[0].startswith("It was lent again after that")


def test_what_was_missing_came_back_after_it_was_missed(world: World, drill: Item) -> None:
    world.make_loan(drill, world.ana, borrowed_at=YESTERDAY)
    outages.take_out_of_service(
        world.session, drill, OutageReason.MISSING, by=world.sam, now=ELEVEN
    )
    loan = tell(world, returned(drill, TEN), world.sam).record
    assert isinstance(loan, Loan)
    assert loan.returned_at == ELEVEN


def test_what_was_lent_a_month_ago_is_for_a_steward(world: World, drill: Item) -> None:
    tell(world, lent(drill, MONDAY_NOON - timedelta(days=31)), world.ana)
    assert said(exceptions(world)[0]) == ["This was more than 30 days ago."]


def test_what_a_member_does_not_have_they_can_not_bring_back(world: World, drill: Item) -> None:
    world.make_loan(drill, world.cora, borrowed_at=YESTERDAY)
    tell(world, returned(drill, TEN), world.ana)
    assert said(exceptions(world)[0]) == ["It is not out."]


def test_what_members_may_not_lend_is_kept_with_the_role_that_may(
    world: World, drill: Item
) -> None:
    tell(world, lent(drill, TEN, borrower=world.cora), world.ana)
    (kept,) = exceptions(world)
    (reason,) = map(as_known, kept.reasons)
    assert vars(reason)["role"] is Role.STEWARD


def cora_reserves(world: World, item: Item, first: int, last: int, now: datetime) -> None:
    """Days of June."""
    opening.read_opening_times(world.session, world.borgo)
    span = spans.of_days(world.borgo, *(date(2026, 6, day) for day in (first, last)))
    booking = Booking([Wanted(under_lock(world.session, item.id).kind)], span)
    acts = {"by": world.sam, "now": now}
    reserving.reserve(world.session, world.borgo, booking, person=world.cora, **acts)


def test_what_is_promised_to_another_since_is_kept_for_a_steward(world: World, drill: Item) -> None:
    cora_reserves(world, drill, 1, 2, now=ELEVEN)
    tell(world, lent(drill, TEN), world.ana)
    assert said(exceptions(world)[0]) == ["It is kept for a reservation."]


@pytest.mark.parametrize(("who", "first", "ends"), [("ana", 6, 5), ("cora", 1, 4)])
def test_what_is_reserved_is_due_before_or_when_it_ends(
    world: World, drill: Item, who: str, first: int, ends: int
) -> None:
    """Cora has reserved it: her own loan ends with that, Ana's on the day before it begins."""
    cora_reserves(world, drill, first, max(first, 4), now=YESTERDAY)
    loan = tell(world, lent(drill, TEN, borrower=getattr(world, who)), world.sam).record
    assert isinstance(loan, Loan)
    assert (loan.borrowed_at, loan.due_at.day) == (TEN, ends)
    assert list(differences(retell(world.session), recorded(world.session))) == []
