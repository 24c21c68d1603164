"""Bringing things in from a spreadsheet: which thing a row is about, and what comes of it."""

import csv
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.counting import for_all_at_once, statements
from tests.inventory.importer import Importer, entries, outcomes, why
from tests.postgres import on_any_database
from tests.world import World
from toolshare.care.models import Outage, OutageReason
from toolshare.codes.alphabet import draw
from toolshare.inventory import stocking
from toolshare.inventory.importing import Outcome
from toolshare.inventory.models import Counting, Item
from toolshare.journal.models import Entry, Event
from toolshare.refusals import Refusal

REAL = Path(__file__).parents[2] / "toolshare/demo/data/tool-library-items.csv"
POLICIES = {
    "General": (Counting.COUNTED, False),
    "Special": (Counting.COUNTED, True),
    "Uncounted": (Counting.BULK, False),
}
AS_THEY_STAND = (
    *("number", "name", "other_names", "brand", "model", "serial"),
    *("size", "strength", "power_source", "checkout_notice"),
)


def look_ups(sent: list[str]) -> int:
    return sum(statement.startswith("SELECT") for statement in sent)


def test_of_the_real_file_nothing_is_lost_or_altered(bring_in: Importer) -> None:
    with REAL.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert outcomes(bring_in(REAL.read_bytes())) == ["new"] * len(rows) == ["new"] * 120
    for row, item in zip(rows, bring_in.items(), strict=True):
        kind = item.kind
        said = {name: row.pop(name) for name in AS_THEY_STAND}
        assert said == {name: getattr(kind, name, getattr(item, name, "")) for name in said}
        paths = [category.path for category in kind.categories]
        assert sorted(filter(None, row.pop("categories").split("; "))) == paths
        assert POLICIES[row.pop("policy")] == (kind.counting, kind.lent_by_stewards_only)
        assert row.pop("quantity") == ("" if item.quantity is None else str(item.quantity))
        assert row.pop("created_at") == f"{item.added_at:%Y-%m-%d %H:%M:%S} UTC"
        assert (row.pop("status") == "retired") is (item.retired_at is not None)
        assert row == {}


def test_what_is_in_maintenance_comes_in_in_repair(bring_in: Importer, session: Session) -> None:
    bring_in(REAL.read_bytes())
    found = session.execute(select(Item.number, Outage.reason).join(Outage.item))
    assert {tuple(row) for row in found} == {
        ("1418", OutageReason.IN_REPAIR),
        ("2033", OutageReason.IN_REPAIR),
    }


def test_things_that_say_the_same_share_a_kind(bring_in: Importer) -> None:
    bring_in(REAL.read_bytes())
    saws = [item.kind for item in bring_in.items() if item.kind.name == "JawSaw"]
    clamps = [item.kind for item in bring_in.items() if item.number in {"1437", "1438"}]
    assert len(saws) == 2 != len(set(saws))
    assert len(set(clamps)) == 2  # their categories differ


def test_the_same_file_twice_changes_nothing(bring_in: Importer, session: Session) -> None:
    bring_in(REAL.read_bytes())
    before = entries(session)
    assert outcomes(bring_in(REAL.read_bytes())) == ["stays"] * 120
    assert (entries(session), len(bring_in.items())) == (before, 120)


def test_the_journal_tells_of_an_import(bring_in: Importer, session: Session) -> None:
    bring_in(REAL.read_bytes())
    told = session.scalars(select(Entry).where(Entry.what == Event.ITEMS_IMPORTED)).one()
    assert told.details == {"new": 120, "changed": 0}
    added = select(func.count(Entry.id)).where(Entry.what == Event.ITEM_ADDED)
    assert session.scalar(added) == 120


def test_a_thing_is_known_by_its_number_and_changed(bring_in: Importer, session: Session) -> None:
    bring_in("number,name,brand,place\n7,Saw,,\n8,Axe,,\n")
    (saw, axe) = bring_in.items()
    done = bring_in("number,name,brand,place\n7,Saw,Stihl,Barn > Wall\n8,Axe,,\n")
    assert [step.changed for step in done.steps] == [["brand", "place"], []]
    assert [item.code for item in bring_in.items()] == [saw.code, axe.code]
    assert (saw.kind.brand, saw.place and saw.place.path) == ("Stihl", "Barn > Wall")


def test_a_code_that_is_free_is_kept_and_leads_to_its_thing(bring_in: Importer) -> None:
    code = draw()
    assert outcomes(bring_in(f"code,name\n{code.lower()},Saw\n")) == ["new"]
    assert outcomes(bring_in(f"code,name\n{code},Chainsaw\n")) == ["changes"]
    (item,) = bring_in.items()
    assert (item.code, item.kind.name) == (code, "Chainsaw")


def test_a_code_that_something_else_wears_is_refused(bring_in: Importer, world: World) -> None:
    barn = world.make_place("Barn").code
    theirs = world.make_item(world.make_kind(group_id=world.castello.id)).code
    said = why(bring_in, f"code,name\n{barn},Saw\n{theirs},Axe\n7K3M9QXB,Hoe\n{barn[:7]},Rake\n")
    assert [one.partition(".")[0] for one in said] == [
        f"Line 2: column \u201ccode\u201d: {barn} is on another thing, place or card",
        f"Line 3: column \u201ccode\u201d: {theirs} is on another thing, place or card",
        "Line 4: column \u201ccode\u201d: \u201c7K3M9QXB\u201d is no code of ours",
        f"Line 5: column \u201ccode\u201d: \u201c{barn[:7]}\u201d is no code of ours",
    ]


@pytest.mark.parametrize("columns", ["code,number,name", "code,name", "number,name"])
def test_two_rows_about_one_thing_are_refused(bring_in: Importer, columns: str) -> None:
    code = draw()
    twice = {"code": (code, code), "number": ("7", "7"), "name": ("Saw", "Axe")}
    if columns.count(",") > 1:
        twice["number"] = ("7", "8")  # the code decides
    rows = [",".join(twice[name][row] for name in columns.split(",")) for row in (0, 1)]
    (said,) = why(bring_in, "\n".join((columns, *rows)))
    assert "line 2 tells of the same thing." in said
    assert said.startswith("Line 3: ")


def test_a_number_that_several_things_have_does_not_tell_which(
    bring_in: Importer, world: World
) -> None:
    for _ in range(2):
        world.make_item(number="7")
    with pytest.raises(Refusal, match="several things have the number 7 already"):
        bring_in("number,name\n7,Saw\n")


def test_what_has_no_number_is_known_by_what_its_row_says(bring_in: Importer) -> None:
    three = "name,brand,place\nSaw,Stihl,Barn\nSaw,Stihl,Barn\nAxe,,\n"
    assert outcomes(bring_in(three)) == ["new", "new", "new"]
    assert outcomes(bring_in(three)) == ["stays", "stays", "stays"]
    assert outcomes(bring_in(three + "Saw,Stihl,Barn\n")) == ["stays", "stays", "stays", "new"]
    assert len({item.kind_id for item in bring_in.items()}) == 2


def test_the_same_row_again_undoes_no_change_that_people_made(
    bring_in: Importer, session: Session, now: datetime
) -> None:
    rows = "number,name,place,counting\n7,Saw,Barn,counted\n,Axe,Barn,counted\n"
    bring_in(rows)
    for item in bring_in.items():
        stocking.move(session, [item], None, by=None, now=now)
        stocking.change_kind(session, item.kind, counting=Counting.BULK, by=None, now=now)
    before = entries(session)
    assert outcomes(bring_in(rows)) == ["stays", "stays"]
    assert entries(session) == before
    assert outcomes(bring_in(rows.replace("counted", "bulk"))) == ["changes", "new"]
    assert [item.place is None for item in bring_in.items()] == [False, True, False]


def test_a_bin_is_lent_by_number(bring_in: Importer) -> None:
    bring_in("number,name,quantity\n1,Clothes pegs,48\n2,Ladder,1\n")
    pegs, ladder = bring_in.items()
    assert (pegs.kind.counting, pegs.quantity) == (Counting.BULK, 48)
    assert (ladder.kind.counting, ladder.quantity) == (Counting.COUNTED, None)
    done = bring_in("number,name,quantity\n1,Clothes pegs,1\n2,Ladder,1\n")
    assert [step.changed for step in done.steps] == [["quantity"], []]
    assert bring_in.items()[0].quantity == 1


def test_how_a_thing_is_counted_does_not_change_in_passing(bring_in: Importer) -> None:
    bring_in("number,name,quantity\n1,Clothes pegs,48\n2,Ladder,\n")
    bad = bring_in("number,name,quantity\n1,Clothes pegs,48\n2,Ladder,3\n", skip_bad_rows=True)
    assert outcomes(bad) == ["stays", "bad"]
    assert bring_in.items()[1].kind.counting is Counting.COUNTED


def test_rows_of_one_kind_have_to_agree(bring_in: Importer, session: Session) -> None:
    two = "number,name,brand\n1,Saw,Stihl\n2,Saw,Stihl\n"
    bring_in(two)
    before = entries(session)
    with pytest.raises(Refusal, match=r"Line 3: .*line 2 says something else"):
        bring_in(two.replace("2,Saw,Stihl", "2,Saw,Husqvarna"))
    assert entries(session) == before
    assert outcomes(bring_in(two.replace("Stihl", "Husqvarna"))) == ["changes", "changes"]
    assert {item.kind.brand for item in bring_in.items()} == {"Husqvarna"}


def test_state_is_for_things_that_are_new(bring_in: Importer, session: Session) -> None:
    bring_in("number,name,state\n1,Saw,\n2,Axe,missing\n3,Hoe,retired\n4,Rake,out\n")
    saw, axe, hoe, rake = bring_in.items()
    assert [one.retired_at is None for one in (saw, axe, hoe, rake)] == [True, True, False, True]
    assert session.scalars(select(Outage.item_id)).all() == [axe.id]
    again = bring_in("number,name,state\n1,Saw,retired\n2,Axe,free\n3,Hoe,free\n4,Rake,missing\n")
    assert outcomes(again) == ["stays"] * 4


def test_many_rows_are_looked_up_in_as_many_statements_as_few(bring_in: Importer) -> None:
    def rows(numbers: range) -> str:
        told = (f"{one},Saw {one},Barn > {one % 9},Saws; Tools" for one in numbers)
        return "\n".join(("number,name,place,categories", *told))

    bring_in(rows(range(20)))
    with statements() as few:
        bring_in(rows(range(20)))
    bring_in(rows(range(20, 400)))
    with statements() as many:
        done = bring_in(rows(range(400)))
    assert done.count(Outcome.STAYS) == 400
    assert look_ups(many) == look_ups(few)


def test_many_rows_are_written_in_as_many_statements_as_few(bring_in: Importer) -> None:
    states = ("free", "missing", "in_repair", "needs_check", "retired")

    def rows(numbers: range) -> str:
        told = (f"{one},Saw {one},Barn,{states[one % 5]}" for one in numbers)
        return "\n".join(("number,name,place,state", *told))

    bring_in(rows(range(5)))
    with statements() as few:
        bring_in(rows(range(5, 15)))
    with statements() as many:
        bring_in(rows(range(15, 215)))
    assert for_all_at_once(many) == for_all_at_once(few)
    assert len(bring_in.session.scalars(select(Outage)).all()) == 215 * 3 // 5


def test_a_new_row_looks_nothing_up_for_itself(bring_in: Importer) -> None:
    content = "\n".join(("number,name", *(f"{number},Saw {number}" for number in range(400))))
    with statements() as sent:
        bring_in(content)
    assert look_ups(sent) < 20


@on_any_database
def test_many_rows_are_changed_in_as_many_statements_as_few(bring_in: Importer) -> None:
    def rows(numbers: range, *, anew: bool = False) -> str:
        head = "number,name,brand,serial,place,categories,loan_days"
        told = [f"{one},Saw {one},Stihl,,Barn,Saws," for one in numbers]
        if anew:  # one in three says another brand, one another serial and place, one all
            others = (",Fela,,Barn,Saws,", ",Stihl,A{0},Loft,Saws,", "!,Fela,B{0},Loft,Tools,14")
            told = [f"{one},Saw {one}{others[one % 3].format(one)}" for one in numbers]
        return "\n".join((head, *told))

    bring_in("number,name,place,categories\n0,Tool,Loft,Tools\n")
    bring_in(rows(range(1000, 1021)))
    with statements() as few:
        assert bring_in(rows(range(1000, 1021), anew=True)).count(Outcome.CHANGES) == 21
    bring_in(rows(range(2000, 2210)))
    with statements() as many:
        assert bring_in(rows(range(2000, 2210), anew=True)).count(Outcome.CHANGES) == 210
    assert for_all_at_once(many) == for_all_at_once(few)
    saws = {item.number: item for item in bring_in.items()}
    assert [saws["2001"].kind.brand, saws["2001"].serial] == ["Fela", ""]
    assert [saws["2002"].serial, saws["2002"].place.path] == ["A2002", "Loft"]
    told = select(func.count(Entry.id), Entry.what).where(Entry.what.endswith("changed"))
    assert {tuple(row) for row in bring_in.session.execute(told.group_by(Entry.what))} == {
        (154, Event.KIND_CHANGED),
        (154, Event.ITEM_CHANGED),
    }
