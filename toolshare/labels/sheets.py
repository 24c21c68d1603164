"""Where everything lies on a sheet and on a label: pure millimetres, from the top left corner."""

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus

from toolshare.labels.stocks import Stock
from toolshare.labels.symbols import QUIET
from toolshare.refusals import Reason, Refusal, msgid

SMALLEST_MODULE_MM = 0.35  # phones read it safely
PADDING_MM = 1.2
LARGEST_SYMBOL_MM = 40.0  # read from three paces; more takes room from the name
TEXT_AT_LEAST_MM = 14.0  # narrower text beside a symbol breaks every word
UNDER_AT_LEAST_MM = 6.0


@dataclass(frozen=True)
class NoSuchPosition(Reason):
    """A first label that is not on the sheet."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    start: int
    per_page: int
    says = msgid("There is no label %(start)s on this sheet: it has %(per_page)s.")
    instead = msgid("Count the labels from the top left, row by row, beginning with 1.")


@dataclass(frozen=True)
class Box:
    """A rectangle in mm, from the top left corner of its page or label."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Slot:
    """Where one label lies: its page, counted from 0, and its box on it."""

    page: int
    box: Box


@dataclass(frozen=True)
class Layout:
    """How one label is divided: the symbol with its quiet zone, and the text."""

    symbol: Box
    text: Box
    is_small: bool  # only symbol and code have room


def slots(stock: Stock, count: int, start: int = 1) -> Iterator[Slot]:
    """The places of `count` labels, from position `start` of the first sheet on.

    Refuses a start that is not on the sheet.
    """
    if not 1 <= start <= stock.per_page:
        raise Refusal(NoSuchPosition(start=start, per_page=stock.per_page))
    for position in range(start - 1, start - 1 + count):
        page, on_page = divmod(position, stock.per_page)
        row, column = divmod(on_page, stock.columns)
        yield Slot(page, box_at(stock, row, column))


def box_at(stock: Stock, row: int, column: int) -> Box:
    """The box of the label in a row and column, both counted from 0."""
    width, height = stock.label_width_mm, stock.label_height_mm
    return Box(
        x=stock.left_mm + column * (width + stock.gap_x_mm),
        y=stock.top_mm + row * (height + stock.gap_y_mm),
        width=width,
        height=height,
    )


def pages(stock: Stock, count: int, start: int = 1) -> int:
    """How many pages that many labels take."""
    return -(-(start - 1 + count) // stock.per_page)


def layout(width: float, height: float, share: float = 1.0) -> Layout:
    """The division of a label of this size in mm that gives the symbol a share of most room.

    The symbol stands beside the text on a wide label and above it on a high one; on the smallest
    only the code is beside or under it.
    """
    beside_width = width - height
    if beside_width >= TEXT_AT_LEAST_MM:
        return _beside(width, height, min(height, width * 0.48, LARGEST_SYMBOL_MM) * share)
    if height - width >= UNDER_AT_LEAST_MM:
        return _above(width, height, min(width, LARGEST_SYMBOL_MM) * share)
    if width >= height:
        side = min(height, width - TEXT_AT_LEAST_MM * 0.75)
        if side >= height * 0.7:
            return _beside(width, height, side * share)
    return _above_small(width, height, share)


def module_mm(layout: Layout, modules: int) -> float:
    """How wide a module comes out when the symbol keeps its quiet zone of 4 modules."""
    return layout.symbol.width / (modules + 2 * QUIET)


def is_readable(layout: Layout, modules: int) -> bool:
    """Whether phones read a symbol of that many modules safely on this label."""
    return module_mm(layout, modules) >= SMALLEST_MODULE_MM


def _beside(width: float, height: float, side: float) -> Layout:
    symbol = Box(0, (height - side) / 2, side, side)
    room = width - side - PADDING_MM
    text = Box(side, PADDING_MM, room, height - 2 * PADDING_MM)
    return Layout(symbol, text, is_small=height < 15)  # noqa: PLR2004 - three lines need 15 mm


def _above(width: float, height: float, side: float) -> Layout:
    symbol = Box((width - side) / 2, 0, side, side)
    text = Box(PADDING_MM, side, width - 2 * PADDING_MM, height - side - PADDING_MM)
    return Layout(symbol, text, is_small=False)


def _above_small(width: float, height: float, share: float) -> Layout:
    code_line = 3.0
    side = min(width, height - code_line) * share
    symbol = Box((width - side) / 2, 0, side, side)
    return Layout(symbol, Box(0.5, side, width - 1, height - side - 0.4), is_small=True)
