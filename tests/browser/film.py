"""A film of labels for a camera that is none: Chromium plays it to a page as what its camera sees."""

import io
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from PIL import Image, ImageEnhance, ImageFilter

from toolshare.labels.composing import Face
from toolshare.labels.drawing import Printing, pdf
from toolshare.labels.sheets import slots
from toolshare.labels.stocks import catalogue

DPI = 150
WIDE, HIGH = 640, 480
BENCH = "#9a8466"  # the wood behind the label
STOCK = catalogue()["avery-l7160"]


def labels(prefix: str, faces: Sequence[Face], folder: Path) -> list[Image.Image]:
    """These labels as our own PDF has them, each cut out of its sheet."""
    (folder / "sheet.pdf").write_bytes(pdf(faces, Printing(STOCK, prefix)))
    render = ["pdftoppm", "-r", str(DPI), "-gray", "sheet.pdf", "sheet"]
    subprocess.run(render, cwd=folder, check=True)
    pages = [Image.open(page) for page in sorted(folder.glob("sheet*.pgm"))]
    dots = DPI / 25.4
    return [
        pages[slot.page].crop(
            (
                round(slot.box.x * dots),
                round(slot.box.y * dots),
                round((slot.box.x + slot.box.width) * dots),
                round((slot.box.y + slot.box.height) * dots),
            )
        )
        for slot in slots(STOCK, len(faces))
    ]


def bench() -> Image.Image:
    """Nothing but wood."""
    return Image.new("RGB", (WIDE, HIGH), BENCH)


def lying(*labels: Image.Image) -> Image.Image:
    """Labels side by side on the wood."""
    frame = bench()
    for number, label in enumerate(labels):
        middle = WIDE * (2 * number + 1) // (2 * len(labels))
        frame.paste(label, (middle - label.width // 2, (HIGH - label.height) // 2))
    return frame


def tilted(frame: Image.Image, degrees: float) -> Image.Image:
    """As a hand holds a phone."""
    return frame.rotate(degrees, fillcolor=BENCH, resample=Image.Resampling.BICUBIC)


def dim(frame: Image.Image, light: float) -> Image.Image:
    """As in a barn at dusk."""
    return ImageEnhance.Brightness(frame).enhance(light)


def blurred(frame: Image.Image, radius: float) -> Image.Image:
    """As before the camera has found its focus; the radius in pixels."""
    return frame.filter(ImageFilter.GaussianBlur(radius))


def film(scenes: Iterable[tuple[Image.Image, int]], path: Path) -> Path:
    """A film in which each picture stays for so many frames: JPEG after JPEG."""
    with path.open("wb") as reel:
        for picture, frames in scenes:
            jpeg = io.BytesIO()
            picture.save(jpeg, "JPEG", quality=85, subsampling=2)
            reel.write(jpeg.getvalue() * frames)
    return path
