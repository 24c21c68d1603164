"""What a stocktake says of each thing, in which lists it stands, and how far it has come."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from toolshare.stocktake.models import NUMBER, Finding

# What should be on its shelf, whether somebody has seen it or not.
EXPECTED = {Finding.SEEN, Finding.NOT_SEEN, Finding.FOUND, Finding.LENT}
IN_HAND = {Finding.SEEN, Finding.FOUND}  # moved and counted anew by closing


@dataclass(frozen=True)
class Found:
    """A thing, or a code of none, and what the stocktake says of it."""

    finding: Finding
    code: str
    item_id: int | None = None
    name: str = ""
    whose: str = ""
    home: str = ""
    home_id: int | None = None
    seen_in: str = ""
    seen_in_id: int | None = None
    is_expected: bool = False
    is_misplaced: bool = False
    times: int = 0
    should_be: int | None = None
    counted: int | None = None
    seen_at: datetime | None = None
    seen_by: str | None = None
    seen_by_id: int | None = None
    outage_id: int | None = None
    left: Sequence[str] = field(default_factory=list)

    @property
    def difference(self) -> int:
        """How many more than there should be, or less."""
        if self.counted is None or self.should_be is None:
            return 0
        return self.counted - self.should_be

    @property
    def is_recounted(self) -> bool:
        """Whether closing takes over the number that was counted."""
        return bool(self.difference) and NUMBER not in self.left


class Shown(StrEnum):
    """The lists of a stocktake, what needs somebody first."""

    TO_SEE = "to_see"
    MISPLACED = "misplaced"
    LENT = "lent"
    UNKNOWN = "unknown"
    TWICE = "twice"
    BINS = "bins"
    FOUND = "found"
    OTHER = "other"
    SEEN = "seen"
    AWAY = "away"


STANDS_IN: dict[Shown, Callable[[Found], bool]] = {
    Shown.TO_SEE: lambda one: one.finding is Finding.NOT_SEEN,
    Shown.MISPLACED: lambda one: one.is_misplaced,
    Shown.LENT: lambda one: one.finding is Finding.LENT,
    Shown.UNKNOWN: lambda one: one.finding is Finding.UNKNOWN,
    Shown.TWICE: lambda one: one.item_id is not None and one.times > 1,
    Shown.BINS: lambda one: one.counted is not None,
    Shown.FOUND: lambda one: one.finding is Finding.FOUND,
    Shown.OTHER: lambda one: one.finding in {Finding.RETIRED, Finding.OTHER},
    Shown.SEEN: lambda one: one.is_expected and one.times > 0,
    Shown.AWAY: lambda one: (
        one.finding in {Finding.AWAY, Finding.MISSING, Finding.HANDLED, Finding.ELSEWHERE}
    ),
}


@dataclass(frozen=True)
class Progress:
    """How many of the things that live in a place were seen."""

    place: str
    expected: int
    seen: int


@dataclass(frozen=True)
class Tally:
    """All that a stocktake found, by name."""

    found: Sequence[Found] = field(default_factory=list)

    @cached_property
    def counts(self) -> dict[Shown, int]:
        """How many stand in each list."""
        return {shown: sum(map(stands, self.found)) for shown, stands in STANDS_IN.items()}

    @cached_property
    def expected(self) -> int:
        """How many should be on their shelves."""
        return sum(one.is_expected for one in self.found)

    @property
    def seen(self) -> int:
        """How many of them were seen."""
        return self.counts[Shown.SEEN]

    def those(self, shown: Shown) -> list[Found]:
        """What stands in a list."""
        return [one for one in self.found if STANDS_IN[shown](one)]

    def progress(self) -> list[Progress]:
        """By the place where things live, in the order of the tree."""
        by_place: dict[str, list[int]] = {}
        for one in self.found:
            if one.is_expected:
                by_place.setdefault(one.home, []).append(one.times > 0)
        return [Progress(place, len(seen), sum(seen)) for place, seen in sorted(by_place.items())]
