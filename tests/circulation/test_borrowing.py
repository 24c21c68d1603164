"""Borrowing, and every reason against it."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from tests.world import MONDAY_NOON, World
from toolshare.care.models import Outage, OutageReason
from toolshare.circulation import reasons as why
from toolshare.circulation.borrowing import borrow, reasons_against
from toolshare.circulation.models import Loan
from toolshare.inventory.locking import under_lock
from toolshare.inventory.models import Counting, Item
from toolshare.journal.models import Entry
from toolshare.journal.recording import OperationUsed
from toolshare.people.models import Person, Role
from toolshare.people.roles import RoleNeeded
from toolshare.refusals import Reason, Refusal


def reasons(world: World, item: Item, who: Person, quantity: int = 1) -> list[Reason]:
    return list(
        reasons_against(
            world.session,
            under_lock(world.session, item.id),
            by=who,
            now=MONDAY_NOON,
            quantity=quantity,
        )
    )


def lend(world: World, item: Item, borrower: Person, **differences: object) -> Loan:
    return borrow(
        world.session,
        item,
        **{"borrower": borrower, "by": borrower, "now": MONDAY_NOON, **differences},
    )


def test_a_member_borrows_what_is_free(world: World) -> None:
    loan = lend(world, world.make_item(), world.ana)
    assert loan.is_out
    assert (loan.borrower, loan.quantity, loan.lent_by_id) == (world.ana, 1, None)


def test_the_journal_says_who_borrowed_what_until_when(world: World) -> None:
    item = world.make_item()
    loan = lend(world, item, world.ana)
    entry = world.session.scalars(select(Entry)).one()
    assert (entry.what, entry.by_id, entry.person_id) == ("borrowed", world.ana.id, world.ana.id)
    assert (entry.item_id, entry.loan_id, entry.at) == (item.id, loan.id, MONDAY_NOON)
    assert entry.details == {"due_at": loan.due_at.isoformat(), "quantity": 1}


def test_an_item_that_is_out_cannot_be_borrowed(world: World) -> None:
    item = world.make_item()
    loan = lend(world, item, world.ana)
    with pytest.raises(Refusal) as refusal:
        lend(world, item, world.sam)
    assert refusal.value.reasons == (why.Out(due_at=loan.due_at, time_zone="Europe/Rome"),)


def test_an_item_that_is_late_says_since_when(world: World) -> None:
    item = world.make_item()
    due = MONDAY_NOON - timedelta(days=2)
    world.make_loan(item, world.ana, due_at=due, borrowed_at=due - timedelta(days=7))
    assert reasons(world, item, world.sam) == [why.Late(due_at=due, time_zone="Europe/Rome")]


def test_who_has_it_already_hears_until_when(world: World) -> None:
    item = world.make_item()
    loan = lend(world, item, world.ana)
    assert reasons(world, item, world.ana) == [
        why.YouHaveIt(due_at=loan.due_at, time_zone="Europe/Rome")
    ]


@pytest.mark.parametrize(
    ("outage", "reason"),
    [
        (OutageReason.NEEDS_CHECK, why.NeedsCheck()),
        (OutageReason.IN_REPAIR, why.InRepair()),
        (OutageReason.MISSING, why.Missing()),
    ],
)
def test_an_item_out_of_service_cannot_be_borrowed(
    world: World, outage: OutageReason, reason: Reason
) -> None:
    item = world.make_item()
    world.session.add(Outage(item=item, reason=outage, since=MONDAY_NOON))
    assert reasons(world, item, world.ana) == [reason]


def test_an_outage_that_has_ended_does_not_count(world: World) -> None:
    item = world.make_item()
    over = Outage(item=item, reason=OutageReason.IN_REPAIR, since=MONDAY_NOON, ended_at=MONDAY_NOON)
    world.session.add(over)
    assert reasons(world, item, world.ana) == []


def test_a_retired_item_cannot_be_borrowed(world: World) -> None:
    item = world.make_item(retired_at=MONDAY_NOON)
    assert reasons(world, item, world.ana) == [why.Retired()]


def test_who_is_of_the_next_village_hears_only_that(world: World) -> None:
    item = world.make_item(retired_at=MONDAY_NOON)
    world.make_loan(item, world.ana)
    assert reasons(world, item, world.vera) == [why.NotAMember(name="Vera", group="Borgo")]


def test_what_the_federation_owns_is_lent_in_its_villages(world: World) -> None:
    tractor = world.make_item(world.make_kind(group_id=world.valle.id, name="Tractor"))
    assert reasons(world, tractor, world.vera) == []
    assert reasons(world, tractor, world.zoe) == [why.NotAMember(name="Zoe", group="Valle")]


def test_a_paused_member_cannot_borrow(world: World) -> None:
    assert reasons(world, world.make_item(), world.pau) == [
        why.MembershipPaused(name="Pau", group="Borgo")
    ]


def test_a_membership_that_has_ended_lends_nothing(world: World) -> None:
    ended = world.make_person("Elio", world.borgo, until=date(2026, 5, 31))
    assert reasons(world, world.make_item(), ended) == [
        why.MembershipEnded(name="Elio", group="Borgo")
    ]


def test_a_membership_that_begins_tomorrow_lends_nothing_today(world: World) -> None:
    early = world.make_person("Elio", world.borgo, since=date(2026, 6, 2))
    assert reasons(world, world.make_item(), early) == [
        why.MembershipNotBegun(name="Elio", group="Borgo", since=date(2026, 6, 2))
    ]


def test_the_limit_counts_open_loans_from_this_group(world: World) -> None:
    world.make_rule("open_loans", 2)
    lend(world, world.make_item(), world.ana)
    tractor = world.make_item(world.make_kind(group_id=world.valle.id, name="Tractor"))
    lend(world, tractor, world.ana)
    lend(world, world.make_item(), world.ana)
    assert reasons(world, world.make_item(), world.ana) == [why.AtTheLimit(limit=2, group="Borgo")]


def test_what_was_returned_or_undone_is_not_counted(world: World) -> None:
    world.make_rule("open_loans", 1)
    world.make_loan(world.make_item(), world.ana, returned_at=MONDAY_NOON)
    world.make_loan(world.make_item(), world.ana, undone_at=MONDAY_NOON)
    assert reasons(world, world.make_item(), world.ana) == []


def test_what_stewards_lend_a_member_cannot_take(world: World) -> None:
    item = world.make_item()
    world.make_rule("self_checkout", False, kind_id=item.kind_id)
    assert reasons(world, item, world.ana) == [why.LentByStewardsOnly()]
    assert reasons(world, item, world.sam) == []
    assert lend(world, item, world.ana, by=world.sam).lent_by_id == world.sam.id


def test_only_a_steward_lends_to_another(world: World) -> None:
    with pytest.raises(Refusal) as refusal:
        lend(world, world.make_item(), world.sam, by=world.ana)
    assert refusal.value.reasons == (RoleNeeded(role=Role.STEWARD, group="Borgo"),)


def test_a_steward_of_a_village_does_not_lend_what_the_federation_owns(world: World) -> None:
    tractor = world.make_item(world.make_kind(group_id=world.valle.id, name="Tractor"))
    with pytest.raises(Refusal):
        lend(world, tractor, world.ana, by=world.sam)


def test_all_reasons_are_given_at_once(world: World) -> None:
    item = world.make_item(retired_at=MONDAY_NOON)
    world.make_loan(item, world.ana)
    given = {type(reason) for reason in reasons(world, item, world.pau)}
    assert given == {why.MembershipPaused, why.Retired, why.Out}


def bin_of(world: World, quantity: int | None, counting: Counting = Counting.BULK) -> Item:
    return world.make_item(world.make_kind(name="Crate", counting=counting), quantity=quantity)


def test_a_bin_is_lent_by_number(world: World) -> None:
    crates = bin_of(world, 10)
    assert lend(world, crates, world.ana, quantity=6).quantity == 6
    assert reasons(world, crates, world.sam, quantity=5) == [why.NotEnough(left=4)]
    assert lend(world, crates, world.sam, quantity=4).quantity == 4
    assert [type(reason) for reason in reasons(world, crates, world.cora)] == [why.Out]


def test_of_plenty_there_is_always_enough(world: World) -> None:
    pegs = bin_of(world, None)
    lend(world, pegs, world.ana, quantity=500)
    assert reasons(world, pegs, world.sam, quantity=500) == []


def test_an_empty_bin_has_none_left(world: World) -> None:
    assert reasons(world, bin_of(world, 0), world.ana) == [why.NoneLeft()]


@pytest.mark.parametrize("quantity", [-1, 0, 10_000, 10**30])
def test_a_quantity_must_make_sense(world: World, quantity: int) -> None:
    assert reasons(world, bin_of(world, None), world.ana, quantity) == [why.WrongQuantity()]


def test_a_counted_thing_is_one(world: World) -> None:
    assert reasons(world, world.make_item(), world.ana, 2) == [why.WrongQuantity()]


def test_a_consumable_is_not_lent(world: World) -> None:
    with pytest.raises(Refusal) as refusal:
        lend(world, bin_of(world, 10, Counting.CONSUMABLE), world.ana)
    assert refusal.value.reasons == (why.ConsumablesAreTaken(),)


def test_the_same_operation_sent_twice_is_one_loan(world: World) -> None:
    item, operation = world.make_item(), uuid4()
    first = lend(world, item, world.ana, operation=operation)
    assert lend(world, item, world.ana, operation=operation) is first
    assert world.session.scalar(select(func.count()).select_from(Loan)) == 1
    assert world.session.scalar(select(func.count()).select_from(Entry)) == 1


def test_another_persons_operation_is_refused_and_tells_nothing(world: World) -> None:
    item, operation = world.make_item(), uuid4()
    lend(world, item, world.ana, operation=operation)
    with pytest.raises(Refusal) as refusal:
        lend(world, item, world.sam, operation=operation)
    assert refusal.value.reasons == (OperationUsed(),)


def test_an_operation_for_another_thing_is_refused(world: World) -> None:
    operation = uuid4()
    lend(world, world.make_item(), world.ana, operation=operation)
    with pytest.raises(Refusal) as refusal:
        lend(world, world.make_item(), world.ana, operation=operation)
    assert refusal.value.reasons == (OperationUsed(),)


def test_the_index_of_open_loans_is_a_backstop(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = world.make_item()
    lend(world, item, world.ana)
    monkeypatch.setattr("toolshare.circulation.borrowing.refuse_if", lambda _: None)
    with pytest.raises(Refusal) as refusal:
        lend(world, item, world.sam)
    assert refusal.value.reasons == (why.JustBorrowed(),)
