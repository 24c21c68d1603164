"""Kits: what is in one goes where it goes, and nowhere else."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from tests.circulation.booked import ana_has_reserved, kept_for
from tests.circulation.in_line import asks
from tests.counting import statements
from tests.world import MONDAY_NOON, World
from toolshare.care.models import OutageReason
from toolshare.circulation import asking, kit_reasons, kits, kitting, recounting, service
from toolshare.circulation import reasons as why
from toolshare.circulation.allotting import Wanted
from toolshare.circulation.availability import State, free_counts, states
from toolshare.circulation.booking import Booking, NeverFree
from toolshare.circulation.borrowing import borrow, reasons_against
from toolshare.circulation.in_kits import InKit
from toolshare.circulation.present import differences
from toolshare.circulation.promises import Promise
from toolshare.circulation.promising import JustPromised
from toolshare.circulation.recorded import recorded
from toolshare.circulation.reserving import reserve
from toolshare.circulation.retelling import retell
from toolshare.circulation.retiring import retire
from toolshare.circulation.returning import take_back
from toolshare.circulation.spans import of_days
from toolshare.inventory.locking import under_lock
from toolshare.inventory.models import Counting, Item, KitPart
from toolshare.journal.models import Entry, Event
from toolshare.people.opening import read_opening_times
from toolshare.people.roles import RoleNeeded
from toolshare.refusals import Reason, Refusal
from toolshare.rules import fitness

DAY = timedelta(days=1)


@pytest.fixture
def drill(world: World) -> Item:
    return world.make_item()


@pytest.fixture
def clamps(world: World) -> Item:
    """A bin of ten."""
    return world.make_item(world.make_kind(name="Clamp", counting=Counting.BULK), quantity=10)


@pytest.fixture
def kit(world: World) -> Item:
    """A kit with nothing in it."""
    return world.make_kit()


def acts(world: World, **more: Any) -> dict[str, Any]:
    return {"by": world.sam, "now": MONDAY_NOON, **more}


def put_in(world: World, kit: Item, item: Item, quantity: int = 1, **more: Any) -> KitPart:
    return kitting.put_in(world.session, kit, item, quantity=quantity, **acts(world, **more))


def take_out(world: World, kit: Item, item: Item, **more: Any) -> KitPart:
    return kitting.take_out(world.session, kit, item, **acts(world, **more))


def refused(world: World, kit: Item, item: Item, quantity: int = 1, **more: Any) -> Reason:
    """The one reason for which it can't be put in."""
    with pytest.raises(Refusal) as no:
        put_in(world, kit, item, quantity, **more)
    (reason,) = no.value.reasons
    return reason


def reserves(world: World, wanted: Wanted) -> None:
    """Ana reserves it for two days to come."""
    group = read_opening_times(world.session, world.borgo)
    span = of_days(group, MONDAY_NOON.date() + 2 * DAY, MONDAY_NOON.date() + 3 * DAY)
    who = {"person": world.ana, "by": world.ana, "now": MONDAY_NOON}
    reserve(world.session, group, Booking([wanted], span), **who)


def in_kit(kit: Item) -> InKit:
    return InKit(kit="Fence kit", code=kit.code)


def free_of(world: World, item: Item, now: Any = MONDAY_NOON) -> int | None:
    return free_counts(world.session, [item.kind_id], now=now)[item.kind_id]


def inside(world: World, kit: Item) -> list[tuple[str, str]]:
    """What is in a kit, and what of it is lacking."""
    found = kits.contents_of(world.session, kit, now=MONDAY_NOON)
    return [(one.name, one.lacks if one.lacking else "") for one in found.all]


def journal_agrees(world: World) -> bool:
    return list(differences(retell(world.session), recorded(world.session))) == []


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
    assert kits.sizes_of(world.session, [made.id, drill.id]) == {made.id: 7, drill.id: 0}
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
