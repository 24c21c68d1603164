"""Printed sheets, rendered as a printer would and read back as a phone would."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from tests.labels.rolls import OWN, ROLLS
from tests.needs import need
from toolshare.codes.alphabet import check_character
from toolshare.labels import sheets, stocks
from toolshare.labels.composing import Face, lacking, without_lacking
from toolshare.labels.drawing import Printing, pdf, ruler_page
from toolshare.labels.sheets import Box
from toolshare.labels.stocks import Stock

PREFIX = "HTTPS://TOOLS.EXAMPLE.ORG/I/"
DPI = 300
NAME = "Galvanized finishing nails, 1-1/2 in, for the barn’s south door"


def codes(count: int) -> list[str]:
    """Sound codes, always the same."""
    stems = [f"{number * 104_729:07d}"[-7:] for number in range(1, count + 1)]
    return [stem + check_character(stem) for stem in stems]


def faces(count: int) -> list[Face]:
    """As many labels with a long name and two more lines."""
    return [Face(code, NAME, ("San Rocco Tool Library", "Barn > Wall")) for code in codes(count)]


def rendered(document: bytes, folder: Path) -> list[Image.Image]:
    """The pages as a printer of 300 dpi puts them on paper."""
    (folder / "labels.pdf").write_bytes(document)
    render = ["pdftoppm", "-r", str(DPI), "-gray", "labels.pdf", "page"]
    subprocess.run(render, cwd=folder, check=True)
    return [Image.open(page) for page in sorted(folder.glob("page*.pgm"))]


def label_in(page: Image.Image, box: Box) -> Image.Image:
    """The part of a page that will be peeled off."""
    dots = DPI / 25.4
    corners = (box.x, box.y, box.x + box.width, box.y + box.height)
    return page.crop([round(at * dots) for at in corners])


def read_from(label: Image.Image) -> list[str]:
    """What a reader finds on a label."""
    return [found.text for found in zxingcpp.read_barcodes(label)]


@pytest.fixture(autouse=True, scope="module")
def _poppler() -> None:
    need(shutil.which("pdftoppm"), "pdftoppm (Debian: poppler-utils)")


@pytest.mark.parametrize("stock", stocks.catalogue().values(), ids=lambda stock: stock.slug)
def test_every_label_of_every_stock_is_read_in_its_place(stock: Stock, tmp_path: Path) -> None:
    count = max(stock.per_page, 2)
    pages = rendered(pdf(faces(count), Printing(stock, PREFIX)), tmp_path)
    assert len(pages) == sheets.pages(stock, count)
    for slot, code in zip(sheets.slots(stock, count), codes(count), strict=True):
        assert read_from(label_in(pages[slot.page], slot.box)) == [PREFIX + code]


@pytest.mark.parametrize(
    ("width", "height"), [(40, 70), (25, 25), (30, 20), (20, 16), (18, 22), (62, 12)]
)
def test_labels_of_any_shape_are_read(width: float, height: float, tmp_path: Path) -> None:
    stock = Stock("own", "Own", "A4", 2, 2, width, height, 10, 10, 2, 2)
    stocks.check(stock)
    (page,) = rendered(pdf(faces(4), Printing(stock, PREFIX)), tmp_path)
    for slot, code in zip(sheets.slots(stock, 4), codes(4), strict=True):
        assert read_from(label_in(page, slot.box)) == [PREFIX + code]


@pytest.mark.parametrize("stock", [*ROLLS, OWN], ids=lambda stock: stock.slug)
def test_each_label_of_a_roll_is_a_page_of_exactly_its_size(stock: Stock, tmp_path: Path) -> None:
    (tmp_path / "labels.pdf").write_bytes(pdf(faces(3), Printing(stock, PREFIX)))
    said = subprocess.run(
        ["pdfinfo", "-box", "-f", "1", "-l", "9", "labels.pdf"],
        cwd=tmp_path, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    boxes = re.findall(r"MediaBox: +(\S+) +(\S+) +(\S+) +(\S+)", said)
    points = (0, 0, stock.label_width_mm / 25.4 * 72, stock.label_height_mm / 25.4 * 72)
    assert len(boxes) == 3
    for box in boxes:
        assert [float(side) for side in box] == pytest.approx(points, abs=0.01)


def test_nothing_is_printed_on_the_labels_that_are_gone(tmp_path: Path) -> None:
    stock = stocks.catalogue()["avery-l7160"]
    (first, second) = rendered(pdf(faces(16), Printing(stock, PREFIX, start=7)), tmp_path)
    used = [label_in(first, slot.box) for slot in sheets.slots(stock, 6)]
    assert all(label.getextrema() == (255, 255) for label in used)
    assert read_from(label_in(second, sheets.box_at(stock, 0, 0))) == [PREFIX + codes(16)[-1]]


def test_a_nudge_moves_everything_by_as_much(tmp_path: Path) -> None:
    stock = stocks.catalogue()["avery-l7160"]
    for name in ("straight", "nudged"):
        (tmp_path / name).mkdir()
    (straight,) = rendered(pdf(faces(1), Printing(stock, PREFIX)), tmp_path / "straight")
    nudged_printing = Printing(stock, PREFIX, x_mm=2.54, y_mm=5.08)
    (nudged,) = rendered(pdf(faces(1), nudged_printing), tmp_path / "nudged")
    before = straight.point(lambda value: 255 * (value < 128)).getbbox()
    after = nudged.point(lambda value: 255 * (value < 128)).getbbox()
    assert before is not None
    assert after is not None
    moved = [there - here for here, there in zip(before, after, strict=True)]
    assert moved == [pytest.approx(offset, abs=1) for offset in (30, 60, 30, 60)]


def test_text_on_a_label_can_be_selected_and_its_font_is_inside(tmp_path: Path) -> None:
    document = pdf(
        [Face(codes(1)[0], "Žaga · Πριόνι · Пила")],
        Printing(stocks.catalogue()["avery-l7160"], PREFIX),
    )
    (tmp_path / "labels.pdf").write_bytes(document)
    text = subprocess.run(
        ["pdftotext", "labels.pdf", "-"], cwd=tmp_path, check=True, capture_output=True, text=True
    ).stdout
    assert "Žaga · Πριόνι · Пила" in " ".join(text.split())
    assert f"{codes(1)[0][:4]} {codes(1)[0][4:]}" in text
    fonts = subprocess.run(
        ["pdffonts", "labels.pdf"], cwd=tmp_path, check=True, capture_output=True, text=True
    ).stdout.splitlines()[2:]
    assert fonts
    assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in fonts)


def test_a_character_that_the_font_lacks_is_known_before_printing() -> None:
    assert lacking([Face("0", "鋸 saw 🪚"), Face("0", "Saw", ("納屋",))]) == [
        "屋",
        "納",
        "鋸",
        "🪚",
    ]
    assert lacking(faces(1)) == []
    assert without_lacking(Face("0", "鋸 saw", ("Barn 🪚",))) == Face("0", " saw", ("Barn ",))


@pytest.mark.parametrize("slug", ["avery-l7160", "avery-l6008", "dymo-30252"])
def test_a_test_page_shows_every_label(slug: str, tmp_path: Path) -> None:
    stock = stocks.catalogue()[slug]
    (page,) = rendered(ruler_page(Printing(stock, PREFIX)), tmp_path)
    for slot in sheets.slots(stock, stock.per_page):
        assert label_in(page, slot.box).getextrema()[0] < 128
