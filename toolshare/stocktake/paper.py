"""A plain report on A4: headings, lines and rows of three, on as many pages as they need."""

import io

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from toolshare.labels.composing import BOLD, PLAIN, Face, register_fonts, without_lacking

WIDTH, HEIGHT = A4
MARGIN, BELOW = 18 * mm, 20 * mm
COLUMNS = ((0, 66), (68, 50), (120, 54))  # where each begins and how wide it is, in mm
TITLE_PT, HEADING_PT, TEXT_PT, SMALL_PT = 18.0, 12.5, 9.5, 8.0
LEADING = 1.25


class Paper:
    """Writes from the top down; a new page begins where nothing more fits, with its number."""

    def __init__(self, title: str) -> None:
        register_fonts()
        self.stream = io.BytesIO()
        self.canvas = Canvas(self.stream, pagesize=A4, invariant=1)
        self.title = _drawable(title)
        self.canvas.setTitle(self.title)
        self.canvas.setCreator("Toolshare")
        self.y, self.page = HEIGHT - MARGIN, 1
        self._write(self.title, BOLD, TITLE_PT)

    def heading(self, text: str) -> None:
        """Begins a part; never as the last line of a page."""
        self._make_room(5 * HEADING_PT)
        self.y -= HEADING_PT
        self._write(text, BOLD, HEADING_PT)

    def line(self, text: str) -> None:
        """A line of text."""
        self._write(text, PLAIN, TEXT_PT)

    def columns(self, *names: str) -> None:
        """What the three columns of the rows below are."""
        self._cells(names, BOLD)

    def row(self, *cells: str) -> None:
        """Three cells, each broken into as many lines as it needs."""
        self._cells(cells, PLAIN)

    def finished(self) -> bytes:
        """The file."""
        self._number()
        self.canvas.save()
        return self.stream.getvalue()

    def _write(self, text: str, font: str, points: float) -> None:
        for part in simpleSplit(_drawable(text), font, points, WIDTH - 2 * MARGIN):
            self._make_room(points * LEADING)
            self.y -= points * LEADING
            self.canvas.setFont(font, points)
            self.canvas.drawString(MARGIN, self.y, part)

    def _cells(self, cells: tuple[str, ...], font: str) -> None:
        broken = [
            simpleSplit(_drawable(cell), font, TEXT_PT, width * mm)
            for cell, (_, width) in zip(cells, COLUMNS, strict=True)
        ]
        step = TEXT_PT * LEADING
        self._make_room(step * max(map(len, broken)))
        self.canvas.setFont(font, TEXT_PT)
        for lines, (left, _) in zip(broken, COLUMNS, strict=True):
            for number, text in enumerate(lines, start=1):
                self.canvas.drawString(MARGIN + left * mm, self.y - number * step, text)
        self.y -= step * max(map(len, broken)) + 2

    def _make_room(self, points: float) -> None:
        if self.y - points < BELOW:
            self._number()
            self.canvas.showPage()
            self.y, self.page = HEIGHT - MARGIN, self.page + 1

    def _number(self) -> None:
        self.canvas.setFont(PLAIN, SMALL_PT)
        self.canvas.drawString(MARGIN, BELOW / 2, self.title)
        self.canvas.drawRightString(WIDTH - MARGIN, BELOW / 2, str(self.page))


def _drawable(text: str) -> str:
    """The text without what the font can't draw."""
    return without_lacking(Face("", text)).name
