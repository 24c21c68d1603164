"""Terms of a loan: until when, how often renewed, how long undone."""

from datetime import datetime, timedelta

from toolshare.inventory.models import Kind
from toolshare.people.opening import end_of_opening_day, next_opening_day, today_in

RENEWALS = 1
GRACE = timedelta(days=1)  # late by less than this may still be renewed
UNDO_MINUTES = 15


def due_at(kind: Kind, *, now: datetime) -> datetime:
    """The end of the first opening day on or after the loan period, counted in calendar days.

    The days are the group's own, not spans of 24 hours: a week in which the clocks change is a
    week.
    """
    group = kind.group
    wanted = today_in(group, now) + timedelta(days=kind.loan_days or group.loan_days)
    return end_of_opening_day(group, next_opening_day(group, wanted))


def may_be_undone(done_at: datetime, *, now: datetime) -> bool:
    """Whether something done then can still be taken back."""
    return done_at >= undoable_since(now)


def undoable_since(now: datetime) -> datetime:
    """What was done before this moment stays done."""
    return now - timedelta(minutes=UNDO_MINUTES)
