"""What closing a stocktake will do, said before it is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from toolshare.stocktake.findings import IN_HAND, Found, Tally
from toolshare.stocktake.models import Finding


@dataclass(frozen=True)
class Plan:
    """What will be missing, moved, counted anew, and looked over since it was found."""

    missing: Sequence[Found]
    moves: Sequence[Found]
    recounts: Sequence[Found]
    found: Sequence[Found]

    @property
    def item_ids(self) -> set[int]:
        """The items that will be changed."""
        changed = (*self.missing, *self.moves, *self.recounts, *self.found)
        return {one.item_id for one in changed if one.item_id is not None}

    @property
    def seal(self) -> str:
        """The same for plans that do the same, so that nobody closes what they have not read."""
        told = (
            sorted(one.code for one in self.missing),
            sorted((one.code, one.seen_in) for one in self.moves),
            sorted((one.code, one.difference) for one in self.recounts),
            sorted(one.code for one in self.found),
        )
        return sha256(repr(told).encode()).hexdigest()[:16]


def plan_of(tally: Tally) -> Plan:
    """What closing would do now."""
    in_hand = [one for one in tally.found if one.finding in IN_HAND]
    return Plan(
        missing=[one for one in tally.found if one.finding is Finding.NOT_SEEN],
        moves=[one for one in in_hand if one.is_misplaced],
        recounts=[one for one in in_hand if one.is_recounted],
        found=[one for one in in_hand if one.finding is Finding.FOUND],
    )
