"""Fitting wishes to units: which of N units is free for a span, and who moves so that more fit.

Pure reckoning: units are numbers, spans are half-open, nothing is read and nobody is asked.
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate, islice, pairwise
from typing import NamedTuple

MOST_STEPS = 10_000


class Span(NamedTuple):
    """From a moment until just before another, both in UTC."""

    from_at: datetime
    until_at: datetime

    def overlaps(self, other: "Span") -> bool:
        """Whether they share a moment; those that touch share none."""
        return self.from_at < other.until_at and other.from_at < self.until_at


@dataclass(frozen=True, slots=True)
class Block:
    """What keeps a unit, or a quantity of a bin, and can't be moved."""

    unit: int
    span: Span
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class Wish:
    """A span that somebody was promised a unit for: `pinned` only that one, else any of the kind.

    `unit` is where it is now; none when it is new, or displaced.
    """

    id: int
    span: Span
    pinned: int | None = None
    unit: int | None = None


class Timetable:
    """When each of the units is kept, in order, so that looking for room is quick."""

    def __init__(self, units: Collection[int], kept: Iterable[tuple[int, Span]] = ()) -> None:
        self._kept: dict[int, list[Span]] = {unit: [] for unit in units}
        spans = defaultdict(list)
        for unit, span in kept:
            spans[unit].append(span)
        for unit, found in spans.items():
            if unit in self._kept:
                self._kept[unit] = list(_merged(sorted(found)))

    def is_free(self, unit: int, span: Span) -> bool:
        """Whether the unit is there and nothing keeps it at any moment of the span."""
        if unit not in self._kept:
            return False
        before, after = self._neighbours(unit, span)
        return not any(one and one.overlaps(span) for one in (before, after))

    def leftover(self, unit: int, span: Span) -> timedelta:
        """How much of the gap around a free span would stay unused; a gap without end is huge."""
        before, after = self._neighbours(unit, span)
        lead = span.from_at - before.until_at if before else timedelta.max / 4
        rest = after.from_at - span.until_at if after else timedelta.max / 4
        return lead + rest

    def best_fit(self, span: Span, among: Iterable[int] | None = None) -> int | None:
        """The free unit whose gap fits most tightly; of equals the first."""
        found = [unit for unit in among or self._kept if self.is_free(unit, span)]
        return min(found, key=lambda unit: (self.leftover(unit, span), unit), default=None)

    def keep(self, unit: int, span: Span) -> None:
        """Notes that a free unit is kept from now on."""
        insort(self._kept[unit], span)

    def let_go(self, unit: int, span: Span) -> None:
        """Takes back what keep() noted."""
        self._kept[unit].remove(span)

    def _neighbours(self, unit: int, span: Span) -> tuple[Span | None, Span | None]:
        """The last one that begins before the span ends, and the first one after that."""
        kept = self._kept[unit]
        at = bisect_left(kept, span.until_at, key=lambda one: one.from_at)
        return (kept[at - 1] if at else None, kept[at] if at < len(kept) else None)


def free_counts(
    units: Mapping[int, int], blocks: Iterable[Block], over: Span
) -> list[tuple[datetime, int]]:
    """How many are free from each moment on at which that changes; units are counted by their size.

    A unit that is kept twice at once is missing once. One sweep: O(n log n) for n blocks.
    """
    kept: dict[int, list[Block]] = {unit: [] for unit in units}
    for block in blocks:
        if block.unit in kept and block.span.overlaps(over):
            kept[block.unit].append(block)
    changes: dict[datetime, int] = defaultdict(int, {over.from_at: sum(units.values())})
    for unit, its_blocks in kept.items():
        for at, change in _changes_of_one(units[unit], its_blocks):
            changes[at if at > over.from_at else over.from_at] += change
    return list(_levels(changes, over))


def least_free(units: Mapping[int, int], blocks: Iterable[Block], over: Span) -> int:
    """How many can be had for all of the span: whole units, or the most that one bin always holds.

    Not the least of free_counts(): a unit that is free today and another one tomorrow are no unit
    for both days.
    """
    by_unit = defaultdict(list)
    for block in blocks:
        by_unit[block.unit].append(block)
    least = {
        unit: min(count for _, count in free_counts({unit: size}, by_unit[unit], over))
        for unit, size in units.items()
    }
    is_counted = all(size == 1 for size in units.values())
    return sum(least.values()) if is_counted else max(least.values(), default=0)


def fit(
    units: Collection[int], blocks: Iterable[Block], wishes: Sequence[Wish], wanted: Wish
) -> dict[int, int] | None:
    """The unit of every wish, by its id, when the wanted one is to be kept too; None if it can't be.

    Nobody is moved when some unit is free; else those that stand in the way, directly or by others,
    are tried on every other unit, for at most MOST_STEPS steps: past those it says None, as if it
    did not fit.
    """
    stay = {one.id: one.unit for one in wishes if one.unit is not None}
    fixed = [(block.unit, block.span) for block in blocks]
    kept = [(one.unit, one.span) for one in wishes if one.unit is not None]
    may_be = [wanted.pinned] if wanted.pinned is not None else units
    free = Timetable(units, fixed + kept).best_fit(wanted.span, may_be)
    if free is not None:
        return stay | {wanted.id: free}
    in_the_way = _entangled([one for one in wishes if one.unit is not None], wanted)
    if not in_the_way:
        return None
    others = [
        (one.unit, one.span) for one in wishes if one.unit is not None and one not in in_the_way
    ]
    moved = _Packing(units, Timetable(units, fixed + others)).pack([*in_the_way, wanted])
    return None if moved is None else stay | moved


def replan(
    units: Collection[int], blocks: Sequence[Block], wishes: Sequence[Wish]
) -> tuple[dict[int, int], list[int]]:
    """The unit of every wish that can be kept, the strongest claims first; the ids of the others."""
    placed: dict[int, Wish] = {}
    displaced = []
    for wish in wishes:
        here = [replace(wish, pinned=wish.unit)] if wish.unit is not None else []
        tries = (fit(units, blocks, [*placed.values()], one) for one in (*here, wish))
        found = next((one for one in tries if one is not None), None)
        if found is None:
            displaced.append(wish.id)
            continue
        placed[wish.id] = wish
        placed = {id: replace(placed[id], unit=unit) for id, unit in found.items()}
    return {id: one.unit for id, one in placed.items() if one.unit is not None}, displaced


def next_windows(
    units: Collection[int], blocks: Iterable[Block], candidates: Iterable[Span], at_most: int = 3
) -> list[Span]:
    """The first of these spans in which some unit is free all the time."""
    table = Timetable(units, [(block.unit, block.span) for block in blocks])
    free = (span for span in candidates if table.best_fit(span) is not None)
    return list(islice(free, at_most))


class _Packing:
    """Trying wishes on units, the earliest first, each where it is before anywhere else."""

    def __init__(self, units: Collection[int], table: Timetable) -> None:
        self.units = units
        self.table = table
        self.steps = 0

    def pack(self, wishes: Iterable[Wish]) -> dict[int, int] | None:
        """Where each wish goes, if all of them can go somewhere."""
        in_order = sorted(wishes, key=lambda one: (one.pinned is None, one.span, one.id))
        found: dict[int, int] = {}
        return found if self._place(in_order, found) else None

    def _place(self, wishes: list[Wish], found: dict[int, int]) -> bool:
        if not wishes:
            return True
        first, *rest = wishes
        for unit in self._choices(first):
            self.steps += 1
            if self.steps > MOST_STEPS:
                return False
            self.table.keep(unit, first.span)
            found[first.id] = unit
            if self._place(rest, found):
                return True
            self.table.let_go(unit, first.span)
            del found[first.id]
        return False

    def _choices(self, wish: Wish) -> list[int]:
        may_be = self.units if wish.pinned is None else [wish.pinned]
        free = [unit for unit in may_be if self.table.is_free(unit, wish.span)]
        table, here = self.table, wish.unit
        return sorted(free, key=lambda unit: (unit != here, table.leftover(unit, wish.span), unit))


def _entangled(wishes: Sequence[Wish], wanted: Wish) -> list[Wish]:
    """Those that overlap the wanted one, those that overlap these, and so on."""
    found: list[Wish] = []
    edge = [wanted]
    left = list(wishes)
    while edge:
        touched = [one for one in left if any(one.span.overlaps(at.span) for at in edge)]
        left = [one for one in left if one not in touched]
        found += touched
        edge = touched
    return found


def _merged(spans: Sequence[Span]) -> Iterator[Span]:
    """Spans in order, those that overlap or touch made one."""
    present: Span | None = None
    for span in spans:
        if present is None or span.from_at > present.until_at:
            if present:
                yield present
            present = span
        else:
            present = Span(present.from_at, max(present.until_at, span.until_at))
    if present:
        yield present


def _changes_of_one(size: int, blocks: list[Block]) -> Iterable[tuple[datetime, int]]:
    """When and by how much what is free of one unit changes; less than nothing is never free."""
    if size == 1:
        spans = [*_merged(sorted(block.span for block in blocks))]
        return [(at, -1) for at, _ in spans] + [(at, 1) for _, at in spans]
    steps = [(block.span.from_at, -block.quantity) for block in blocks]
    steps += [(block.span.until_at, block.quantity) for block in blocks]
    steps.sort()
    levels = accumulate((change for _, change in steps), initial=size)
    free = [max(level, 0) for level in levels]
    return [
        (at, now - before) for (at, _), (before, now) in zip(steps, pairwise(free), strict=True)
    ]


def _levels(changes: Mapping[datetime, int], over: Span) -> Iterator[tuple[datetime, int]]:
    """The sum of all changes so far, wherever it is another one within the span."""
    level, shown = 0, None
    for at in sorted(changes):
        level += changes[at]
        if at < over.until_at and level != shown:
            yield at, level
            shown = level
