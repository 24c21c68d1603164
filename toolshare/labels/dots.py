"""Labels in a printer's own dots: how large they are, and where a symbol's modules lie."""

from dataclasses import dataclass
from http import HTTPStatus

from toolshare.labels.drawing import Printing
from toolshare.labels.sheets import Box
from toolshare.labels.stocks import Stock
from toolshare.labels.symbols import QUIET
from toolshare.refusals import Reason, msgid, refuse_if

RESOLUTIONS = (203, 300, 600)  # dots per inch of thermal printers
FEWEST_DOTS = 2  # a module of one dot runs into its neighbours
SMALLEST_MODULE_MM = 0.25  # phones hardly read it any more
MM_PER_INCH = 25.4
ROUNDING = 1e-6


@dataclass(frozen=True)
class NotARoll(Reason):
    """Single labels in a printer's dots are for rolls; a sheet is printed as PDF."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    stock: str
    says = msgid("%(stock)s is a sheet: PNG and ZPL are for printers with a roll.")
    instead = msgid("Print it as PDF, or choose the roll that is in the printer.")


@dataclass(frozen=True)
class ModulesTooFine(Reason):
    """The symbol would be unreadable when each module is a whole number of dots."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    module: int
    dpi: int
    says = msgid("The QR code would be too fine: %(module)s dots a square at %(dpi)s dpi.")
    instead = msgid("Take a bigger stock, a finer printer, or a lower error correction.")


@dataclass(frozen=True)
class Grid:
    """Where a symbol's first module begins, and how many dots each module is wide and high."""

    left: int
    top: int
    module: int


def reasons_against(printing: Printing, modules: int, box: Box) -> list[Reason]:
    """Why labels can't be printed in dots: a sheet, or a symbol of so many modules too fine."""
    if not printing.stock.is_roll:
        return [NotARoll(stock=printing.stock.name)]
    module = module_dots(box, modules, printing.dpi)
    if module < FEWEST_DOTS or module / dots_per_mm(printing.dpi) < SMALLEST_MODULE_MM:
        return [ModulesTooFine(module=module, dpi=printing.dpi)]
    return []


def grid(box: Box, modules: int, printing: Printing, most: int | None = None) -> Grid:
    """The symbol with its quiet zone in the middle of its box; `most` dots to a module.

    Refuses a sheet and a symbol that nobody could read.
    """
    refuse_if(reasons_against(printing, modules, box))
    dots = dots_per_mm(printing.dpi)
    fitting = module_dots(box, modules, printing.dpi)
    module = min(fitting, most or fitting)
    spare = _whole(box.width * dots) - module * (modules + 2 * QUIET)
    inset = spare // 2 + QUIET * module
    return Grid(_whole(box.x * dots) + inset, _whole(box.y * dots) + inset, module)


def module_dots(box: Box, modules: int, dpi: int) -> int:
    """How many whole dots a module may have in this box."""
    return _whole(box.width * dots_per_mm(dpi)) // (modules + 2 * QUIET)


def size(stock: Stock, dpi: int) -> tuple[int, int]:
    """Width and height of a label in dots."""
    dots = dots_per_mm(dpi)
    return round(stock.label_width_mm * dots), round(stock.label_height_mm * dots)


def label_box(printing: Printing) -> Box:
    """The box of a label on its own, moved as the printer's nudge says; the scale is the dots'."""
    stock = printing.stock
    return Box(printing.x_mm, printing.y_mm, stock.label_width_mm, stock.label_height_mm)


def dots_per_mm(dpi: int) -> float:
    """How many dots a printer of this resolution has to a mm."""
    return dpi / MM_PER_INCH


def _whole(dots: float) -> int:
    return int(dots + ROUNDING)
