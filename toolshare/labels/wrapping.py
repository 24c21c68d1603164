"""Fitting text into a box: lines break at blanks, letters shrink, and at last an ellipsis."""

from dataclasses import dataclass

from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics

STEP_PT = 0.5
LINE = 1.16
ELLIPSIS = "\u2026"


@dataclass(frozen=True)
class Fitted:
    """Lines of text, and the size of letters in which they fit."""

    lines: tuple[str, ...]
    points: float


def fitted(
    text: str,
    font: str,
    sizes: tuple[float, float],
    width_mm: float,
    height_mm: float,
    *,
    most_lines: int,
) -> Fitted:
    """So many lines in the largest size that fits; in the smallest, an ellipsis ends them.

    `sizes` are the largest and the smallest size of the letters in points.
    """
    points, smallest = sizes
    while points > smallest:
        lines = wrapped(text, font, points, width_mm)
        if len(lines) <= min(most_lines, lines_in(height_mm, points)) and _all_fit(
            lines, font, points, width_mm
        ):
            return Fitted(tuple(lines), points)
        points -= STEP_PT
    lines = wrapped(text, font, smallest, width_mm)
    room = max(1, min(most_lines, lines_in(height_mm, smallest)))
    kept = lines[:room]
    if len(lines) > room:
        kept[-1] = f"{kept[-1]} {lines[room]}"
    return Fitted(tuple(shortened(line, font, smallest, width_mm) for line in kept), smallest)


def wrapped(text: str, font: str, points: float, width_mm: float) -> list[str]:
    """The text in lines that break at blanks; a word that is too wide stands alone."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _width_mm(longer, font, points) <= width_mm:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def shortened(text: str, font: str, points: float, width_mm: float) -> str:
    """The text, or as much of its beginning as fits before an ellipsis."""
    if _width_mm(text, font, points) <= width_mm:
        return text
    while text and _width_mm(text + ELLIPSIS, font, points) > width_mm:
        text = text[:-1]
    return text.rstrip() + ELLIPSIS


def lines_in(height_mm: float, points: float) -> int:
    """How many lines of this size a height holds."""
    return int(height_mm * mm / (points * LINE))


def _all_fit(lines: list[str], font: str, points: float, width_mm: float) -> bool:
    return all(_width_mm(line, font, points) <= width_mm for line in lines)


def _width_mm(text: str, font: str, points: float) -> float:
    return float(pdfmetrics.stringWidth(text, font, points)) / mm
