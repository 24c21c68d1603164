"""The demo's calendar: when it began, and when people come by while a village is open."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from toolshare.demo.villages import Village

TIME_ZONE = "Europe/Rome"
BEGAN = timedelta(days=170)  # before the present
LENDING_BEGAN = timedelta(days=130)
BEFORE_CLOSING = 15  # minutes
JUST_NOW = timedelta(minutes=20)


class Almanac:
    """The days until the present; the same dice give the same minutes each time."""

    def __init__(self, now: datetime, dice: Random) -> None:
        self.now, self.dice = now, dice

    def back(self, village: Village, days: int = 60) -> Iterator[datetime]:
        """A moment of each day on which the village was open, the latest first."""
        for ago in range(days):
            moment = self.moment(village, ago)
            if moment is not None and moment < self.now - JUST_NOW:
                yield moment

    def on_or_before(self, village: Village, days_ago: int) -> datetime:
        """A moment of the last day that the village was open, that many days ago or more."""
        moments = (self.moment(village, ago) for ago in range(days_ago, days_ago + 14))
        return next(at for at in moments if at and at < self.now - JUST_NOW)

    def on_or_after(self, village: Village, moment: datetime) -> datetime | None:
        """A moment of the first day from then on that the village was open; None is yet to come."""
        ago = (self.now - moment).days + 1  # by the calendar it may be one more
        later = (self.moment(village, days) for days in range(ago, -1, -1))
        return next((at for at in later if at and moment <= at < self.now - JUST_NOW), None)

    def moment(self, village: Village, days_ago: int) -> datetime | None:
        """A moment of that day's opening hours."""
        day = self.now.astimezone(ZoneInfo(TIME_ZONE)).date() - timedelta(days=days_ago)
        spans = village.hours.get(day.weekday())
        if not spans:
            return None
        opens, closes = (
            datetime.combine(day, at, ZoneInfo(TIME_ZONE)) for at in self.dice.choice(spans)
        )
        minutes = int((closes - opens).total_seconds()) // 60 - BEFORE_CLOSING
        return opens + timedelta(minutes=self.dice.randrange(minutes))
