"""The next spans in which things that are wanted together are all free."""

from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from toolshare.circulation import spans
from toolshare.circulation.allotting import Wanted
from toolshare.circulation.blocks import Ahead
from toolshare.circulation.fitting import Span, least_free
from toolshare.people.models import Group
from toolshare.people.opening import after_opening_days

SHOWN = 3


class Together(NamedTuple):
    """One of the things that are wanted, what is ahead of it, and how many opening days it rests."""

    wanted: Wanted
    ahead: Ahead
    turnaround: int = 0


def free_windows(
    group: Group, together: Sequence[Together], span: Span, *, at_most: int = SHOWN
) -> list[Span]:
    """The same span on later days, the first few on which nobody would have to move.

    The group has its opening times: each begins and ends while it is open.
    """
    later = spans.later_ones(group, span)
    return list(islice((one for one in later if is_free(group, together, one)), at_most))


def is_free(group: Group, together: Sequence[Together], span: Span) -> bool:
    """Whether all of these are free for all of the span, and for their turnaround after it."""
    return all(_has_room(group, one, span) for one in together)


def _has_room(group: Group, one: Together, span: Span) -> bool:
    wanted, ahead, turnaround = one
    units = {unit: size for unit, size in ahead.units.items() if wanted.item_id in (None, unit)}
    rested = after_opening_days(group, span.until_at, turnaround)
    kept = Span(span.from_at, max(rested, span.until_at))
    return least_free(units, ahead.all_blocks, kept) >= wanted.quantity
