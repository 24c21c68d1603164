"""Terms of a loan: until when, how late it may be, how long undone."""

from datetime import datetime, timedelta

from toolshare.circulation.models import Loan
from toolshare.people.models import Group
from toolshare.people.opening import (
    end_of_opening_day,
    last_open_moment,
    next_open_moment,
    next_opening_day,
    previous_opening_day,
    today_in,
)
from toolshare.rules.in_force import RulesInForce
from toolshare.rules.values import ClosedDay

UNDO_MINUTES = 15


def due_at(group: Group, rules: RulesInForce, *, now: datetime) -> datetime:
    """Until when a thing is lent that is borrowed now; the group has its opening times loaded.

    In days it is the end of an opening day: days of the group's own calendar, so that a week in
    which the clocks change is a week. In hours it is that moment, if the group is open then.
    """
    if rules.loan_period.is_by_hours:
        return _due_by_hours(group, rules, now)
    day = today_in(group, now) + timedelta(days=rules.loan_period.days)
    if rules.closed_day is ClosedDay.PREVIOUS:
        due = end_of_opening_day(group, previous_opening_day(group, day))
        if due > now:
            return due
    return end_of_opening_day(group, next_opening_day(group, day))


def _due_by_hours(group: Group, rules: RulesInForce, now: datetime) -> datetime:
    wanted = rules.loan_period.after(now, group.time_zone)
    if rules.closed_day is ClosedDay.PREVIOUS:
        due = last_open_moment(group, wanted)
        if due > now:
            return due
    return next_open_moment(group, wanted)


def rules_of(loan: Loan) -> RulesInForce:
    """The rules that were in force when the loan began; no later change of them touches it."""
    return RulesInForce.from_json(loan.rules)


def may_be_undone(done_at: datetime, *, now: datetime) -> bool:
    """Whether something done then can still be taken back."""
    return done_at >= undoable_since(now)


def undoable_since(now: datetime) -> datetime:
    """What was done before this moment stays done."""
    return now - timedelta(minutes=UNDO_MINUTES)
