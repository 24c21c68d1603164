"""At hand: whether an item is there to be borrowed at all, and why not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from toolshare.care.models import OutageReason
from toolshare.circulation import reasons as why
from toolshare.circulation.custody import LeftInShed
from toolshare.circulation.in_kits import InKit
from toolshare.circulation.standing import Standing
from toolshare.inventory.models import Counting, Item
from toolshare.refusals import Reason, msgid

MOST_AT_ONCE = 9_999


@dataclass(frozen=True)
class ServiceIsDue(Reason):
    """Its plan says that it has to be serviced before it is lent again."""

    says = msgid("Its service is due, and a steward has to see to it first.")
    instead = msgid("Look for another one in the catalogue.")


OUTAGES: dict[OutageReason, Reason] = {
    OutageReason.NEEDS_CHECK: why.NeedsCheck(),
    OutageReason.IN_REPAIR: why.InRepair(),
    OutageReason.MISSING: why.Missing(),
}


def reasons_against(item: Item, found: Standing, now: datetime) -> Iterator[Reason]:
    """Why the item is not there to be borrowed; it has its kind and its kind's group."""
    if item.retired_at is not None:
        yield why.Retired()
    if found.outage is not None:
        yield OUTAGES[found.outage]
    elif item.needs_service(now):
        yield ServiceIsDue()
    left = found.left_in(item)
    if found.kit is not None and found.kit_code is not None:
        yield InKit(kit=found.kit, code=found.kit_code)
    elif left is not None and left <= 0 and found.outage is not OutageReason.MISSING:
        yield _gone(item, found, now)
    elif found.rests_until is not None:
        yield why.Rests(until=found.rests_until, time_zone=item.kind.group.time_zone)


def against_quantity(item: Item, found: Standing, quantity: int) -> Iterator[Reason]:
    """Why so many can't go out, though some could."""
    most = 1 if item.kind.counting is Counting.COUNTED else MOST_AT_ONCE
    left = found.left_in(item)
    if not 1 <= quantity <= most:
        yield why.WrongQuantity()
    elif left is not None and 0 < left < quantity:
        yield why.NotEnough(left=left)


def _gone(item: Item, found: Standing, now: datetime) -> Reason:
    zone = item.kind.group.time_zone
    if found.own_due_at is not None:
        return why.YouHaveIt(due_at=found.own_due_at, time_zone=zone)
    if found.next_due_at is None:
        return _not_with_anybody(item, found)
    if found.next_due_at < now:
        return why.Late(due_at=found.next_due_at, time_zone=zone)
    return why.Out(due_at=found.next_due_at, time_zone=zone)


def _not_with_anybody(item: Item, found: Standing) -> Reason:
    """Why there is none, though nobody is expected to bring it."""
    if found.left_in_shed:
        return LeftInShed()
    return why.Missing() if item.kind.counting is Counting.COUNTED else why.NoneLeft()
