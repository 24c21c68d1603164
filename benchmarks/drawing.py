"""Draws figures as SVG, in the colours of the house."""

from collections.abc import Iterator, Mapping, Sequence
from math import ceil

WIDTH, LEFT, RIGHT, ROW, TOP = 720, 150, 40, 34, 64
PAPER, INK, GREEN, OCHRE, GREY = "#fffdf8", "#2b2620", "#2f6b3a", "#a5691b", "#8a8378"
STEPS = 5


def bars(medians: Mapping[str, Sequence[float]]) -> str:
    """Two bars for each name: the village by itself, and the same in the federation."""
    top = ceil(max(max(two) for two in medians.values()) / STEPS) * STEPS
    height = TOP + ROW * len(medians) + 40
    parts = [
        _words(LEFT, 26, "the village by itself", GREY),
        _words(LEFT + 180, 26, "in a federation of 12,000 groups and 10 million loans", GREEN),
        *_lines(top, height),
        *(part for at, name in enumerate(medians) for part in _row(at, name, medians[name], top)),
    ]
    body, size = "\n".join(parts), f'width="{WIDTH}" height="{height}"'
    view = f'viewBox="0 0 {WIDTH} {height}" {size} font-family="sans-serif" font-size="13"'
    paper = f'<rect {size} fill="{PAPER}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {view}>\n{paper}\n{body}\n</svg>\n'


def _row(at: int, name: str, two: Sequence[float], top: float) -> Iterator[str]:
    y, (here, there) = TOP + ROW * at, two
    yield _words(LEFT - 10, y + 17, name, INK, "end")
    for offset, took, colour in ((2, here, GREY), (13, there, GREEN)):
        wide = round(_wide(took, top), 1)
        yield f'<rect x="{LEFT}" y="{y + offset}" width="{wide}" height="10" fill="{colour}"/>'
    over = _wide(max(two), top)
    yield _words(LEFT + over + 6, y + 17, f"{there / here:.2f} ×", INK)


def _lines(top: float, height: int) -> Iterator[str]:
    for step in range(STEPS + 1):
        x = round(LEFT + _wide(top * step / STEPS, top), 1)
        yield f'<path d="M{x} {TOP - 12}V{height - 30}" stroke="{GREY}" stroke-opacity="0.35"/>'
        yield _words(x, height - 12, f"{top * step / STEPS:g} ms", INK, "middle")


def _wide(took: float, top: float) -> float:
    return (WIDTH - LEFT - RIGHT - 40) * took / top


def _words(x: float, y: float, text: str, colour: str, anchor: str = "start") -> str:
    return f'<text x="{x:g}" y="{y:g}" fill="{colour}" text-anchor="{anchor}">{text}</text>'
