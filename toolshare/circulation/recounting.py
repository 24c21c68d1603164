"""Counting a kind otherwise: one by one, in bulk or as used up; only while all of it is there."""

from dataclasses import dataclass

from sqlalchemy import select

from toolshare.circulation.in_kits import IN_IT
from toolshare.circulation.models import Loan
from toolshare.circulation.offering import waited_for_among
from toolshare.circulation.standing import STILL_OUT
from toolshare.inventory.locking import lock_kinds
from toolshare.inventory.models import Counting, Item, Kind, KitPart
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid


@dataclass(frozen=True)
class OutAsCountedNow(Reason):
    """A loan counts as its kind did when it began."""

    name: str
    says = msgid("Some of %(name)s is out, so it can't be counted otherwise now.")
    instead = msgid("Change how it is counted when everything is back.")


@dataclass(frozen=True)
class WaitedForAsCountedNow(Reason):
    """There are turns only of what is counted one by one."""

    name: str
    says = msgid("Somebody waits for %(name)s, so it can't be counted otherwise now.")
    instead = msgid("Change how it is counted when nobody is in line for it.")


@dataclass(frozen=True)
class InKitsAsCountedNow(Reason):
    """A kit is one thing, and a part of it is counted as its kind was when it was put in."""

    name: str
    says = msgid("%(name)s is a kit or part of one, so it can't be counted otherwise.")
    instead = msgid("Take out of its kits what is in them first; a kit is always one thing.")


def refuse_while_out(session: AnySession, kind: Kind, counting: Counting) -> None:
    """Refuses to count a kind otherwise while some of it is out, in kits or waited for."""
    lock_kinds(session, [kind.id])
    session.refresh(kind, ["counting"])
    if counting is kind.counting:
        return
    some_of_it = select(Loan.id).join(Loan.item).where(Item.kind_id == kind.id, STILL_OUT)
    if session.scalar(some_of_it.limit(1)):
        raise Refusal(OutAsCountedNow(name=kind.name))
    in_kits = select(KitPart.id).join(KitPart.item).where(Item.kind_id == kind.id, IN_IT)
    if kind.is_kit or session.scalar(in_kits.limit(1)):
        raise Refusal(InKitsAsCountedNow(name=kind.name))
    if waited_for_among(session, [kind.id]):
        raise Refusal(WaitedForAsCountedNow(name=kind.name))
