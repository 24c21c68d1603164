"""Draws labels as PDF with reportlab: every symbol one path, text to select, fonts embedded."""

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reportlab import rl_config
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from toolshare.codes.alphabet import in_groups
from toolshare.labels import sheets, wrapping
from toolshare.labels.sheets import Box, Slot
from toolshare.labels.stocks import Stock
from toolshare.labels.symbols import QUIET, Symbol, symbol

rl_config.useA85 = 0  # binary streams: smaller and faster than text

FONTS = Path(__file__).parent / "fonts"
PLAIN, BOLD = "DejaVuSansCondensed", "DejaVuSansCondensed-Bold"
LINE = 1.16  # of the size of the letters
NAME_PT = (13.0, 6.0)  # from, down to
SMALL_PT, CODE_PT = 6.5, 10.0
MM_PER_PT = 1 / mm
GAP_MM = 0.8  # between the name and what stands below it
DARK_RUN = re.compile("1+")


@dataclass(frozen=True)
class Face:
    """What stands on one label: name, lesser lines, and the code that its symbol carries."""

    code: str
    name: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Printing:
    """How labels are printed: stock, first position, URL before the code, level, nudge."""

    stock: Stock
    prefix: str
    start: int = 1
    level: str = "M"
    x_mm: float = 0.0
    y_mm: float = 0.0
    scale: float = 1.0


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


def lacking(faces: Iterable[Face]) -> list[str]:
    """The characters on these labels that the font can't draw, each once."""
    _register_fonts()
    known = _font(PLAIN).face.charToGlyph
    written = {
        character for face in faces for text in (face.name, *face.lines) for character in text
    }
    return sorted(one for one in written if ord(one) not in known and not one.isspace())


def width_mm(text: str, font: str, points: float) -> float:
    """How wide a text is drawn, in mm."""
    return float(pdfmetrics.stringWidth(text, font, points)) * MM_PER_PT


def _canvas(stream: io.BytesIO, printing: Printing, title: str) -> Canvas:
    _register_fonts()
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


def _register_fonts() -> None:
    for name in (PLAIN, BOLD):
        _font(name)


@cache
def _font(name: str) -> TTFont:
    font = TTFont(name, FONTS / f"{name}.ttf")
    pdfmetrics.registerFont(font)
    return font


def _nudge(canvas: Canvas, printing: Printing) -> None:
    canvas.translate(printing.x_mm * mm, printing.y_mm * mm)
    canvas.scale(printing.scale, printing.scale)


def _draw_label(canvas: Canvas, box: Box, face: Face, printing: Printing) -> None:
    layout = sheets.layout(box.width, box.height)
    at = layout.symbol
    _draw_symbol(
        canvas,
        symbol(printing.prefix, face.code, printing.level),
        Box(box.x + at.x, box.y + at.y, at.width, at.height),
    )
    room = layout.text
    text = Box(box.x + room.x, box.y + room.y, room.width, room.height)
    if layout.is_small:
        _draw_code_alone(canvas, text, face.code)
    else:
        _draw_text(canvas, text, face)


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


def _draw_symbol(canvas: Canvas, drawn: Symbol, box: Box) -> None:
    module = box.width / (drawn.modules + 2 * QUIET) * mm
    left, top = box.x * mm + QUIET * module, box.y * mm + QUIET * module
    canvas.saveState()
    canvas.transform(module, 0, 0, module, left, top)
    canvas.drawPath(_Modules(drawn), stroke=0, fill=1)
    canvas.restoreState()


def _draw_text(canvas: Canvas, box: Box, face: Face) -> None:
    """The name at the top, the code at the bottom, the lesser lines between them as room allows."""
    code_pt = _code_size(box)
    lesser = [wrapping.shortened(line, PLAIN, SMALL_PT, box.width) for line in face.lines if line]
    below = GAP_MM + (code_pt + SMALL_PT * len(lesser)) * LINE * MM_PER_PT
    name = wrapping.fitted(face.name, BOLD, NAME_PT, box.width, box.height - below)
    y = box.y
    for line in name.lines:
        y += name.points * LINE * MM_PER_PT
        _write(canvas, line, (box.x, y), BOLD, name.points)
    y = box.y + box.height - 0.6
    _write(canvas, in_groups(face.code), (box.x, y), BOLD, code_pt)
    y -= code_pt * LINE * MM_PER_PT
    for line in reversed(lesser):
        _write(canvas, line, (box.x, y), PLAIN, SMALL_PT)
        y -= SMALL_PT * LINE * MM_PER_PT


def _draw_code_alone(canvas: Canvas, box: Box, code: str) -> None:
    points = _code_size(box)
    middle = box.y + box.height / 2 + points * 0.36 * MM_PER_PT
    _write(canvas, in_groups(code), (box.x, middle), BOLD, points)


def _code_size(box: Box) -> float:
    widest = width_mm("MMMM MMMM", BOLD, 1)
    return min(CODE_PT, box.width / widest, box.height / MM_PER_PT)


def _write(canvas: Canvas, text: str, at: tuple[float, float], font: str, points: float) -> None:
    canvas.setFont(font, points)
    canvas.drawString(at[0] * mm, at[1] * mm, text)


def _outline(canvas: Canvas, slot: Slot, number: int, stock: Stock) -> None:
    box = slot.box
    canvas.rect(box.x * mm, box.y * mm, box.width * mm, box.height * mm)
    middle = (box.x + box.width / 2 - 2, box.y + box.height / 2 + 2)
    _write(canvas, str(number), middle, BOLD, min(16.0, stock.label_height_mm))


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
        return 3.0
    return 2.0 if number % 5 == 0 else 1.2
