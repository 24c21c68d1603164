"""Until when what is offered can be accepted, and what was accepted be picked up."""

from datetime import datetime, timedelta

from toolshare.people.models import Group
from toolshare.people.opening import after_opening_days, after_opening_hours
from toolshare.rules.in_force import RulesInForce
from toolshare.rules.lengths import Length


def to_accept(group: Group, rules: RulesInForce, now: datetime) -> datetime:
    """When the time to accept is over; the group has its opening times."""
    return _after_open_time(group, now, rules.offer_time)


def to_pick_up(group: Group, rules: RulesInForce, now: datetime) -> datetime:
    """The end of the next opening day, or later where the rules give longer."""
    return max(after_opening_days(group, now, 1), _after_open_time(group, now, rules.pickup_window))


def _after_open_time(group: Group, now: datetime, length: Length) -> datetime:
    """Days are opening days, to the end of the last; hours count while the group is open."""
    hours = timedelta(hours=length.hours, minutes=length.minutes)
    return after_opening_hours(group, after_opening_days(group, now, length.days), hours)
