"""What stands on a label, and how large: a design, by which any label is composed."""

from dataclasses import dataclass

SHOWN = ("group", "place", "serial", "number", "brand")  # in this order, below the name
MOST_NAME_LINES = 3
LONGEST_LINE = 60
CODE_SIZES = {"none": 0.0, "small": 0.7, "usual": 1.0, "large": 1.5}
SYMBOL_PERCENTS = (100, 85, 70, 55)  # of what the label has room for
LEVELS = ("L", "M", "Q", "H")


@dataclass(frozen=True)
class Design:
    """How many lines the name may take, what stands below it, the code, and the symbol."""

    shows: tuple[str, ...] = ("group", "place")
    name_lines: int = MOST_NAME_LINES
    line: str = ""
    code: str = "usual"
    symbol_percent: int = 100
    level: str = "M"


USUAL = Design()
