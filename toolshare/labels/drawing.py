"""Draws labels as PDF with reportlab: every symbol one path, text to select, fonts embedded."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab import rl_config
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from toolshare.labels import sheets
from toolshare.labels.composing import BOLD, PLAIN, Face, Words, compose, register_fonts
from toolshare.labels.designs import USUAL, Design
from toolshare.labels.sheets import Box, Slot
from toolshare.labels.stocks import Stock
from toolshare.labels.symbols import DARK_RUN, QUIET, Symbol, symbol

rl_config.useA85 = 0  # binary streams: smaller and faster than text
LONG_TICK_MM, MIDDLE_TICK_MM, SHORT_TICK_MM = 3.0, 2.0, 1.2


@dataclass(frozen=True)
class Printing:
    """How labels are printed: stock, first position, URL before the code, design, dots, nudge."""

    stock: Stock
    prefix: str
    start: int = 1
    design: Design = USUAL
    dpi: int = 300
    x_mm: float = 0.0
    y_mm: float = 0.0
    scale: float = 1.0

    @property
    def level(self) -> str:
        """The error correction of the symbols."""
        return self.design.level


def pdf(faces: Sequence[Face], printing: Printing, title: str = "Labels") -> bytes:
    """All labels as one PDF; refuses a start that is not on the sheet."""
    stream = io.BytesIO()
    canvas = _canvas(stream, printing, title)
    page = 0
    for slot, face in zip(
        sheets.slots(printing.stock, len(faces), printing.start), faces, strict=True
    ):
        while page < slot.page:
            canvas.showPage()
            _nudge(canvas, printing)
            page += 1
        _draw_label(canvas, slot.box, face, printing)
    canvas.save()
    return stream.getvalue()


def ruler_page(printing: Printing) -> bytes:
    """A page that shows where the printer puts things: outlines, numbers, and a ruler in mm."""
    stream = io.BytesIO()
    canvas = _canvas(stream, printing, f"Test page: {printing.stock.name}")
    canvas.setLineWidth(0.3)
    for number, slot in enumerate(sheets.slots(printing.stock, printing.stock.per_page), start=1):
        _outline(canvas, slot, number, printing.stock)
    _rulers(canvas, printing.stock)
    canvas.save()
    return stream.getvalue()


def _canvas(stream: io.BytesIO, printing: Printing, title: str) -> Canvas:
    register_fonts()
    width, height = printing.stock.page_size_mm
    canvas = Canvas(
        stream,
        pagesize=(width * mm, height * mm),
        bottomup=0,
        invariant=1,
        initialFontName=PLAIN,  # type: ignore[arg-type] # its stub says float
    )
    canvas.setTitle(title)
    canvas.setCreator("Toolshare")
    _nudge(canvas, printing)
    return canvas


def _nudge(canvas: Canvas, printing: Printing) -> None:
    canvas.translate(printing.x_mm * mm, printing.y_mm * mm)
    canvas.scale(printing.scale, printing.scale)


def _draw_label(canvas: Canvas, box: Box, face: Face, printing: Printing) -> None:
    composed = compose(face, box, printing.design)
    drawn = symbol(printing.prefix, face.code, printing.level)
    draw_symbol(canvas, drawn, composed.symbol)
    for words in composed.words:
        _write(canvas, words)


class _Modules(PDFPathObject):
    """A symbol as one path, a module to the unit: dark modules that touch in a row are one run."""

    def __init__(self, drawn: Symbol) -> None:
        super().__init__()
        self.operators = "\n".join(
            f"{run.start()} {number} {run.end() - run.start()} 1 re"
            for number, row in enumerate(drawn.rows())
            for run in DARK_RUN.finditer(row)
        )

    def getCode(self) -> str:  # noqa: N802 - reportlab's name
        """The operators of the path."""
        return self.operators


def draw_symbol(canvas: Canvas, drawn: Symbol, box: Box) -> None:
    """Draws a symbol with its quiet zone into a box, on a canvas whose y grows downwards."""
    module = box.width / (drawn.modules + 2 * QUIET) * mm
    left, top = box.x * mm + QUIET * module, box.y * mm + QUIET * module
    canvas.saveState()
    canvas.transform(module, 0, 0, module, left, top)
    canvas.drawPath(_Modules(drawn), stroke=0, fill=1)
    canvas.restoreState()


def _write(canvas: Canvas, words: Words) -> None:
    canvas.setFont(words.font, words.points)
    canvas.drawString(words.x * mm, words.y * mm, words.text)


def _outline(canvas: Canvas, slot: Slot, number: int, stock: Stock) -> None:
    box = slot.box
    canvas.rect(box.x * mm, box.y * mm, box.width * mm, box.height * mm)
    middle = (box.x + box.width / 2 - 2, box.y + box.height / 2 + 2)
    _write(canvas, Words(str(number), *middle, BOLD, min(16.0, stock.label_height_mm)))


def _rulers(canvas: Canvas, stock: Stock) -> None:
    """A tick for each mm along the first label's upper and left edge, longer at 5 and 10."""
    first = sheets.box_at(stock, 0, 0)
    for number in range(int(first.width) + 1):
        x = first.x + number
        canvas.line(x * mm, first.y * mm, x * mm, (first.y + _tick(number)) * mm)
    for number in range(int(first.height) + 1):
        y = first.y + number
        canvas.line(first.x * mm, y * mm, (first.x + _tick(number)) * mm, y * mm)


def _tick(number: int) -> float:
    if number % 10 == 0:
        return LONG_TICK_MM
    return MIDDLE_TICK_MM if number % 5 == 0 else SHORT_TICK_MM
