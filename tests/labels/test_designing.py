"""A group designs the labels of a stock, and they are printed so."""

import io
from dataclasses import asdict
from pathlib import Path

import pytest
import zxingcpp
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from tests.conftest import Run, type_of_client
from tests.postgres import on_any_database
from tests.reading import text
from tests.world import World
from toolshare.database import transaction
from toolshare.inventory.models import Item
from toolshare.labels import designing, queries, stocks
from toolshare.labels.composing import Face
from toolshare.labels.designs import USUAL, Design
from toolshare.labels.facing import faces_of
from toolshare.labels.models import Batch, LabelDesign
from toolshare.labels.stocks import UnknownStock
from toolshare.people.roles import membership_in
from toolshare.refusals import Refusal

LABELS = "/groups/borgo/labels"
DESIGN = f"{LABELS}/stocks/dymo-30252/design"
CODE = "7K3M9QXA"
ROLL = stocks.catalogue()["dymo-30252"]
TYPED = {
    "name_lines": "2", "shows": ["place", "serial"], "line": " 0123  456 ", "code": "large",
    "symbol_percent": "85", "level": "Q",
}  # fmt: skip
MEANT = Design(("place", "serial"), 2, "0123 456", "large", 85, "Q")


@pytest.fixture
def saw(world: World) -> Item:
    """A thing with a place and a serial number."""
    with transaction():
        kind = world.make_kind(name="Saw", brand="Stihl", model="MS 170")
        return world.make_item(kind, serial="S-77", number="12", place=world.make_place("Barn"))


@pytest.fixture
def cora(saw: Item, world: World, client_of: type_of_client) -> FlaskClient:
    return client_of(world.cora)


def kept(session: scoped_session[Session]) -> list[LabelDesign]:
    session.rollback()
    return list(session.scalars(select(LabelDesign)))


def test_what_a_design_shows_is_on_things_places_cards_and_blank_labels(
    saw: Item, world: World, session: scoped_session[Session]
) -> None:
    place = world.make_place("Barn > Wall")
    card = membership_in(session, world.ana, world.borgo)
    assert card is not None
    design = Design(shows=("place", "brand"), line="Ring 0123")
    codes = [saw.code, place.code, card.code, CODE]
    thing, wall, anas, blank = faces_of(session, codes, design)
    assert thing.lines == ("Barn", "Stihl MS 170", "Ring 0123")
    assert wall.lines == ("Barn", "Ring 0123")
    assert blank == Face(CODE, "", ("Ring 0123",))
    assert anas.lines == ("Ring 0123",)


@on_any_database
def test_a_design_is_kept_for_a_group_and_a_stock(
    world: World, session: scoped_session[Session]
) -> None:
    designing.keep(session, world.borgo, ROLL.slug, USUAL)
    designing.keep(session, world.borgo, ROLL.slug, MEANT)
    session.flush()
    assert designing.design_of(session, world.borgo, ROLL.slug) == MEANT
    for group, stock in (
        (world.borgo, "avery-l7160"),
        (world.castello, ROLL.slug),
        (None, ROLL.slug),
    ):
        assert designing.design_of(session, group, stock) == USUAL
    designing.forget(session, world.borgo, ROLL.slug)
    designing.forget(session, world.borgo, ROLL.slug)
    session.flush()
    assert designing.design_of(session, world.borgo, ROLL.slug) == USUAL


def test_a_stock_that_nobody_has_is_not_designed(
    world: World, session: scoped_session[Session]
) -> None:
    with pytest.raises(Refusal) as refusal:
        designing.keep(session, world.borgo, "papyrus", USUAL)
    assert refusal.value.reasons == (UnknownStock(slug="papyrus"),)


@on_any_database
@pytest.mark.parametrize(
    "wrong", [{"name_lines": 4}, {"code": "huge"}, {"symbol_percent": 5}, {"level": "X"}]
)
def test_the_database_keeps_no_design_that_is_none(
    world: World, session: scoped_session[Session], wrong: dict[str, object]
) -> None:
    design = {**asdict(USUAL), "shows": ["place"], **wrong}
    session.add(LabelDesign(group_id=world.borgo.id, stock=ROLL.slug, **design))
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_labels_are_printed_as_they_were_designed_until_they_are_as_they_were(
    cora: FlaskClient, world: World, session: scoped_session[Session]
) -> None:
    wishes = {"stock": ROLL.slug, "start": "1", "copies": "1", "format": "zpl", "dpi": "203"}

    def printed() -> str:
        return cora.get(cora.post(LABELS, data={**wishes, "which": "all"}).location + ".zpl").text

    before = printed()
    assert cora.post(DESIGN, data=TYPED).status_code == 303
    assert designing.design_of(session, world.borgo, ROLL.slug) == MEANT
    designed = printed()
    for line in ("Saw", "Barn", "S-77", "0123 456"):
        assert f"^FD{line}^FS" in designed
    assert "^FDQM,A" in designed
    assert "Borgo" in before
    assert "Borgo" not in designed
    assert "0123 456" in cora.get(f"{LABELS}/new?which=all").text
    again = f"{LABELS}/1"
    assert cora.get(f"{again}.zpl").text == before
    assert cora.get(cora.post(f"{again}/reprint").location + ".zpl").text == designed
    assert cora.post(f"{DESIGN}/reset").status_code == 303
    assert printed() == before
    assert kept(session) == []


def test_a_batch_that_names_what_it_shows_one_by_one_is_drawn_still(
    cora: FlaskClient, session: scoped_session[Session]
) -> None:
    wishes = {"stock": ROLL.slug, "start": "1", "copies": "1"}
    address = cora.post(LABELS, data={**wishes, "which": "all"}).location
    with transaction() as records:
        batch = records.scalars(select(Batch)).one()
        batch.options = {
            "stock": ROLL.slug, "start": 1, "copies": 1, "level": "H", "shows": ["serial"],
            "printer": "",
        }  # fmt: skip
    written = cora.get(f"{address}.zpl").text
    assert "^FDHM,A" in written
    assert "^FDS-77^FS" in written
    assert "Borgo" not in written


def test_what_is_typed_is_shown_and_not_kept(
    cora: FlaskClient, session: scoped_session[Session]
) -> None:
    page = cora.get(DESIGN, query_string={**TYPED, "line": "Ring <b>0123</b>"})
    assert page.status_code == 200
    assert ">Ring &lt;b&gt;0123&lt;/b&gt;<" in page.text
    assert ">S-77<" in page.text
    assert 'value="Ring &lt;b&gt;0123&lt;/b&gt;"' in page.text
    assert kept(session) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"line": "a" * 61},
        {"code": "huge"},
        {"symbol_percent": "5"},
        {"level": "X"},
        {"shows": "owner"},
        {"name_lines": "many"},
    ],
)
def test_a_mistake_is_named_and_nothing_is_kept(
    cora: FlaskClient, session: scoped_session[Session], wrong: dict[str, str]
) -> None:
    answer = cora.post(DESIGN, data={**TYPED, **wrong})
    assert answer.status_code == 422
    assert "Something is missing or wrong" in text(answer)
    assert "<svg" in answer.text
    tried = cora.get(DESIGN, query_string={**TYPED, **wrong})
    assert "Something is missing or wrong" in text(tried)
    assert kept(session) == []


def test_a_symbol_that_phones_hardly_read_is_kept_only_after_a_second_yes(
    cora: FlaskClient, session: scoped_session[Session]
) -> None:
    small = {**TYPED, "symbol_percent": "55", "level": "H"}
    assert "come out fine" in text(cora.get(DESIGN, query_string=small))
    answer = cora.post(DESIGN, data=small)
    assert answer.status_code == 422
    assert "come out fine" in text(answer)
    assert "Keep it all the same" in text(answer)
    assert kept(session) == []
    assert cora.post(DESIGN, data={**small, "anyway": "1"}).status_code == 303
    assert len(kept(session)) == 1


def test_what_has_no_room_is_named(cora: FlaskClient) -> None:
    tiny = DESIGN.replace("dymo-30252", "avery-l6008")
    assert "There is no room for: Saw, Borgo" in text(cora.get(tiny))
    assert "There is no room" not in text(cora.get(DESIGN))


def test_a_group_without_things_sees_an_example(
    cora: FlaskClient, session: scoped_session[Session]
) -> None:
    with transaction() as records:
        records.execute(delete(Item))
    page = cora.get(DESIGN, query_string={**TYPED, "shows": "group"})
    assert ">Wheelbarrow<" in page.text
    assert ">Borgo<" in page.text


def test_the_longest_and_the_shortest_name_are_the_examples(
    cora: FlaskClient, world: World, session: scoped_session[Session]
) -> None:
    with transaction():
        long, middle = (
            world.make_item(world.make_kind(name=name)).code for name in ("Chainsaw", "Drill")
        )
    found = queries.examples(session, world.borgo)
    assert found[0] == long
    assert len(found) == 2
    assert middle not in found


def test_the_command_prints_by_the_design_of_the_group(
    cora: FlaskClient, run: Run, saw: Item, tmp_path: Path
) -> None:
    cora.post(DESIGN, data=TYPED)
    out = tmp_path / "label.zpl"
    words = ("labels", "--stock", ROLL.slug, "--all", "--group", "borgo", "--format", "zpl")
    run(*words, "--out", out)
    assert "^FD0123 456^FS" in out.read_text(encoding="ascii")
    run(*words, "--level", "L", "--out", out)
    written = out.read_text(encoding="ascii")
    assert "^FD0123 456^FS" in written
    assert "^FDLM,A" in written


def test_a_picture_follows_the_design(cora: FlaskClient, saw: Item) -> None:
    cora.post(DESIGN, data=TYPED)
    wishes = {"stock": ROLL.slug, "start": "1", "copies": "1", "format": "png", "dpi": "300"}
    address = cora.post(LABELS, data={**wishes, "code": saw.code}).location
    image = Image.open(io.BytesIO(cora.get(f"{address}.png").data))
    (read,) = zxingcpp.read_barcodes(image.convert("L"))
    assert read.ec_level == "Q"
