"""QR symbols (ISO/IEC 18004) as the `qrcode` library makes them, but a thousand times as fast.

With version, level, mask and the length of the text fixed, a symbol is an affine function over
GF(2) of the text's bits: error correction is linear, mask and function patterns are constants. So
each symbol of one prefix is one base symbol XOR a table entry for each pair of characters that
varies. The tables come from a few dozen calls of `qrcode`, once for each prefix.
"""

import re
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import xor

import qrcode
from qrcode.util import ALPHA_NUM, QRData

DARK_RUN = re.compile("1+")
MASK = 2  # any of the eight is readable; choosing the best costs most of the time
QUIET = 4  # modules of quiet zone on each side, ISO/IEC 18004 section 9.1
LEVELS = {
    "L": qrcode.ERROR_CORRECT_L,
    "M": qrcode.ERROR_CORRECT_M,
    "Q": qrcode.ERROR_CORRECT_Q,
    "H": qrcode.ERROR_CORRECT_H,
}
ALPHANUMERIC = ALPHA_NUM.decode()
BASE = len(ALPHANUMERIC)  # a pair of characters is one number of 11 bits, a single one of 6
PAIR_BITS, SINGLE_BITS = 11, 6


@dataclass(frozen=True)
class Symbol:
    """A QR symbol: its modules to a side, and its rows one after another as one number."""

    modules: int
    bits: int

    def rows(self) -> list[str]:
        """Each row as a text of 0 and 1, where 1 is dark."""
        size = self.modules
        text = f"{self.bits:0{size * size}b}"
        return [text[start : start + size] for start in range(0, size * size, size)]

    def as_path(self) -> str:
        """The dark modules as the path of an SVG, one unit to a module."""
        return "".join(
            f"M{run.start()} {number}h{run.end() - run.start()}v1h-{run.end() - run.start()}z"
            for number, row in enumerate(self.rows())
            for run in DARK_RUN.finditer(row)
        )


def symbol(prefix: str, code: str, level: str) -> Symbol:
    """The symbol of prefix and code together at a level of error correction (L, M, Q or H)."""
    if not all(character in ALPHANUMERIC for character in prefix + code):
        return _by_qrcode(prefix + code, level)
    return _family(prefix, len(code), level).member(code)


def modules_for(text: str, level: str) -> int:
    """How many modules wide the symbol of a text is, without its quiet zone."""
    return _modules(len(text), set(text) <= set(ALPHANUMERIC), level)


@lru_cache(maxsize=64)
def _modules(length: int, is_alphanumeric: bool, level: str) -> int:
    return _by_qrcode(("A" if is_alphanumeric else "a") * length, level).modules


class Family:
    """All symbols of one prefix, code length and level."""

    def __init__(self, prefix: str, length: int, level: str) -> None:
        self.level = level
        # The pairs begin at even places: a prefix of odd length shares one with the code.
        self.shared = prefix[len(prefix) - len(prefix) % 2 :]
        self.fixed = prefix[: len(prefix) - len(self.shared)]
        self.base = _by_qrcode(self.fixed + "0" * (len(self.shared) + length), level)
        self.chunks = _chunks("0" * (len(self.shared) + length))
        self.tables = [self._table(place) for place in range(len(self.chunks))]

    def member(self, code: str) -> Symbol:
        """The symbol that ends in this code."""
        differences = (
            table[chunk]
            for table, chunk in zip(self.tables, _chunks(self.shared + code), strict=True)
        )
        return Symbol(self.base.modules, reduce(xor, differences, self.base.bits))

    def _table(self, place: int) -> "_Table":
        """What each bit of the chunk at this place changes, by one call of `qrcode` for each."""
        chunk = self.chunks[place]
        before = "".join(self.chunks[:place])
        after = "".join(self.chunks[place + 1 :])
        bits = PAIR_BITS if len(chunk) == 2 else SINGLE_BITS  # noqa: PLR2004 - a pair
        columns = []
        for bit in range(bits):
            text = self.fixed + before + _written(1 << bit, len(chunk)) + after
            columns.append(_by_qrcode(text, self.level).bits ^ self.base.bits)
        return _Table(columns)


class _Table(dict[str, int]):
    """What a chunk of text changes in the base symbol, worked out when it is first asked for."""

    def __init__(self, columns: list[int]) -> None:
        super().__init__()
        self.columns = columns

    def __missing__(self, chunk: str) -> int:
        value = _number(chunk)
        set_bits = (column for bit, column in enumerate(self.columns) if value >> bit & 1)
        self[chunk] = reduce(xor, set_bits, 0)
        return self[chunk]


@lru_cache(maxsize=32)
def _family(prefix: str, length: int, level: str) -> Family:
    return Family(prefix, length, level)


def _by_qrcode(text: str, level: str) -> Symbol:
    """The symbol as the library makes it, with our mask."""
    code = qrcode.QRCode(error_correction=LEVELS[level], mask_pattern=MASK, border=0)
    code.add_data(QRData(text), optimize=0)
    code.make(fit=True)
    size = len(code.modules)
    dark = "".join("1" if module else "0" for row in code.modules for module in row)
    return Symbol(size, int(dark, 2))


def _chunks(text: str) -> list[str]:
    return [text[start : start + 2] for start in range(0, len(text), 2)]


def _number(chunk: str) -> int:
    return reduce(lambda number, character: number * BASE + ALPHANUMERIC.index(character), chunk, 0)


def _written(number: int, length: int) -> str:
    text = ""
    for _ in range(length):
        number, place = divmod(number, BASE)
        text = ALPHANUMERIC[place] + text
    return text
