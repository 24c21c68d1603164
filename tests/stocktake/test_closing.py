"""Closing: what is missing, moved and counted anew, all of it at once and as it was read."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.circulation.telling import book, told
from tests.stocktake.counting import LONG_AGO, Shed, names
from toolshare.care import outages
from toolshare.care.models import Outage, OutageReason
from toolshare.inventory.models import Counting, Item
from toolshare.journal.models import Entry, Event
from toolshare.people.roles import RoleNeeded
from toolshare.refusals import Refusal
from toolshare.stocktake import reasons as why
from toolshare.stocktake.closing import close
from toolshare.stocktake.findings import Shown
from toolshare.stocktake.models import Closing, Finding, Line, Stocktake
from toolshare.stocktake.planning import plan_of
from toolshare.stocktake.tallying import tally


def closed(shed: Shed, stocktake: Stocktake, **more: Any) -> Closing:
    return close(shed.session, stocktake, by=shed.world.cora, now=shed.now, **more)


def outage_of(shed: Shed, item: Item) -> OutageReason | None:
    outage = outages.open_outage(shed.session, item)
    return outage.reason if outage else None


def line_of(shed: Shed, item: Item) -> Line:
    return shed.session.scalars(select(Line).where(Line.item_id == item.id)).one()


def test_what_was_not_seen_is_missing_and_what_is_lent_is_not(shed: Shed) -> None:
    hoe, rake, saw = (shed.make(name) for name in ("Hoe", "Rake", "Saw"))
    shed.world.make_loan(saw, shed.world.ana)
    stocktake = shed.open()
    shed.see(stocktake, hoe)
    closing = closed(shed, stocktake, note="Not seen in June.")
    assert [outage_of(shed, item) for item in (hoe, rake, saw)] == [
        None,
        OutageReason.MISSING,
        None,
    ]
    outage = outages.open_outage(shed.session, rake)
    assert outage is not None
    assert (outage.note, outage.by, line_of(shed, rake).outage_id) == (
        "Not seen in June.",
        shed.world.cora,
        outage.id,
    )
    assert stocktake.closing is closing
    assert not stocktake.is_open


def test_what_was_misplaced_lives_where_it_was_seen(shed: Shed) -> None:
    hoe, rake = shed.make("Hoe"), shed.make("Rake", shed.house)
    stocktake = shed.open()
    shed.see(stocktake, hoe, here=shed.loft)
    shed.see(stocktake, rake)
    closed(shed, stocktake)
    assert (hoe.place, rake.place) == (shed.loft, shed.barn)
    line = line_of(shed, rake)
    assert (line.moved_from_id, line.moved_to_id) == (shed.house.id, shed.barn.id)


@pytest.mark.parametrize("counting", [Counting.BULK, Counting.CONSUMABLE])
def test_a_counted_number_is_taken_over_with_what_is_out_and_was_taken_since(
    shed: Shed, counting: Counting
) -> None:
    pegs, jars = shed.make_bin("Pegs", 48, counting=counting), shed.make_bin("Jars", 10)
    shed.world.make_loan(pegs, shed.world.ana, counted=False, quantity=8)
    stocktake = shed.open()
    shed.see(stocktake, pegs, counted=37)
    shed.see(stocktake, jars, counted=10)
    pegs.quantity = 46  # two were used up
    closed(shed, stocktake)
    assert (pegs.quantity, jars.quantity) == (43, 10)
    assert (line_of(shed, pegs).changed_by, line_of(shed, jars).changed_by) == (-3, None)


def test_no_bin_gets_less_than_empty(shed: Shed) -> None:
    pegs = shed.make_bin("Pegs", 48, counting=Counting.CONSUMABLE)
    stocktake = shed.open()
    shed.see(stocktake, pegs, counted=0)
    pegs.quantity = 40  # eight were used up
    closed(shed, stocktake)
    assert (pegs.quantity, line_of(shed, pegs).changed_by) == (0, -40)


def test_what_was_missing_and_was_seen_needs_a_check(shed: Shed) -> None:
    hoe = shed.make("Hoe")
    missing = {"by": shed.world.sam, "now": shed.now}
    outages.take_out_of_service(shed.session, hoe, OutageReason.MISSING, **missing)
    stocktake = shed.open()
    shed.see(stocktake, hoe, here=shed.loft)
    closed(shed, stocktake)
    assert (outage_of(shed, hoe), hoe.place) == (OutageReason.NEEDS_CHECK, shed.loft)


def test_what_was_seen_though_lent_retired_or_of_others_stays_as_it_is(shed: Shed) -> None:
    lent, retired = shed.make("Hoe", shed.house), shed.make("Rake", retired_at=LONG_AGO)
    theirs = shed.world.make_item(shed.world.make_kind(group_id=shed.world.castello.id))
    loan = shed.world.make_loan(lent, shed.world.ana)
    stocktake = shed.open()
    for item in (lent, retired, theirs):
        shed.see(stocktake, item, here=shed.loft)
    plan = plan_of(tally(shed.session, stocktake))
    assert plan.item_ids == set()
    closed(shed, stocktake)
    assert loan.is_out
    assert (lent.place_id, retired.place_id, theirs.place_id) == (shed.house.id, shed.wall.id, None)
    lines = shed.session.scalars(select(Line).order_by(Line.finding)).all()
    assert [(line.finding, line.whose) for line in lines] == [
        (Finding.LENT, ""),
        (Finding.RETIRED, ""),
        (Finding.UNKNOWN, "Castello"),
    ]


def test_the_journal_can_retell_it_and_says_how_many(shed: Shed) -> None:
    hoe, _, pegs = shed.make("Hoe"), shed.make("Rake"), shed.make_bin("Pegs", 48)
    stocktake = shed.open()
    shed.see(stocktake, hoe, here=shed.loft)
    shed.see(stocktake, pegs, counted=40)
    closed(shed, stocktake)
    assert len(told(shed.world).outages) == 1
    entry = shed.session.scalars(select(Entry).where(Entry.what == Event.STOCKTAKE_CLOSED)).one()
    assert {name: entry.details[name] for name in ("missing", "moved", "recounted", "found")} == {
        "missing": 1,
        "moved": 1,
        "recounted": 1,
        "found": 0,
    }


def test_what_was_reserved_of_a_missing_thing_and_of_an_emptier_bin_is_displaced(
    shed: Shed,
) -> None:
    hoe, pegs = shed.make("Hoe"), shed.make_bin("Pegs", 48)
    for kind, quantity in ((hoe.kind, 1), (pegs.kind, 40)):
        book(shed.world, kind, quantity)
    stocktake = shed.open()
    shed.see(stocktake, pegs, counted=30)
    closed(shed, stocktake)
    displaced = select(Entry).where(Entry.what == Event.RESERVATION_DISPLACED)
    assert len(shed.session.scalars(displaced).all()) == 2
    told(shed.world)


def test_nobody_closes_what_they_have_not_read(shed: Shed) -> None:
    hoe, rake = shed.make("Hoe"), shed.make("Rake")
    stocktake = shed.open()
    shed.see(stocktake, rake)
    read = plan_of(tally(shed.session, stocktake)).seal
    shed.see(stocktake, rake, by=shed.world.cora)  # counted twice: closing does the same
    assert plan_of(tally(shed.session, stocktake)).seal == read
    shed.see(stocktake, hoe)
    with pytest.raises(Refusal) as refused:
        closed(shed, stocktake, seal=read)
    assert refused.value.reasons == (why.ChangedMeanwhile(),)
    assert stocktake.is_open


def test_closed_twice_by_one_press_it_is_closed_once_and_then_it_is_over(shed: Shed) -> None:
    shed.make("Hoe")
    stocktake, operation = shed.open(), uuid4()
    closings = [closed(shed, stocktake, operation=operation) for _ in range(2)]
    assert closings[0] is closings[1]
    with pytest.raises(Refusal) as refused:
        closed(shed, stocktake)
    assert refused.value.reasons == (why.StocktakeOver(),)
    assert len(shed.session.scalars(select(Outage)).all()) == 1


def test_a_coordinator_closes(shed: Shed) -> None:
    stocktake = shed.open()
    with pytest.raises(Refusal) as refused:
        close(shed.session, stocktake, by=shed.world.sam, now=shed.now)
    assert isinstance(refused.value.reasons[0], RoleNeeded)


def test_what_was_moved_there_since_is_counted_by_the_next_stocktake_only(shed: Shed) -> None:
    hoe = shed.make("Hoe", shed.house)
    barn, house = shed.open(), shed.open(shed.house)
    shed.see(barn, hoe, here=shed.wall)
    closed(shed, barn)
    assert names(tally(shed.session, house), Shown.TO_SEE) == []
    closed(shed, house)
    assert outage_of(shed, hoe) is None
