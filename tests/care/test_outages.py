"""Taking items out of service, looking them over, and putting them back."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import event, select, update

from tests.counting import for_all_at_once, statements
from tests.postgres import on_any_database, only_on_postgres
from tests.world import MONDAY_NOON, World
from toolshare.care.inspecting import Findings, inspect
from toolshare.care.models import Inspection, Outage, OutageReason
from toolshare.care.outages import (
    InService,
    NoDayToExpect,
    StillMissing,
    begin,
    begin_all,
    end,
    end_all,
    expect,
    open_outage,
    put_into_service,
    take_out_of_service,
)
from toolshare.database import db
from toolshare.inventory.models import Condition, Item
from toolshare.journal.models import Entry
from toolshare.people.models import Person
from toolshare.people.roles import RoleNeeded
from toolshare.refusals import Refusal

FRIDAY, A_WEEK = date(2026, 6, 5), timedelta(days=7)


def entries(world: World) -> Sequence[Entry]:
    return world.session.scalars(select(Entry).order_by(Entry.id)).all()


def mark(world: World, item: Item, reason: OutageReason, by: Person | None = None) -> Outage:
    return take_out_of_service(
        world.session, item, reason, by=by or world.sam, now=MONDAY_NOON, note="Says Bea."
    )


def test_a_steward_marks_an_item_missing(world: World) -> None:
    item = world.make_item()
    outage = mark(world, item, OutageReason.MISSING)
    assert open_outage(world.session, item) is outage
    entry = world.session.scalars(select(Entry)).one()
    assert (entry.what, entry.details) == (
        "taken_out_of_service",
        {"reason": "missing", "note": "Says Bea."},
    )


@only_on_postgres
def test_an_outage_that_ends_while_somebody_asks_for_it_is_over(world: World) -> None:
    item = world.make_item()
    mark(world, item, OutageReason.MISSING)
    world.session.commit()
    world.session.refresh(item)
    with db.engine.connect() as other:

        def end_it(*_: object) -> None:
            other.execute(update(Outage).values(ended_at=MONDAY_NOON))
            other.commit()

        event.listen(db.engine, "after_cursor_execute", end_it, once=True)
        assert open_outage(world.session, item) is None


def test_a_member_marks_nothing(world: World) -> None:
    item = world.make_item()
    for verb in (
        lambda: mark(world, item, OutageReason.MISSING, world.ana),
        lambda: put_into_service(world.session, item, by=world.ana, now=MONDAY_NOON),
        lambda: inspect(world.session, item, Findings(), by=world.ana, now=MONDAY_NOON),
    ):
        with pytest.raises(Refusal) as refusal:
            verb()
        assert isinstance(refusal.value.reasons[0], RoleNeeded)


def test_another_reason_takes_the_place_of_the_first(world: World) -> None:
    item = world.make_item()
    first = mark(world, item, OutageReason.NEEDS_CHECK)
    second = mark(world, item, OutageReason.IN_REPAIR)
    assert (first.ended_at, first.ended_by_id) == (MONDAY_NOON, world.sam.id)
    assert open_outage(world.session, item) is second


def test_the_same_reason_again_changes_nothing(world: World) -> None:
    item = world.make_item()
    assert mark(world, item, OutageReason.MISSING) is mark(world, item, OutageReason.MISSING)
    assert len(world.session.scalars(select(Entry)).all()) == 1


def test_put_into_service_it_is_fine_and_can_be_lent(world: World) -> None:
    item, operation = world.make_item(condition=Condition.BROKEN), uuid4()
    mark(world, item, OutageReason.IN_REPAIR)
    for _ in range(2):
        put_into_service(world.session, item, by=world.sam, now=MONDAY_NOON, operation=operation)
    assert open_outage(world.session, item) is None
    assert item.condition is Condition.FINE


def test_what_is_in_service_is_not_put_there(world: World) -> None:
    with pytest.raises(Refusal) as refusal:
        put_into_service(world.session, world.make_item(), by=world.sam, now=MONDAY_NOON)
    assert refusal.value.reasons == (InService(),)


def test_a_steward_looks_an_item_over(world: World) -> None:
    item = world.make_item()
    findings = Findings(Condition.NEEDS_A_LOOK, note="Rust.")
    inspection = inspect(world.session, item, findings, by=world.sam, now=MONDAY_NOON)
    assert (inspection.condition, inspection.note) == (Condition.NEEDS_A_LOOK, "Rust.")
    outage = open_outage(world.session, item)
    assert outage is not None
    assert (outage.reason, outage.note) == (OutageReason.NEEDS_CHECK, "Rust.")
    assert [entry.what for entry in entries(world)] == ["taken_out_of_service", "inspected"]


def test_what_is_missing_has_to_be_found_first(world: World) -> None:
    item = world.make_item()
    mark(world, item, OutageReason.MISSING)
    with pytest.raises(Refusal) as refusal:
        put_into_service(world.session, item, by=world.sam, now=MONDAY_NOON)
    assert refusal.value.reasons == (StillMissing(),)
    mark(world, item, OutageReason.NEEDS_CHECK)
    put_into_service(world.session, item, by=world.sam, now=MONDAY_NOON, note="Clean.")
    assert [entry.details.get("after") for entry in entries(world)] == [
        None,
        "missing",
        "needs_check",
    ]
    inspection = world.session.scalars(select(Inspection)).one()
    assert (inspection.condition, inspection.note) == (Condition.FINE, "Clean.")


def test_a_repair_is_expected_by_a_day_which_may_change(world: World) -> None:
    item, by = world.make_item(), {"by": world.sam, "now": MONDAY_NOON}
    outage = take_out_of_service(
        world.session, item, OutageReason.IN_REPAIR, expected_on=FRIDAY, **by
    )
    assert outage.expected_on == FRIDAY
    for _ in range(2):
        expect(world.session, item, FRIDAY + A_WEEK, **by)
    assert outage.expected_on == FRIDAY + A_WEEK
    expect(world.session, item, None, **by)
    assert outage.expected_on is None
    told = [(entry.what, entry.details.get("expected_on")) for entry in entries(world)]
    assert told == [
        ("taken_out_of_service", "2026-06-05"),
        ("outage_expected", "2026-06-12"),
        ("outage_expected", None),
    ]


def test_of_what_is_missing_nobody_knows_the_day(world: World) -> None:
    item, by = world.make_item(), {"by": world.sam, "now": MONDAY_NOON}
    outage = take_out_of_service(
        world.session, item, OutageReason.MISSING, expected_on=FRIDAY, **by
    )
    assert outage.expected_on is None
    with pytest.raises(Refusal) as refusal:
        expect(world.session, item, FRIDAY, **by)
    assert refusal.value.reasons == (StillMissing(),)


def test_what_is_in_service_is_expected_nowhere(world: World) -> None:
    with pytest.raises(Refusal) as refusal:
        expect(world.session, world.make_item(), FRIDAY, by=world.sam, now=MONDAY_NOON)
    assert refusal.value.reasons == (InService(),)


@pytest.mark.parametrize("day", [date(2026, 5, 31), date(2029, 6, 5), date.max])
def test_a_day_that_is_over_or_too_far_ahead_is_not_expected(world: World, day: date) -> None:
    item, by = world.make_item(), {"by": world.sam, "now": MONDAY_NOON}
    with pytest.raises(Refusal) as refusal:
        take_out_of_service(world.session, item, OutageReason.IN_REPAIR, expected_on=day, **by)
    assert refusal.value.reasons == (NoDayToExpect(),)
    mark(world, item, OutageReason.IN_REPAIR)
    with pytest.raises(Refusal):
        expect(world.session, item, day, **by)


@on_any_database
def test_many_outages_begin_and_end_in_as_few_statements_as_few(world: World) -> None:
    session, acts = world.session, {"by": world.sam, "now": MONDAY_NOON}
    assert world.sam.name == "Sam", "who is asked for only once"

    def begun(items: Sequence[Item], reason: OutageReason) -> tuple[int, list[Outage]]:
        new = [Outage(item=item, reason=reason, since=MONDAY_NOON, note="") for item in items]
        with statements() as sent:
            begin_all(session, new, **acts)
        return for_all_at_once(sent), new

    def ended(outages: Sequence[Outage]) -> int:
        with statements() as sent:
            end_all(session, outages, **acts)
        return for_all_at_once(sent)

    few, many = ([world.make_item() for _ in range(number)] for number in (10, 200))
    first = [begun(items, OutageReason.MISSING) for items in (few, many)]
    then = [begun(items, OutageReason.NEEDS_CHECK) for items in (few, many)]
    for (some, _), (all_of_them, _) in (first, then):
        assert some == all_of_them
    assert ended(then[0][1]) == ended(then[1][1])
    told = [(one.what, one.details.get("after")) for one in entries(world)]
    assert Counter(told) == {
        ("taken_out_of_service", None): 210,
        ("taken_out_of_service", "missing"): 210,
        ("put_into_service", "needs_check"): 210,
    }


def test_an_outage_that_another_ends_is_over_before_it_begins(world: World) -> None:
    item, acts = world.make_item(), {"by": world.sam, "now": MONDAY_NOON}
    first = begin(world.session, item, OutageReason.IN_REPAIR, expected_on=FRIDAY, **acts)
    missing = begin(world.session, item, OutageReason.MISSING, expected_on=FRIDAY, **acts)
    assert (first.ended_at, first.ended_by_id) == (MONDAY_NOON, world.sam.id)
    assert (missing.expected_on, open_outage(world.session, item)) == (None, missing)
    end(world.session, missing, **acts)
    assert open_outage(world.session, item) is None
    assert [one.details.get("after") for one in entries(world)] == [None, "in_repair", "missing"]
