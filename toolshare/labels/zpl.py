"""Labels in ZPL II for Zebra printers and compatible ones: the printer's own text and QR code.

What the commands mean is in Zebra's ZPL II Programming Guide. Lines break and letters shrink as
on every other label, because each line of the composition is a field of its own, placed by its
base line (`^FT`). A printer's own font knows Latin letters: a line with others is sent as dots.
"""

from collections.abc import Iterator, Sequence

from PIL import ImageOps

from toolshare.labels import dots, rasters
from toolshare.labels.composing import Face, Words, compose
from toolshare.labels.dots import Grid
from toolshare.labels.drawing import Printing
from toolshare.labels.symbols import ALPHANUMERIC, modules_for

# A symbol in a field placed by ^FO sinks by the bar code height that the printer remembers.
SINKS = 1
BEGIN = f"^XA^CI28^LH0,0^FWN^BY2,3,{SINKS}"
# `^BQ` once enlarged tenfold at most, and still does in many a shed; 10 dots at 300 dpi are 0.85 mm.
MOST_DOTS = {203: 10, 300: 10, 600: 20}
PRINTERS_LETTERS = ("cp1252", "cp1250")  # western and central European
SPECIAL = "^~_"  # they begin commands and hexadecimal numbers
LINE_BREAKS = "\\"  # what follows it breaks a line on some printers


def zpl(faces: Sequence[Face], printing: Printing, copies: int = 1) -> bytes:
    """All labels as one file to send to the printer, in ASCII.

    Refuses a sheet, and a symbol that nobody could read.
    """
    return "".join(_label(face, printing, copies) for face in faces).encode("ascii")


def lacking(text: str) -> bool:
    """Whether a printer's own font lacks a letter of the text, or the printer misreads it."""
    return LINE_BREAKS in text or not all(map(_is_printers, text))


def _label(face: Face, printing: Printing, copies: int) -> str:
    width, height = dots.size(printing.stock, printing.dpi)
    composed = compose(face, dots.label_box(printing), printing.design)
    text = printing.prefix + face.code
    modules = modules_for(text, printing.level)
    grid = dots.grid(composed.symbol, modules, printing, most=MOST_DOTS[printing.dpi])
    lines = (_line(words, printing.dpi) for words in composed.words if words.text)
    fields = [_symbol(text, grid, printing.level), *lines]
    return "\n".join([f"{BEGIN}^PW{width}^LL{height}", *fields, f"^PQ{copies}^XZ\n"])


def _symbol(text: str, grid: Grid, level: str) -> str:
    """The printer's own QR code, in alphanumeric mode whenever the text allows it."""
    mode = "M,A" if set(text) <= set(ALPHANUMERIC) else "A,"
    at = _at("FO", grid.left, grid.top - SINKS)
    return f"{at}^BQN,2,{grid.module}^FH^FD{level}{mode}{_escaped(text)}^FS"


def _line(words: Words, dpi: int) -> str:
    if lacking(words.text):
        return _drawn_line(words, dpi)
    height = round(words.points * dpi / rasters.POINTS_PER_INCH)
    at = _at("FT", *rasters.base_of(words, dpi))
    return f"{at}^A0N,{height},{height}^FH^FD{_escaped(words.text)}^FS"


def _drawn_line(words: Words, dpi: int) -> str:
    """The line as a graphic: rows of whole bytes, a bit for each black dot."""
    image, at = rasters.raster_of(words, dpi)
    row = (image.width + 7) // 8
    data = ImageOps.invert(image.convert("L")).convert("1").tobytes()
    return f"{_at('FO', *at)}^GFA,{len(data)},{len(data)},{row},{data.hex().upper()}^FS"


def _at(command: str, x: int, y: int) -> str:
    return f"^{command}{max(0, x)},{max(0, y)}"


def _escaped(text: str) -> str:
    return "".join(_escapes(text))


def _escapes(text: str) -> Iterator[str]:
    for character in text:
        if character in SPECIAL or not " " <= character <= "~":
            yield "".join(f"_{byte:02X}" for byte in character.encode())
        else:
            yield character


def _is_printers(character: str) -> bool:
    for page in PRINTERS_LETTERS:
        try:
            character.encode(page)
        except UnicodeEncodeError:
            continue
        return True
    return False
