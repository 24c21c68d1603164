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
from toolshare.labels.designs import CODE_SIZES, USUAL, Design
from toolshare.labels.sheets import Box

FONTS = Path(__file__).parent / "fonts"
PLAIN, BOLD = "DejaVuSansCondensed", "DejaVuSansCondensed-Bold"
NAME_PT = (13.0, 6.0)  # from, down to
LESSER_PT, CODE_PT = 6.5, 10.0
SMALLEST_LESSER_PT = 5.0
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


def compose(face: Face, box: Box, design: Design = USUAL) -> Composition:
    """The face on a label that lies in a box on its page."""
    register_fonts()
    layout = sheets.layout(box.width, box.height, design.symbol_percent / 100)
    text = _moved(layout.text, box)
    words = _code_alone(face.code, text, design) if layout.is_small else _text(face, text, design)
    return Composition(_moved(layout.symbol, box), tuple(words))


def left_out(face: Face, box: Box, design: Design) -> list[str]:
    """What should stand on such a label and has no room there."""
    words = compose(face, box, design).words
    wanted = [face.name if design.name_lines else "", *face.lines]
    written = len([line for line in words if line.font == PLAIN])
    has_name = len([line for line in words if line.font == BOLD]) > (design.code != "none")
    return [
        *filter(None, wanted[: 0 if has_name else 1]),
        *list(filter(None, face.lines))[written:],
    ]


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


def _text(face: Face, box: Box, design: Design) -> Iterator[Words]:
    """The name at the top, the code at the bottom, the lesser lines between them."""
    larger = min(max(box.height / USUAL_HEIGHT_MM, 1.0), MOST_LARGER)
    code_pt = _code_points(box, design, larger)
    above = box.height - GAP_MM - code_pt * LINE * MM_PER_PT
    for_name = NAME_PT[1] * LINE * MM_PER_PT if face.name and design.name_lines else 0.0
    lesser, lesser_pt = _lesser(face.lines, box.width, above - for_name, LESSER_PT * larger)
    above -= lesser_pt * len(lesser) * LINE * MM_PER_PT
    if for_name:
        yield from _name(face.name, Box(box.x, box.y, box.width, above), design, larger)
    y = box.y + box.height - 0.6
    if code_pt:
        yield Words(in_groups(face.code), box.x, y, BOLD, code_pt)
        y -= code_pt * LINE * MM_PER_PT
    for number, line in enumerate(reversed(lesser)):
        yield Words(line, box.x, y - number * lesser_pt * LINE * MM_PER_PT, PLAIN, lesser_pt)


def _name(name: str, box: Box, design: Design, larger: float) -> Iterator[Words]:
    sizes = (NAME_PT[0] * larger, NAME_PT[1])
    fitted = wrapping.fitted(name, BOLD, sizes, box.width, box.height, most_lines=design.name_lines)
    for number, line in enumerate(fitted.lines, start=1):
        y = box.y + number * fitted.points * LINE * MM_PER_PT
        yield Words(line, box.x, y, BOLD, fitted.points)


def _lesser(
    lines: tuple[str, ...], width: float, height: float, points: float
) -> tuple[list[str], float]:
    """The lines that have room, and the size of their letters, which shrink before any is lost."""
    written = [line for line in lines if line]
    while points > SMALLEST_LESSER_PT and wrapping.lines_in(height, points) < len(written):
        points -= wrapping.STEP_PT
    room = max(0, wrapping.lines_in(height, points))
    return [wrapping.shortened(line, PLAIN, points, width) for line in written[:room]], points


def _code_alone(code: str, box: Box, design: Design) -> Iterator[Words]:
    points = _code_points(box, design)
    if points:
        middle = box.y + box.height / 2 + points * 0.36 * MM_PER_PT
        yield Words(in_groups(code), box.x, middle, BOLD, points)


def _code_points(box: Box, design: Design, larger: float = 1.0) -> float:
    widest_mm = float(pdfmetrics.stringWidth("MMMM MMMM", BOLD, 1)) * MM_PER_PT
    wanted = CODE_PT * larger * CODE_SIZES[design.code]
    return min(wanted, box.width / widest_mm, box.height / MM_PER_PT)
