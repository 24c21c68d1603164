"""Undoing a closing: as it was, open again, and honest about what has changed since."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.circulation.telling import told
from tests.counting import for_all_at_once, statements
from tests.stocktake.counting import LONG_AGO, Shed, of
from tests.stocktake.test_closing import closed, line_of, outage_of
from toolshare.care import outages
from toolshare.care.models import Outage, OutageReason
from toolshare.circulation import service
from toolshare.inventory import stocking
from toolshare.inventory.models import Counting
from toolshare.journal.models import Entry, Event
from toolshare.people.roles import RoleNeeded
from toolshare.refusals import Refusal
from toolshare.stocktake import reasons as why
from toolshare.stocktake.beginning import give_up
from toolshare.stocktake.models import NUMBER, OUTAGE, PLACE, Closing, Stocktake
from toolshare.stocktake.reopening import undo_closing

MISSING = OutageReason.MISSING


def undone(shed: Shed, stocktake: Stocktake, **more: Any) -> Closing:
    return undo_closing(shed.session, stocktake, by=shed.world.cora, now=shed.now, **more)


def test_all_that_closing_changed_is_as_it_was(shed: Shed) -> None:
    hoe, rake, saw, pegs = (*map(shed.make, ("Hoe", "Rake", "Saw")), shed.make_bin("Pegs", 48))
    axe = shed.make("Axe")
    axe.place = None
    acts = {"by": shed.world.sam, "now": shed.now}
    checked = outages.take_out_of_service(shed.session, rake, OutageReason.NEEDS_CHECK, **acts)
    missed = outages.take_out_of_service(shed.session, saw, OutageReason.MISSING, **acts)
    stocktake = shed.open()
    for item, more in ((axe, {}), (saw, {"here": shed.loft}), (pegs, {"counted": 50})):
        shed.see(stocktake, item, **more)
    closed(shed, stocktake)
    assert [outage_of(shed, one) for one in (hoe, rake, saw)] == [
        OutageReason.MISSING,
        OutageReason.MISSING,
        OutageReason.NEEDS_CHECK,
    ]
    assert (axe.place, saw.place, pegs.quantity) == (shed.barn, shed.loft, 50)
    closing = undone(shed, stocktake)
    assert [outage_of(shed, one) for one in (hoe, rake, saw)] == [
        None,
        OutageReason.NEEDS_CHECK,
        OutageReason.MISSING,
    ]
    for item, before in ((rake, checked), (saw, missed)):
        again = outages.open_outage(shed.session, item)
        assert again is not None
        assert (again.since, again.by_id) == (before.since, before.by_id)
    assert (axe.place, saw.place, pegs.quantity) == (None, shed.wall, 48)
    assert (closing.undone_by, stocktake.is_open) == (shed.world.cora, True)
    assert not any(line_of(shed, one).left for one in (hoe, rake, saw, axe, pegs))
    told(shed.world)


def test_it_is_open_again_with_all_that_was_seen_and_can_be_closed_again(shed: Shed) -> None:
    hoe, rake = shed.make("Hoe"), shed.make("Rake")
    stocktake = shed.open()
    shed.see(stocktake, hoe, here=shed.loft)
    closed(shed, stocktake)
    undone(shed, stocktake)
    assert of(shed.session, stocktake, hoe).is_misplaced
    shed.see(stocktake, rake)
    closed(shed, stocktake)
    assert (hoe.place, outage_of(shed, rake)) == (shed.loft, None)
    assert len(stocktake.closings) == 2


def test_what_has_changed_since_is_left_and_named(shed: Shed) -> None:
    hoe, rake, pegs, sand = (
        *map(shed.make, ("Hoe", "Rake")),
        shed.make_bin("Pegs", 48),
        shed.make_bin("Sand", 5, counting=Counting.CONSUMABLE),
    )
    stocktake = shed.open()
    shed.see(stocktake, rake, here=shed.loft)
    shed.see(stocktake, pegs, counted=40)
    shed.see(stocktake, sand, counted=4)
    closed(shed, stocktake)
    acts = {"by": shed.world.cora, "now": shed.now}
    service.take_out(shed.session, hoe, OutageReason.NEEDS_CHECK, **acts)
    stocking.move(shed.session, [rake], shed.house, **acts)
    stocking.change_item(shed.session, pegs, quantity=44, **acts)
    stocking.change_item(shed.session, sand, notes_for_members="Wet.", **acts)
    sand.quantity = None
    undone(shed, stocktake)
    assert outage_of(shed, hoe) is OutageReason.NEEDS_CHECK
    assert (rake.place, pegs.quantity, sand.quantity) == (shed.house, 44, None)
    assert [line_of(shed, one).left for one in (hoe, rake, pegs, sand)] == [
        [OUTAGE],
        [PLACE],
        [NUMBER],
        [NUMBER],
    ]
    entry = shed.session.scalars(select(Entry).where(Entry.what == Event.STOCKTAKE_REOPENED)).one()
    assert entry.details["left"] == 4
    told(shed.world)


def test_what_was_taken_from_a_bin_since_stays_taken(shed: Shed) -> None:
    sand = shed.make_bin("Sand", 10, counting=Counting.CONSUMABLE)
    stocktake = shed.open()
    shed.see(stocktake, sand, counted=14)
    closed(shed, stocktake)
    sand.quantity = 12  # two were used up
    undone(shed, stocktake)
    assert sand.quantity == 8


def test_undone_twice_by_one_press_it_is_undone_once_and_then_there_is_nothing(shed: Shed) -> None:
    shed.make("Hoe")
    stocktake, operation = shed.open(), uuid4()
    closed(shed, stocktake)
    closings = [undone(shed, stocktake, operation=operation) for _ in range(2)]
    assert closings[0] is closings[1]
    with pytest.raises(Refusal) as refused:
        undone(shed, stocktake)
    assert refused.value.reasons == (why.NotClosed(),)


def test_it_stays_closed_while_another_counts_the_same_things(shed: Shed) -> None:
    shed.make("Hoe")
    stocktake = shed.open()
    closed(shed, stocktake)
    shed.open(shed.wall)
    with pytest.raises(Refusal) as refused:
        undone(shed, stocktake)
    assert refused.value.reasons == (why.BeingCounted(about="Barn > Wall"),)


def test_a_coordinator_undoes(shed: Shed) -> None:
    stocktake = shed.open()
    closed(shed, stocktake)
    with pytest.raises(Refusal) as refused:
        undo_closing(shed.session, stocktake, by=shed.world.sam, now=shed.now)
    assert isinstance(refused.value.reasons[0], RoleNeeded)


def test_much_is_closed_and_opened_again_in_as_many_statements_as_little(shed: Shed) -> None:
    acts = {"by": shed.world.cora, "now": shed.now}
    kind, counts = shed.world.make_kind(name="Hoe"), []
    for number in (3, 60):
        there, gone, back = (
            [shed.world.make_item(kind, place=shed.wall, added_at=LONG_AGO) for _ in range(number)]
            for _ in range(3)
        )
        lost = [Outage(item=it, reason=MISSING, since=LONG_AGO, note="") for it in back]
        outages.begin_all(shed.session, lost, **acts)
        stocktake = shed.open()
        for item in there + back:
            shed.see(stocktake, item, here=shed.loft)
        with statements() as sent:
            closed(shed, stocktake)
            undone(shed, stocktake)
        counts.append(for_all_at_once(sent))
        assert [outage_of(shed, one[-1]) for one in (there, gone, back)] == [None, None, MISSING]
        give_up(shed.session, stocktake, **acts)
    assert counts[0] == counts[1]
