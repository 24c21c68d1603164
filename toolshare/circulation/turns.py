"""Taking turns: who of those who wait comes first, by which comparison, and who gets which unit.

In order of asking the longest wait comes first. In turns it is who has had least of the thing this
season, though nobody has it twice while another waits; of those who have had as much, who left reservations
unfetched comes last; ties go to the longest wait, then to an order that moves on every year. Whoever has an offer already stands before all others. Pure reckoning:
nothing is read and nobody is asked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from toolshare.rules.values import Regime

YEARS_OF_A_ROUND = 12
NEVER = datetime.max.replace(tzinfo=UTC)


class Decision(StrEnum):
    """What put one who waits before another."""

    ALONE = "alone"  # there is nobody to compare with
    OFFERED = "offered"
    HAD = "had"  # one of them has had it since the other asked
    USED = "used"
    MISSED = "missed"  # one of them has left too much unfetched this season
    ASKED = "asked"
    ORDER = "order"  # of this year, for those who are equal in all else


@dataclass(frozen=True)
class Waiting:
    """Somebody in a line: what is compared, and what they would take."""

    hold_id: int
    person_id: int
    asked_at: datetime
    used: int = 0  # days of this season
    had_at: datetime | None = None  # when they last got one
    has_missed: bool = False  # so many of what they reserved that they come last
    wants: int | None = None  # this unit and no other
    may_have: bool = True  # neither paused nor without a current membership
    offered: int | None = None  # the unit that is offered to them
    offered_at: datetime | None = None
    passed_at: datetime | None = None  # they had their turn with all that was free by then

    def would_take(self, unit: int, *, free_since: datetime) -> bool:
        """Whether this unit may be offered to them now."""
        is_asked_for = self.wants in (None, unit)
        is_new = self.passed_at is None or free_since > self.passed_at
        return self.may_have and self.offered is None and is_asked_for and is_new


@dataclass(frozen=True)
class Place:
    """A place in line: its number from 1, and why it is this one.

    `other` is who stands right before, and of the first who stands right behind.
    """

    number: int
    waiting: Waiting
    decided_by: Decision
    other: Waiting | None = None


def in_order(waiting: Iterable[Waiting], regime: Regime, *, year: int) -> list[Place]:
    """Everyone who waits in the order of their turns; who is paused keeps the place."""
    left = sorted(waiting, key=lambda one: tuple(_compared(one, regime, year).values()))
    line: list[Waiting] = []
    while left:
        able = (one for one in left if not any(_goes_first(other, one, regime) for other in left))
        line.append(next(able))
        left.remove(line[-1])
    places = []
    for index, one in enumerate(line):
        other = line[index - 1] if index else next(iter(line[1:]), None)
        places.append(Place(index + 1, one, _decided_by(one, other, regime, year), other))
    return places


def who_gets(line: Sequence[Waiting], free: Mapping[int, datetime]) -> dict[int, Waiting]:
    """Who is to be offered each of the free units; those of no use to anybody are left out.

    `free` says since when each is free. Everybody in their turn gets one, and rather one that
    nobody asked for by its code.
    """
    asked_for = {one.wants for one in line}
    gets: dict[int, Waiting] = {}
    for one in line:
        suits = [
            unit
            for unit, since in free.items()
            if unit not in gets and one.would_take(unit, free_since=since)
        ]
        if suits:
            gets[min(suits, key=lambda unit: (unit in asked_for, unit))] = one
    return gets


def _goes_first(one: Waiting, other: Waiting, regime: Regime) -> bool:
    """Whether one has waited since before the other, who asked again, last had it."""
    if regime is not Regime.TURNS or other.had_at is None or not one.may_have:
        return False
    has_no_offer = one.offered is None and other.offered is None
    has_waited = one.asked_at < min(other.had_at, other.asked_at)
    return has_no_offer and has_waited and one.wants in (None, other.wants)


def _compared(one: Waiting, regime: Regime, year: int) -> dict[Decision, Any]:
    """What is compared, the weightiest first; of two, less comes first."""
    in_turns = regime is Regime.TURNS
    place_in_year = (one.person_id - year) % YEARS_OF_A_ROUND if in_turns else 0
    return {
        Decision.OFFERED: one.offered_at or NEVER,
        Decision.USED: one.used if in_turns else 0,
        Decision.MISSED: one.has_missed and in_turns,
        Decision.ASKED: one.asked_at,
        Decision.ORDER: (place_in_year, one.hold_id),
    }


def _decided_by(one: Waiting, other: Waiting | None, regime: Regime, year: int) -> Decision:
    if other is None:
        return Decision.ALONE
    if _goes_first(one, other, regime) or _goes_first(other, one, regime):
        return Decision.HAD
    ours, theirs = (_compared(each, regime, year) for each in (one, other))
    return next(decision for decision in ours if ours[decision] != theirs[decision])


def why_next(line: Iterable[Waiting], hold_id: int, regime: Regime, *, year: int) -> Place:
    """The place among those only who can be offered something now."""
    able = [one for one in line if one.may_have and one.offered is None]
    places = in_order(able, regime, year=year)
    return next(place for place in places if place.waiting.hold_id == hold_id)


def as_numbers(place: Place) -> dict[str, Any]:
    """What was compared, as JSON keeps it: numbers, nobody's name."""
    return {
        "number": place.number,
        "decided_by": place.decided_by,
        "own": _numbers(place.waiting),
        "other": _numbers(place.other) if place.other else None,
    }


def from_numbers(kept: Mapping[str, Any]) -> Place:
    """The place that was kept, of somebody without a name."""
    other = _somebody(kept["other"]) if kept["other"] else None
    return Place(kept["number"], _somebody(kept["own"]), Decision(kept["decided_by"]), other)


def _numbers(one: Waiting) -> dict[str, Any]:
    missed = {"has_missed": True} if one.has_missed else {}
    return {"used": one.used, "asked_at": one.asked_at.isoformat(), **missed}


def _somebody(numbers: Mapping[str, Any]) -> Waiting:
    asked_at, has_missed = datetime.fromisoformat(numbers["asked_at"]), "has_missed" in numbers
    return Waiting(0, 0, asked_at, numbers["used"], has_missed=has_missed)
