"""The rules in force for a thing: one value for each parameter, and where each comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from toolshare.refusals import Refusal
from toolshare.rules.lengths import Length
from toolshare.rules.parameters import PARAMETERS
from toolshare.rules.values import ClosedDay, Regime


class Level(StrEnum):
    """What a rule is about, from the nearest to the farthest."""

    ITEM = "item"
    KIND = "kind"
    CATEGORY = "category"
    GROUP = "group"
    PARENT = "parent"
    DEFAULT = "default"


@dataclass(frozen=True)
class Source:
    """Where a value comes from: what it is set for, and by which group."""

    value: Any
    level: Level = Level.DEFAULT
    name: str = ""  # of the item, kind, category or group that it is set for
    group: str = ""  # who set it
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class RulesInForce:
    """What holds for one thing, or for all that a group owns.

    Several sources of one value have been joined: who needs two certificates needs both.
    """

    loan_period: Length
    closed_day: ClosedDay
    renewals: int
    guaranteed: Length
    recall_notice: Length
    grace: Length
    lost_after: Length
    open_loans: int
    open_holds: int
    horizon: Length
    notice: Length
    shortest_booking: Length
    longest_booking: Length
    turnaround: int  # opening days
    most_days: int  # 0 is as many as one likes
    gap: Length
    pickup_window: Length
    cancel_cutoff: Length
    needs_approval: bool
    offer_time: Length
    self_checkout: bool
    regime: Regime
    certificates: Sequence[str]
    least_age: int  # years
    agreements: Sequence[str]
    sources: Mapping[str, Sequence[Source]] = field(default_factory=dict, compare=False)

    def as_json(self) -> dict[str, Any]:
        """The values as JSON keeps them: a loan keeps those that it began with."""
        return {
            name: parameter.takes.write(getattr(self, name))
            for name, parameter in PARAMETERS.items()
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "RulesInForce":
        """The rules that were kept; what nobody knew of then is as it is by default."""
        return cls(**{name: _read(name, kept) for name in PARAMETERS})


def _read(name: str, kept: Mapping[str, Any]) -> Any:
    """A kept value; one that is out of today's range holds no more than an unknown one."""
    parameter = PARAMETERS[name]
    try:
        return parameter.takes.read(kept[name]) if name in kept else parameter.default
    except Refusal:
        return parameter.default


BY_DEFAULT = RulesInForce.from_json({})
