"""Looking over what has just come back: said later, it counts from the return."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from tests.circulation.telling import lend, told
from tests.world import MONDAY_NOON, World
from toolshare.care import outages
from toolshare.care.inspecting import Findings, NoSuchPart
from toolshare.care.models import Inspection, OutageReason
from toolshare.care.outages import open_outage
from toolshare.circulation import looking_over, returning, undoing
from toolshare.circulation.looking_over import BackForLong, HadBySomebodyElse, NotHereAnyMore
from toolshare.circulation.models import Loan
from toolshare.inventory.models import Condition, Counting
from toolshare.journal.models import Entry, Event
from toolshare.people.models import Role
from toolshare.people.roles import RoleNeeded
from toolshare.refusals import Reason, Refusal

RETURNED = MONDAY_NOON + timedelta(minutes=5)
LATER = RETURNED + timedelta(minutes=5)
WITHOUT_BIT = Findings(Condition.NEEDS_A_LOOK, ["bit"], "Lost in the field.")


@pytest.fixture
def loan(world: World) -> Loan:
    """Ana has brought a drill back, which a scan has returned as fine."""
    item = world.make_item(world.make_kind(parts=["bit", "case"], meter="h"))
    return bring_back(world, lend(world, item))


def bring_back(world: World, loan: Loan) -> Loan:
    return returning.take_back(world.session, loan.item, by=world.sam, now=RETURNED)


def look(world: World, loan: Loan, findings: Findings, **differences: Any) -> Loan:
    how = {"by": world.sam, "now": LATER, **differences}
    return looking_over.look_over(world.session, loan, findings, **how)


def why_not(world: World, loan: Loan, findings: Findings, **how: Any) -> tuple[Reason, ...]:
    with pytest.raises(Refusal) as refusal:
        look(world, loan, findings, **how)
    return tuple(refusal.value.reasons)


def test_what_is_missing_is_written_down_as_of_the_return(world: World, loan: Loan) -> None:
    look(world, loan, WITHOUT_BIT, meter=Decimal(12))
    inspection = world.session.get_one(Inspection, loan.inspection_id)
    assert (inspection.at, inspection.missing_parts) == (RETURNED, ["bit"])
    assert (loan.item.condition, loan.meter_after) == (Condition.NEEDS_A_LOOK, Decimal(12))
    outage = open_outage(world.session, loan.item)
    assert outage is not None
    assert (outage.reason, outage.since) == (OutageReason.NEEDS_CHECK, RETURNED)
    told(world)


def test_sent_twice_it_is_said_once(world: World, loan: Loan) -> None:
    operation = uuid4()
    for _ in range(2):
        look(world, loan, WITHOUT_BIT, operation=operation)
    assert world.session.scalar(select(func.count()).select_from(Inspection)) == 2


def test_it_goes_with_the_return_when_that_is_undone(world: World, loan: Loan) -> None:
    look(world, loan, WITHOUT_BIT)
    undoing.undo_return(world.session, loan, by=world.sam, now=LATER)
    assert loan.is_out
    assert open_outage(world.session, loan.item) is None
    assert loan.item.condition is Condition.FINE


def test_what_is_out_can_not_be_looked_over(world: World, loan: Loan) -> None:
    again = lend(world, loan.item)
    for one in (loan, again):
        assert why_not(world, one, WITHOUT_BIT) == (NotHereAnyMore(),)


def test_what_another_has_had_since_is_not_blamed_on_who_had_it_before(
    world: World, loan: Loan
) -> None:
    since = bring_back(world, lend(world, loan.item, world.cora))
    assert why_not(world, loan, WITHOUT_BIT) == (HadBySomebodyElse(),)
    assert open_outage(world.session, loan.item) is None
    assert look(world, since, WITHOUT_BIT) is since


def test_a_loan_that_was_a_mistake_stands_in_nobodys_way(world: World, loan: Loan) -> None:
    undoing.undo_borrowing(
        world.session, lend(world, loan.item, world.cora), by=world.sam, now=LATER
    )
    assert look(world, loan, WITHOUT_BIT) is loan


def test_it_can_be_said_for_one_sitting_at_the_desk(world: World, loan: Loan) -> None:
    ends = RETURNED + timedelta(hours=12)
    assert look(world, loan, WITHOUT_BIT, now=ends) is loan
    assert why_not(world, loan, WITHOUT_BIT, now=ends + timedelta(minutes=1)) == (BackForLong(),)


def test_what_was_missing_since_the_return_is_so_no_longer_than_it_was(
    world: World, loan: Loan
) -> None:
    """Marked missing at 12:06, it lies on the table at 12:10, which counts from 12:05."""
    gone_at = RETURNED + timedelta(minutes=1)
    how: dict[str, Any] = {"by": world.sam, "now": gone_at}
    gone = outages.take_out_of_service(world.session, loan.item, OutageReason.MISSING, **how)
    look(world, loan, Findings(note="Behind the door."))
    assert (gone.since, gone.ended_at) == (gone_at, gone_at)
    ended = select(Entry.at).where(Entry.what == Event.PUT_INTO_SERVICE)
    assert world.session.scalars(ended).all() == [gone_at]


def test_what_was_missing_and_came_broken_is_out_of_service_from_the_return(
    world: World, loan: Loan
) -> None:
    gone_at = RETURNED + timedelta(minutes=1)
    how: dict[str, Any] = {"by": world.sam, "now": gone_at}
    gone = outages.take_out_of_service(world.session, loan.item, OutageReason.MISSING, **how)
    look(world, loan, WITHOUT_BIT)
    assert gone.ended_at == gone_at
    outage = open_outage(world.session, loan.item)
    assert outage is not None
    assert outage.since == RETURNED
    told(world)


def test_of_a_bin_others_may_have_some(world: World) -> None:
    crates = world.make_item(world.make_kind(counting=Counting.BULK), quantity=9)
    loan, _ = lend(world, crates, quantity=2), lend(world, crates, world.cora)
    how: dict[str, Any] = {"by": world.sam, "now": RETURNED, "loan": loan}
    returning.take_back(world.session, crates, **how)
    assert look(world, loan, Findings(note="Wet.")) is loan


def test_it_is_for_stewards_and_of_the_parts_list(world: World, loan: Loan) -> None:
    needed = RoleNeeded(role=Role.STEWARD, group="Borgo")
    assert why_not(world, loan, WITHOUT_BIT, by=world.ana) == (needed,)
    assert why_not(world, loan, Findings(missing_parts=["lid"])) == (NoSuchPart(part="lid"),)
