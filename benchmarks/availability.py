"""How many units are free, and which one for a wish, with ever more loans and reservations in a year.

Run `make bench`, or this alone: `python -m benchmarks.availability [picture.svg]`. Sorting the same
moments, which takes n log n comparisons and is written in C, is the measure: as long as the ratio to
it does not rise, nothing of ours grows faster. Processor time, medians of turns in one process.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from math import log2
from pathlib import Path

from toolshare.circulation.fitting import Block, Span, Wish, fit, free_counts, least_free

UNITS = range(1, 51)
COUNTED = dict.fromkeys(UNITS, 1)
SIZES = (625, 1_250, 2_500, 5_000, 10_000, 20_000)
ROUNDS = 15
BEGINNING = datetime(2030, 1, 1, tzinfo=UTC)
YEAR = Span(BEGINNING, BEGINNING + timedelta(days=365))
WEEK = Span(BEGINNING + timedelta(days=180), BEGINNING + timedelta(days=187))

WIDTH, HEIGHT, MARGIN = 640, 360, 56
PAPER, INK, GREEN, GREY = "#fffdf8", "#2b2620", "#2f6b3a", "#8a8378"

Medians = dict[str, float]


def main(picture: str = "") -> None:
    """Prints a table of medians in ms and their ratio to sorting; draws it, when told where."""
    measured = {size: medians(size) for size in SIZES}
    print(
        "| blocks of 50 units | counts over a year | times sorting | units for a week | one wish |"
    )
    print("|--:|--:|--:|--:|--:|")
    for size, took in measured.items():
        ratio = took["counts"] / took["sorting"]
        others = f"{took['week']:.2f} ms | {took['wish']:.2f} ms"
        print(f"| {size:,} | {took['counts']:.2f} ms | {ratio:.1f} × | {others} |")
    if picture:
        Path(picture).write_text(drawn(measured), encoding="utf-8")


def medians(size: int) -> Medians:
    """Of each way to ask, in ms, with so many blocks."""
    blocks = full_year(size)
    moments = list(chain.from_iterable(block.span for block in blocks))
    ways: dict[str, Callable[[], object]] = {
        "sorting": lambda: sorted(moments),
        "counts": lambda: free_counts(COUNTED, blocks, YEAR),
        "week": lambda: least_free(COUNTED, blocks, WEEK),
        "wish": lambda: fit(UNITS, blocks, [], Wish(1, WEEK)),
    }
    turns = [{name: milliseconds(way) for name, way in ways.items()} for _ in range(ROUNDS)]
    return {name: statistics.median(turn[name] for turn in turns) for name in ways}


def full_year(size: int) -> list[Block]:
    """Blocks as they are made, in no order: each unit is out for three fifths of the year."""
    dice = random.Random(7)
    each = size // len(UNITS)
    slot = (YEAR.until_at - YEAR.from_at) / each
    begins = [(unit, (at + dice.random() * 0.4) * slot) for unit in UNITS for at in range(each)]
    dice.shuffle(begins)
    return [Block(unit, Span(BEGINNING + at, BEGINNING + at + slot * 0.6)) for unit, at in begins]


def milliseconds(way: Callable[[], object]) -> float:
    """How long it takes."""
    begun = time.process_time()
    way()
    return (time.process_time() - begun) * 1000


def drawn(measured: dict[int, Medians]) -> str:
    """The time that the counts take over the number of blocks, beside n log n."""
    sizes = list(measured)
    took = [measured[size]["counts"] for size in sizes]
    steps = [size * log2(size) for size in sizes]
    a_step = statistics.median(ms / some for ms, some in zip(took, steps, strict=True))
    in_theory = [a_step * some for some in steps]
    top = 5 * (max(*took, *in_theory) // 5 + 1)
    parts = [
        *axes(sizes, top),
        line(points(sizes, in_theory, top), f'stroke="{GREY}" stroke-dasharray="6 5"'),
        line(points(sizes, took, top), f'stroke="{GREEN}" stroke-width="2.5"'),
        *(f'<circle cx="{x}" cy="{y}" r="4" fill="{GREEN}"/>' for x, y in points(sizes, took, top)),
        words(MARGIN + 16, 30, "ms to count what is free of 50 units over a year", GREEN),
        words(MARGIN + 16, 50, "n log n, through the median (dashed)", GREY),
        words(WIDTH - MARGIN, HEIGHT - 12, "loans and reservations", INK, anchor="end"),
    ]
    view = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {view} font-family="sans-serif" font-size="13">\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>\n{body}\n</svg>\n'
    )


def axes(sizes: Sequence[int], top: float) -> Iterator[str]:
    """Lines across with their milliseconds, and the larger numbers of blocks below."""
    for share in range(6):
        (left, y), (right, _) = points([0, sizes[-1]], [top * share / 5] * 2, top)
        yield line([(left, y), (right, y)], f'stroke="{GREY}" stroke-opacity="0.35"')
        yield words(left - 8, y + 4, f"{top * share / 5:.0f}", INK, anchor="end")
    for size, (x, y) in zip(sizes, points(sizes, [0] * len(sizes), top), strict=True):
        if size * 10 > sizes[-1]:
            yield words(x, y + 20, f"{size:,}", INK, anchor="middle")


def points(sizes: Sequence[int], took: Sequence[float], top: float) -> list[tuple[float, float]]:
    """Where each time stands on the paper; the last size is the rightmost."""
    wide, high = WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN
    return [
        (round(MARGIN + wide * size / sizes[-1], 1), round(HEIGHT - MARGIN - high * ms / top, 1))
        for size, ms in zip(sizes, took, strict=True)
    ]


def line(through: Sequence[tuple[float, float]], style: str) -> str:
    """A line through some points."""
    return f'<polyline points="{" ".join(f"{x},{y}" for x, y in through)}" fill="none" {style}/>'


def words(x: float, y: float, text: str, colour: str, anchor: str = "start") -> str:
    """A line of text."""
    return f'<text x="{x}" y="{y}" fill="{colour}" text-anchor="{anchor}">{text}</text>'


if __name__ == "__main__":
    main(*sys.argv[1:])
