"""Terms of a loan: until when, how late it may be, when it is given up, how long undone."""

from datetime import date, datetime, timedelta
from typing import Any

from toolshare.circulation.models import Loan
from toolshare.people.models import Group
from toolshare.people.opening import (
    after_opening_days,
    end_of_opening_day,
    last_open_moment,
    next_open_moment,
    next_opening_day,
    previous_opening_day,
    same_weekday,
    today_in,
)
from toolshare.rules.in_force import RulesInForce
from toolshare.rules.lengths import Length
from toolshare.rules.values import ClosedDay

UNDO_MINUTES = 15
VOID_MINUTES = 60  # for stewards
A_SITTING = timedelta(hours=12)  # at the desk: so long its list says what was done there


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
    onwards = same_weekday if rules.closed_day is ClosedDay.SAME_WEEKDAY else next_opening_day
    return end_of_opening_day(group, onwards(group, day))


def due_at_wish(
    group: Group, rules: RulesInForce, wished: date | None, *, now: datetime
) -> datetime:
    """Until when it is lent to who wishes to have it until the end of a day.

    That is the end of the opening day on which it can come back, and never later than the rules
    lend it; without a wish, as they do.
    """
    longest = due_at(group, rules, now=now)
    if wished is None or wished > today_in(group, longest):
        return longest
    end = end_of_opening_day(group, next_opening_day(group, max(wished, today_in(group, now))))
    return min(end if end > now else after_opening_days(group, now, 1), longest)


def is_cut_short(
    group: Group, rules: RulesInForce, wished: date | None, due_at: datetime, *, now: datetime
) -> bool:
    """Whether that is sooner than was wished; without a wish, than the rules lend it."""
    if wished is None:
        return due_at < due_at_wish(group, rules, None, now=now)
    return today_in(group, due_at) < wished


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


def due_when_recalled(loan: Loan, *, now: datetime) -> datetime:
    """When both the time that was guaranteed and the notice are over."""
    group, rules = loan.item.kind.group, rules_of(loan)
    noticed = _end_of(rules.recall_notice, group, since=now)
    if not rules.guaranteed:
        return noticed
    return max(noticed, _end_of(rules.guaranteed, group, since=loan.borrowed_at))


def grace_ends(due_at: datetime, rules: dict[str, Any], group: Group) -> datetime:
    """Until when one may be late, by the rules that were in force when the loan began."""
    return RulesInForce.from_json(rules).grace.after(due_at, group.time_zone)


def lost_from(loan: Loan) -> datetime:
    """From when on a loan may be given up, though nobody knows that it is lost."""
    return rules_of(loan).lost_after.after(loan.due_at, loan.item.kind.group.time_zone)


def may_be_undone(done_at: datetime, *, now: datetime, minutes: int = UNDO_MINUTES) -> bool:
    """Whether something done then can still be taken back."""
    return done_at >= undoable_since(now, minutes=minutes)


def undoable_since(now: datetime, *, minutes: int = UNDO_MINUTES) -> datetime:
    """What was done before this moment stays done."""
    return now - timedelta(minutes=minutes)


def _end_of(length: Length, group: Group, *, since: datetime) -> datetime:
    """The end of the opening day on which a length of days ends; the open moment for hours.

    Who begins after closing has until the next opening day at least: nobody is late at once.
    """
    moment = length.after(since, group.time_zone)
    if length.is_by_hours:
        return next_open_moment(group, moment)
    end = end_of_opening_day(group, next_opening_day(group, today_in(group, moment)))
    return end if end > since else after_opening_days(group, since, 1)
