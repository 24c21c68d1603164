"""What a scan means in a stocktake; sent twice it counts once; what doesn't get in."""

from uuid import uuid4

import pytest
from sqlalchemy import func, select

from tests.stocktake.counting import Shed, of
from tests.world import MONDAY_NOON
from toolshare.inventory.models import Counting
from toolshare.journal.models import Entry, Event
from toolshare.journal.recording import OperationUsed
from toolshare.labels.models import Cause
from toolshare.labels.printing import Wishes, print_blanks
from toolshare.labels.replacing import replace
from toolshare.people.models import Person
from toolshare.people.roles import membership_in
from toolshare.refusals import Reason, Refusal
from toolshare.stocktake import reasons as why
from toolshare.stocktake import seeing
from toolshare.stocktake.models import Finding, Sighting
from toolshare.stocktake.seeing import Scanned


def count(shed: Shed) -> int:
    return shed.session.scalars(select(func.count(Sighting.id))).one()


def refused(shed: Shed, *args: object, **more: object) -> Reason:
    with pytest.raises(Refusal) as refusal:
        shed.see(*args, **more)  # type: ignore[arg-type]
    return refusal.value.reasons[0]


def not_taken_back(shed: Shed, sighting: Sighting, by: Person) -> Reason:
    with pytest.raises(Refusal) as refusal:
        seeing.take_back(shed.session, sighting, by=by, now=shed.now)
    return refusal.value.reasons[0]


def test_a_scan_is_a_row_with_who_when_and_where_and_an_entry_in_the_journal(shed: Shed) -> None:
    hoe = shed.make("Hoe")
    stocktake = shed.open()
    sighting = shed.note(stocktake, hoe, here=shed.loft)
    seen = (sighting.item_id, sighting.by_id, sighting.place_id)
    assert seen == (hoe.id, shed.world.sam.id, shed.loft.id)
    entry = shed.session.scalars(select(Entry).where(Entry.what == Event.SEEN)).one()
    assert (entry.item_id, entry.by_id, entry.at) == (hoe.id, shed.world.sam.id, sighting.at)
    assert entry.details["sighting_id"] == sighting.id


def test_the_same_scan_sent_twice_counts_once(shed: Shed) -> None:
    hoe = shed.make("Hoe")
    stocktake, operation = shed.open(), uuid4()
    first, again = (shed.note(stocktake, hoe, operation=operation) for _ in range(2))
    assert first is again
    assert (count(shed), of(shed.session, stocktake, hoe).times) == (1, 1)


def test_a_scan_for_one_stocktake_is_none_for_another(shed: Shed) -> None:
    hoe = shed.make("Hoe")
    barn, house, operation = shed.open(), shed.open(shed.house), uuid4()
    shed.see(barn, hoe, operation=operation)
    assert isinstance(refused(shed, house, hoe, operation=operation), OperationUsed)


def test_the_label_of_a_place_says_where_one_is_and_notes_nothing(shed: Shed) -> None:
    stocktake = shed.open()
    assert shed.see(stocktake, shed.loft) == Scanned(shed.loft.code, is_place=True)
    assert seeing.place_we_are_in(shed.session, stocktake, shed.loft.code) is shed.loft
    assert count(shed) == 0


def test_places_that_are_not_counted_are_refused_and_never_chosen(shed: Shed) -> None:
    stocktake = shed.open()
    theirs = shed.world.make_place("Mill", group_id=shed.world.castello.id)
    assert refused(shed, stocktake, shed.house) == why.PlaceOutside(place="House", about="Barn")
    assert refused(shed, stocktake, theirs) == why.PlaceOfOthers(code=theirs.code, group="Castello")
    for code in (shed.house.code, theirs.code, "", "7K3M9QXA"):
        assert seeing.place_we_are_in(shed.session, stocktake, code) is None


def test_of_everything_every_place_is_counted(shed: Shed) -> None:
    stocktake = shed.open_all()
    assert shed.see(stocktake, shed.house).is_place


def test_cards_are_not_counted_be_they_lost(shed: Shed) -> None:
    stocktake = shed.open()
    card = membership_in(shed.session, shed.world.ana, shed.world.borgo)
    assert card is not None
    code = card.code
    assert refused(shed, stocktake, code) == why.CardsAreNotCounted(code=code)
    replace(shed.session, code, Cause.LOST, by=shed.world.cora, now=MONDAY_NOON)
    assert refused(shed, stocktake, code) == why.CardsAreNotCounted(code=code)
    assert count(shed) == 0


def test_an_old_label_finds_its_thing(shed: Shed) -> None:
    hoe = shed.make("Hoe")
    old = hoe.code
    replace(shed.session, old, Cause.WORN, by=shed.world.sam, now=MONDAY_NOON)
    stocktake = shed.open()
    assert shed.see(stocktake, old).code == hoe.code != old
    assert of(shed.session, stocktake, hoe).finding is Finding.SEEN


def test_a_blank_label_and_a_code_of_nothing_are_unknown(shed: Shed) -> None:
    acts = {"by": shed.world.cora, "now": MONDAY_NOON}
    batch = print_blanks(shed.session, shed.world.borgo, 1, Wishes("avery-l7160"), **acts)
    stocktake = shed.open()
    for code, whose in ((batch.labels[0].code, "Borgo"), ("00000000", "")):
        sighting = shed.note(stocktake, code)
        assert (sighting.item_id, sighting.whose) == (None, whose)


def test_a_bin_asks_how_many_and_notes_nothing_before_it_is_told(shed: Shed) -> None:
    pegs = shed.make_bin("Pegs", 48)
    stocktake = shed.open()
    assert shed.see(stocktake, pegs) == Scanned(pegs.code, asks_how_many=True)
    assert count(shed) == 0
    sighting = shed.note(stocktake, pegs, counted=0)
    assert (sighting.counted, sighting.should_be) == (0, 48)


@pytest.mark.parametrize("counting", [Counting.COUNTED, Counting.CONSUMABLE])
def test_what_has_no_number_is_seen_without_one(shed: Shed, counting: Counting) -> None:
    item = shed.make_bin("Sand", None, counting=counting)
    stocktake = shed.open()
    sighting = shed.note(stocktake, item, counted=5)
    assert sighting.counted is None


def test_taking_back_is_done_once_and_only_while_it_is_open(shed: Shed) -> None:
    stocktake = shed.open()
    for code in (shed.make("Hoe").code, "00000000"):
        sighting = shed.note(stocktake, code)
        acts = {"by": shed.world.sam, "now": shed.now, "operation": uuid4()}
        seeing.take_back(shed.session, sighting, **acts)
        at = sighting.undone_at
        seeing.take_back(shed.session, sighting, **acts)
        assert not_taken_back(shed, sighting, shed.world.sam) == why.TakenBackAlready()
        assert sighting.undone_at == at
    undone = select(func.count(Entry.id)).where(Entry.what == Event.SEEING_UNDONE)
    assert shed.session.scalars(undone).one() == 2
    stocktake.given_up_at = shed.now
    assert not_taken_back(shed, sighting, shed.world.sam) == why.StocktakeOver()


def test_stewards_take_back_their_own_scans_and_coordinators_any(shed: Shed) -> None:
    stocktake = shed.open()
    of_sam, of_cora = (
        shed.note(stocktake, "00000000", by=by) for by in (shed.world.sam, shed.world.cora)
    )
    assert not_taken_back(shed, of_cora, shed.world.sam) == why.ScanOfAnother()
    of_nobody = shed.note(stocktake, "00000000")
    of_nobody.by = None
    assert not_taken_back(shed, of_nobody, shed.world.sam) == why.ScanOfAnother()
    for one in (of_sam, of_nobody):
        seeing.take_back(shed.session, one, by=shed.world.cora, now=shed.now)
        assert one.undone_at is not None
