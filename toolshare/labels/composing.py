"""What stands where on one label: the symbol, the name, lesser lines, and the code."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from toolshare.codes.alphabet import in_groups
from toolshare.labels import sheets, wrapping
from toolshare.labels.sheets import Box

FONTS = Path(__file__).parent / "fonts"
PLAIN, BOLD = "DejaVuSansCondensed", "DejaVuSansCondensed-Bold"
NAME_PT = (13.0, 6.0)  # from, down to
LESSER_PT, CODE_PT = 6.5, 10.0
USUAL_HEIGHT_MM, MOST_LARGER = 38.0, 1.6  # text grows with labels that are larger than usual
LINE = wrapping.LINE
MM_PER_PT = 1 / mm
GAP_MM = 0.8  # between the name and what stands below it


@dataclass(frozen=True)
class Face:
    """What stands on one label: name, lesser lines, and the code that its symbol carries."""

    code: str
    name: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Words:
    """A line of text: where its base line begins, in mm, its font, and its size in points."""

    text: str
    x: float
    y: float
    font: str
    points: float


@dataclass(frozen=True)
class Composition:
    """A label composed: the box of its symbol with the quiet zone, and its lines of text."""

    symbol: Box
    words: tuple[Words, ...]


def compose(face: Face, box: Box) -> Composition:
    """The face on a label that lies in a box on its page."""
    register_fonts()
    layout = sheets.layout(box.width, box.height)
    text = _moved(layout.text, box)
    words = _code_alone(face.code, text) if layout.is_small else _text(face, text)
    return Composition(_moved(layout.symbol, box), tuple(words))


def lacking(faces: Iterable[Face]) -> list[str]:
    """The characters on these labels that the font can't draw, each once."""
    written = {one for face in faces for text in (face.name, *face.lines) for one in text}
    return sorted(character for character in written if not _is_known(character))


def without_lacking(face: Face) -> Face:
    """The face without characters that the font can't draw."""
    lines = tuple(_drawable(line) for line in face.lines)
    return Face(face.code, _drawable(face.name), lines)


def register_fonts() -> None:
    """Makes the fonts known to reportlab, once."""
    for name in (PLAIN, BOLD):
        _font(name)


@cache
def _font(name: str) -> TTFont:
    font = TTFont(name, FONTS / f"{name}.ttf")
    pdfmetrics.registerFont(font)
    return font


@cache
def _is_known(character: str) -> bool:
    return character.isspace() or ord(character) in _font(PLAIN).face.charToGlyph


def _drawable(text: str) -> str:
    return "".join(character for character in text if _is_known(character))


def _moved(inner: Box, box: Box) -> Box:
    return Box(box.x + inner.x, box.y + inner.y, inner.width, inner.height)


def _text(face: Face, box: Box) -> Iterator[Words]:
    """The name at the top, the code at the bottom, the lesser lines between them."""
    larger = min(max(box.height / USUAL_HEIGHT_MM, 1.0), MOST_LARGER)
    code_pt, lesser_pt = _code_points(box, larger), LESSER_PT * larger
    lesser = [wrapping.shortened(line, PLAIN, lesser_pt, box.width) for line in face.lines if line]
    below = GAP_MM + (code_pt + lesser_pt * len(lesser)) * LINE * MM_PER_PT
    name_pt = (NAME_PT[0] * larger, NAME_PT[1])
    name = wrapping.fitted(face.name, BOLD, name_pt, box.width, box.height - below)
    for number, line in enumerate(name.lines, start=1):
        y = box.y + number * name.points * LINE * MM_PER_PT
        yield Words(line, box.x, y, BOLD, name.points)
    y = box.y + box.height - 0.6
    yield Words(in_groups(face.code), box.x, y, BOLD, code_pt)
    y -= code_pt * LINE * MM_PER_PT
    for number, line in enumerate(reversed(lesser)):
        yield Words(line, box.x, y - number * lesser_pt * LINE * MM_PER_PT, PLAIN, lesser_pt)


def _code_alone(code: str, box: Box) -> Iterator[Words]:
    points = _code_points(box)
    middle = box.y + box.height / 2 + points * 0.36 * MM_PER_PT
    yield Words(in_groups(code), box.x, middle, BOLD, points)


def _code_points(box: Box, larger: float = 1.0) -> float:
    widest_mm = float(pdfmetrics.stringWidth("MMMM MMMM", BOLD, 1)) * MM_PER_PT
    return min(CODE_PT * larger, box.width / widest_mm, box.height / MM_PER_PT)
