"""Paper to read and to write on, A4: text from the top down, and a new page where nothing more fits."""

import io

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from toolshare.labels.composing import BOLD, PLAIN, Face, register_fonts, without_lacking

WIDTH, HEIGHT = (side / mm for side in A4)
MARGIN, BELOW, FOOT = 16.0, 18.0, 10.0  # mm, as are all places on the page
TITLE_PT, HEADING_PT, TEXT_PT, SMALL_PT = 17.0, 12.0, 9.5, 8.0
LEADING = 1.25 / mm  # mm for each point


class Paper:
    """A pen that stands at `y` mm below the upper edge; `foot` is at the bottom of each page."""

    def __init__(self, title: str, foot: str = "") -> None:
        register_fonts()
        self.stream = io.BytesIO()
        self.canvas = Canvas(self.stream, pagesize=A4, bottomup=0, invariant=1)
        self.canvas.setTitle(drawable(title))
        self.canvas.setCreator("Toolshare")
        self.y, self.page, self.foot = MARGIN, 1, foot or title
        self.lines(title, BOLD, TITLE_PT)

    def lines(self, text: str, font: str = PLAIN, points: float = TEXT_PT) -> None:
        """Writes a paragraph as wide as the page, and goes below it."""
        for part in broken(text, WIDTH - 2 * MARGIN, font, points):
            self.make_room(points * LEADING)
            self.y += points * LEADING
            self.write(0, 0, part, font, points)

    def heading(self, text: str, with_it: float) -> None:
        """Begins a part; so many mm of what stands below are on the same page."""
        self.make_room(2.5 * HEADING_PT * LEADING + with_it)
        self.y += HEADING_PT * LEADING
        self.lines(text, BOLD, HEADING_PT)

    def write(
        self, x: float, below: float, text: str, font: str = PLAIN, points: float = TEXT_PT
    ) -> None:
        """Writes one line, from x mm right of the margin on, so far below the pen."""
        self.canvas.setFont(font, points)
        self.canvas.drawString((MARGIN + x) * mm, (self.y + below) * mm, drawable(text))

    def rule(self, x: float, below: float, width: float) -> None:
        """Draws a line to write on."""
        self.canvas.setLineWidth(0.4)
        left, high = (MARGIN + x) * mm, (self.y + below) * mm
        self.canvas.line(left, high, left + width * mm, high)

    def make_room(self, height: float) -> None:
        """Begins a new page unless so much is left of this one."""
        if self.y + height > HEIGHT - BELOW:
            self._write_foot()
            self.canvas.showPage()
            self.y, self.page = MARGIN, self.page + 1

    def finished(self) -> bytes:
        """The file."""
        self._write_foot()
        self.canvas.save()
        return self.stream.getvalue()

    def _write_foot(self) -> None:
        self.y = HEIGHT - FOOT
        self.write(0, 0, self.foot, PLAIN, SMALL_PT)
        self.canvas.drawRightString((WIDTH - MARGIN) * mm, self.y * mm, str(self.page))


def broken(text: str, width: float, font: str = PLAIN, points: float = TEXT_PT) -> list[str]:
    """The text in as many lines as it needs for so many mm; none for none."""
    found: list[str] = simpleSplit(drawable(text), font, points, width * mm)
    return found


def drawable(text: str) -> str:
    """The text without what the font can't draw."""
    return without_lacking(Face("", text)).name
