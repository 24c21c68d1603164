"""Exceptions end when a steward has found out how it is, and nothing else ends them."""

from typing import Any
from uuid import uuid4

import pytest

from tests.offline.telling import TEN, YESTERDAY, exceptions, lent, returned, tell
from tests.world import MONDAY_NOON, World
from toolshare.care.models import Inspection
from toolshare.circulation import reasons as why
from toolshare.circulation.models import Loan
from toolshare.circulation.recorded import recorded
from toolshare.circulation.retelling import retell
from toolshare.circulation.returning import take_back
from toolshare.inventory.models import Counting, Item
from toolshare.offline import settling
from toolshare.offline.models import ExceptionalScan, Settlement
from toolshare.offline.reasons import NothingToDo, SettledAlready, UnknownCard
from toolshare.offline.scans import Scan
from toolshare.people.models import Person
from toolshare.people.roles import RoleNeeded, memberships_of
from toolshare.refusals import Reason, Refusal


def settle(
    world: World, exception: ExceptionalScan, how: Settlement, by: Person, **more: Any
) -> ExceptionalScan:
    return settling.settle(world.session, exception, how, by=by, now=MONDAY_NOON, **more)


def kept(world: World, one: Scan, by: Person | None = None) -> ExceptionalScan:
    tell(world, one, by or world.sam)
    return exceptions(world)[-1]


def refused(world: World, exception: ExceptionalScan, how: Settlement, by: Person) -> Reason:
    with pytest.raises(Refusal) as refusal:
        settle(world, exception, how, by)
    return refusal.value.reasons[0]


def lent_twice(world: World, drill: Item) -> ExceptionalScan:
    """Ana took what Cora has had since yesterday, by the records."""
    world.make_loan(drill, world.cora, borrowed_at=YESTERDAY)
    return kept(world, lent(drill, TEN), world.ana)


def test_a_steward_settles_it_with_a_note(world: World, drill: Item) -> None:
    exception = kept(world, returned(drill, TEN))
    settle(world, exception, Settlement.SETTLED, world.sam, note="It was never out.")
    assert (exception.settled_at, exception.settled_by_id) == (MONDAY_NOON, world.sam.id)
    assert (exception.settlement, exception.note) == (Settlement.SETTLED, "It was never out.")


def test_a_member_does_not(world: World, drill: Item) -> None:
    exception = kept(world, returned(drill, TEN))
    assert isinstance(refused(world, exception, Settlement.SETTLED, world.ana), RoleNeeded)


def test_it_is_settled_once(world: World, drill: Item) -> None:
    exception, operation = kept(world, returned(drill, TEN)), uuid4()
    for _ in range(2):
        settle(world, exception, Settlement.SETTLED, world.sam, operation=operation)
    again = refused(world, exception, Settlement.SETTLED, world.cora)
    assert again == SettledAlready()


def test_what_was_lent_twice_is_lent_when_it_is_free(world: World, drill: Item) -> None:
    exception = lent_twice(world, drill)
    assert isinstance(refused(world, exception, Settlement.LENT, world.sam), why.Out)
    assert exception.settled_at is None
    take_back(world.session, drill, by=world.sam, now=MONDAY_NOON)
    settle(world, exception, Settlement.LENT, world.sam)
    loan = world.session.query(Loan).where(Loan.borrower_id == world.ana.id).one()
    assert (loan.borrowed_at, loan.is_out) == (MONDAY_NOON, True)


def test_what_nobody_had_is_lent_as_it_happened(world: World, drill: Item) -> None:
    ana = world.make_person("Gia", world.borgo, paused_at=MONDAY_NOON)
    exception = kept(world, lent(drill, TEN, borrower=ana))
    memberships_of(world.session, ana)[0].paused_at = None
    settle(world, exception, Settlement.LENT, world.sam)
    loan = world.session.query(Loan).one()
    assert (loan.borrower_id, loan.borrowed_at, loan.lent_by_id) == (ana.id, TEN, world.sam.id)
    assert retell(world.session) == recorded(world.session)


def test_a_return_that_came_before_its_loan_was_told_is_taken_back(
    world: World, drill: Item
) -> None:
    sent = {"condition": "broken", "note": "Snapped."}
    exception = kept(world, returned(drill, MONDAY_NOON, sent=sent))
    tell(world, lent(drill, TEN, borrower=world.ana), world.sam)
    settle(world, exception, Settlement.RETURNED, world.sam)
    loan = world.session.query(Loan).one()
    assert (loan.borrowed_at, loan.returned_at) == (TEN, MONDAY_NOON)
    looked_at = world.session.query(Inspection).one()
    assert (looked_at.condition, looked_at.note) == ("broken", "Snapped.")


def test_what_a_member_brought_back_ends_no_loan_of_another(world: World, drill: Item) -> None:
    exception = kept(world, returned(drill, TEN), world.ana)
    coras = world.make_loan(drill, world.cora, borrowed_at=MONDAY_NOON)
    assert refused(world, exception, Settlement.RETURNED, world.sam) == NothingToDo()
    assert coras.is_out


def test_what_a_member_brought_back_ends_their_own_loan(world: World) -> None:
    pegs = world.make_item(world.make_kind(counting=Counting.BULK), quantity=48)
    exception = kept(world, returned(pegs, TEN), world.ana)
    theirs, own = (
        world.make_loan(pegs, person, counted=False, quantity=8, borrowed_at=YESTERDAY)
        for person in (world.cora, world.ana)
    )
    settle(world, exception, Settlement.RETURNED, world.sam)
    assert (own.returned_at, theirs.is_out) == (TEN, True)


@pytest.mark.parametrize(
    ("scanned", "how"), [(lent, Settlement.RETURNED), (returned, Settlement.LENT)]
)
def test_only_what_was_meant_can_be_done(
    world: World, drill: Item, scanned: Any, how: Settlement
) -> None:
    world.make_loan(drill, world.pau, borrowed_at=MONDAY_NOON)
    exception = kept(world, scanned(drill, TEN))
    assert refused(world, exception, how, world.sam) == NothingToDo()


def test_nothing_is_lent_to_nobody(world: World, drill: Item) -> None:
    exception = lent_twice(world, drill)
    exception.borrower_id = None
    world.session.flush()
    assert refused(world, exception, Settlement.LENT, world.sam) == NothingToDo()


def test_what_went_out_on_an_unknown_card_is_lent_to_nobody(world: World, drill: Item) -> None:
    exception = kept(world, lent(drill, TEN, on_unknown_card=True, against=(UnknownCard(),)))
    assert exception.borrower_id is None
    assert refused(world, exception, Settlement.LENT, world.sam) == NothingToDo()
    assert world.session.query(Loan).all() == []


def test_of_what_nothing_wears_there_is_nothing_to_do(world: World) -> None:
    exception = kept(world, lent("7K3M9QXA", TEN))
    assert exception.item_id is None
    assert refused(world, exception, Settlement.LENT, world.sam) == NothingToDo()
