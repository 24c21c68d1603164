"""Which backups to keep: the newest of each of the last days, weeks and months that have one."""

from collections.abc import Callable, Hashable, Iterable
from datetime import datetime
from typing import NamedTuple


class Keep(NamedTuple):
    """Of how many days, weeks and months the newest backup is kept."""

    days: int
    weeks: int
    months: int


PERIODS: tuple[Callable[[datetime], Hashable], ...] = (
    lambda at: at.date(),
    lambda at: at.isocalendar()[:2],
    lambda at: (at.year, at.month),
)


def superfluous(made: Iterable[datetime], keep: Keep, *, now: datetime) -> list[datetime]:
    """What need not be kept any more, oldest first; the newest always is.

    Days without a backup don't count, so that nothing goes because the machine was off, or its
    clock ahead. What was made in the future is neither counted nor given up.
    """
    past = sorted((at for at in made if at <= now), reverse=True)
    kept = set(past[:1])
    for period, how_many in zip(PERIODS, keep, strict=True):
        newest: dict[Hashable, datetime] = {}
        for at in past:
            newest.setdefault(period(at), at)
        kept.update(list(newest.values())[:how_many])
    return [at for at in reversed(past) if at not in kept]
