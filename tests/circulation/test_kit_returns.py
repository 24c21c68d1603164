"""A kit comes back without some of what is in it: written down, mended, undone."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.world import MONDAY_NOON, World
from toolshare.care.inspecting import Findings
from toolshare.care.models import OutageReason
from toolshare.care.outages import open_outage
from toolshare.circulation import kit_mending, kits, kitting, service
from toolshare.circulation import reasons as why
from toolshare.circulation.allotting import Wanted
from toolshare.circulation.availability import State, free_counts, states
from toolshare.circulation.booking import Booking
from toolshare.circulation.borrowing import borrow, reasons_against
from toolshare.circulation.kit_reasons import PromisedAhead
from toolshare.circulation.kit_returns import take_back
from toolshare.circulation.models import Loan
from toolshare.circulation.present import differences
from toolshare.circulation.recorded import recorded
from toolshare.circulation.reserving import reserve
from toolshare.circulation.retelling import retell
from toolshare.circulation.spans import of_days
from toolshare.circulation.undoing import undo_return
from toolshare.inventory.models import Condition, Counting, Item, KitPart
from toolshare.journal.models import Entry, Event
from toolshare.people.opening import read_opening_times
from toolshare.people.roles import RoleNeeded
from toolshare.refusals import Refusal

LATER = MONDAY_NOON + timedelta(minutes=1)


@pytest.fixture
def drill(world: World) -> Item:
    return world.make_item()


@pytest.fixture
def kit(world: World, drill: Item, clamps: Item) -> Item:
    """A kit of a drill and four clamps that Ana has."""
    empty = world.make_kit()
    for item, quantity in ((drill, 1), (clamps, 4)):
        acts: dict[str, Any] = {"by": world.sam, "now": MONDAY_NOON - timedelta(days=1)}
        kitting.put_in(world.session, empty, item, quantity=quantity, **acts)
    borrow(world.session, empty, borrower=world.ana, by=world.ana, now=MONDAY_NOON)
    return empty


def part(world: World, item: Item) -> KitPart:
    return world.session.scalars(select(KitPart).where(KitPart.item_id == item.id)).one()


def comes_back(world: World, kit: Item, without: dict[Item, int], **how: Any) -> Loan:
    not_there = {part(world, item).id: quantity for item, quantity in without.items()}
    acts: dict[str, Any] = {"by": world.sam, "now": LATER, **how}
    return take_back(world.session, kit, not_there, **acts)


def lacking(world: World, kit: Item) -> list[str]:
    return [one.lacks for one in kits.contents_of(world.session, kit, now=LATER).lacking]


def mend(world: World, verb: Any, kit: Item, item: Item, **more: Any) -> KitPart:
    acts: dict[str, Any] = {"by": world.sam, "now": LATER, **more}
    found: KitPart = verb(world.session, kit, item, **acts)
    return found


def journal_agrees(world: World) -> bool:
    return list(differences(retell(world.session), recorded(world.session))) == []


def free_of(world: World, item: Item) -> int | None:
    return free_counts(world.session, [item.kind_id], now=LATER)[item.kind_id]


def test_all_comes_back_when_nothing_is_said(world: World, kit: Item, drill: Item) -> None:
    loan = comes_back(world, kit, {})
    assert loan.returned_at == LATER
    assert lacking(world, kit) == []
    assert states(world.session, [kit.id, drill.id], now=LATER) == {
        kit.id: State.FREE,
        drill.id: State.IN_KIT,
    }


def test_what_is_missing_is_written_down_and_the_rest_goes_back(
    world: World, kit: Item, drill: Item, clamps: Item
) -> None:
    comes_back(world, kit, {drill: 1, clamps: 3})
    assert lacking(world, kit) == ["3 × Clamp", "Hand drill"]
    assert states(world.session, [drill.id], now=LATER) == {drill.id: State.MISSING}
    assert reasons_against(world.session, kit, by=world.ana, now=LATER) == []
    assert free_of(world, clamps) == 6  # nobody counts on what is missing
    assert journal_agrees(world)
    told = select(Entry).where(Entry.what == Event.KIT_PART_MISSING).order_by(Entry.id)
    assert [one.details["part"] for one in world.session.scalars(told)] == [
        "Hand drill",
        "3 × Clamp",
    ]


def test_a_kit_can_be_lent_again_without_what_is_missing(
    world: World, kit: Item, drill: Item
) -> None:
    comes_back(world, kit, {drill: 1})
    borrow(world.session, kit, borrower=world.cora, by=world.cora, now=LATER)
    with pytest.raises(Refusal) as no:  # nobody can bring less than they were given
        comes_back(world, kit, {drill: 1}, now=LATER + timedelta(hours=1))
    assert no.value.reasons == (kitting.NotInThisKit(),)


def test_how_a_kit_came_back_is_kept_as_of_any_thing(world: World, kit: Item, drill: Item) -> None:
    loan = comes_back(world, kit, {drill: 1}, findings=Findings(Condition.BROKEN, note="Wet"))
    assert loan.inspection is not None
    assert (loan.inspection.condition, loan.inspection.note) == (Condition.BROKEN, "Wet")
    assert reasons_against(world.session, kit, by=world.ana, now=LATER) == [why.NeedsCheck()]


@pytest.mark.parametrize("quantity", [0, 5])
def test_no_more_is_missing_than_was_there(
    world: World, kit: Item, clamps: Item, quantity: int
) -> None:
    with pytest.raises(Refusal) as no:
        comes_back(world, kit, {clamps: quantity})
    assert no.value.reasons == (why.NotThatMany(out=4),)


def test_a_return_that_is_undone_forgets_what_was_missing(
    world: World, kit: Item, drill: Item, clamps: Item
) -> None:
    loan = comes_back(world, kit, {drill: 1, clamps: 3})
    undo_return(world.session, loan, by=world.sam, now=LATER)
    assert lacking(world, kit) == []
    assert open_outage(world.session, drill) is None
    assert journal_agrees(world)


def test_a_return_that_is_undone_leaves_alone_what_was_settled_since(
    world: World, kit: Item, drill: Item, clamps: Item
) -> None:
    loan = comes_back(world, kit, {drill: 1, clamps: 3})
    reason, later = OutageReason.NEEDS_CHECK, LATER + timedelta(seconds=1)
    service.take_out(world.session, drill, reason, by=world.sam, now=later)
    mend(world, kitting.take_out, kit, clamps)
    undo_return(world.session, loan, by=world.sam, now=later)
    outage = open_outage(world.session, drill)
    assert outage is not None
    assert (outage.reason, lacking(world, kit)) == (reason, ["Hand drill"])
    assert journal_agrees(world)


def test_the_same_return_sent_twice_is_one(world: World, kit: Item, clamps: Item) -> None:
    operation = uuid4()
    first = comes_back(world, kit, {clamps: 1}, operation=operation)
    assert comes_back(world, kit, {clamps: 1}, operation=operation) is first
    assert lacking(world, kit) == ["Clamp"]


def test_what_was_missing_of_a_bin_is_found_again(world: World, kit: Item, clamps: Item) -> None:
    comes_back(world, kit, {clamps: 3})
    operation = uuid4()
    for _ in range(2):
        mend(world, kit_mending.found_again, kit, clamps, operation=operation)
    assert (lacking(world, kit), free_of(world, clamps), clamps.quantity) == ([], 6, 10)
    assert journal_agrees(world)
    with pytest.raises(Refusal) as no:
        mend(world, kit_mending.found_again, kit, clamps)
    assert no.value.reasons == (kit_mending.NothingMissing(),)


def test_what_is_missing_of_a_bin_is_replaced_from_it(
    world: World, kit: Item, clamps: Item
) -> None:
    comes_back(world, kit, {clamps: 3})
    operation = uuid4()
    for _ in range(2):
        mend(world, kit_mending.replace, kit, clamps, operation=operation)
    assert (lacking(world, kit), free_of(world, clamps), clamps.quantity) == ([], 3, 7)
    assert journal_agrees(world)


def test_what_nobody_counts_is_replaced_without_counting(world: World, drill: Item) -> None:
    pegs = world.make_item(world.make_kind(name="Peg", counting=Counting.BULK))
    kit = world.make_kit(drill, bins={pegs: 4})
    borrow(world.session, kit, borrower=world.ana, by=world.ana, now=MONDAY_NOON)
    comes_back(world, kit, {pegs: 2})
    mend(world, kit_mending.replace, kit, pegs)
    assert (lacking(world, kit), pegs.quantity) == ([], None)


def test_nothing_is_replaced_by_what_is_not_there(world: World, kit: Item, clamps: Item) -> None:
    comes_back(world, kit, {clamps: 3})
    world.make_loan(clamps, world.cora, counted=False, quantity=4)
    with pytest.raises(Refusal) as no:
        mend(world, kit_mending.replace, kit, clamps)
    assert no.value.reasons == (why.NotEnough(left=2),)


def test_nothing_is_replaced_by_what_is_promised(world: World, kit: Item, clamps: Item) -> None:
    comes_back(world, kit, {clamps: 3})
    group = read_opening_times(world.session, world.borgo)
    span = of_days(group, date(2026, 6, 3), date(2026, 6, 4))
    who: dict[str, Any] = {"person": world.ana, "by": world.ana, "now": LATER}
    reserve(world.session, group, Booking([Wanted(clamps.kind, 4)], span), **who)
    with pytest.raises(Refusal) as no:
        mend(world, kit_mending.replace, kit, clamps)
    assert no.value.reasons == (PromisedAhead(),)


def test_what_is_missing_is_given_up_when_the_rest_is_taken_out(
    world: World, kit: Item, clamps: Item
) -> None:
    comes_back(world, kit, {clamps: 3})
    mend(world, kitting.take_out, kit, clamps)
    assert (clamps.quantity, free_of(world, clamps)) == (7, 7)
    assert journal_agrees(world)


@pytest.mark.parametrize("verb", [kit_mending.found_again, kit_mending.replace])
def test_only_stewards_mend(world: World, kit: Item, clamps: Item, verb: Any) -> None:
    comes_back(world, kit, {clamps: 3})
    with pytest.raises(Refusal) as no:
        mend(world, verb, kit, clamps, by=world.ana)
    assert [type(one) for one in no.value.reasons] == [RoleNeeded]


def test_only_stewards_take_a_kit_back(world: World, kit: Item, clamps: Item) -> None:
    with pytest.raises(Refusal) as no:
        comes_back(world, kit, {clamps: 3}, by=world.ana)
    assert [type(one) for one in no.value.reasons] == [RoleNeeded]
