"""Labels as PNG in a printer's own dots, read back as a phone would."""

import io
from zipfile import ZipFile

import pytest
import zxingcpp
from PIL import Image

from tests.labels.rolls import EACH, FACES, NAMES, PREFIX, ROLLS, inked, printing
from toolshare.labels import dots, rasters, stocks
from toolshare.labels.composing import BOLD, Face, Words, compose
from toolshare.labels.designs import Design
from toolshare.labels.sheets import Box
from toolshare.labels.stocks import Stock
from toolshare.labels.symbols import LEVELS, QUIET, symbol
from toolshare.refusals import Refusal

ROLL = stocks.catalogue()["dymo-30252"]


def opened(content: bytes) -> Image.Image:
    """The PNG as a printer's driver opens it."""
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize(("stock", "dpi"), EACH, ids=NAMES)
def test_every_label_on_every_roll_is_read_at_every_resolution(stock: Stock, dpi: int) -> None:
    for face in FACES:
        image = opened(rasters.png(face, printing(stock, dpi)))
        read = zxingcpp.read_barcodes(image.convert("L"))
        assert [found.text for found in read] == [PREFIX + face.code]


@pytest.mark.parametrize(("stock", "dpi"), EACH, ids=NAMES)
def test_a_label_has_as_many_dots_as_its_stock_and_says_how_many_to_an_inch(
    stock: Stock, dpi: int
) -> None:
    image = opened(rasters.png(FACES[0], printing(stock, dpi)))
    millimetres = (stock.label_width_mm, stock.label_height_mm)
    assert image.size == tuple(round(side / 25.4 * dpi) for side in millimetres)
    assert image.mode == "1"
    assert image.info["dpi"] == pytest.approx((dpi, dpi), abs=0.02)


@pytest.mark.parametrize(("stock", "dpi"), EACH, ids=NAMES)
def test_each_module_is_a_whole_number_of_dots_and_the_quiet_zone_is_kept(
    stock: Stock, dpi: int
) -> None:
    face, job = FACES[0], printing(stock, dpi)
    drawn = symbol(PREFIX, face.code, "M")
    image = rasters.raster(face, job)
    box = compose(face, dots.label_box(job)).symbol
    grid = dots.grid(box, drawn.modules, job)
    quiet, side = QUIET * grid.module, drawn.modules * grid.module
    whole = (grid.left - quiet, grid.top - quiet, grid.left + side + quiet, grid.top + side + quiet)
    assert min(whole) >= 0
    around = image.crop(whole)
    assert inked(around) == (quiet, quiet, quiet + side, quiet + side)
    inside = around.crop(inked(around))
    rows = [
        "".join("1" if inside.getpixel((x, y)) == 0 else "0" for x in range(0, side, grid.module))
        for y in range(0, side, grid.module)
    ]
    assert rows == drawn.rows()
    small = inside.resize((drawn.modules,) * 2, Image.Resampling.NEAREST)
    assert small.resize(inside.size, Image.Resampling.NEAREST).tobytes() == inside.tobytes()


@pytest.mark.parametrize("level", LEVELS)
def test_any_error_correction_is_read(level: str) -> None:
    image = rasters.raster(FACES[0], printing(ROLL, 203, design=Design(level=level)))
    (read,) = zxingcpp.read_barcodes(image.convert("L"))
    assert (read.text, read.ec_level) == (PREFIX + FACES[0].code, level)


def test_many_labels_are_one_file_of_many_in_their_order() -> None:
    with ZipFile(io.BytesIO(rasters.archive(FACES[:2], printing(ROLL, 203)))) as file:
        assert file.namelist() == ["0001-7K3M9QXA.png", "0002-00000000.png"]
        assert file.read("0001-7K3M9QXA.png") == rasters.png(FACES[0], printing(ROLL, 203))


@pytest.mark.parametrize("dpi", dots.RESOLUTIONS)
@pytest.mark.parametrize("points", [5.0, 6.5, 8.0, 13.0])
def test_no_line_runs_wider_than_on_the_sheet(dpi: int, points: float) -> None:
    text = "Illinois millimetre willow, WWW 1-1/2"
    words = Words(text, 0, 10, BOLD, points)
    at_an_inch = rasters.fitted_font(Words(text, 0, 10, BOLD, 72.0), 600).getlength(text) / 600
    wide = rasters.fitted_font(words, dpi).getlength(text)
    assert wide <= at_an_inch * points / 72 * dpi * 1.01 + 1


def test_a_nudge_moves_the_label_by_whole_dots() -> None:
    straight = inked(rasters.raster(FACES[0], printing(ROLL, 300)))
    nudged = inked(rasters.raster(FACES[0], printing(ROLL, 300, x_mm=0.254, y_mm=-0.508)))
    assert nudged[0] - straight[0] == 3
    assert nudged[1] - straight[1] == -6


def test_a_sheet_is_refused() -> None:
    with pytest.raises(Refusal) as refusal:
        rasters.png(FACES[0], printing(stocks.catalogue()["avery-l7160"], 300))
    assert refusal.value.reasons == (dots.NotARoll(stock="Avery L7160"),)


@pytest.mark.parametrize(
    ("side", "dpi", "module"),
    [
        (8.0, 203, 1),  # one dot runs into the next
        (8.0, 600, 5),  # five dots of a sixhundredth of an inch are 0.21 mm
        (2.0, 203, 0),
    ],
)
def test_a_symbol_too_fine_for_the_dots_or_for_phones_is_refused(
    side: float, dpi: int, module: int
) -> None:
    tiny = Stock("own", "Tiny", "roll", 1, 1, side, side + 3)
    with pytest.raises(Refusal) as refusal:
        rasters.png(Face("7K3M9QXA"), printing(tiny, dpi))
    assert refusal.value.reasons == (dots.ModulesTooFine(module=module, dpi=dpi),)


def test_a_symbol_is_never_larger_than_asked_for() -> None:
    job = printing(ROLL, 600)
    assert dots.grid(Box(0, 0, 28, 28), 25, job).module == 20
    small = dots.grid(Box(0, 0, 28, 28), 25, job, most=10)
    assert small == dots.Grid(left=205, top=205, module=10)


def test_there_are_rolls() -> None:
    assert len(ROLLS) >= 6
