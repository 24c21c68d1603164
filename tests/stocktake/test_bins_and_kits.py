"""Bins are counted by number, and what is in a kit with its kit."""

import pytest

from tests.circulation.kits_in_tests import put_in
from tests.stocktake.counting import Shed, names, of
from tests.stocktake.test_tallying import finding
from toolshare.inventory.models import Counting
from toolshare.stocktake.findings import Shown
from toolshare.stocktake.models import Finding
from toolshare.stocktake.tallying import tally


def test_a_bin_is_counted_by_number_less_what_is_out(shed: Shed) -> None:
    pegs = shed.make_bin("Pegs", 48)
    shed.world.make_loan(pegs, shed.world.ana, counted=False, quantity=8)
    stocktake = shed.open()
    shed.see(stocktake, pegs, counted=37)
    told = of(shed.session, stocktake, pegs)
    assert (told.should_be, told.counted, told.difference) == (40, 37, -3)
    assert names(tally(shed.session, stocktake), Shown.BINS) == ["Pegs"]


def test_of_a_bin_that_is_counted_twice_the_last_number_holds(shed: Shed) -> None:
    pegs = shed.make_bin("Pegs", 48)
    stocktake = shed.open()
    shed.see(stocktake, pegs, counted=40)
    shed.see(stocktake, pegs, counted=48, by=shed.world.cora)
    told = of(shed.session, stocktake, pegs)
    assert (told.difference, told.times) == (0, 2)


def test_the_number_of_a_bin_that_is_plenty_by_now_says_nothing(shed: Shed) -> None:
    pegs = shed.make_bin("Pegs", 48)
    stocktake = shed.open()
    shed.see(stocktake, pegs, counted=40)
    pegs.quantity = None
    assert of(shed.session, stocktake, pegs).counted is None


@pytest.mark.parametrize(("quantity", "lent"), [(0, 0), (8, 8)])
def test_an_empty_bin_is_not_missed(shed: Shed, quantity: int, lent: int) -> None:
    pegs = shed.make_bin("Pegs", quantity)
    if lent:
        shed.world.make_loan(pegs, shed.world.ana, counted=False, quantity=lent)
    stocktake = shed.open()
    assert finding(shed, stocktake, pegs) is Finding.AWAY


def test_a_bin_of_which_there_is_plenty_is_missed_like_a_thing(shed: Shed) -> None:
    sand = shed.make_bin("Sand", None, counting=Counting.CONSUMABLE)
    stocktake = shed.open()
    assert finding(shed, stocktake, sand) is Finding.NOT_SEEN


def test_what_is_in_a_kit_is_where_the_kit_is(shed: Shed) -> None:
    kit = shed.make("Camping kit")
    kit.kind.is_kit = True
    stove, pegs = shed.make("Stove", shed.house), shed.make_bin("Pegs", 48)
    put_in(shed.world, kit, stove)
    put_in(shed.world, kit, pegs, 8)
    stocktake = shed.open_all()
    assert names(tally(shed.session, stocktake), Shown.TO_SEE) == ["Camping kit", "Pegs"]
    assert finding(shed, stocktake, stove) is Finding.AWAY
    shed.see(stocktake, stove, here=shed.loft)
    shed.see(stocktake, pegs, counted=40)
    told = of(shed.session, stocktake, stove)
    assert (told.finding, told.is_misplaced) == (Finding.SEEN, False)
    assert of(shed.session, stocktake, pegs).difference == 0
    shed.world.make_loan(kit, shed.world.ana)
    assert finding(shed, stocktake, stove) is Finding.LENT
    assert finding(shed, stocktake, kit) is Finding.AWAY
