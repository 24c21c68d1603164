"""Kits: what is in one goes where it goes, and nowhere else."""

import pytest

from tests.circulation.kits_in_tests import (
    DAY,
    acts,
    free_of,
    in_kit,
    inside,
    journal_agrees,
    put_in,
    reserves,
    take_out,
)
from tests.counting import statements
from tests.world import MONDAY_NOON, World
from toolshare.care.models import OutageReason
from toolshare.circulation import asking, kits, recounting, service
from toolshare.circulation import reasons as why
from toolshare.circulation.allotting import Wanted
from toolshare.circulation.availability import State, states
from toolshare.circulation.booking import NeverFree
from toolshare.circulation.borrowing import borrow, reasons_against
from toolshare.circulation.retiring import retire
from toolshare.inventory.locking import under_lock
from toolshare.inventory.models import Counting, Item
from toolshare.refusals import Refusal
from toolshare.rules import fitness


@pytest.fixture
def drill(world: World) -> Item:
    return world.make_item()


def test_a_thing_in_a_kit_is_not_lent_by_itself(world: World, kit: Item, drill: Item) -> None:
    put_in(world, kit, drill)
    for person in (world.ana, world.sam):
        found = reasons_against(world.session, drill, by=person, now=MONDAY_NOON)
        assert found == [in_kit(kit)]
    with pytest.raises(Refusal):
        borrow(world.session, drill, borrower=world.ana, by=world.sam, now=MONDAY_NOON)
    assert states(world.session, [drill.id, kit.id], now=MONDAY_NOON) == {
        drill.id: State.IN_KIT,
        kit.id: State.FREE,
    }


def test_a_thing_in_a_kit_is_not_reserved_by_itself(world: World, kit: Item, drill: Item) -> None:
    put_in(world, kit, drill)
    with pytest.raises(Refusal) as no:
        reserves(world, Wanted(drill.kind, item_id=drill.id))
    assert no.value.reasons == (in_kit(kit),)
    with pytest.raises(Refusal) as no:
        reserves(world, Wanted(drill.kind))
    assert no.value.reasons == (NeverFree(name="Hand drill"),)


def test_nobody_waits_for_a_thing_in_a_kit(world: World, kit: Item, drill: Item) -> None:
    put_in(world, kit, drill)
    who = {"person": world.ana, "by": world.ana, "now": MONDAY_NOON}
    _, reasons = asking.weigh(world.session, drill.kind, item=drill, **who)
    assert reasons == [in_kit(kit)]
    _, reasons = asking.weigh(world.session, drill.kind, **who)
    assert reasons == [asking.NoneToWaitFor()]


@pytest.mark.parametrize("days", [0, 1, 400])
def test_what_is_in_kits_is_counted_as_free_neither_now_nor_ever(
    world: World, kit: Item, drill: Item, clamps: Item, days: int
) -> None:
    world.make_item(drill.kind)
    put_in(world, kit, drill)
    put_in(world, kit, clamps, 4)
    later = MONDAY_NOON + days * DAY
    assert (free_of(world, drill, later), free_of(world, clamps, later)) == (1, 6)


def test_a_bin_lends_what_is_left_of_it(world: World, kit: Item, clamps: Item) -> None:
    put_in(world, kit, clamps, 4)
    who = {"by": world.ana, "now": MONDAY_NOON}
    assert reasons_against(world.session, clamps, quantity=6, **who) == []
    assert reasons_against(world.session, clamps, quantity=7, **who) == [why.NotEnough(left=6)]
    put_in(world, kit, clamps, 6)
    assert reasons_against(world.session, clamps, **who) == [why.NoneLeft()]
    assert states(world.session, [clamps.id], now=MONDAY_NOON)[clamps.id] is State.USED_UP
    take_out(world, kit, clamps)
    assert free_of(world, clamps) == 10
    assert journal_agrees(world)


def test_a_kit_asks_for_what_its_things_ask_for(world: World, drill: Item) -> None:
    saw = world.make_item(world.make_kind(name="Saw"))
    kit = world.make_kit(drill, saw)
    world.make_rule("certificates", ("Saw course",), kind_id=saw.kind_id)
    world.make_rule("least_age", 18, item_id=drill.id)
    found = reasons_against(world.session, kit, by=world.ana, now=MONDAY_NOON)
    assert found == [
        fitness.CertificateMissing(name="Ana", certificate="Saw course", group="Borgo"),
        fitness.AgeUnknown(name="Ana", least_age=18),
    ]


def test_a_kit_with_nothing_in_it_is_lent_like_any_thing(world: World, kit: Item) -> None:
    assert reasons_against(world.session, kit, by=world.ana, now=MONDAY_NOON) == []


def test_members_do_not_take_a_kit_with_a_thing_that_stewards_lend(
    world: World, drill: Item
) -> None:
    kit = world.make_kit(drill)
    world.make_rule("self_checkout", False, kind_id=drill.kind_id)
    found = reasons_against(world.session, kit, by=world.ana, now=MONDAY_NOON)
    assert found == [why.LentByStewardsOnly()]
    assert reasons_against(world.session, kit, by=world.sam, now=MONDAY_NOON) == []


def test_a_part_that_is_off_is_lacking_and_the_kit_can_be_lent(world: World, drill: Item) -> None:
    due = world.make_item(world.make_kind(name="Auger"), service_due_at=MONDAY_NOON)
    kit = world.make_kit(drill, due)
    service.take_out(world.session, drill, OutageReason.IN_REPAIR, **acts(world))
    found = kits.contents_of(world.session, kit, now=MONDAY_NOON)
    assert [(one.lacks, one.why) for one in found.lacking] == [
        ("Auger", OutageReason.NEEDS_CHECK),
        ("Hand drill", OutageReason.IN_REPAIR),
    ]
    assert (found.number, found.there) == (2, [])
    assert kits.sizes_of(world.session, [kit.id], now=MONDAY_NOON) == {kit.id: (2, 2)}
    assert reasons_against(world.session, kit, by=world.ana, now=MONDAY_NOON) == []


def test_who_has_a_kit_is_seen_on_what_is_in_it(world: World, drill: Item, clamps: Item) -> None:
    kit = world.make_kit(drill, bins={clamps: 4})
    other = world.make_kit(bins={clamps: 2}, name="Table kit")
    borrow(world.session, kit, borrower=world.ana, by=world.ana, now=MONDAY_NOON)
    (held,) = kits.holdings_of(world.session, drill)
    assert (held.kit, held.loan and held.loan.borrower) == (kit, world.ana)
    found = kits.holdings_of(world.session, clamps)
    assert [(one.kit, one.part.quantity, bool(one.loan)) for one in found] == [
        (kit, 4, True),
        (other, 2, False),
    ]


def test_a_part_is_retired_only_when_it_is_taken_out_or_goes_with_its_kit(
    world: World, drill: Item, clamps: Item
) -> None:
    kit = world.make_kit(drill, bins={clamps: 4})
    for item in (drill, clamps):
        with pytest.raises(Refusal) as no:
            retire(world.session, [item], by=world.cora, now=MONDAY_NOON, why="Worn out")
        assert no.value.reasons == (in_kit(kit),)
    assert retire(world.session, [kit, drill], by=world.cora, now=MONDAY_NOON, why="Old") == 2
    assert (kit.retired_at, drill.retired_at) == (MONDAY_NOON, MONDAY_NOON)
    assert (free_of(world, clamps), inside(world, kit)) == (10, [])


@pytest.mark.parametrize("which", ["kit", "drill"])
def test_kits_and_what_is_in_them_are_not_counted_otherwise(
    world: World, kit: Item, drill: Item, which: str
) -> None:
    put_in(world, kit, drill)
    kind = {"kit": kit, "drill": drill}[which].kind
    with pytest.raises(Refusal) as no:
        recounting.refuse_while_out(world.session, kind, Counting.BULK)
    assert no.value.reasons == (recounting.InKitsAsCountedNow(name=kind.name),)


def test_the_page_of_a_kit_reads_as_much_however_much_is_in_it(world: World) -> None:
    def read(kit_id: int) -> int:
        world.session.expunge_all()
        kit = under_lock(world.session, kit_id)
        with statements() as seen:
            kits.contents_of(world.session, kit, now=MONDAY_NOON)
            list(kits.rules_inside(world.session, kit))
        return len(seen)

    one, nine = (world.make_kit(*(world.make_item() for _ in range(n))).id for n in (1, 9))
    assert read(one) == read(nine)
