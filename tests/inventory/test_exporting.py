"""Taking an inventory out to a spreadsheet that imports again to the same inventory."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.at_once import press_all_at_once
from tests.counting import statements
from tests.inventory.importer import Importer, outcomes
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare import spreadsheets
from toolshare.circulation import availability
from toolshare.inventory import categories, exporting, importing, leaving, places, queries, stocking
from toolshare.inventory.columns import COLUMNS
from toolshare.inventory.models import Condition, Counting, Item, Kind
from toolshare.people.models import Group
from toolshare.records import AnySession
from toolshare.rules.lengths import Length

REAL = (Path(__file__).parents[2] / "toolshare/demo/data/tool-library-items.csv").read_bytes()


def export(session: AnySession, group: Group) -> str:
    """The group's inventory as CSV, as page and command write it."""
    session.flush()
    items = queries.items_of(session, group)
    states = availability.states(session, [item.id for item in items], now=MONDAY_NOON)
    return exporting.export_items(items, states)


def rows_of(content: str) -> list[dict[str, str]]:
    sheet = spreadsheets.read(content.encode())
    return [dict(zip(sheet.columns, row.cells, strict=True)) for row in sheet.rows]


def in_an_empty_group(bring_in: Importer, content: str) -> str:
    """The export of the same file, imported where none of it is yet."""
    bring_in.session.rollback()
    done = bring_in(content, into=bring_in.world.castello)
    assert set(outcomes(done)) <= {"new"}
    return export(bring_in.session, bring_in.world.castello)


@on_any_database
def test_the_real_file_goes_out_and_in_again(bring_in: Importer, session: Session) -> None:
    bring_in(REAL)
    out = export(session, bring_in.world.borgo)
    assert outcomes(bring_in(out)) == ["stays"] * 120
    assert in_an_empty_group(bring_in, out) == out


def test_an_export_has_all_that_is_known_of_a_thing(
    world: World, session: Session, now: datetime
) -> None:
    wall = places.at_path(session, world.borgo, "Barn > Wall", by=None, now=now)
    saws = categories.at_paths(session, ["Tools > Saws", "Garden"])
    kind = world.make_kind(
        **{"name": "Saw", "other_names": "handsaw", "brand": "Stihl", "model": "1"},
        **{"size": "40 cm", "meter": "h"},
        **{"strength": "1 kW", "power_source": "petrol", "description": "Cuts.\nQuickly."},
        **{"checkout_notice": "Goggles!", "parts": ["blade", "bag"], "guide": "Pull."},
        **{"guide_links": ["https://example.org/a", "https://example.org/b"]},
        categories=list(saws.values()),
    )
    world.make_rule("loan_period", Length(days=3), kind_id=kind.id)
    world.make_rule("self_checkout", False, kind_id=kind.id)
    item = world.make_item(
        kind,
        **{"number": "7", "serial": "S1", "condition": Condition.NEEDS_A_LOOK, "place": wall},
        **{"value": Decimal("12.00"), "bought_on": date(2019, 5, 31), "donor": "Ada"},
        **{"notes_for_members": "Oil it.", "notes_for_stewards": "Rust.", "retired_at": now},
        **{"retired_why": "Bent"},
    )
    (row,) = rows_of(export(session, world.borgo))
    assert row == {
        **{"code": item.code, "number": "7", "name": "Saw", "other_names": "handsaw"},
        **{"brand": "Stihl", "model": "1", "size": "40 cm", "strength": "1 kW"},
        **{"meter": "h"},
        **{"power_source": "petrol", "counting": "counted", "categories": "Garden; Tools > Saws"},
        **{"description": "Cuts.\nQuickly.", "checkout_notice": "Goggles!"},
        **{"parts": "blade\nbag", "guide": "Pull.", "loan_days": "3"},
        **{"guide_links": "https://example.org/a\nhttps://example.org/b"},
        **{"lent_by_stewards_only": "yes", "serial": "S1", "quantity": ""},
        **{"condition": "needs_a_look", "place": "Barn > Wall", "value": "12.00"},
        **{"bought_on": "2019-05-31", "donor": "Ada", "notes_for_members": "Oil it."},
        **{"notes_for_stewards": "Rust.", "added_at": "2026-06-01 12:00:00+00:00"},
        **{"state": "retired", "retired_at": "2026-06-01 12:00:00+00:00", "retired_why": "Bent"},
    }


def test_no_fact_of_kind_or_item_is_missing_from_an_export() -> None:
    kept_elsewhere = {
        **{"id": "the code says which", "kind_id": "rows that agree share a kind"},
        **{"group_id": "the group that is exported", "place_id": "its path"},
        **{"came_as": "the row itself", "is_kit": "a kit travels as a thing, its parts as things"},
        **dict.fromkeys(("service_days", "service_units"), "a plan of care, set like the rules"),
        **dict.fromkeys(("service_from", "service_due_at"), "reckoned from that plan"),
    }
    facts = {column.name for record in (Kind, Item) for column in record.__table__.columns}
    assert facts - kept_elsewhere.keys() - {column.name for column in COLUMNS} == set()


def test_the_state_is_how_a_thing_stands(world: World, session: Session) -> None:
    for name in ("Axe", "Hoe", "Saw"):
        world.make_item(world.make_kind(name=name))
    axe, hoe, _ = queries.items_of(session, world.borgo)
    world.make_loan(axe, world.ana)
    world.make_loan(
        hoe,
        world.ana,
        borrowed_at=datetime(2026, 5, 1, tzinfo=UTC),
        due_at=axe.added_at.replace(day=1, month=5, hour=12),
    )
    states = [row["state"] for row in rows_of(export(session, world.borgo))]
    assert states == ["out", "late", "free"]


def test_no_cell_runs_as_a_formula_and_each_comes_back_as_it_was(
    bring_in: Importer, session: Session
) -> None:
    names = ["=1+1", "+39", "-5", "@SUM(A1)", "'=x", "it's"]
    for name in names:
        bring_in.world.make_item(bring_in.world.make_kind(name=name))
    out = export(session, bring_in.world.borgo)
    written = {line.split(",")[2] for line in out.splitlines()[1:]}
    assert written == {"'=1+1", "'+39", "'-5", "'@SUM(A1)", "''=x", "it's"}
    assert outcomes(bring_in(out)) == ["stays"] * len(names)
    assert in_an_empty_group(bring_in, out) == out


def test_an_inventory_of_any_size_is_exported_in_a_few_statements(
    bring_in: Importer, session: Session
) -> None:
    bring_in(
        "number,name,place,categories\n" + "".join(f"{n},Saw {n},Barn,A; B\n" for n in range(300))
    )
    session.flush()
    with statements() as sent:
        export(session, bring_in.world.borgo)
    assert len(sent) < 6


@on_any_database
def test_who_import_one_file_at_once_bring_it_in_once(app: Flask, world: World) -> None:
    group_id = world.borgo.id
    world.session.commit()

    def press(session: AnySession) -> None:
        group = session.get_one(Group, group_id)
        importing.import_items(
            session, group, b"name\nSaw\nAxe\n", set_aside=never, by=None, now=MONDAY_NOON
        )

    assert press_all_at_once(app, [press] * 4) == [()] * 4
    assert len(queries.items_of(world.session, world.borgo)) == 2


def never(*_: object) -> None:
    """Takes nothing out of service."""
    pytest.fail("nothing was said to be out of service")


# Any inventory

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
WORD = TEXT.map(lambda text: " ".join(text.split())).filter(bool)
LINES = st.lists(WORD.filter(lambda text: len(text.splitlines()) == 1), max_size=3)
NAME = WORD.map(lambda text: text.replace(">", " ").strip() or "x")
PATH = st.lists(NAME, min_size=1, max_size=3).map(" > ".join)
MOMENT = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
KINDS = st.fixed_dictionaries(
    {"name": WORD, "counting": st.sampled_from(Counting)},
    optional={
        **dict.fromkeys(("other_names", "brand", "model", "size", "description", "guide"), TEXT),
        **{"checkout_notice": TEXT, "parts": LINES, "lent_by_stewards_only": st.booleans()},
        **{"loan_days": st.integers(1, 3650), "categories": st.lists(PATH, max_size=3)},
        "guide_links": st.lists(st.just("https://example.org/?a=1;b"), max_size=2),
    },
)
ITEMS = st.fixed_dictionaries(
    {"added_at": MOMENT},
    optional={
        **dict.fromkeys(("serial", "donor", "notes_for_members", "notes_for_stewards"), TEXT),
        **{"number": WORD, "quantity": st.integers(0, 1_000_000), "place": PATH},
        "condition": st.sampled_from(Condition),
        "value": st.decimals(0, 9_999_999, places=2),
        "bought_on": st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    },
)
INVENTORIES = st.lists(
    st.tuples(KINDS, st.lists(st.tuples(ITEMS, st.none() | MOMENT), min_size=1, max_size=3)),
    max_size=4,
)


def stock(session: Session, group: Group, inventory: list[Any]) -> None:
    """Puts this into the group's inventory as its pages do."""
    told: dict[str, Any] = {"by": None, "now": MONDAY_NOON}
    for traits, items in inventory:
        paths = traits.pop("categories", [])
        kind = stocking.add_kind(
            session,
            group,
            **traits,
            categories=list(categories.at_paths(session, paths).values()),
            **told,
        )
        for facts, retired_at in items:
            if "place" in facts:
                facts["place"] = places.at_path(session, group, facts["place"], **told)
            item = stocking.add_item(session, kind, **facts, **told)
            if retired_at:
                leaving.retire(session, item, by=None, now=retired_at, why='Rusted, "through"')


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(inventory=INVENTORIES.filter(bool))
def test_whatever_is_in_an_inventory_goes_out_and_in_again(
    bring_in: Importer, session: Session, inventory: list[Any]
) -> None:
    session.rollback()
    stock(session, bring_in.world.borgo, inventory)
    out = export(session, bring_in.world.borgo)
    assert set(outcomes(bring_in(out))) == {"stays"}
    assert in_an_empty_group(bring_in, out) == out
    session.rollback()
