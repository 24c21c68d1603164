"""What a scan at a kiosk does: by the same rules and reasons as on one's own phone."""

from uuid import uuid4

import pytest

from tests.counting import statements
from tests.kiosk.conftest import Tablet
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.circulation.custody import LeftInShed
from toolshare.circulation.models import Loan, Taking
from toolshare.circulation.reasons import LentByStewardsOnly, NotEnough, NothingToUndo, Out
from toolshare.inventory.models import Counting, Item
from toolshare.journal.models import Entry
from toolshare.kiosk.reasons import NotOfThisShed, OnYourOwnPhone
from toolshare.kiosk.self_service import Question, Unsaid
from toolshare.refusals import Refusal


def whats(world: World) -> list[str]:
    """What happened at the kiosk, in order."""
    found = world.session.query(Entry).order_by(Entry.id)
    return [entry.what for entry in found if entry.details.get("kiosk") and entry.item_id]


def loans(world: World) -> list[Loan]:
    return world.session.query(Loan).order_by(Loan.id).all()


@on_any_database
def test_what_is_free_is_borrowed_and_the_journal_says_by_whom_and_where(
    tablet: Tablet, world: World
) -> None:
    operation = uuid4()
    item = world.make_item()
    with statements() as sent:
        for _ in range(2):
            tablet.scan(item, operation=operation)
    assert not any(one.startswith("UPDATE journal") for one in sent)
    entry = world.session.query(Entry).filter(Entry.operation == str(operation)).one()
    assert (entry.what, entry.by_id, entry.person_id) == ("borrowed", world.ana.id, world.ana.id)
    assert (entry.details["kiosk"], entry.details["kiosk_id"]) == ("Tablet by the door", tablet.id)
    assert [loan.borrower_id for loan in loans(world)] == [world.ana.id]


def test_the_same_label_read_twice_at_once_is_read_once(tablet: Tablet, world: World) -> None:
    item = world.make_item()
    tablet.scan(item)
    tablet.wait(seconds=2)
    tablet.scan(item)
    assert whats(world) == ["borrowed"]


def test_a_label_that_is_seen_again_gives_nothing_back(tablet: Tablet, world: World) -> None:
    item = world.make_item()
    tablet.scan(item)
    tablet.wait(seconds=4)
    for quantity in (None, 1):
        asked = Question(Unsaid.HAS_IT, item.code, item.kind.name, loans(world)[0].id)
        assert tablet.scan(item, quantity=quantity) == asked
    assert whats(world) == ["borrowed"]


def test_what_was_borrowed_by_mistake_is_taken_off_by_a_press_and_lent_again_by_another(
    tablet: Tablet, world: World
) -> None:
    item, operation = world.make_item(), uuid4()
    tablet.scan(item)
    for _ in range(2):
        tablet.undo(loans(world)[0], operation=operation)
    tablet.wait(seconds=4)
    assert tablet.scan(item) == Question(Unsaid.IS_BACK, item.code, item.kind.name)
    assert whats(world) == ["borrowed", "borrowing_undone"]
    tablet.scan(item, quantity=1)
    assert whats(world) == ["borrowed", "borrowing_undone", "borrowed"]


def test_what_a_steward_has_just_returned_is_not_lent_again_by_being_seen(
    tablet: Tablet, world: World
) -> None:
    item = world.make_item()
    world.make_loan(item, world.sam)
    tablet.begin(world.sam)
    tablet.scan(item)
    tablet.wait(seconds=4)
    assert tablet.scan(item) == Question(Unsaid.IS_BACK, item.code, item.kind.name)
    assert whats(world) == ["returned"]


def test_nothing_is_taken_off_but_what_one_borrowed_in_this_sitting(
    tablet: Tablet, world: World
) -> None:
    tablet.scan(world.make_item())
    world.make_loan(world.make_item(), world.pau)
    earlier, of_another = loans(world)
    tablet.wait(seconds=4)
    tablet.begin(world.sam)
    for loan, by in ((earlier, world.ana), (of_another, world.sam)):
        with pytest.raises(Refusal) as refused:
            tablet.undo(loan, by=by)
        assert refused.value.reasons == (NothingToUndo(),)


def test_what_was_borrowed_in_an_earlier_sitting_is_brought_back(
    tablet: Tablet, world: World
) -> None:
    item = world.make_item()
    tablet.scan(item)
    tablet.wait(seconds=4)
    tablet.begin()
    tablet.scan(item)
    assert whats(world) == ["borrowed", "dropped_off"]


def test_a_member_leaves_in_the_shed_what_they_had(tablet: Tablet, world: World) -> None:
    item, operation = world.make_item(), uuid4()
    loan = world.make_loan(item, world.ana)
    for _ in range(2):
        tablet.scan(item, operation=operation)
    assert whats(world) == ["dropped_off"]
    assert (loan.dropped_at, loan.dropped_where) == (MONDAY_NOON, "Tablet by the door")
    tablet.wait(seconds=4)
    assert tablet.refusal(item) == (LeftInShed(),)


def test_a_steward_returns_what_they_had(tablet: Tablet, world: World) -> None:
    item, operation = world.make_item(), uuid4()
    loan = world.make_loan(item, world.sam)
    for _ in range(2):
        tablet.scan(item, by=world.sam, operation=operation)
    assert whats(world) == ["returned"]
    assert loan.returned_to_id == world.sam.id


def test_what_another_has_is_refused_as_on_ones_own_phone(tablet: Tablet, world: World) -> None:
    item = world.make_item()
    loan = world.make_loan(item, world.pau)
    reason = Out(due_at=loan.due_at, time_zone="Europe/Rome")
    assert tablet.refusal(item) == (reason,)
    assert tablet.refusal(item, by=world.sam) == (reason,)


def test_what_stewards_lend_a_member_does_not_get_here(tablet: Tablet, world: World) -> None:
    item = world.make_item()
    world.make_rule("self_checkout", False, item_id=item.id)
    assert tablet.refusal(item) == (LentByStewardsOnly(),)
    tablet.scan(item, by=world.sam)
    assert whats(world) == ["borrowed"]


def test_of_a_bin_it_is_asked_how_many(tablet: Tablet, world: World) -> None:
    pegs = world.make_item(world.make_kind(counting=Counting.BULK), quantity=48)
    assert tablet.scan(pegs) == Question(Unsaid.HOW_MANY, pegs.code, pegs.kind.name)
    assert tablet.refusal(pegs, quantity=49) == (NotEnough(left=48),)
    assert tablet.scan(pegs, quantity=12) is None
    assert [loan.quantity for loan in loans(world)] == [12]
    tablet.wait(days=1)
    tablet.begin()
    tablet.scan(pegs)
    assert whats(world) == ["borrowed", "dropped_off"]


def test_what_is_used_up_is_taken(tablet: Tablet, world: World) -> None:
    screws, operation = bin_of_screws(world), uuid4()
    assert tablet.scan(screws) == Question(Unsaid.HOW_MANY, screws.code, screws.kind.name)
    for _ in range(2):
        tablet.scan(screws, quantity=3, operation=operation)
    assert [taken.quantity for taken in world.session.query(Taking)] == [3]
    assert whats(world) == ["taken"]


def bin_of_screws(world: World) -> Item:
    return world.make_item(world.make_kind(counting=Counting.CONSUMABLE), quantity=9)


def test_a_kit_goes_and_comes_as_one(tablet: Tablet, world: World) -> None:
    kit = world.make_kit(world.make_item())
    tablet.scan(kit)
    tablet.wait(days=1)
    tablet.begin()
    tablet.scan(kit)
    assert whats(world) == ["borrowed", "dropped_off"]


@pytest.mark.parametrize("is_out", [True, False])
def test_what_needs_a_meter_is_left_to_the_phone(
    tablet: Tablet, world: World, is_out: bool
) -> None:
    item = world.make_item(world.make_kind(meter="h"))
    if is_out:
        world.make_loan(item, world.sam)
    assert tablet.refusal(item, by=world.sam) == (OnYourOwnPhone(),)


def test_a_steward_counts_the_parts_of_a_kit_on_the_phone(tablet: Tablet, world: World) -> None:
    kit = world.make_kit(world.make_item())
    world.make_loan(kit, world.sam)
    assert tablet.refusal(kit, by=world.sam) == (OnYourOwnPhone(),)


def test_a_thing_of_another_village_is_not_lent_here(tablet: Tablet, world: World) -> None:
    item = world.make_item(world.make_kind(group_id=world.castello.id))
    assert tablet.refusal(item) == (NotOfThisShed(group="Castello"),)
    tablet.scan(world.make_item(world.make_kind(group_id=world.valle.id)))
    assert whats(world) == ["borrowed"]
