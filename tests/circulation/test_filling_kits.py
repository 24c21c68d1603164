"""Filling kits: what can be put into one, what comes out of it, and who may."""

from uuid import uuid4

import pytest
from sqlalchemy import select, update

from tests.circulation.booked import ana_has_reserved, kept_for
from tests.circulation.in_line import asks
from tests.circulation.kits_in_tests import (
    DAY,
    acts,
    in_kit,
    inside,
    journal_agrees,
    put_in,
    refused,
    reserves,
    take_out,
)
from tests.world import MONDAY_NOON, World
from toolshare.care.models import OutageReason
from toolshare.circulation import asking, kit_reasons, kits, kitting, service
from toolshare.circulation import reasons as why
from toolshare.circulation.allotting import Wanted
from toolshare.circulation.borrowing import borrow
from toolshare.circulation.present import differences
from toolshare.circulation.promises import Promise
from toolshare.circulation.promising import JustPromised
from toolshare.circulation.recorded import recorded
from toolshare.circulation.retelling import retell
from toolshare.circulation.returning import take_back
from toolshare.inventory.models import Counting, Item, KitPart
from toolshare.journal.models import Entry, Event
from toolshare.people.roles import RoleNeeded
from toolshare.refusals import Refusal


@pytest.fixture
def drill(world: World) -> Item:
    return world.make_item()


def test_a_coordinator_makes_a_kit_and_a_steward_fills_it(
    world: World, drill: Item, clamps: Item
) -> None:
    barn = world.make_place("Barn")
    made = kitting.make(
        world.session, world.borgo, "Fence kit", barn, by=world.cora, now=MONDAY_NOON
    )
    put_in(world, made, drill)
    put_in(world, made, clamps, 4)
    put_in(world, made, clamps, 2)
    assert inside(world, made) == [("6 × Clamp", ""), ("Hand drill", "")]
    sizes = kits.sizes_of(world.session, [made.id, drill.id], now=MONDAY_NOON)
    assert sizes == {made.id: (7, 0), drill.id: (0, 0)}
    assert (made.place_id, made.kind.is_kit) == (barn.id, True)
    assert journal_agrees(world)
    with pytest.raises(Refusal) as no:
        kitting.make(world.session, world.borgo, "Saw kit", None, by=world.sam, now=MONDAY_NOON)
    assert [type(one) for one in no.value.reasons] == [RoleNeeded]


def test_only_stewards_of_its_group_change_what_is_in_it(
    world: World, kit: Item, drill: Item
) -> None:
    for person in (world.ana, world.vera):
        assert isinstance(refused(world, kit, drill, by=person), RoleNeeded)
        with pytest.raises(Refusal):
            take_out(world, kit, drill, by=person)


def test_who_reserved_any_of_the_kind_is_given_another_one(
    world: World, kit: Item, drill: Item
) -> None:
    reservation = ana_has_reserved(world, drill.kind, 3, 4)
    other = world.make_item(drill.kind)
    put_in(world, kit, drill)
    assert kept_for(world, reservation) == other.id


def test_a_thing_taken_out_is_free_again_and_offered_to_who_waits(
    world: World, kit: Item, drill: Item
) -> None:
    put_in(world, kit, drill)
    other = world.make_item(drill.kind)
    world.make_loan(other, world.cora)
    asks(world, drill, world.ana)
    take_out(world, kit, drill)
    assert inside(world, kit) == []
    offered = world.session.scalars(select(Promise).where(Promise.item_id == drill.id)).one()
    assert offered.offer_id is not None
    with pytest.raises(Refusal) as no:
        take_out(world, kit, drill)
    assert no.value.reasons == (kitting.NotInThisKit(),)


def test_what_is_not_here_can_not_be_put_in(world: World, kit: Item, drill: Item) -> None:
    loan = world.make_loan(drill, world.ana)
    assert refused(world, kit, drill) == why.Out(due_at=loan.due_at, time_zone="Europe/Rome")
    other_kit, thing = world.make_kit(), world.make_item()
    put_in(world, other_kit, thing)
    assert refused(world, kit, thing) == in_kit(other_kit)
    broken, old = world.make_item(), world.make_item(retired_at=MONDAY_NOON)
    service.take_out(world.session, broken, OutageReason.IN_REPAIR, **acts(world))
    assert refused(world, kit, broken) == why.InRepair()
    assert refused(world, kit, old) == why.Retired()


def test_what_is_promised_by_itself_can_not_be_put_in(
    world: World, kit: Item, drill: Item, clamps: Item
) -> None:
    reserves(world, Wanted(drill.kind))
    assert refused(world, kit, drill) == kit_reasons.PromisedAhead()
    reserves(world, Wanted(clamps.kind, 8))
    assert refused(world, kit, clamps, 3) == kit_reasons.PromisedAhead()
    put_in(world, kit, clamps, 2)


def test_what_is_waited_for_by_itself_can_not_be_put_in(
    world: World, kit: Item, drill: Item
) -> None:
    loan = borrow(world.session, drill, borrower=world.cora, by=world.cora, now=MONDAY_NOON - DAY)
    who = {"person": world.ana, "by": world.ana}
    asking.ask(world.session, drill.kind, item=drill, now=MONDAY_NOON - DAY, **who)
    take_back(world.session, drill, loan=loan, **acts(world))
    assert refused(world, kit, drill) == kit_reasons.WaitedForByItself()


def test_a_kit_holds_things_and_bins_of_its_group_and_no_kits(
    world: World, kit: Item, drill: Item
) -> None:
    assert refused(world, drill, world.make_item()) == kit_reasons.NotAKit(name="Hand drill")
    assert refused(world, kit, kit) == kit_reasons.KitInKit()
    theirs = world.make_item(world.make_kind(name="Saw", group_id=world.castello.id))
    assert refused(world, kit, theirs) == kit_reasons.OtherGroups(name="Saw")
    string = world.make_item(world.make_kind(name="String", counting=Counting.CONSUMABLE))
    assert refused(world, kit, string) == kit_reasons.UsedUpNotInKits(name="String")


@pytest.mark.parametrize("quantity", [0, -1, 2])
def test_a_thing_is_one(world: World, kit: Item, drill: Item, quantity: int) -> None:
    assert refused(world, kit, drill, quantity) == why.WrongQuantity()


def test_no_more_of_a_bin_than_it_holds(world: World, kit: Item, clamps: Item) -> None:
    assert refused(world, kit, clamps, 11) == why.NotEnough(left=10)
    assert refused(world, kit, clamps, 0) == why.WrongQuantity()


def test_a_kit_is_changed_only_while_it_is_here(world: World, drill: Item) -> None:
    kit = world.make_kit(drill)
    loan = borrow(world.session, kit, borrower=world.ana, by=world.ana, now=MONDAY_NOON)
    assert refused(world, kit, world.make_item()) == kit_reasons.KitIsOut()
    with pytest.raises(Refusal) as no:
        take_out(world, kit, drill)
    assert no.value.reasons == (kit_reasons.KitIsOut(),)
    take_back(world.session, kit, loan=loan, **acts(world))
    service.take_out(world.session, kit, OutageReason.MISSING, **acts(world))
    assert refused(world, kit, world.make_item()) == why.Missing()
    old = world.make_kit(name="Old kit")
    old.retired_at = MONDAY_NOON
    assert refused(world, old, world.make_item()) == why.Retired()


def test_the_same_press_sent_twice_is_one(world: World, kit: Item, clamps: Item) -> None:
    first, second = uuid4(), uuid4()
    for _ in range(2):
        assert put_in(world, kit, clamps, 3, operation=first).quantity == 3
    for _ in range(2):
        assert take_out(world, kit, clamps, operation=second).taken_out_at == MONDAY_NOON
    assert inside(world, kit) == []


def test_the_history_of_a_kit_and_of_its_things_tell_of_each_other(
    world: World, kit: Item, clamps: Item
) -> None:
    put_in(world, kit, clamps, 4)
    take_out(world, kit, clamps)
    told = [(one.what, one.item_id) for one in world.session.scalars(select(Entry))]
    assert told == [
        (Event.PUT_INTO_KIT, clamps.id),
        (Event.KIT_FILLED, kit.id),
        (Event.TAKEN_OUT_OF_KIT, clamps.id),
        (Event.KIT_EMPTIED, kit.id),
    ]


def test_the_journal_and_the_tables_are_compared(world: World, kit: Item, drill: Item) -> None:
    part = put_in(world, kit, drill)
    world.session.execute(update(KitPart).values(taken_out_at=MONDAY_NOON))
    (line,) = differences(retell(world.session), recorded(world.session))
    assert line.startswith(f"part of a kit {part.id}: the journal tells of it")


def test_a_backstop_that_refuses_says_it_in_words(
    world: World, kit: Item, drill: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in(world, world.make_kit(), drill)
    monkeypatch.setattr(kitting, "reasons_against", lambda *_, **__: [])
    with world.session.begin_nested() as again:
        assert refused(world, kit, drill) == JustPromised()
        again.rollback()
