"""Numbers of bins: one that somebody gave after the count stands, whoever gave it."""

import pytest

from tests.circulation.kits_in_tests import put_in
from tests.stocktake.counting import Shed, names, of
from tests.stocktake.test_closing import closed, line_of
from tests.stocktake.test_reopening import undone
from toolshare.circulation import kitting
from toolshare.inventory import stocking
from toolshare.inventory.models import Item
from toolshare.refusals import Refusal
from toolshare.stocktake import queries, seeing
from toolshare.stocktake import reasons as why
from toolshare.stocktake.findings import Shown
from toolshare.stocktake.models import NUMBER
from toolshare.stocktake.planning import plan_of
from toolshare.stocktake.tallying import tally


def typed(shed: Shed, item: Item, quantity: int) -> None:
    """Cora types a number on the page of a bin."""
    stocking.change_item(shed.session, item, by=shed.world.cora, now=shed.now, quantity=quantity)


@pytest.mark.parametrize("number", [8, 40])
def test_a_number_that_was_typed_after_the_count_stands_and_is_named(
    shed: Shed, number: int
) -> None:
    pegs = shed.make_bin("Pegs", 10)
    stocktake = shed.open()
    shed.see(stocktake, pegs, counted=8)
    typed(shed, pegs, number)
    found = of(shed.session, stocktake, pegs)
    assert (found.counted, found.should_be, found.left) == (8, 10, [NUMBER])
    assert names(tally(shed.session, stocktake), Shown.BINS) == ["Pegs"]
    closed(shed, stocktake)
    line = line_of(shed, pegs)
    assert (pegs.quantity, line.changed_by, line.left) == (number, None, [NUMBER])
    (told,) = queries.report_of(shed.session, stocktake).found
    assert told.left == [NUMBER]


def test_who_read_of_a_number_that_somebody_typed_since_reads_anew(shed: Shed) -> None:
    pegs = shed.make_bin("Pegs", 10)
    stocktake = shed.open()
    shed.see(stocktake, pegs, counted=8)
    read = plan_of(tally(shed.session, stocktake)).seal
    typed(shed, pegs, 8)
    with pytest.raises(Refusal) as refused:
        closed(shed, stocktake, seal=read)
    assert refused.value.reasons == (why.ChangedMeanwhile(),)
    assert pegs.quantity == 8


def test_a_bin_that_is_counted_after_somebody_typed_gets_what_was_counted(shed: Shed) -> None:
    pegs, jars = shed.make_bin("Pegs", 10), shed.make_bin("Jars", 10)
    stocktake = shed.open()
    shed.see(stocktake, pegs, counted=8)
    shed.see(stocktake, jars, counted=8)
    typed(shed, pegs, 9)
    typed(shed, jars, 9)
    shed.see(stocktake, pegs, counted=7)
    mistake = shed.note(stocktake, jars, counted=7)
    seeing.take_back(shed.session, mistake, by=shed.world.sam, now=shed.now)
    closed(shed, stocktake)
    assert (pegs.quantity, jars.quantity) == (7, 9)


def test_what_was_typed_of_a_bin_besides_its_number_changes_nothing(shed: Shed) -> None:
    pegs = shed.make_bin("Pegs", 10)
    stocktake = shed.open()
    shed.see(stocktake, pegs, counted=8)
    acts = {"by": shed.world.cora, "now": shed.now}
    stocking.change_item(shed.session, pegs, notes_for_members="Wet.", **acts)
    closed(shed, stocktake)
    assert (pegs.quantity, line_of(shed, pegs).left) == (8, [])


def test_what_a_kit_lost_since_was_not_counted_and_is_lost_as_well(shed: Shed) -> None:
    kit, pegs = shed.make("Camping kit"), shed.make_bin("Pegs", 10)
    kit.kind.is_kit = True
    put_in(shed.world, kit, pegs, 2)
    stocktake = shed.open()
    shed.see(stocktake, kit)
    shed.see(stocktake, pegs, counted=6)
    kitting.give_up(shed.session, pegs, 1, by=shed.world.sam, now=shed.now)
    closed(shed, stocktake)
    assert pegs.quantity == 7
    kitting.give_up(shed.session, pegs, 1, by=shed.world.sam, now=shed.now)
    undone(shed, stocktake)
    assert (pegs.quantity, line_of(shed, pegs).left) == (8, [])


def test_a_closing_that_was_undone_gave_no_number(shed: Shed) -> None:
    pegs = shed.make_bin("Pegs", 10)
    stocktake = shed.open()
    shed.see(stocktake, pegs, counted=8)
    closed(shed, stocktake)
    undone(shed, stocktake)
    assert (pegs.quantity, of(shed.session, stocktake, pegs).left) == (10, [])
    closed(shed, stocktake)
    assert pegs.quantity == 8


def test_a_bin_that_two_stocktakes_have_counted_is_corrected_by_the_first(shed: Shed) -> None:
    pegs = shed.make_bin("Pegs", 10)
    barn, house = shed.open(), shed.open(shed.house)
    for stocktake in (barn, house):
        shed.see(stocktake, pegs, counted=8, here=shed.wall if stocktake is barn else None)
    closed(shed, barn)
    assert of(shed.session, house, pegs).left == [NUMBER]
    closed(shed, house)
    assert pegs.quantity == 8


def test_after_an_undoing_only_what_it_left_is_named(shed: Shed) -> None:
    pegs, jars = shed.make_bin("Pegs", 10), shed.make_bin("Jars", 10)
    stocktake = shed.open()
    for item in (pegs, jars):
        shed.see(stocktake, item, counted=8)
    typed(shed, pegs, 8)
    closed(shed, stocktake)
    typed(shed, jars, 9)
    undone(shed, stocktake)
    assert [one.name for one in queries.left_of_undone(shed.session, stocktake)] == ["Jars"]
