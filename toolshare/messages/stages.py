"""When a due date is told: some days before, on the day, and after it on days 1, 3, 7, then weekly."""

from datetime import date

A_WEEK = 7
FIRST_STAGES = (3, 1)


def late_stage(due: date, today: date) -> int | None:
    """The newest of the days on which it is told that something is late; None when it isn't.

    Whoever slept over some of them is told of the newest alone.
    """
    days = (today - due).days
    if days >= A_WEEK:
        return days - days % A_WEEK
    return next((stage for stage in FIRST_STAGES if days >= stage), None)
