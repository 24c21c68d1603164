"""Lengths of time as people agree on them: days of the calendar, hours and minutes of the clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import total_ordering
from zoneinfo import ZoneInfo

MINUTES_OF_A_DAY, MINUTES_OF_AN_HOUR = 1440, 60


@total_ordering
@dataclass(frozen=True)
class Length:
    """A length of time; days are days of the calendar, however many hours the clock gives them."""

    days: int = 0
    hours: int = 0
    minutes: int = 0

    def __post_init__(self) -> None:
        if min(self.days, self.hours, self.minutes) < 0:
            raise ValueError(f"{self!r} goes back in time")

    def __bool__(self) -> bool:
        return self != Length()

    def __lt__(self, other: "Length") -> bool:
        return self._order < other._order

    @property
    def is_by_hours(self) -> bool:
        """Whether it is told to the hour or the minute, not in whole days."""
        return bool(self.hours or self.minutes)

    def after(self, moment: datetime, time_zone: str) -> datetime:
        """The moment, in UTC, that lies this long after another.

        Days go by the wall clock there, and a time that a turned clock leaves out is the later one
        that there is; hours and minutes pass as they do.
        """
        if self.days:
            there = moment.astimezone(ZoneInfo(time_zone)) + timedelta(days=self.days)
            moment = there.replace(fold=0)
        return moment.astimezone(UTC) + timedelta(hours=self.hours, minutes=self.minutes)

    def as_json(self) -> dict[str, int]:
        """What JSON keeps of it: {"days": 7}."""
        return {name: number for name, number in vars(self).items() if number}

    @property
    def _order(self) -> tuple[int, int, int]:
        hours = self.hours * MINUTES_OF_AN_HOUR
        return self.days * MINUTES_OF_A_DAY + hours + self.minutes, self.days, self.hours
