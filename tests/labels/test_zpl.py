"""Labels in ZPL, put on paper by an interpreter and read back as a phone would."""

import re

import pytest
import zxingcpp
from PIL import Image

from tests.labels.interpreting import Job, interpreted
from tests.labels.rolls import FACES, OWN, PREFIX, ROLLS, inked, printing
from toolshare.labels import dots, rasters, stocks
from toolshare.labels.composing import Face, compose
from toolshare.labels.designs import Design
from toolshare.labels.drawing import Printing
from toolshare.labels.stocks import Stock
from toolshare.labels.symbols import LEVELS, QUIET, modules_for
from toolshare.labels.zpl import MOST_DOTS, SINKS, lacking, zpl
from toolshare.refusals import Refusal

ROLL = stocks.catalogue()["dymo-30252"]
CODE = "7K3M9QXA"


def job(face: Face, how: Printing) -> Job:
    """One label for the interpreter."""
    return Job(zpl([face], how).decode(), *dots.size(how.stock, how.dpi))


@pytest.mark.parametrize("dpi", dots.RESOLUTIONS)
def test_every_label_on_every_roll_is_read_where_the_composition_has_it(dpi: int) -> None:
    labels = [(face, printing(stock, dpi)) for stock in [*ROLLS, OWN] for face in FACES]
    images = interpreted([job(*label) for label in labels])
    for (face, how), image in zip(labels, images, strict=True):
        (read,) = zxingcpp.read_barcodes(image)
        assert (read.text, read.ec_level) == (PREFIX + face.code, "M")
        assert image.size == dots.size(how.stock, dpi)
        assert_symbol_in_its_place(image, face, how)
        assert_text_on_the_label(image, face, how)


def assert_symbol_in_its_place(image: Image.Image, face: Face, how: Printing) -> None:
    """The symbol fills its grid, with nothing in its quiet zone."""
    box = compose(face, dots.label_box(how)).symbol
    grid = dots.grid(box, 25, how, most=MOST_DOTS[how.dpi])
    quiet, side = QUIET * grid.module, 25 * grid.module
    whole = (grid.left - quiet, grid.top - quiet, grid.left + side + quiet)
    around = image.crop((*whole, grid.top + side + quiet))
    assert inked(around) == (quiet, quiet, quiet + side, quiet + side)


def assert_text_on_the_label(image: Image.Image, face: Face, how: Printing) -> None:
    """Each line begins where it was composed, and ends before the edge."""
    for words in compose(face, dots.label_box(how)).words:
        x, y = rasters.base_of(words, how.dpi)
        top = round(y - words.points * how.dpi / 100)
        left, _top, right, _bottom = inked(image.crop((x, top, image.width, y)))
        assert left < how.dpi / 20
        assert right < image.width - x


def test_a_label_says_all_that_a_printer_must_know() -> None:
    face = Face(CODE, "Säge", ("Dorf",))
    written = zpl([face], printing(ROLL, 203), copies=3).decode()
    first, symbol, name, code, lesser, last = written.splitlines()
    assert first == "^XA^CI28^LH0,0^FWN^BY2,3,1^PW711^LL224"
    assert symbol == f"^FO36,35^BQN,2,6^FH^FDMM,A{PREFIX}{CODE}^FS"
    assert re.fullmatch(r"\^FT224,\d+\^A0N,37,37\^FH\^FDS_C3_A4ge\^FS", name)
    assert re.fullmatch(r"\^FT224,\d+\^A0N,18,18\^FH\^FDDorf\^FS", lesser)
    assert re.fullmatch(r"\^FT224,\d+\^A0N,28,28\^FH\^FD7K3M 9QXA\^FS", code)
    assert last == "^PQ3^XZ"


def test_what_would_be_a_command_is_written_as_numbers() -> None:
    written = zpl([Face(CODE, "^XA ~JR & _5E")], printing(ROLL, 300)).decode()
    assert "^FD_5EXA _7EJR & _5F5E^FS" in written
    assert written.count("^XA") == 1
    assert "~" not in written


@pytest.mark.parametrize("prefix", [PREFIX, "HTTPS://TOOLS.EXAMPLE.ORG/~OUR_SHED/I/"])
def test_the_symbol_has_the_level_and_the_version_that_the_composition_reckons_with(
    prefix: str,
) -> None:
    large = Stock("own", "Own", "roll", 1, 1, 90, 45)
    ways = [Printing(large, prefix, design=Design(level=level)) for level in LEVELS]
    for how, image in zip(
        ways, interpreted([job(Face(CODE, "Saw"), how) for how in ways]), strict=True
    ):
        (read,) = zxingcpp.read_barcodes(image)
        assert (read.text, read.ec_level) == (prefix + CODE, how.level)
        modules = 17 + 4 * int(read.extra["Version"])
        assert modules == modules_for(prefix + CODE, how.level)


def test_a_line_that_the_printers_font_lacks_is_sent_as_dots() -> None:
    written = zpl([Face(CODE, "Пила", ("Žaga", "Wrocław"))], printing(ROLL, 300)).decode()
    assert written.count("^GFA,") == 1
    assert "^FD_C5_BDaga^FS" in written
    ways = [job(Face(CODE, name), printing(ROLL, 300)) for name in ("Пила", "")]
    image, without = (label.convert("1").histogram()[0] for label in interpreted(ways))
    assert image > without + 500


@pytest.mark.parametrize(
    ("text", "lacks"),
    [("Bügelsäge ’“…", False), ("Łódź", False), ("Пила", True), ("鋸", True), ("\\&", True)],
)
def test_which_letters_a_printers_own_font_has(text: str, lacks: bool) -> None:
    assert lacking(text) is lacks


def test_many_labels_are_one_file() -> None:
    written = zpl(FACES, printing(ROLL, 203)).decode("ascii")
    assert (written.count("^XA"), written.count("^XZ")) == (len(FACES), len(FACES))


def test_a_nudge_off_the_label_stays_on_it() -> None:
    far = zpl([Face(CODE, "Saw")], printing(ROLL, 203, x_mm=-20.0, y_mm=-20.0)).decode()
    assert "^FO0,0^BQN,2,6" in far


@pytest.mark.parametrize("slug", ["avery-l7160", "tiny"])
def test_a_sheet_and_a_symbol_too_fine_are_refused(slug: str) -> None:
    tiny = Stock("tiny", "Tiny", "roll", 1, 1, 8, 11)
    stock = stocks.catalogue().get(slug, tiny)
    with pytest.raises(Refusal) as refusal:
        zpl([Face(CODE)], printing(stock, 203))
    assert isinstance(refusal.value.reasons[0], dots.NotARoll | dots.ModulesTooFine)


def test_a_field_sinks_by_what_is_taken_off_its_place() -> None:
    assert f"^BY2,3,{SINKS}^" in zpl([Face(CODE)], printing(ROLL, 203)).decode()
