"""Draws the photos of the demo: a motif on a warm ground, so that nothing need be downloaded."""

import zlib
from collections.abc import Sequence
from functools import cache

from PIL import Image, ImageDraw

from toolshare.demo.drawings.indoors import INDOORS
from toolshare.demo.drawings.motifs import MOTIFS
from toolshare.demo.drawings.shapes import Disc, Plate, Shape, Stroke
from toolshare.demo.drawings.words import WORDS

WIDTH, HEIGHT = 640, 480
FINER = 2  # drawn larger, then reduced: Pillow draws hard edges
GROUNDS = ("#f1e4cf", "#e8dcc8", "#e3e2cc", "#eadccf", "#dfe3da", "#f0dfc0", "#e6d8d0")
BENCH = Plate((-20, 76, 120, 110), "#00000012")
SHADOW = Disc((50, 80), (36, 4), "#00000038")


def photo_of(name: str) -> Image.Image:
    """A picture of the thing with this name, the same each time."""
    picture = Image.new("RGBA", (WIDTH, HEIGHT), ground_of(name))
    picture.alpha_composite(drawn(motif_of(name)))
    return picture.convert("RGB")


@cache
def drawn(motif: str) -> Image.Image:
    """The motif on its bench, on a clear ground."""
    canvas = Image.new("RGBA", (WIDTH * FINER, HEIGHT * FINER))
    Pen(canvas).draw((BENCH, SHADOW, *(MOTIFS | INDOORS)[motif]))
    return canvas.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def motif_of(name: str) -> str:
    """The motif for a name: that of the first word that the motifs know."""
    lowered = name.lower()
    return next((motif for word, motif in WORDS.items() if word in lowered), "toolbox")


def ground_of(name: str) -> str:
    """A warm ground that is always the same for a name."""
    return GROUNDS[zlib.crc32(name.encode()) % len(GROUNDS)]


class Pen:
    """Draws shapes, given on a sheet of 100 by 100, in the middle of a canvas."""

    def __init__(self, canvas: Image.Image) -> None:
        self.canvas = canvas
        self.scale = canvas.height / 100
        self.left = (canvas.width - canvas.height) / 2

    def draw(self, shapes: Sequence[Shape]) -> None:
        """Draws each over those before it."""
        pen = ImageDraw.Draw(self.canvas)
        for shape in shapes:
            self._put(pen, shape)

    def _put(self, pen: ImageDraw.ImageDraw, shape: Shape) -> None:
        match shape:
            case Disc((x, y), (across, up), colour):
                pen.ellipse((self._at(x - across, y - up), self._at(x + across, y + up)), colour)
            case Plate((left, top, right, bottom), colour, roundness):
                corners = (self._at(left, top), self._at(right, bottom))
                pen.rounded_rectangle(corners, roundness * self.scale, colour)
            case Stroke(points, colour, width):
                self._stroke(pen, points, colour, width)
            case _:
                pen.polygon([self._at(*point) for point in shape.points], shape.colour)

    def _stroke(
        self,
        pen: ImageDraw.ImageDraw,
        points: Sequence[tuple[float, float]],
        colour: str,
        width: float,
    ) -> None:
        pen.line([self._at(*p) for p in points], colour, round(width * self.scale), joint="curve")
        for x, y in (points[0], points[-1]):
            half = width / 2
            pen.ellipse((self._at(x - half, y - half), self._at(x + half, y + half)), colour)

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return self.left + x * self.scale, y * self.scale
