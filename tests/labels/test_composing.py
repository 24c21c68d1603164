"""Whatever a label is designed to show, it lies on its label and nothing covers another."""

from dataclasses import replace
from itertools import pairwise

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.labels.rolls import EACH, FACES, PREFIX, inked
from toolshare.labels import dots, rasters, sheets, stocks
from toolshare.labels.composing import MM_PER_PT, PLAIN, Face, compose, left_out
from toolshare.labels.designs import CODE_SIZES, LEVELS, SHOWN, SYMBOL_PERCENTS, USUAL, Design
from toolshare.labels.drawing import Printing
from toolshare.labels.sheets import Box
from toolshare.labels.stocks import Stock

CODE = "7K3M9QXA"
designs = st.builds(
    Design,
    shows=st.just(SHOWN),
    name_lines=st.integers(0, 3),
    line=st.just(""),
    code=st.sampled_from(sorted(CODE_SIZES)),
    symbol_percent=st.sampled_from(SYMBOL_PERCENTS),
    level=st.sampled_from(LEVELS),
)
sizes = st.tuples(st.floats(12, 120), st.floats(12, 120))
names = st.sampled_from(["Saw", FACES[0].name, FACES[2].name, ""])


@settings(max_examples=150, deadline=None)
@given(designs, sizes, names, st.integers(0, 6))
def test_whatever_is_wanted_stays_on_its_label_and_nothing_covers_another(
    design: Design, size: tuple[float, float], name: str, lines: int
) -> None:
    face = Face(CODE, name, tuple(f"Line {number}" for number in range(lines)))
    composed = compose(face, Box(0, 0, *size), design)
    symbol = composed.symbol
    assert 0 <= symbol.x <= symbol.x + symbol.width <= size[0] + 1e-9
    assert 0 <= symbol.y <= symbol.y + symbol.height <= size[1] + 1e-9
    rows = sorted((words.y, words.points * MM_PER_PT) for words in composed.words)
    for words in composed.words:
        assert words.y <= size[1]
        assert words.x >= symbol.x + symbol.width or words.y > symbol.y + symbol.height
    for (above, _), (below, height) in pairwise(rows):
        assert below - above >= height * 0.7
    left = left_out(face, Box(0, 0, *size), design)
    written = [words.text for words in composed.words if words.font == PLAIN]
    assert len(written) + len([line for line in left if line != name]) == lines


def test_a_design_says_how_much_of_the_name_and_of_the_code_there_is() -> None:
    box = Box(0, 0, 89, 28)
    face = Face(CODE, FACES[0].name, ("Barn",))

    def words(**wanted: object) -> list[tuple[str, float]]:
        composed = compose(face, box, replace(USUAL, **wanted))  # type: ignore[arg-type]
        return [(one.text, one.points) for one in composed.words]

    assert [text for text, _ in words(name_lines=0)] == ["7K3M 9QXA", "Barn"]
    assert words(name_lines=1)[0][0].startswith("Galvanized")
    assert len(words(name_lines=1)) == 3
    assert [text for text, _ in words(code="none")][-1] == "Barn"
    by_size = [dict(words(code=size))["7K3M 9QXA"] for size in ("small", "usual", "large")]
    assert by_size == [7.0, 10.0, 15.0]
    small = compose(face, box, replace(USUAL, symbol_percent=55)).symbol
    assert small.width == pytest.approx(28 * 0.55)


def test_a_small_label_has_its_code_or_nothing_beside_the_symbol() -> None:
    box = Box(0, 0, 25.4, 10)
    assert [one.text for one in compose(FACES[0], box).words] == ["7K3M 9QXA"]
    assert compose(FACES[0], box, replace(USUAL, code="none")).words == ()
    assert left_out(FACES[0], box, USUAL) == [FACES[0].name, "Wall"]


def test_lines_shrink_before_one_is_left_out() -> None:
    box = Box(0, 0, 54, 25)
    face = Face(CODE, "Saw", tuple(f"Line {number}" for number in range(8)))
    composed = compose(face, box)
    assert {one.points for one in composed.words if one.font == PLAIN} == {5.0}
    assert left_out(face, box, USUAL) == ["Line 7"]


@pytest.mark.parametrize("percent", SYMBOL_PERCENTS)
@pytest.mark.parametrize(("stock", "dpi"), EACH[:3])
def test_a_smaller_symbol_is_read_in_whole_dots(stock: Stock, dpi: int, percent: int) -> None:
    job = Printing(stock, PREFIX, dpi=dpi, design=Design(symbol_percent=percent, code="large"))
    image = rasters.raster(FACES[0], job)
    (read,) = zxingcpp.read_barcodes(image.convert("L"))
    assert read.text == PREFIX + FACES[0].code
    assert inked(image)[2] <= dots.size(stock, dpi)[0]


def test_a_share_of_the_symbol_leaves_its_label_as_it_is() -> None:
    for stock in stocks.catalogue().values():
        whole = sheets.layout(stock.label_width_mm, stock.label_height_mm)
        half = sheets.layout(stock.label_width_mm, stock.label_height_mm, 0.5)
        assert half.symbol.width == pytest.approx(whole.symbol.width / 2)
        assert half.is_small == whole.is_small
