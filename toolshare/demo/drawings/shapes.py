"""The shapes and colours that the demo's photos are drawn with, on a sheet of 100 by 100."""

from dataclasses import dataclass

Point = tuple[float, float]

INK, RUBBER, IRON, STEEL, PALE = "#2e2a25", "#34302b", "#565f68", "#98a3aa", "#cdd4d6"
WOOD, OAK, STRAW = "#b07a42", "#7d5430", "#d9b15c"
RED, GREEN, OCHRE, BLUE, CREAM = "#b0432c", "#44764a", "#d0952b", "#3d6d8c", "#f4ead6"


@dataclass(frozen=True)
class Disc:
    """An ellipse: its middle, and how far it reaches across and up."""

    middle: Point
    reach: Point
    colour: str


@dataclass(frozen=True)
class Plate:
    """A rectangle (left, top, right, bottom) with round corners."""

    box: tuple[float, float, float, float]
    colour: str
    roundness: float = 0


@dataclass(frozen=True)
class Stroke:
    """A line with round ends."""

    points: tuple[Point, ...]
    colour: str
    width: float


@dataclass(frozen=True)
class Sheet:
    """A polygon."""

    points: tuple[Point, ...]
    colour: str


Shape = Disc | Plate | Stroke | Sheet


def wheel(x: float, y: float, radius: float, hub: str = OCHRE) -> tuple[Shape, ...]:
    """A wheel with its tyre and hub."""
    return (
        Disc((x, y), (radius, radius), RUBBER),
        Disc((x, y), (radius * 0.58, radius * 0.58), hub),
        Disc((x, y), (radius * 0.16, radius * 0.16), INK),
    )


def handled(*head: Shape) -> tuple[Shape, ...]:
    """A long wooden handle, leaning, with a head at its upper end."""
    return (Stroke(((32, 78), (62, 24)), OAK, 3.6), Stroke(((32, 78), (62, 24)), WOOD, 2.4), *head)
