"""Coordinators choose labels, see page one, print, and print again."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from tests.conftest import type_of_client
from tests.counting import statements
from tests.world import MONDAY_NOON, World
from toolshare.database import transaction
from toolshare.journal.models import Entry, Event
from toolshare.labels import queries
from toolshare.labels.models import Batch, BatchLabel, Nudge, OwnStock
from toolshare.labels.printing import MOST_LABELS, TooManyLabels, Wishes, print_labels
from toolshare.refusals import Refusal

LABELS = "/groups/borgo/labels"
WISHES = {"stock": "avery-l7160", "start": "7", "copies": "1"}
OWN = {
    "name": "Own 3 by 8", "page": "A4", "columns": "3", "rows": "8", "label_width_mm": "70",
    "label_height_mm": "36", "left_mm": "0", "top_mm": "4.45", "gap_x_mm": "0", "gap_y_mm": "0",
}  # fmt: skip


@pytest.fixture
def cora(world: World, client_of: type_of_client) -> FlaskClient:
    """Cora, with three things to label."""
    with transaction():
        for name in ("Scythe", "Apple press", "<b>Maul</b> & wedge"):
            world.make_item(world.make_kind(name=name))
    return client_of(world.cora)


def batches(session: scoped_session[Session]) -> list[Batch]:
    session.rollback()
    return list(session.scalars(select(Batch).order_by(Batch.id)))


def test_page_one_is_shown_before_it_is_printed(cora: FlaskClient) -> None:
    page = cora.get(f"{LABELS}/new?which=unprinted").text
    assert page.count("<text") >= 9  # three labels: name, group, code
    assert "Apple" in page
    assert "&lt;b&gt;Maul&lt;/b&gt;" in page
    assert "<b>Maul" not in page


def test_a_batch_is_printed_once_and_again(
    cora: FlaskClient, world: World, session: scoped_session[Session]
) -> None:
    answer = cora.post(LABELS, data={**WISHES, "which": "unprinted"})
    assert answer.status_code == 303
    assert cora.get(answer.location).status_code == 200
    pdf = cora.get(f"{answer.location}.pdf")
    assert pdf.mimetype == "application/pdf"
    assert pdf.data.startswith(b"%PDF")
    assert queries.codes_to_print(session, world.borgo, queries.UNPRINTED) == []
    again = cora.post(f"{answer.location}/reprint")
    assert again.status_code == 303
    first, second = batches(session)
    assert (first.options["start"], second.options["start"]) == (7, 1)
    printed = session.scalars(select(Entry).where(Entry.what == Event.LABELS_PRINTED)).all()
    assert [entry.details["labels"] for entry in printed] == [3, 3]


def test_what_was_chosen_one_by_one_is_printed_in_that_order(
    cora: FlaskClient, world: World, session: scoped_session[Session]
) -> None:
    codes = queries.codes_to_print(session, world.borgo, queries.ALL)
    chosen = [codes[2], codes[0]]
    cora.post(LABELS, data={**WISHES, "code": chosen})
    printed = select(BatchLabel.code).order_by(BatchLabel.position)
    assert list(session.scalars(printed)) == chosen


def test_another_groups_things_are_not_printed(
    cora: FlaskClient, world: World, session: scoped_session[Session]
) -> None:
    with transaction():
        theirs = world.make_item(world.make_kind(group_id=world.castello.id)).code
    answer = cora.post(LABELS, data={**WISHES, "code": theirs})
    assert answer.status_code == 422
    assert batches(session) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"start": "22"},
        {"start": "0"},
        {"start": "seven"},
        {"copies": "0"},
        {"copies": "51"},
        {"stock": "papyrus"},
    ],
)
def test_a_wrong_wish_prints_nothing(
    cora: FlaskClient, session: scoped_session[Session], wrong: dict[str, str]
) -> None:
    answer = cora.post(LABELS, data={**WISHES, "which": "all", **wrong})
    assert answer.status_code == 422
    assert batches(session) == []


def test_more_labels_than_anybody_sticks_on_are_refused(
    world: World, session: scoped_session[Session]
) -> None:
    code = world.make_item().code
    with pytest.raises(Refusal) as refusal:
        print_labels(
            session,
            world.borgo,
            [code] * (MOST_LABELS // 50 + 1),
            Wishes("avery-l7160", copies=50),
            by=world.cora,
            now=MONDAY_NOON,
        )
    assert refusal.value.reasons == (TooManyLabels(most=MOST_LABELS),)
    assert batches(session) == []


def test_the_batch_of_another_group_is_not_there(
    cora: FlaskClient, world: World, client_of: type_of_client
) -> None:
    address = cora.post(LABELS, data={**WISHES, "which": "all"}).location
    assert cora.get(address).status_code == 200
    theirs = address.replace("borgo", "castello")
    assert client_of(world.vera).get(theirs).status_code == 404
    assert client_of(world.vera).get(f"{theirs}.pdf").status_code == 404


def test_places_and_cards_are_printed_too(cora: FlaskClient, world: World) -> None:
    with transaction():
        world.make_place("Barn")
    assert ">Barn<" in cora.get(f"{LABELS}/new?which=places").text
    cards = cora.get(f"{LABELS}/new?which=cards").text
    assert ">Ana<" in cards
    assert ">Vera<" not in cards


def test_a_stock_too_fine_for_phones_is_warned_of(cora: FlaskClient) -> None:
    page = cora.post(
        f"{LABELS}/new", data={**WISHES, "which": "all", "start": "1", "stock": "avery-l6008"}
    ).text
    assert "bigger stock" in page


def test_an_own_stock_is_measured_once_and_then_chosen(
    cora: FlaskClient, session: scoped_session[Session]
) -> None:
    assert cora.post(f"{LABELS}/stocks", data=OWN).status_code == 303
    assert session.scalars(select(OwnStock.slug)).all() == ["own-3-by-8"]
    assert "Own 3 by 8" in cora.get(f"{LABELS}/new?which=all").text
    assert cora.get(f"{LABELS}/stocks/own-3-by-8/test.pdf").data.startswith(b"%PDF")
    assert cora.post(f"{LABELS}/stocks", data=OWN).status_code == 409


@pytest.mark.parametrize("wrong", [{"rows": "9"}, {"columns": "0"}, {"left_mm": "a bit"}])
def test_a_stock_that_does_not_fit_is_refused(
    cora: FlaskClient, session: scoped_session[Session], wrong: dict[str, str]
) -> None:
    assert cora.post(f"{LABELS}/stocks", data={**OWN, **wrong}).status_code == 422
    assert session.scalars(select(OwnStock)).all() == []


def test_how_far_a_printer_misses_is_kept_for_its_stock(
    cora: FlaskClient, session: scoped_session[Session]
) -> None:
    miss = {"stock": "avery-l7160", "printer": "Office", "x_mm": "0.5", "y_mm": "-1", "scale": "1"}
    for x_mm in ("0.5", "0.7"):
        assert cora.post(f"{LABELS}/nudges", data={**miss, "x_mm": x_mm}).status_code == 303
    kept = session.scalars(select(Nudge)).one()
    assert (kept.printer, kept.x_mm, kept.y_mm) == ("Office", 0.7, -1.0)
    assert cora.post(f"{LABELS}/nudges", data={**miss, "scale": "2"}).status_code == 422


def test_the_list_of_batches_asks_the_database_the_same_for_one_and_for_many(
    cora: FlaskClient, session: scoped_session[Session]
) -> None:
    def asked() -> Any:
        with statements() as seen:
            cora.get(LABELS)
        return len(seen)

    cora.post(LABELS, data={**WISHES, "which": "all"})
    once = asked()
    for _ in range(5):
        cora.post(LABELS, data={**WISHES, "which": "all"})
    assert asked() == once
