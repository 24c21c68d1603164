"""Labels as PNG in a printer's own dots: black or white, each module a whole number of dots."""

import io
from collections.abc import Sequence
from functools import lru_cache
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfbase import pdfmetrics

from toolshare.labels import dots
from toolshare.labels.composing import FONTS, Face, Words, compose
from toolshare.labels.dots import Grid
from toolshare.labels.drawing import Printing
from toolshare.labels.symbols import Symbol, symbol

WHITE, BLACK = 1, 0
POINTS_PER_INCH = 72
SHRINK = 0.25  # dots by which letters shrink until a line is no wider than in the PDF


def png(face: Face, printing: Printing) -> bytes:
    """One label as PNG, which says its resolution.

    Refuses a sheet, and a symbol that nobody could read.
    """
    stream = io.BytesIO()
    image = raster(face, printing)
    image.save(stream, format="PNG", dpi=(printing.dpi, printing.dpi), optimize=True)
    return stream.getvalue()


def archive(faces: Sequence[Face], printing: Printing) -> bytes:
    """Many labels as PNG in one ZIP file, numbered in their order."""
    stream = io.BytesIO()
    with ZipFile(stream, "w", ZIP_STORED) as file:
        for number, face in enumerate(faces, start=1):
            file.writestr(ZipInfo(f"{number:04d}-{face.code}.png"), png(face, printing))
    return stream.getvalue()


def raster(face: Face, printing: Printing) -> Image.Image:
    """One label as black and white dots, exactly as many as the stock has."""
    drawn = symbol(printing.prefix, face.code, printing.level)
    composed = compose(face, dots.label_box(printing), printing.design)
    grid = dots.grid(composed.symbol, drawn.modules, printing)
    image = Image.new("1", dots.size(printing.stock, printing.dpi), WHITE)
    _draw_symbol(image, drawn, grid)
    for words in composed.words:
        _write(image, words, printing.dpi)
    return image


def raster_of(words: Words, dpi: int) -> tuple[Image.Image, tuple[int, int]]:
    """A line by itself, and where it begins in dots from the top left corner of the label."""
    font = fitted_font(words, dpi)
    left, top, right, bottom = (round(side) for side in font.getbbox(words.text, anchor="ls"))
    image = Image.new("1", (right - left, bottom - top), WHITE)
    canvas = ImageDraw.Draw(image)
    canvas.text((-left, -top), words.text, fill=BLACK, font=font, anchor="ls")
    x, y = base_of(words, dpi)
    return image, (x + left, y + top)


def base_of(words: Words, dpi: int) -> tuple[int, int]:
    """Where a line's base line begins, in dots."""
    per_mm = dots.dots_per_mm(dpi)
    return round(words.x * per_mm), round(words.y * per_mm)


def fitted_font(words: Words, dpi: int) -> ImageFont.FreeTypeFont:
    """The font in which a line of whole dots is no wider than in the PDF."""
    size = words.points * dpi / POINTS_PER_INCH
    widest = pdfmetrics.stringWidth(words.text, words.font, words.points) * dpi / POINTS_PER_INCH
    while size > 1 and _font(words.font, size).getlength(words.text) > widest + 1:
        size -= SHRINK
    return _font(words.font, size)


@lru_cache(maxsize=256)
def _font(name: str, size: float) -> ImageFont.FreeTypeFont:
    path = str(FONTS / f"{name}.ttf")
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


def _draw_symbol(image: Image.Image, drawn: Symbol, grid: Grid) -> None:
    light = bytes(0 if module == "1" else 255 for row in drawn.rows() for module in row)
    small = Image.frombytes("L", (drawn.modules, drawn.modules), light)
    side = drawn.modules * grid.module
    image.paste(small.resize((side, side), Image.Resampling.NEAREST), (grid.left, grid.top))


def _write(image: Image.Image, words: Words, dpi: int) -> None:
    canvas, font = ImageDraw.Draw(image), fitted_font(words, dpi)
    canvas.text(base_of(words, dpi), words.text, fill=BLACK, font=font, anchor="ls")
