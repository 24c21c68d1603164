"""What speaks against putting something into a kit, or changing what is in one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from toolshare.care.models import OutageReason
from toolshare.care.outages import open_outage
from toolshare.circulation import at_hand
from toolshare.circulation import reasons as why
from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Hold
from toolshare.circulation.room import room_in_kit
from toolshare.circulation.standing import STILL_OUT, standing
from toolshare.inventory.models import Counting, Item
from toolshare.people.models import Person
from toolshare.records import AnySession
from toolshare.refusals import Reason, msgid


@dataclass(frozen=True)
class NotAKit(Reason):
    """Something was to be put into a thing that holds nothing."""

    name: str
    says = msgid("%(name)s is no kit.")
    instead = msgid("Make a kit first: it holds things, and has a label of its own.")


@dataclass(frozen=True)
class KitInKit(Reason):
    """A kit was to be put into a kit."""

    says = msgid("A kit can't be part of another kit.")
    instead = msgid("Put in what it holds.")


@dataclass(frozen=True)
class OtherGroups(Reason):
    """The thing belongs to another group than the kit."""

    name: str
    says = msgid("%(name)s belongs to another group than the kit.")
    instead = msgid("Put in what belongs to the same group.")


@dataclass(frozen=True)
class UsedUpNotInKits(Reason):
    """What is used up does not come back with a kit."""

    name: str
    says = msgid("%(name)s is used up, so it can't be part of what comes back.")
    instead = msgid("Write it into the parts list of the kit, or count it in bulk.")


@dataclass(frozen=True)
class KitIsOut(Reason):
    """Nobody can look into a kit that is not here."""

    says = msgid("The kit is out, and what is in it with it.")
    instead = msgid("Change what is in it when it is back.")


@dataclass(frozen=True)
class PromisedAhead(Reason):
    """Somebody is to have it by itself, and no other would do for them."""

    says = msgid("It is promised to somebody by itself.")
    instead = msgid("Choose another one, or put it in when it is back from them.")


@dataclass(frozen=True)
class WaitedForByItself(Reason):
    """Somebody stands in line for just this one."""

    says = msgid("Somebody waits in line for just this one.")
    instead = msgid("Choose another one, or ask whether they would take any of its kind.")


def reasons_against(
    session: AnySession, kit: Item, item: Item, quantity: int, *, by: Person, now: datetime
) -> list[Reason]:
    """Everything that speaks against putting an item, or so many of a bin, into a kit."""
    reasons = [*_against_kinds(kit, item), *against_kit(session, kit)]
    if reasons:
        return reasons
    found = standing(session, item, by, now=now)
    reasons = [
        *at_hand.reasons_against(item, found, now),
        *at_hand.against_quantity(item, found, quantity),
    ]
    waits = select(Hold.id).where(Hold.item_id == item.id, Hold.ended_at.is_(None)).limit(1)
    if item.kind.counting is Counting.COUNTED and session.scalar(waits):
        reasons.append(WaitedForByItself())
    if not reasons and room_in_kit(session, item, quantity=quantity, now=now).until is None:
        reasons.append(PromisedAhead())
    return reasons


def _against_kinds(kit: Item, item: Item) -> Iterator[Reason]:
    if not kit.kind.is_kit:
        yield NotAKit(name=kit.kind.name)
    if item.kind.is_kit:
        yield KitInKit()
    if item.kind.group_id != kit.kind.group_id:
        yield OtherGroups(name=item.kind.name)
    if item.kind.counting is Counting.CONSUMABLE:
        yield UsedUpNotInKits(name=item.kind.name)


def against_kit(session: AnySession, kit: Item) -> Iterator[Reason]:
    """Why nobody can change what is in it now."""
    if kit.retired_at is not None:
        yield why.Retired()
    outage = open_outage(session, kit)
    if session.scalar(select(Loan.id).where(Loan.item_id == kit.id, STILL_OUT).limit(1)):
        yield KitIsOut()
    elif outage is not None and outage.reason is OutageReason.MISSING:
        yield why.Missing()
