"""What tests of roll printers share: each roll at each resolution, and labels that are hard."""

from PIL import Image, ImageOps

from toolshare.labels import dots, stocks
from toolshare.labels.composing import Face
from toolshare.labels.drawing import Printing
from toolshare.labels.stocks import Stock

PREFIX = "HTTPS://TOOLS.EXAMPLE.ORG/I/"
ROLLS = [stock for stock in stocks.catalogue().values() if stock.is_roll]
OWN = Stock("own", "Own roll", "roll", 1, 1, 51, 102)
EACH = [(stock, dpi) for stock in [*ROLLS, OWN] for dpi in dots.RESOLUTIONS]
NAMES = [f"{stock.slug}-{dpi}" for stock, dpi in EACH]
FACES = [
    Face("7K3M9QXA", "Galvanized finishing nails, 1-1/2 in, for the barn’s south door", ("Wall",)),
    Face(
        "00000000", "^XA ~JR Bügelsäge für Äste \\& _5E “groß”", ("Köln-Süd 100 %", "Fach_Ö > ^FS")
    ),
    Face("3WVN2D0A", "Бензопила Donaudampfschifffahrtselektrizitätenwerkbau", ("Πριόνι",)),
]


def inked(image: Image.Image) -> tuple[int, int, int, int]:
    """The box round all that is black."""
    box = ImageOps.invert(image.convert("L")).getbbox()
    assert box is not None
    return box


def printing(stock: Stock, dpi: int, **others: object) -> Printing:
    """A job on a roll."""
    return Printing(stock, PREFIX, dpi=dpi, **others)  # type: ignore[arg-type]
