"""The plain report of a stocktake: headings, lines, and rows of three cells."""

from toolshare.labels import paper
from toolshare.labels.composing import BOLD, PLAIN

COLUMNS = ((0.0, 66.0), (68.0, 50.0), (120.0, 54.0))  # where each begins and how wide it is, in mm
STEP = paper.TEXT_PT * paper.LEADING
GAP = 0.7  # mm between two rows


class PaperReport(paper.Paper):
    """Paper with three columns."""

    def part(self, name: str) -> None:
        """Begins a part; never as the last line of a page."""
        self.heading(name, 2 * STEP)

    def columns(self, *names: str) -> None:
        """What the three columns of the rows below are."""
        self._cells(names, BOLD)

    def row(self, *cells: str) -> None:
        """Three cells, each broken into as many lines as it needs."""
        self._cells(cells, PLAIN)

    def _cells(self, cells: tuple[str, ...], font: str) -> None:
        columns = [
            (left, paper.broken(cell, width, font))
            for cell, (left, width) in zip(cells, COLUMNS, strict=True)
        ]
        height = STEP * max(len(lines) for _, lines in columns)
        self.make_room(height)
        for left, lines in columns:
            for number, text in enumerate(lines, start=1):
                self.write(left, number * STEP, text, font)
        self.y += height + GAP
