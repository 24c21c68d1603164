"""What was written on a day sheet and is typed in later: when that was, and of which thing."""

from datetime import date, datetime, time, timedelta

from toolshare.inventory.models import Item
from toolshare.labels.scanning import UnknownCode, read_scan
from toolshare.offline.late import LONGEST_AGO_DAYS, thing_behind
from toolshare.offline.reasons import NotYet, TooLongAgo
from toolshare.people.models import Group, Person
from toolshare.people.opening import on_the_clock
from toolshare.records import AnySession
from toolshare.refusals import Refusal


def moment_of(group: Group, day: date, at: time, *, now: datetime) -> datetime:
    """When that was, in UTC; refuses what is still to come, or weeks ago."""
    moment = on_the_clock(group, datetime.combine(day, at))
    if moment > now:
        raise Refusal(NotYet())
    if now - moment > timedelta(days=LONGEST_AGO_DAYS):
        raise Refusal(TooLongAgo(days=LONGEST_AGO_DAYS))
    return moment


def thing_of(
    session: AnySession,
    group: Group,
    written: str,
    *,
    hosts: tuple[str, ...],
    by: Person,
    now: datetime,
) -> Item:
    """The group's thing with this code, or with this address on its label; refuses any other."""
    item = thing_behind(session, read_scan(written, hosts), by=by, now=now)
    if item.kind.group_id != group.id:
        raise Refusal(UnknownCode(code=item.code))
    return item
