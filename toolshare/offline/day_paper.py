"""The day sheet as PDF: a line and a QR code for each thing that is out, and empty lines to write on."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from toolshare.circulation.models import Loan
from toolshare.codes.alphabet import in_groups
from toolshare.labels.composing import BOLD, PLAIN, Face, register_fonts, without_lacking
from toolshare.labels.drawing import draw_symbol
from toolshare.labels.sheets import Box
from toolshare.labels.symbols import symbol
from toolshare.offline.day_sheet import DaySheet
from toolshare.refusals import msgid

WIDTH, HEIGHT = (side / mm for side in A4)
MARGIN, BELOW = 15.0, 17.0  # mm, as are all that follow
SYMBOL, LINE, EMPTY_LINE, HEADING = 14.0, 15.0, 9.0, 12.0
NAME, WHOSE, WRITING = 16.0, 75.0, 122.0  # where the columns begin, from the margin
EMPTY_LINES = 12
LEVEL = "M"
TITLE_PT, HEADING_PT, TEXT_PT, SMALL_PT = 17.0, 12.0, 9.5, 7.5
ONCE_MORE = msgid("Type it in when there is a signal, then shred it: it says who has what.")
FORMER = msgid("A former member")
WRITTEN = (msgid("Back at"), msgid("How it is, what is missing"))
LENT = (msgid("Lent at"), msgid("Thing and its code"), msgid("To whom"))
RETURNED = (msgid("Back at"), msgid("Thing and its code"), msgid("How it is, what is missing"))
COLUMNS = (0.0, 24.0, 110.0)  # of the empty lines


@dataclass(frozen=True)
class Words:
    """How the reader is told things: sentences in their language, and until when a thing is lent."""

    title: str
    group: str
    word: Callable[[str], str]
    until: Callable[[Loan], str]


def pdf(sheet: DaySheet, words: Words, *, prefix: str) -> bytes:
    """The sheet on A4; `prefix` is what stands before a code in the address on its label."""
    paper = _Paper(words, prefix)
    due, out = msgid("Due today, or late"), msgid("Out")
    paper.heading(f"{words.word(due)} ({len(sheet.due)})")
    paper.loans(sheet.due)
    paper.heading(f"{words.word(out)} ({len(sheet.out)})")
    paper.loans(sheet.out)
    paper.heading(words.word(msgid("Lent")), EMPTY_LINES * EMPTY_LINE)
    paper.empty_lines(LENT)
    paper.heading(words.word(msgid("Came back")), EMPTY_LINES * EMPTY_LINE)
    paper.empty_lines(RETURNED)
    return paper.finished()


class _Paper:
    """Draws from the top down, in mm; a new page begins where nothing more fits."""

    def __init__(self, words: Words, prefix: str) -> None:
        register_fonts()
        self.words, self.prefix = words, prefix
        self.stream = io.BytesIO()
        self.canvas = Canvas(self.stream, pagesize=A4, bottomup=0, invariant=1)
        self.canvas.setTitle(_drawable(words.title))
        self.canvas.setCreator("Toolshare")
        self.y, self.page = MARGIN, 1
        self._text(0, 6, words.title, BOLD, TITLE_PT)
        self._text(0, 12, words.group, PLAIN, TEXT_PT)
        self.y += 14

    def heading(self, text: str, with_it: float = LINE) -> None:
        """Begins a part, on the same page as the first of what stands below."""
        self._make_room(HEADING + with_it)
        self._text(0, HEADING - 3, text, BOLD, HEADING_PT)
        self.y += HEADING

    def loans(self, loans: Sequence[Loan]) -> None:
        """What is out: code, thing, who has it, and room to write."""
        for loan in loans:
            self._make_room(LINE)
            self._loan(loan)
            self.y += LINE

    def empty_lines(self, names: Sequence[str]) -> None:
        """Lines to write on, below the names of their columns."""
        for column, name in zip(COLUMNS, names, strict=True):
            self._text(column, 3, self.words.word(name), PLAIN, SMALL_PT)
        self.y += 4
        for _ in range(EMPTY_LINES):
            self.y += EMPTY_LINE
            for column, width in zip(COLUMNS, _widths(COLUMNS), strict=True):
                self._rule(column, width)

    def finished(self) -> bytes:
        """The file."""
        self._foot()
        self.canvas.save()
        return self.stream.getvalue()

    def _loan(self, loan: Loan) -> None:
        code, name = loan.item.code, loan.item.kind.name
        box = Box(MARGIN, self.y, SYMBOL, SYMBOL)
        draw_symbol(self.canvas, symbol(self.prefix, code, LEVEL), box)
        many = f" × {loan.quantity}" if loan.quantity > 1 else ""
        borrower = loan.borrower.name if loan.borrower else self.words.word(FORMER)
        self._cell(NAME, 5, name + many, WHOSE - NAME, BOLD)
        self._text(NAME, 11, in_groups(code), PLAIN, TEXT_PT)
        self._cell(WHOSE, 5, borrower, WRITING - WHOSE)
        self._cell(WHOSE, 11, self.words.until(loan), WRITING - WHOSE)
        for number, name in enumerate(WRITTEN):
            self._text(WRITING, 3 + 7 * number, self.words.word(name), PLAIN, SMALL_PT)
            self._rule(WRITING, WIDTH - 2 * MARGIN - WRITING, 7 + 7 * number)

    def _cell(self, x: float, y: float, text: str, width: float, font: str = PLAIN) -> None:
        """As much of the text as there is room for."""
        fitting = simpleSplit(_drawable(text), font, TEXT_PT, (width - 4) * mm) or [""]
        self._text(x, y, fitting[0] + ("…" if len(fitting) > 1 else ""), font, TEXT_PT)

    def _text(self, x: float, y: float, text: str, font: str, points: float) -> None:
        self.canvas.setFont(font, points)
        self.canvas.drawString((MARGIN + x) * mm, (self.y + y) * mm, _drawable(text))

    def _rule(self, x: float, width: float, y: float = 0.0) -> None:
        self.canvas.setLineWidth(0.4)
        left, high = (MARGIN + x) * mm, (self.y + y) * mm
        self.canvas.line(left, high, left + width * mm, high)

    def _make_room(self, height: float) -> None:
        if self.y + height > HEIGHT - BELOW:
            self._foot()
            self.canvas.showPage()
            self.y, self.page = MARGIN, self.page + 1

    def _foot(self) -> None:
        self.y = HEIGHT - BELOW
        self._text(0, 8, self.words.word(ONCE_MORE), PLAIN, SMALL_PT)
        self.canvas.drawRightString((WIDTH - MARGIN) * mm, (self.y + 8) * mm, str(self.page))


def _widths(columns: Sequence[float]) -> list[float]:
    """How wide each column is, with a gap before the next."""
    ends = [*columns[1:], WIDTH - 2 * MARGIN + 3]
    return [end - begin - 3 for begin, end in zip(columns, ends, strict=True)]


def _drawable(text: str) -> str:
    """The text without what the font can't draw."""
    return without_lacking(Face("", text)).name
