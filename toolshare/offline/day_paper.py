"""The day sheet as PDF: a line and a QR code for each thing that is out, and empty lines to write on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from toolshare.circulation.models import Loan
from toolshare.codes.alphabet import in_groups
from toolshare.labels.composing import BOLD, PLAIN
from toolshare.labels.drawing import draw_symbol
from toolshare.labels.paper import MARGIN, SMALL_PT, WIDTH, Paper, broken
from toolshare.labels.sheets import Box
from toolshare.labels.symbols import symbol
from toolshare.offline.day_sheet import DaySheet
from toolshare.refusals import msgid

SYMBOL, LINE, EMPTY_LINE, NAMES = 14.0, 15.0, 9.0, 4.0  # how high each is, in mm
NAME, WHOSE, WRITING = 16.0, 75.0, 122.0  # where the columns begin, in mm from the margin
EMPTY_LINES = 12
LEVEL = "M"
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
    paper = _DayPaper(words, prefix)
    due, out = msgid("Due today, or late"), msgid("Out")
    for name, loans in ((due, sheet.due), (out, sheet.out)):
        paper.heading(f"{words.word(name)} ({len(loans)})", LINE)
        paper.loans(loans)
    if sheet.is_cut:
        paper.lines(
            words.word(msgid("More is out than stands here: what is due last is left off."))
        )
    lent, back = msgid("Lent"), msgid("Came back")
    for name, columns in ((lent, LENT), (back, RETURNED)):
        paper.heading(words.word(name), NAMES + EMPTY_LINES * EMPTY_LINE)
        paper.empty_lines(columns)
    return paper.finished()


class _DayPaper(Paper):
    """Paper with a line for each loan, and lines to write on."""

    def __init__(self, words: Words, prefix: str) -> None:
        super().__init__(words.title, words.word(ONCE_MORE))
        self.words, self.prefix = words, prefix
        self.lines(words.group)

    def loans(self, loans: Sequence[Loan]) -> None:
        """What is out: code, thing, who has it, and room to write."""
        for loan in loans:
            self.make_room(LINE)
            self._loan(loan)
            self.y += LINE

    def empty_lines(self, names: Sequence[str]) -> None:
        """Lines to write on, below the names of their columns."""
        for column, name in zip(COLUMNS, names, strict=True):
            self.write(column, NAMES - 1, self.words.word(name), PLAIN, SMALL_PT)
        self.y += NAMES
        for _ in range(EMPTY_LINES):
            self.y += EMPTY_LINE
            for column, width in zip(COLUMNS, _widths(COLUMNS), strict=True):
                self.rule(column, 0, width)

    def _loan(self, loan: Loan) -> None:
        code, name = loan.item.code, loan.item.kind.name
        box = Box(MARGIN, self.y, SYMBOL, SYMBOL)
        draw_symbol(self.canvas, symbol(self.prefix, code, LEVEL), box)
        many = f" × {loan.quantity}" if loan.quantity > 1 else ""
        borrower = loan.borrower.name if loan.borrower else self.words.word(FORMER)
        self._cell(NAME, 5, name + many, WHOSE - NAME, BOLD)
        self.write(NAME, 11, in_groups(code))
        self._cell(WHOSE, 5, borrower, WRITING - WHOSE)
        self._cell(WHOSE, 11, self.words.until(loan), WRITING - WHOSE)
        for number, said in enumerate(WRITTEN):
            self.write(WRITING, 3 + 7 * number, self.words.word(said), PLAIN, SMALL_PT)
            self.rule(WRITING, 7 + 7 * number, WIDTH - 2 * MARGIN - WRITING)

    def _cell(self, x: float, below: float, text: str, width: float, font: str = PLAIN) -> None:
        """As much of the text as there is room for."""
        fitting = broken(text, width - 4, font) or [""]
        self.write(x, below, fitting[0] + ("…" if len(fitting) > 1 else ""), font)


def _widths(columns: Sequence[float]) -> list[float]:
    """How wide each column is, with a gap before the next."""
    ends = [*columns[1:], WIDTH - 2 * MARGIN + 3]
    return [end - begin - 3 for begin, end in zip(columns, ends, strict=True)]
