"""What a stocktake says of each thing: expected, seen, misplaced, unknown, lent, twice, counted."""

from datetime import timedelta
from typing import Any

import pytest

from tests.counting import statements
from tests.stocktake.counting import LONG_AGO, Shed, names, of
from tests.world import MONDAY_NOON
from toolshare.care.models import Outage, OutageReason
from toolshare.codes import alphabet, register
from toolshare.codes.models import Wearer
from toolshare.inventory.models import Item
from toolshare.stocktake import seeing
from toolshare.stocktake.findings import Shown
from toolshare.stocktake.models import Finding, Stocktake
from toolshare.stocktake.tallying import tally

DAY = timedelta(days=1)


def out_of_service(shed: Shed, item: Item, reason: OutageReason, **facts: Any) -> Outage:
    """A thing that a steward has taken out of service."""
    outage = Outage(item=item, reason=reason, **{"since": LONG_AGO, "note": "", **facts})
    shed.session.add(outage)
    shed.session.flush()
    return outage


def finding(shed: Shed, stocktake: Stocktake, item: Item) -> Finding:
    return of(shed.session, stocktake, item).finding


def test_what_lives_in_the_place_or_below_is_expected_and_ticked_off(shed: Shed) -> None:
    hoe, rake = shed.make("Hoe"), shed.make("Rake", shed.barn)
    shed.make("Kettle", shed.house)
    shed.make("Scythe", retired_at=LONG_AGO)
    stocktake = shed.open()
    shed.see(stocktake, hoe)
    told = tally(shed.session, stocktake)
    assert (told.expected, told.seen) == (2, 1)
    assert names(told, Shown.TO_SEE) == ["Rake"]
    assert names(told, Shown.SEEN) == ["Hoe"]
    shed.see(stocktake, rake)
    told = tally(shed.session, stocktake)
    assert [(one.place, one.expected, one.seen) for one in told.progress()] == [
        ("Barn", 1, 1),
        ("Barn > Wall", 1, 1),
    ]


def test_a_category_is_counted_with_those_below_and_nothing_else(shed: Shed) -> None:
    garden = shed.world.make_category("Garden")
    soil = shed.world.make_category("Garden > Soil", parent_id=garden.id)
    spade = shed.world.make_item(
        shed.world.make_kind(name="Spade", categories=[soil]), added_at=LONG_AGO
    )
    hoe = shed.make("Hoe")
    stocktake = shed.open(category=garden)
    assert names(tally(shed.session, stocktake), Shown.TO_SEE) == ["Spade"]
    shed.see(stocktake, hoe)
    shed.see(stocktake, spade, here=shed.house)
    told = tally(shed.session, stocktake)
    assert names(told, Shown.OTHER) == ["Hoe"]
    assert names(told, Shown.MISPLACED) == ["Spade"]
    assert (told.expected, told.seen) == (1, 1)


@pytest.mark.parametrize(
    ("home", "here", "misplaced"),
    [
        ("wall", "wall", False),
        ("wall", "barn", False),
        ("barn", "wall", False),
        ("wall", None, False),
        ("wall", "loft", True),
        ("house", "wall", True),
        ("house", None, True),
        (None, "wall", True),
    ],
)
def test_misplaced_is_what_belongs_neither_here_nor_above_or_below(
    shed: Shed, home: str | None, here: str | None, *, misplaced: bool
) -> None:
    item = shed.make("Hoe")
    item.place = getattr(shed, home) if home else None
    stocktake = shed.open()
    shed.see(stocktake, item, here=getattr(shed, here) if here else None)
    assert of(shed.session, stocktake, item).is_misplaced is misplaced


def test_where_a_thing_was_seen_is_where_somebody_said_last_that_they_are(shed: Shed) -> None:
    hoe = shed.make("Hoe")
    stocktake = shed.open()
    for here in (shed.loft, shed.wall, None):
        shed.see(stocktake, hoe, here=here)
    told = of(shed.session, stocktake, hoe)
    assert (told.seen_in, told.is_misplaced, told.times) == ("Barn > Wall", False, 3)


def test_seen_by_two_scans_is_counted_twice_and_seen_once(shed: Shed) -> None:
    hoe = shed.make("Hoe")
    stocktake = shed.open()
    shed.see(stocktake, hoe, by=shed.world.sam)
    shed.see(stocktake, hoe, by=shed.world.cora)
    told = tally(shed.session, stocktake)
    assert names(told, Shown.TWICE) == ["Hoe"]
    assert (told.seen, told.those(Shown.TWICE)[0].times) == (1, 2)
    assert told.those(Shown.TWICE)[0].seen_by == "Cora"


def test_what_was_lent_and_is_here_is_seen_though_lent(shed: Shed) -> None:
    hoe = shed.make("Hoe")
    shed.world.make_loan(hoe, shed.world.ana)
    stocktake = shed.open()
    assert finding(shed, stocktake, hoe) is Finding.AWAY
    shed.see(stocktake, hoe, here=shed.loft)
    told = of(shed.session, stocktake, hoe)
    assert (told.finding, told.is_misplaced) == (Finding.LENT, False)


def test_what_is_lent_after_it_was_seen_was_seen(shed: Shed) -> None:
    hoe = shed.make("Hoe")
    stocktake = shed.open()
    shed.see(stocktake, hoe)
    shed.world.make_loan(hoe, shed.world.ana, borrowed_at=shed.now)
    assert finding(shed, stocktake, hoe) is Finding.SEEN


def test_what_came_back_or_came_new_since_it_began_is_not_missed(shed: Shed) -> None:
    hoe = shed.make("Hoe")
    lent = shed.world.make_loan(hoe, shed.world.ana)
    stocktake = shed.open()
    lent.returned_at = shed.now
    new = shed.make("Rake", added_at=shed.now)
    assert finding(shed, stocktake, hoe) is Finding.HANDLED
    assert finding(shed, stocktake, new) is Finding.HANDLED
    assert tally(shed.session, stocktake).expected == 0


@pytest.mark.parametrize(
    ("reason", "unseen", "seen"),
    [
        (OutageReason.MISSING, Finding.MISSING, Finding.FOUND),
        (OutageReason.IN_REPAIR, Finding.AWAY, Finding.SEEN),
        (OutageReason.NEEDS_CHECK, Finding.NOT_SEEN, Finding.SEEN),
    ],
)
def test_what_is_out_of_service_is_told_apart(
    shed: Shed, reason: OutageReason, unseen: Finding, seen: Finding
) -> None:
    hoe = shed.make("Hoe")
    out_of_service(shed, hoe, reason)
    stocktake = shed.open()
    assert finding(shed, stocktake, hoe) is unseen
    shed.see(stocktake, hoe)
    assert finding(shed, stocktake, hoe) is seen


def test_what_is_said_to_be_missing_or_retired_after_it_was_seen_is_no_surprise(shed: Shed) -> None:
    hoe, rake = shed.make("Hoe"), shed.make("Rake")
    stocktake = shed.open()
    shed.see(stocktake, hoe)
    shed.see(stocktake, rake)
    out_of_service(shed, hoe, OutageReason.MISSING, since=shed.now)
    rake.retired_at = shed.now
    assert finding(shed, stocktake, hoe) is Finding.MISSING
    assert finding(shed, stocktake, rake) is Finding.OTHER


def test_a_retired_thing_that_is_seen_is_shown_as_such(shed: Shed) -> None:
    hoe = shed.make("Hoe", retired_at=LONG_AGO)
    stocktake = shed.open()
    shed.see(stocktake, hoe)
    told = tally(shed.session, stocktake)
    assert names(told, Shown.OTHER) == ["Hoe"]
    assert told.found[0].finding is Finding.RETIRED
    assert told.expected == 0


def test_codes_of_nothing_and_of_other_groups_get_on_a_list_and_count_for_nothing(
    shed: Shed,
) -> None:
    theirs = shed.world.make_item(shed.world.make_kind(group_id=shed.world.castello.id))
    blank = register.draw(shed.session, Wearer.ITEM, now=MONDAY_NOON)
    stocktake = shed.open()
    for code in (theirs.code, blank, blank):
        shed.see(stocktake, code, here=shed.wall)
    told = tally(shed.session, stocktake)
    assert [(one.code, one.whose, one.times) for one in told.those(Shown.UNKNOWN)] == [
        (theirs.code, "Castello", 1),
        (blank, "", 2),
    ]
    assert (told.expected, told.seen, names(told, Shown.TWICE)) == (0, 0, [])


def test_what_another_open_stocktake_has_seen_is_not_missed_here(shed: Shed) -> None:
    hoe = shed.make("Hoe")
    barn, house = shed.open(), shed.open(shed.house)
    shed.see(house, hoe)
    assert finding(shed, barn, hoe) is Finding.ELSEWHERE
    assert names(tally(shed.session, barn), Shown.AWAY) == ["Hoe"]
    assert names(tally(shed.session, house), Shown.MISPLACED) == ["Hoe"]


def test_a_scan_that_is_taken_back_was_never_made(shed: Shed) -> None:
    hoe = shed.make("Hoe")
    stocktake = shed.open()
    sighting = shed.note(stocktake, hoe)
    seeing.take_back(shed.session, sighting, by=shed.world.cora, now=shed.now)
    assert finding(shed, stocktake, hoe) is Finding.NOT_SEEN


def test_one_sighting_is_told_as_the_whole_tally_tells_it(shed: Shed) -> None:
    hoe = shed.make("Hoe")
    shed.make("Rake")
    stocktake = shed.open()
    shed.see(stocktake, hoe)
    seen = shed.note(stocktake, hoe, here=shed.loft)
    nobodys = shed.note(stocktake, "00000000")
    whole = {one.code: one for one in tally(shed.session, stocktake).found}
    for sighting in (seen, nobodys):
        (one,) = tally(shed.session, stocktake, only=sighting).found
        assert one == whole[sighting.code]


def test_a_tally_takes_as_many_statements_for_two_thousand_things_as_for_one(shed: Shed) -> None:
    kind = shed.world.make_kind(name="Peg")
    counts = []
    stocktake = shed.open()
    for number in (1, 1_999):
        stems = [f"{len(counts)}{index:06d}" for index in range(number)]
        codes = [stem + alphabet.check_character(stem) for stem in stems]
        register.enter(shed.session, codes, Wearer.ITEM, now=MONDAY_NOON)
        facts = {"kind_id": kind.id, "place_id": shed.wall.id, "added_at": LONG_AGO}
        items = [Item(code=code, **facts) for code in codes]
        shed.session.add_all(items)
        shed.session.flush()
        shed.see(stocktake, items[0])
        shed.session.flush()
        with statements() as sent:
            told = tally(shed.session, stocktake)
        counts.append((len(sent), told.expected))
    assert counts == [(3, 1), (3, 2_000)]
