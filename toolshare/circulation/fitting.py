"""Fitting wishes to units: which of N units is free for a span, and who moves so that more fit.

Pure reckoning: units are numbers, spans are half-open, nothing is read and nobody is asked.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import itemgetter
from typing import NamedTuple

from toolshare.circulation.packing import Packing

MOST_MOVED = 200  # wishes that one search may move
MOST_STEPS = 1_000  # of one search, all its widenings together; 30 times as many find hardly more
ENDLESS = timedelta.max / 4


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

    def __init__(self, units: Iterable[int], kept: Iterable[tuple[int, Span]] = ()) -> None:
        self._kept: dict[int, list[Span]] = {unit: [] for unit in units}
        self._add(kept)

    def plus(self, kept: Iterable[tuple[int, Span]]) -> "Timetable":
        """Another one, in which the units are kept at these times too."""
        other = Timetable(())
        other._kept = self._kept.copy()
        other._add(kept)
        return other

    def is_free(self, unit: int, span: Span) -> bool:
        """Whether the unit is there and nothing keeps it at any moment of the span."""
        if unit not in self._kept:
            return False
        before, _ = self._neighbours(unit, span)
        return before is None or before.until_at <= span.from_at

    def has_room(self, span: Span) -> bool:
        """Whether at each moment some unit is free, be it another one each time.

        Where that is not so, no moving about makes room.
        """
        blocks = (Block(unit, one) for unit, kept in self._kept.items() for one in kept)
        return all(free for _, free in free_counts(dict.fromkeys(self._kept, 1), blocks, span))

    def units_for(self, span: Span, pinned: int | None = None) -> list[int]:
        """The units that are free for a span, the one whose gap fits most tightly first."""
        may_be = self._kept if pinned is None else [pinned]
        free = (unit for unit in may_be if self.is_free(unit, span))
        return [unit for _, unit in sorted((self._leftover(unit, span), unit) for unit in free)]

    def _add(self, kept: Iterable[tuple[int, Span]]) -> None:
        more = defaultdict(list)
        for unit, span in kept:
            more[unit].append(span)
        for unit in more.keys() & self._kept.keys():
            self._kept[unit] = list(_merged(sorted(self._kept[unit] + more[unit])))

    def _leftover(self, unit: int, span: Span) -> timedelta:
        """How much of the gap around a free span would stay unused."""
        before, after = self._neighbours(unit, span)
        lead = span.from_at - before.until_at if before else ENDLESS
        rest = after.from_at - span.until_at if after else ENDLESS
        return lead + rest

    def _neighbours(self, unit: int, span: Span) -> tuple[Span | None, Span | None]:
        """The last one that begins before the span ends, and the first one after that."""
        kept = self._kept[unit]
        at = bisect_left(kept, span.until_at, key=itemgetter(0))
        return (kept[at - 1] if at else None, kept[at] if at < len(kept) else None)


def free_counts(
    units: Mapping[int, int], blocks: Iterable[Block], over: Span
) -> list[tuple[datetime, int]]:
    """How many are free from each moment on at which that changes; units are counted by their size.

    A unit that is kept twice at once is missing once. One sweep: O(n log n) for n blocks.
    """
    changes = [(over.from_at, sum(units.values()))]
    for unit, kept in _within(over, units, blocks).items():
        changes += _changes(units[unit], over.from_at, kept)
    return [(at, level) for at, level in _levels(changes) if at < over.until_at]


def least_free(units: Mapping[int, int], blocks: Iterable[Block], over: Span) -> int:
    """How many can be had for all of the span: whole units, or the most that one bin always holds.

    Not the least of free_counts(): a unit that is free today and another one tomorrow are no unit
    for both days.
    """
    least = dict(units)
    for unit, kept in _within(over, units, blocks).items():
        changes = [(over.from_at, units[unit]), *_changes(units[unit], over.from_at, kept)]
        least[unit] = min(level for _, level in _levels(changes))
    is_counted = all(size == 1 for size in units.values())
    return sum(least.values()) if is_counted else max(least.values(), default=0)


def fit(
    units: Collection[int], blocks: Iterable[Block], wishes: Sequence[Wish], wanted: Wish
) -> dict[int, int] | None:
    """The unit of every wish that has one, by its id, and of the wanted one; None if it can't be.

    Nobody is moved when some unit is free. Else those in its way may move, then those in their way
    too, and so on, as long as these are at most MOST_MOVED and the search takes at most MOST_STEPS:
    past that it says None, though there may be a way.
    """
    return _fit(Timetable(units, _kept_by(blocks)), wishes, wanted)


def replan(
    units: Collection[int], blocks: Iterable[Block], wishes: Iterable[Wish]
) -> tuple[dict[int, int], list[int]]:
    """The unit of every wish that can be kept, the strongest claims first; the ids of the others.

    Who can stay stays, even when someone who had to move has to move on for it.
    """
    table = Timetable(units, _kept_by(blocks))
    kept: list[Wish] = []
    places: dict[int, int] = {}
    displaced = []
    for wish in wishes:
        here = [replace(wish, pinned=wish.unit)] if wish.unit is not None else []
        found = next(filter(None, (_fit(table, kept, one) for one in (*here, wish))), None)
        if found is None:
            displaced.append(wish.id)
        else:
            places = found
            kept = [replace(one, unit=places[one.id]) for one in (*kept, wish)]
    return places, displaced


def _fit(table: Timetable, wishes: Iterable[Wish], wanted: Wish) -> dict[int, int] | None:
    """As fit(), with a timetable of what can't be moved."""
    placed = {one.id: (one.unit, one) for one in wishes if one.unit is not None}
    stay = {id: unit for id, (unit, _) in placed.items()}
    now = table.plus((unit, one.span) for unit, one in placed.values())
    free = now.units_for(wanted.span, wanted.pinned)
    if free:
        return stay | {wanted.id: free[0]}
    if not now.has_room(wanted.span) or not table.units_for(wanted.span, wanted.pinned):
        return None
    steps = iter(range(MOST_STEPS))
    movable = [one for _, one in placed.values() if one.pinned is None]
    for some in _widening(movable, wanted.span):
        moving = {one.id for one in some}
        others = ((unit, one.span) for id, (unit, one) in placed.items() if id not in moving)
        moved = _packed(table.plus(others), [*some, wanted], steps)
        if moved:
            return stay | moved
    return None


def _packed(
    table: Timetable, wishes: Iterable[Wish], steps: Iterator[int]
) -> dict[int, int] | None:
    """A unit for each of these wishes, where it is rather than anywhere else."""
    in_order = sorted(wishes, key=lambda one: (one.span, one.id))
    choices = [_here_first(one, table.units_for(one.span, one.pinned)) for one in in_order]
    units = Packing([one.span for one in in_order], choices).units(steps)
    return {one.id: unit for one, unit in zip(in_order, units, strict=True)} if units else None


def _here_first(wish: Wish, units: list[int]) -> list[int]:
    return sorted(units, key=lambda unit: unit != wish.unit)


def _widening(wishes: Sequence[Wish], span: Span) -> Iterator[list[Wish]]:
    """Those that overlap a span; these and those that overlap them; and so on, while few enough."""
    reached: list[Wish] = []
    while True:
        wider = [one for one in wishes if one.span.overlaps(span)]
        if len(wider) == len(reached) or len(wider) > MOST_MOVED:
            return
        yield wider
        reached = wider
        ends = [span, *(one.span for one in reached)]
        span = Span(min(one.from_at for one in ends), max(one.until_at for one in ends))


def _kept_by(blocks: Iterable[Block]) -> Iterator[tuple[int, Span]]:
    return ((block.unit, block.span) for block in blocks)


def _merged(spans: list[Span]) -> Iterator[Span]:
    """Spans in order, at least one, those that overlap or touch made one."""
    present = spans[0]
    for span in spans:
        if span.from_at > present.until_at:
            yield present
            present = span
        elif span.until_at > present.until_at:
            present = Span(present.from_at, span.until_at)
    yield present


def _within(over: Span, units: Collection[int], blocks: Iterable[Block]) -> dict[int, list[Block]]:
    """The blocks of each of these units that have a moment in a span."""
    since, until = over
    found = defaultdict(list)
    for block in blocks:
        from_at, until_at = block.span
        if from_at < until and since < until_at and block.unit in units:
            found[block.unit].append(block)
    return found


def _changes(size: int, since: datetime, blocks: list[Block]) -> Iterator[tuple[datetime, int]]:
    """When and by how much what is free of a unit changes."""
    return _of_one(since, blocks) if size == 1 else _of_bin(size, since, blocks)


def _of_one(since: datetime, blocks: list[Block]) -> Iterator[tuple[datetime, int]]:
    """When a unit is taken and when it is free again; each block takes what none before it did."""
    for from_at, until_at in sorted((block.span for block in blocks), key=itemgetter(0)):
        if until_at > since:
            yield (from_at if from_at > since else since), -1
            yield until_at, 1
            since = until_at


def _of_bin(size: int, since: datetime, blocks: list[Block]) -> Iterator[tuple[datetime, int]]:
    """When and by how much what is left in a bin changes; less than nothing is never left."""
    changes = [(since, size)]
    for block in blocks:
        changes.append((max(block.span.from_at, since), -block.quantity))
        changes.append((block.span.until_at, block.quantity))
    left = size
    for at, level in _levels(changes):
        yield at, max(level, 0) - left
        left = max(level, 0)


def _levels(changes: Iterable[tuple[datetime, int]]) -> Iterator[tuple[datetime, int]]:
    """The sum of all changes so far, at each moment at which it becomes another one."""
    level = 0
    levels = {}
    for at, change in sorted(changes, key=itemgetter(0)):
        level += change
        levels[at] = level
    shown = None
    for at, level in levels.items():
        if level != shown:
            yield at, level
            shown = level
