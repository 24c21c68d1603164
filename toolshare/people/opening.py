"""On which days a group is open, and until when, on its own calendar and clock."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import set_committed_value

from toolshare.people.models import ClosedDate, Group, OpeningHours
from toolshare.records import AnySession

LAST_MOMENT = time(23, 59, 59)
A_YEAR = 366  # days
WEEKS_OF_A_YEAR = 53
# What a statement that selects groups needs, so that these functions find hours and closed dates.
WITH_OPENING_TIMES = (selectinload(Group.opening_hours), selectinload(Group.closed_dates))

# The same for one group that is read already; built once, because every scan asks.
HOURS = (
    select(OpeningHours)
    .where(OpeningHours.group_id == bindparam("group_id"))
    .order_by(OpeningHours.weekday, OpeningHours.opens_at)
)
CLOSED = (
    select(ClosedDate).where(ClosedDate.group_id == bindparam("group_id")).order_by(ClosedDate.day)
)


def read_opening_times(session: AnySession, group: Group) -> Group:
    """The group, with its hours and closed dates read."""
    asked = {"group_id": group.id}
    set_committed_value(group, "opening_hours", session.scalars(HOURS, asked).all())
    set_committed_value(group, "closed_dates", session.scalars(CLOSED, asked).all())
    return group


def read_opening_times_of_all(session: AnySession, groups: Sequence[Group]) -> Sequence[Group]:
    """The same of several groups, in three statements."""
    ids = [group.id for group in groups]
    return session.scalars(
        select(Group).where(Group.id.in_(ids)).options(*WITH_OPENING_TIMES)
    ).all()


def today_in(group: Group, now: datetime) -> date:
    """The day that it is in the group's time zone."""
    return now.astimezone(ZoneInfo(group.time_zone)).date()


def is_open_on(group: Group, day: date) -> bool:
    """Whether the group opens on this day; without any hours it opens every day."""
    if any(closed.day == day for closed in group.closed_dates):
        return False
    return not group.opening_hours or bool(_closing_times(group, day))


def next_opening_day(group: Group, day: date) -> date:
    """This day if the group is open on it, else the first one after it that is.

    A group that is closed for a whole year gives the day itself: a loan has to be due some day.
    """
    days = (day + timedelta(days=ahead) for ahead in range(A_YEAR))
    return next((later for later in days if is_open_on(group, later)), day)


def same_weekday(group: Group, day: date) -> date:
    """This day if the group is open on it, else the same weekday of the first week in which it is.

    A group that never opens on that weekday gives the next opening day.
    """
    days = (day + timedelta(weeks=ahead) for ahead in range(WEEKS_OF_A_YEAR))
    found = next((later for later in days if is_open_on(group, later)), None)
    return found or next_opening_day(group, day)


def start_of_opening_day(group: Group, day: date) -> datetime:
    """The moment, in UTC, at which the group opens on the day; its first moment without hours."""
    opens = [span.opens_at for span in group.opening_hours if span.weekday == day.weekday()]
    return on_the_clock(group, datetime.combine(day, min(opens, default=time.min)))


def on_the_clock(group: Group, there: datetime) -> datetime:
    """The moment, in UTC, at which the group's clocks show this.

    Where they show it twice, the first; where they skip it, as long after the skip (PEP 495).
    """
    return there.replace(tzinfo=ZoneInfo(group.time_zone)).astimezone(UTC)


def local_time(group: Group, moment: datetime) -> datetime:
    """What the group's clocks show at a moment, without a zone."""
    return moment.astimezone(ZoneInfo(group.time_zone)).replace(tzinfo=None)


def previous_opening_day(group: Group, day: date) -> date:
    """This day if the group is open on it, else the last one before it that was.

    A group that was closed for a whole year gives the day itself.
    """
    days = (day - timedelta(days=back) for back in range(A_YEAR))
    return next((earlier for earlier in days if is_open_on(group, earlier)), day)


def after_opening_days(group: Group, at: datetime, days: int) -> datetime:
    """The end of that many opening days after the day of this moment; the moment itself for none."""
    day = today_in(group, at)
    for _ in range(days):
        day = next_opening_day(group, day + timedelta(days=1))
    return end_of_opening_day(group, day) if days else at


def after_opening_hours(group: Group, at: datetime, hours: timedelta) -> datetime:
    """When the group will have been open for that long since the moment; for no time the moment.

    A group that is closed for a whole year gives what the clock says: everything has to end.
    """
    left = hours
    if not left:
        return at
    today = today_in(group, at)
    for ahead in range(A_YEAR):
        for opens, closes in _open_times(group, today + timedelta(days=ahead)):
            begins = max(opens, at)
            if begins + left <= closes:
                return begins + left
            left -= max(closes - begins, timedelta())
    return at + hours


def end_of_opening_day(group: Group, day: date) -> datetime:
    """The moment, in UTC, at which the group closes for the day; the end of the day without hours.

    Where the clock is turned that minute, the later of the moments that go by this time.
    """
    return _latest(
        group, datetime.combine(day, max(_closing_times(group, day), default=LAST_MOMENT))
    )


def next_open_moment(group: Group, at: datetime) -> datetime:
    """This moment if the group is open then, else when it opens next.

    A group that is closed for a whole year gives the moment itself.
    """
    today = today_in(group, at)
    days = (today + timedelta(days=ahead) for ahead in range(A_YEAR))
    spans = (span for day in days for span in _open_spans(group, day))
    return next((max(opens, at) for opens, closes in spans if at <= closes), at)


def last_open_moment(group: Group, at: datetime) -> datetime:
    """This moment if the group is open then, else when it closed last, or would have."""
    today = today_in(group, at)
    days = (today - timedelta(days=back) for back in range(A_YEAR))
    spans = (span for day in days for span in reversed(_open_spans(group, day)))
    return next((min(closes, at) for opens, closes in spans if opens <= at), at)


def _open_spans(group: Group, day: date) -> list[tuple[datetime, datetime]]:
    """From when until when, in UTC, the group is open on a day."""
    if not is_open_on(group, day):
        return []
    times = [
        (span.opens_at, span.closes_at)
        for span in group.opening_hours
        if span.weekday == day.weekday()
    ]
    return [
        (
            on_the_clock(group, datetime.combine(day, opens)),
            _latest(group, datetime.combine(day, closes)),
        )
        for opens, closes in times or [(time.min, LAST_MOMENT)]
    ]


def _latest(group: Group, there: datetime) -> datetime:
    """The last moment at which the group's clocks show this, or would if they didn't skip it."""
    return max(on_the_clock(group, there.replace(fold=fold)) for fold in (0, 1))


def _open_times(group: Group, day: date) -> list[tuple[datetime, datetime]]:
    """From when until when the group is open on this day, in UTC; midnight to midnight without hours."""
    if not is_open_on(group, day):
        return []
    if not group.opening_hours:
        midnights = (datetime.combine(one, time.min) for one in (day, day + timedelta(days=1)))
        opens, closes = (on_the_clock(group, midnight) for midnight in midnights)
        return [(opens, closes)]
    there = [
        [datetime.combine(day, at) for at in (span.opens_at, span.closes_at)]
        for span in group.opening_hours
        if span.weekday == day.weekday()
    ]
    return [(on_the_clock(group, opens), _latest(group, closes)) for opens, closes in there]


def _closing_times(group: Group, day: date) -> list[time]:
    return [span.closes_at for span in group.opening_hours if span.weekday == day.weekday()]
