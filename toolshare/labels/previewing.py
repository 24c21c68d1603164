"""The first page of labels, or one of them, as SVG, from the same composition as the PDF."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import chain

from toolshare.labels import sheets
from toolshare.labels.composing import BOLD, MM_PER_PT, Face, Words, compose
from toolshare.labels.drawing import Printing
from toolshare.labels.sheets import Box
from toolshare.labels.symbols import QUIET, symbol

FAMILY = (
    "DejaVu Sans Condensed, Arial Narrow, Liberation Sans Narrow, sans-serif-condensed, sans-serif"
)


def first_page(faces: Sequence[Face], printing: Printing, *, title: str) -> str:
    """Page one as an SVG element, in mm, with the outline of every label.

    Refuses a start that is not on the sheet.
    """
    return _svg(printing.stock.page_size_mm, title, _outlines(printing), _labels(faces, printing))


def one_label(face: Face, printing: Printing, *, title: str) -> str:
    """One label by itself as an SVG element, in mm."""
    size = (printing.stock.label_width_mm, printing.stock.label_height_mm)
    return _svg(size, title, _label(face, Box(0, 0, *size), printing))


def _svg(size: tuple[float, float], title: str, *parts: Iterable[str]) -> str:
    width, height = size
    return "".join(
        [
            f'<svg class="sheet" viewBox="0 0 {width} {height}" role="img" '
            f'xmlns="http://www.w3.org/2000/svg"><title>{escape(title)}</title>'
            f'<rect width="{width}" height="{height}" fill="#fff"/>',
            *chain(*parts),
            "</svg>",
        ]
    )


def _outlines(printing: Printing) -> Iterator[str]:
    stock = printing.stock
    for number, slot in enumerate(sheets.slots(stock, stock.per_page), start=1):
        box = slot.box
        fill = "#e9e4da" if number < printing.start else "none"
        yield (
            f'<rect x="{box.x:.2f}" y="{box.y:.2f}" width="{box.width}" height="{box.height}" '
            f'rx="1" fill="{fill}" stroke="#b9b2a4" stroke-width=".3"/>'
        )


def _labels(faces: Sequence[Face], printing: Printing) -> Iterator[str]:
    on_page = faces[: printing.stock.per_page - printing.start + 1]
    for slot, face in zip(
        sheets.slots(printing.stock, len(on_page), printing.start), on_page, strict=True
    ):
        yield from _label(face, slot.box, printing)


def _label(face: Face, box: Box, printing: Printing) -> Iterator[str]:
    composed = compose(face, box, printing.design)
    yield _symbol(face, composed.symbol, printing)
    yield from map(_words, composed.words)


def _symbol(face: Face, box: Box, printing: Printing) -> str:
    drawn = symbol(printing.prefix, face.code, printing.level)
    module = box.width / (drawn.modules + 2 * QUIET)
    left, top = box.x + QUIET * module, box.y + QUIET * module
    move = f"translate({left:.3f} {top:.3f}) scale({module:.4f})"
    return f'<path transform="{move}" d="{drawn.as_path()}" fill="#000"/>'


def _words(words: Words) -> str:
    weight = ' font-weight="700"' if words.font == BOLD else ""
    return (
        f'<text x="{words.x:.2f}" y="{words.y:.2f}" font-size="{words.points * MM_PER_PT:.2f}" '
        f'font-family="{FAMILY}" fill="#000"{weight}>{escape(words.text)}</text>'
    )
