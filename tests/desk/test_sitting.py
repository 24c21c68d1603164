"""The running list of the desk: what was done today, as it stands now."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.conftest import type_of_client
from tests.counting import statements
from tests.desk.conftest import Desk
from tests.reading import text
from tests.world import MONDAY_NOON, World
from toolshare.circulation import returning
from toolshare.desk import sitting
from toolshare.desk.outcomes import Done, Outcome
from toolshare.desk.queries import Answer
from toolshare.inventory import stocking
from toolshare.inventory.models import Counting
from toolshare.people.roles import membership_in


def lines(desk: Desk, but: Done | None = None) -> list[Answer]:
    desk.world.session.flush()
    return sitting.lines_of(desk.world.session, desk.by, now=desk.now, but=but)


def outcomes(desk: Desk) -> list[Outcome]:
    return [line.done.outcome for line in lines(desk)]


def test_each_scan_is_a_line_newest_first(world: World, desk: Desk) -> None:
    shelf, drill, saw = world.make_place("Shelf"), world.make_item(), world.make_item()
    screws = world.make_item(world.make_kind(counting=Counting.CONSUMABLE), quantity=9)
    world.make_loan(saw, world.cora)
    card = desk.card_of(world.ana)
    for code in (drill.code, saw.code):
        desk.scan(code, served=card)
    desk.scan(screws.code, served=card, quantity=2)
    desk.scan(drill.code)
    desk.scan(drill.code, served=shelf.code)
    told = [Outcome.PUT, Outcome.RETURNED, Outcome.TAKEN, Outcome.PASSED_ON, Outcome.LENT]
    assert outcomes(desk) == told
    put, returned, taken, passed_on, lent = lines(desk)
    assert (put.place, returned.place) == ("Shelf", "Shelf")
    assert taken.taking is not None
    assert passed_on.had_before is world.cora
    assert lent.had_before is None
    assert [line.may_be_undone for line in lines(desk)] == [True, True, True, True, False]


def test_what_was_undone_says_so_in_its_line(world: World, desk: Desk) -> None:
    shelf, drill, saw, axe = world.make_place("Shelf"), *(world.make_item() for _ in range(3))
    screws = world.make_item(world.make_kind(counting=Counting.CONSUMABLE), quantity=9)
    world.make_loan(saw, world.cora)
    world.make_loan(axe, world.cora)
    card = desk.card_of(world.ana)
    done = [
        desk.scan(drill.code, served=card),
        desk.scan(saw.code, served=card),
        desk.scan(screws.code, served=card, quantity=2),
        desk.scan(axe.code),
        desk.scan(drill.code, served=shelf.code) if desk.scan(drill.code) else None,
    ]
    for one in (one for one in done if one and one.outcome is not Outcome.LENT):
        desk.undo(one)
    assert outcomes(desk) == [
        Outcome.PUTTING_UNDONE,
        Outcome.RETURNED,
        Outcome.RETURN_UNDONE,
        Outcome.TAKING_UNDONE,
        Outcome.PASSING_ON_UNDONE,
        Outcome.LENT,
    ]
    assert [line.may_be_undone for line in lines(desk)] == [False, True, *([False] * 4)]


def test_what_came_back_and_was_put_there_is_one_line(world: World, desk: Desk) -> None:
    shelf, item = world.make_place("Shelf"), world.make_item()
    world.make_loan(item, world.ana)
    done = desk.scan(item.code, served=shelf.code)
    (line,) = lines(desk)
    assert (line.done, line.place) == (done, "Shelf")
    assert line.put is not None
    assert lines(desk, but=done) == []


def test_what_came_back_twice_is_one_line(world: World, desk: Desk) -> None:
    item = world.make_item()
    world.make_loan(item, world.ana)
    desk.undo(desk.scan(item.code))
    desk.scan(item.code)
    assert outcomes(desk) == [Outcome.RETURNED]


def test_what_was_put_elsewhere_since_is_not_undone(world: World, desk: Desk) -> None:
    item = world.make_item()
    for name in ("Shelf", "Hook"):
        desk.scan(item.code, served=world.make_place(name).code)
    assert [line.may_be_undone for line in lines(desk)] == [True, False]
    assert [line.place for line in lines(desk)] == ["Hook", "Shelf"]


def test_what_is_too_old_or_was_done_by_others_or_from_a_table_is_not_listed_or_not_undone(
    world: World, desk: Desk
) -> None:
    item, other, tables_own = (world.make_item(place=None) for _ in range(3))
    world.make_loan(item, world.ana)
    world.make_loan(other, world.ana)
    returning.take_back(world.session, other, by=world.cora, now=MONDAY_NOON)
    desk.scan(item.code)
    shelf = world.make_place("Shelf")
    stocking.move(world.session, [tables_own], shelf, by=world.sam, now=MONDAY_NOON)
    desk.now = MONDAY_NOON + timedelta(minutes=16)
    assert [(line.item, line.may_be_undone) for line in lines(desk)] == [(item, False)]
    desk.now = MONDAY_NOON + timedelta(hours=13)
    assert lines(desk) == []


def test_what_needs_a_check_says_so(world: World, desk: Desk) -> None:
    item = world.make_item(service_due_at=MONDAY_NOON)
    world.make_loan(item, world.ana)
    desk.scan(item.code)
    assert lines(desk)[0].is_off


@pytest.fixture
def sam(world: World, client_of: type_of_client) -> FlaskClient:
    """Sam's browser."""
    return client_of(world.sam)


def test_the_list_stays_when_the_page_is_opened_anew(world: World, sam: FlaskClient) -> None:
    drill, saw = (world.make_item(world.make_kind(name=name)).code for name in ("Drill", "Saw"))
    card = membership_in(world.session, world.ana, world.borgo)
    assert card is not None
    scan = {"served": card.code}
    world.session.commit()
    for code in (drill, saw):
        page = text(sam.post("/desk/scans", data=scan | {"code": code}))
    assert page.rindex("Saw") < page.rindex("Drill")
    assert "Drill" in text(sam.get("/desk"))
    latest = text(sam.post("/desk/scans", data={"code": drill, "latest": "only"}))
    assert ("Returned" in latest, "Saw" in latest) == (True, False)


def test_what_is_at_home_there_already_is_said_to_be(world: World, sam: FlaskClient) -> None:
    shelf = world.make_place("Shelf")
    scan = {"served": shelf.code, "code": world.make_item(place_id=shelf.id).code}
    world.session.commit()
    page = text(sam.post("/desk/scans", data=scan))
    assert "Shelf: it is at home there already" in page
    assert "Undo" not in page


def test_the_list_takes_as_many_statements_for_much_as_for_little(
    world: World, sam: FlaskClient
) -> None:
    counts = []
    for number in (1, 20):
        for _ in range(number):
            item = world.make_item(place_id=world.make_place(f"Hook {number} {_}").id)
            world.make_loan(item, world.ana)
            returning.take_back(world.session, item, by=world.sam, now=MONDAY_NOON)
        world.session.commit()
        with statements() as sent:
            sam.get("/desk")
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 9
