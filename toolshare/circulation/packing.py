"""Packing spans onto units: a search that goes along time and never tries the same again."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

Moments = tuple[datetime, datetime]  # from the one until just before the other


class Packing:
    """Spans in the order in which they begin, and the units that each may have, the best first.

    Backtracking. Units that the spans still to come may have alike make no difference, so what
    failed with one of them is not tried with another: units that are all alike need no step back.
    """

    def __init__(self, spans: Sequence[Moments], choices: Sequence[Sequence[int]]) -> None:
        self.spans = spans
        self.choices = choices
        self.whose: dict[int, int] = defaultdict(int)  # a bit for each span that may have the unit
        for at, units in enumerate(choices):
            for unit in units:
                self.whose[unit] |= 1 << at
        self.failed: set[tuple[int, tuple[tuple[int, datetime], ...]]] = set()

    def units(self, steps: Iterator[int]) -> list[int] | None:
        """A unit for each span; None when there is no way, or when there are no more steps."""
        return self._units_from(0, {}, steps) if all(self.choices) else None

    def _units_from(
        self, at: int, busy: Mapping[int, datetime], steps: Iterator[int]
    ) -> list[int] | None:
        if at == len(self.spans):
            return []
        from_at, until_at = self.spans[at]
        busy = {unit: until for unit, until in busy.items() if until > from_at}
        state = at, tuple(sorted((self.whose[unit] >> at, until) for unit, until in busy.items()))
        if state in self.failed or next(steps, None) is None:
            return None
        for unit in self.choices[at]:
            if unit not in busy:
                rest = self._units_from(at + 1, {**busy, unit: until_at}, steps)
                if rest is not None:
                    return [unit, *rest]
        self.failed.add(state)
        return None
