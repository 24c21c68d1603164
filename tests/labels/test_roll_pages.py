"""Labels for printers with a roll: PNG and ZPL from the pages, and one label in two taps."""

import io
from zipfile import ZipFile

import pytest
import zxingcpp
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from tests.conftest import type_of_client
from tests.reading import text
from tests.world import World
from toolshare.database import transaction
from toolshare.inventory.models import Item, Place
from toolshare.labels.models import Batch, BatchLabel
from toolshare.labels.printing import MOST, PNG
from toolshare.people.roles import membership_in

LABELS = "/groups/borgo/labels"
ROLL = {
    "stock": "dymo-30252",
    "start": "7",
    "copies": "1",
    "format": "zpl",
    "dpi": "203",
}
ADDRESS = "HTTPS://TOOLS.EXAMPLE.ORG/I/"


@pytest.fixture
def saw(world: World) -> Item:
    """One thing to label."""
    with transaction():
        return world.make_item(world.make_kind(name="Bügelsäge ^FS"))


@pytest.fixture
def cora(saw: Item, world: World, client_of: type_of_client) -> FlaskClient:
    return client_of(world.cora)


def batches(session: scoped_session[Session]) -> list[Batch]:
    session.rollback()
    return list(session.scalars(select(Batch).order_by(Batch.id)))


def read_from(picture: bytes) -> list[str]:
    image = Image.open(io.BytesIO(picture)).convert("L")
    return [found.text for found in zxingcpp.read_barcodes(image)]


def describe(cora: FlaskClient, name: str, width: str, height: str) -> None:
    """Adds a roll of the group's own."""
    sizes = {"label_width_mm": width, "label_height_mm": height, "columns": "1", "rows": "1"}
    none = dict.fromkeys(("left_mm", "top_mm", "gap_x_mm", "gap_y_mm"), "0")
    own = {"name": name, "page": "roll", **sizes, **none}
    assert cora.post(f"{LABELS}/stocks", data=own).status_code == 303


def test_a_batch_on_a_roll_is_there_in_each_format(cora: FlaskClient, saw: Item) -> None:
    batch = cora.post(LABELS, data={**ROLL, "which": "all"}).location
    page = cora.get(batch).text
    for ending, kind in (("pdf", "application/pdf"), ("png", "image/png")):
        assert f'href="{batch}.{ending}"' in page
        assert cora.get(f"{batch}.{ending}").mimetype == kind
    assert read_from(cora.get(f"{batch}.png").data) == [ADDRESS + saw.code]
    zpl = cora.get(f"{batch}.zpl")
    assert zpl.text.startswith("^XA^CI28")
    assert f"^FDMM,A{ADDRESS}{saw.code}^FS" in zpl.text
    assert "attachment" in zpl.headers["Content-Disposition"]
    assert "Dymo 30252" in page
    assert "from label" not in page


def test_copies_are_pictures_of_their_own_and_a_number_in_zpl(cora: FlaskClient) -> None:
    batch = cora.post(LABELS, data={**ROLL, "copies": "3", "which": "all"}).location
    pictures = cora.get(f"{batch}.png")
    assert pictures.mimetype == "application/zip"
    assert pictures.headers["Content-Disposition"].endswith('.zip"')
    assert len(ZipFile(io.BytesIO(pictures.data)).namelist()) == 3
    assert cora.get(f"{batch}.zpl").text.count("^PQ3^XZ") == 1


def test_a_sheet_is_offered_as_pdf_alone(
    cora: FlaskClient, session: scoped_session[Session]
) -> None:
    sheet = {**ROLL, "stock": "avery-l7160"}
    refused = cora.post(LABELS, data={**sheet, "which": "all"})
    assert refused.status_code == 422
    assert "Avery L7160 is a sheet" in text(refused)
    assert 'name="stock"' in refused.text
    assert batches(session) == []
    shown = cora.post(f"{LABELS}/new", data={**sheet, "which": "all"})
    assert shown.status_code == 422
    assert "Avery L7160 is a sheet" in text(shown)
    batch = cora.post(LABELS, data={**sheet, "format": "pdf", "which": "all"}).location
    assert f"{batch}.png" not in cora.get(batch).text
    assert cora.get(f"{batch}.png").status_code == 422
    assert cora.get(f"{batch}.gif").status_code == 404


def test_a_symbol_too_fine_for_the_printer_is_refused_before_it_is_printed(
    cora: FlaskClient, session: scoped_session[Session]
) -> None:
    describe(cora, "Tiny", "8", "11")
    answer = cora.post(LABELS, data={**ROLL, "stock": "tiny", "which": "all"})
    assert answer.status_code == 422
    assert "too fine" in text(answer)
    assert batches(session) == []


def test_a_symbol_that_whole_dots_make_small_is_warned_of(cora: FlaskClient) -> None:
    describe(cora, "Small", "24", "12.5")
    form = {**ROLL, "stock": "small", "which": "all"}
    assert "fine: " not in text(cora.post(f"{LABELS}/new", data={**form, "format": "pdf"}))
    assert "0.34 mm a square" in text(cora.post(f"{LABELS}/new", data={**form, "dpi": "300"}))


def test_more_pictures_than_a_page_makes_in_time_are_refused(
    cora: FlaskClient, world: World, session: scoped_session[Session]
) -> None:
    with transaction():
        kind = world.make_kind(name="Peg")
        for _ in range(MOST[PNG] // 50):
            world.make_item(kind)
    answer = cora.post(LABELS, data={**ROLL, "format": "png", "copies": "50", "which": "all"})
    assert answer.status_code == 422
    assert f"it takes {MOST[PNG]}" in text(answer)
    assert batches(session) == []


@pytest.mark.parametrize("wrong", [{"format": "gif"}, {"dpi": "72"}, {"dpi": "fine"}])
def test_a_wrong_wish_prints_nothing(
    cora: FlaskClient, session: scoped_session[Session], wrong: dict[str, str]
) -> None:
    answer = cora.post(LABELS, data={**ROLL, "which": "all", **wrong})
    assert answer.status_code == 422
    assert batches(session) == []


def test_what_was_chosen_last_is_proposed_the_next_time(cora: FlaskClient) -> None:
    cora.post(LABELS, data={**ROLL, "copies": "2", "which": "all"})
    page = cora.get(f"{LABELS}/new?which=all").text
    assert '<option selected value="dymo-30252">' in page
    assert '<option selected value="zpl">' in page
    assert '<option selected value="203">' in page
    assert 'name="copies" required type="number" value="1"' in page


def test_the_first_label_asks_how_and_the_next_comes_at_once(
    cora: FlaskClient, saw: Item, session: scoped_session[Session]
) -> None:
    one = f"{LABELS}/of/{saw.code}"
    assert one in cora.get(f"/I/{saw.code}").text
    first = cora.post(one)
    assert (first.status_code, first.location) == (303, f"{LABELS}/new?code={saw.code}")
    assert batches(session) == []
    cora.post(LABELS, data={**ROLL, "format": "png", "dpi": "600", "copies": "3", "code": saw.code})
    cora.post(LABELS, data={**ROLL, "format": "pdf", "stock": "avery-l7160", "which": "all"})
    again = cora.post(one)
    assert again.status_code == 303
    picture = cora.get(again.location)
    assert picture.mimetype == "image/png"
    assert "inline" in picture.headers["Content-Disposition"]
    assert Image.open(io.BytesIO(picture.data)).size == (2102, 661)
    assert read_from(picture.data) == [ADDRESS + saw.code]
    assert len(batches(session)) == 3


def test_a_steward_prints_the_label_of_what_they_scan_and_no_whole_sorts(
    cora: FlaskClient,
    saw: Item,
    world: World,
    client_of: type_of_client,
    session: scoped_session[Session],
) -> None:
    cora.post(LABELS, data={**ROLL, "which": "all"})
    sam = client_of(world.sam)
    assert f"{LABELS}/of/{saw.code}" in sam.get(f"/I/{saw.code}").text
    file = sam.post(f"{LABELS}/of/{saw.code}").location
    assert sam.get(file).text.startswith("^XA")
    assert sam.get(file.removesuffix(".zpl")).status_code == 200
    assert sam.post(LABELS, data={**ROLL, "code": saw.code}).status_code == 303
    assert "1 label chosen" in text(sam.get(f"{LABELS}/new?code={saw.code}"))
    for which in ("all", "cards", "matching"):
        assert sam.post(LABELS, data={**ROLL, "which": which}).status_code == 422
        assert "0 labels chosen" in text(sam.get(f"{LABELS}/new?which={which}"))
    assert len(batches(session)) == 3


def test_places_and_cards_have_their_label_too(
    cora: FlaskClient, world: World, session: scoped_session[Session]
) -> None:
    with transaction():
        place: Place = world.make_place("Barn")
    card = membership_in(session, world.ana, world.borgo)
    assert card is not None
    cora.post(LABELS, data={**ROLL, "which": "all"})
    for code, name in ((place.code, "Barn"), (card.code, "Ana")):
        assert f"{LABELS}/of/{code}" in cora.get(f"/I/{code}").text
        assert f"^FD{name}^FS" in cora.get(cora.post(f"{LABELS}/of/{code}").location).text
    printed = select(BatchLabel.code).order_by(BatchLabel.id.desc()).limit(2)
    assert list(session.scalars(printed)) == [card.code, place.code]


def test_members_are_offered_no_printing(
    world: World, saw: Item, client_of: type_of_client
) -> None:
    with transaction():
        place: Place = world.make_place("Barn")
    ana = client_of(world.ana)
    for code in (saw.code, place.code):
        assert "/of/" not in ana.get(f"/I/{code}").text


def test_another_groups_label_is_not_there(
    cora: FlaskClient, world: World, session: scoped_session[Session]
) -> None:
    with transaction():
        theirs = world.make_item(world.make_kind(group_id=world.castello.id)).code
    for code in (theirs, "7K3M9QXA", "nonsense"):
        assert cora.post(f"{LABELS}/of/{code}").status_code == 404
    assert batches(session) == []


def test_printed_again_it_is_the_same_format(
    cora: FlaskClient, session: scoped_session[Session]
) -> None:
    batch = cora.post(LABELS, data={**ROLL, "which": "all"}).location
    cora.post(f"{batch}/reprint")
    first, second = batches(session)
    assert first.options == {**second.options, "start": 7}
    assert second.options["format"] == "zpl"


def test_a_batch_of_before_there_were_formats_is_a_pdf_still(
    cora: FlaskClient, session: scoped_session[Session]
) -> None:
    address = cora.post(LABELS, data={**ROLL, "which": "all"}).location
    with transaction() as records:
        old = records.scalars(select(Batch)).one()
        old.options = {
            name: kept for name, kept in old.options.items() if name not in {"format", "dpi"}
        }
    assert f'href="{address}.pdf"' in cora.get(address).text
    assert cora.get(f"{address}.pdf").data.startswith(b"%PDF")
    assert cora.get(f"{address}.zpl").text.startswith("^XA")
