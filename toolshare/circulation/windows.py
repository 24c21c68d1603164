"""The next spans in which things that are wanted together are all free."""

from collections.abc import Sequence
from itertools import islice

from toolshare.circulation import spans
from toolshare.circulation.allotting import Wanted
from toolshare.circulation.blocks import Ahead
from toolshare.circulation.fitting import Span, least_free
from toolshare.people.models import Group

SHOWN = 3


def free_windows(
    group: Group, together: Sequence[tuple[Wanted, Ahead]], span: Span, *, at_most: int = SHOWN
) -> list[Span]:
    """The same span on later days, the first few on which nobody would have to move.

    The group has its opening times: each begins and ends while it is open.
    """
    later = spans.later_ones(group, span)
    return list(islice((one for one in later if is_free(together, one)), at_most))


def is_free(together: Sequence[tuple[Wanted, Ahead]], span: Span) -> bool:
    """Whether all of these are free for all of the span."""
    return all(_has_room(wanted, ahead, span) for wanted, ahead in together)


def _has_room(wanted: Wanted, ahead: Ahead, span: Span) -> bool:
    units = {unit: size for unit, size in ahead.units.items() if wanted.item_id in (None, unit)}
    return least_free(units, ahead.all_blocks, span) >= wanted.quantity
