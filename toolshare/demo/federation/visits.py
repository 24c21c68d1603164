"""A turn: how one thing goes out once and comes back, drawn before it begins.

Moments are minutes since midnight (UTC) of the first day, from which days are counted, too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta

from toolshare.demo.federation.cooperatives import KNOWN, VILLAGE, Cooperative
from toolshare.demo.federation.settling import CLOSES, OPENS, TIME_ZONE, WORKDAYS, Thing
from toolshare.people.models import Group, OpeningHours
from toolshare.people.opening import end_of_opening_day
from toolshare.rules.in_force import BY_DEFAULT

A_DAY = 24 * 60  # minutes
AHEAD = 120  # days that can be planned
PACE = 166  # days that a thing rests, at most, before it goes out again
FROM, FOR = 6 * 60 + 20, 620  # people come between 6:20 and 16:40 UTC
RESERVED, RENEWED, ASKED_FOR, LATE, BROKEN = 8, 8, 5, 5, 2  # of a hundred turns each
LATE_BY, MENDED_IN, RESERVED_AHEAD = 20, 14, 38  # days at most
RENEWED_AFTER, RENEWED_FOR = 5, 4  # days
CLOCK = [f" {minute // 60:02}:{minute % 60:02}:00.000000" for minute in range(A_DAY)]
PERIOD = BY_DEFAULT.loan_period.days


class Almanac:
    """The days of the story as both databases read them, and when the groups close on each."""

    def __init__(self, began: date, days: int) -> None:
        self.began, self.weekday = began, began.weekday()
        self.days = [(began + timedelta(days=day)).isoformat() for day in range(days + AHEAD)]
        self.ends = {hours: list(self._ends(keeps_hours=hours)) for hours in (True, False)}

    def text(self, moment: int) -> str:
        """A moment, written down."""
        day, minute = divmod(moment, A_DAY)
        return self.days[day] + CLOCK[minute]

    def open_on(self, group: Cooperative, day: int) -> int:
        """The day, or the one after it when the group is closed then."""
        is_closed = group.keeps_hours and (self.weekday + day) % 7 not in WORKDAYS
        return day + is_closed

    def end_of(self, group: Cooperative, day: int) -> str:
        """The end of an opening day."""
        return self.ends[group.keeps_hours][day]

    def _ends(self, *, keeps_hours: bool) -> Iterator[str]:
        opens, closes = map(time.fromisoformat, (OPENS, CLOSES))
        hours = [OpeningHours(weekday=day, opens_at=opens, closes_at=closes) for day in WORKDAYS]
        group = Group(time_zone=TIME_ZONE, opening_hours=hours if keeps_hours else [])
        group.closed_dates = []
        for day in self.days:
            yield f"{end_of_opening_day(group, date.fromisoformat(day)):%Y-%m-%d %H:%M:%S.%f}"


@dataclass(slots=True)
class Turn:
    """What will happen, and by the ids what has happened."""

    who: int
    begins: int
    due_on: int  # the day
    back: int
    reserved_at: int | None = None
    asked_at: int | None = None
    who_asks: int = 0
    renewed_at: int | None = None
    first_due_on: int = 0
    mended_at: int | None = None
    reservation_id: int | None = None
    unit_id: int | None = None
    loan_id: int | None = None
    hold_id: int | None = None
    renewal_id: int | None = None
    inspection_id: int | None = None
    outage_id: int | None = None
    is_mended: bool = False

    @property
    def ends(self) -> int:
        """When nothing is left of it."""
        return max(self.back, self.mended_at or 0)


def draw(almanac: Almanac, thing: Thing, after: int) -> Turn:
    """The next turn of a thing, some days after the day on which the one before was over."""
    dice, group = thing.dice, thing.group
    day = almanac.open_on(group, after + 1 + dice.roll(PACE))
    number, sort = dice.roll(group.members), dice.roll(100)
    due_on = almanac.open_on(group, day + PERIOD)
    turn = Turn(group.first_person + number, _hour(thing, day), due_on, 0, first_due_on=due_on)
    if dice.roll(100) < RESERVED:
        asked_on = max(after + 1, day - 2 - dice.roll(RESERVED_AHEAD))
        turn.reserved_at = _hour(thing, asked_on) if asked_on < day else None
    back_on = day + 1 + dice.roll(PERIOD)
    if sort < LATE and not _is_known(group, number):
        back_on = due_on + 1 + dice.roll(LATE_BY)
    elif sort < LATE + RENEWED:
        turn.renewed_at = _hour(thing, day + RENEWED_AFTER)
        turn.due_on = almanac.open_on(group, day + RENEWED_AFTER + PERIOD)
        back_on = due_on + 1 + dice.roll(RENEWED_FOR)
    elif sort < LATE + RENEWED + ASKED_FOR and back_on > day + 1:
        turn.asked_at = _hour(thing, day + 1)
        turn.who_asks = group.first_person + (number + 1) % group.members
    turn.back = _hour(thing, almanac.open_on(group, back_on))
    if dice.roll(100) < BROKEN:
        turn.mended_at = _hour(thing, back_on + 2 + dice.roll(MENDED_IN))
    return turn


def _hour(thing: Thing, day: int) -> int:
    return day * A_DAY + FROM + thing.dice.roll(FOR)


def _is_known(group: Cooperative, number: int) -> bool:
    """Whether somebody should be able to borrow, who would not be after having been late."""
    return group.slug == VILLAGE and number in KNOWN[VILLAGE]
