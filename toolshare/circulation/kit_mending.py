"""Mending kits: what was missing of a bin's parts is found again, or taken from the bin anew."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from toolshare.care.outages import require_steward
from toolshare.circulation import at_hand, kits
from toolshare.circulation.kit_reasons import PromisedAhead
from toolshare.circulation.kitting import both_under_lock, give_up, part_there
from toolshare.circulation.models import Loan
from toolshare.circulation.room import room_in_kit
from toolshare.circulation.standing import standing
from toolshare.inventory.models import Item, KitPart
from toolshare.journal.models import Event
from toolshare.journal.recording import done_already, record
from toolshare.people.models import Person
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid, refuse_if


@dataclass(frozen=True)
class NothingMissing(Reason):
    """Somebody else was faster, or nothing was ever missing."""

    says = msgid("None of it is missing.")
    instead = msgid("Open the page of the kit again: it shows what is in it.")


def found_again(
    session: AnySession,
    kit: Item,
    item: Item,
    *,
    by: Person,
    now: datetime,
    operation: UUID | None = None,
) -> KitPart:
    """All that was missing of a bin is in the kit again; by a steward of its group."""
    what = Event.KIT_PART_FOUND
    kit, part = _under_lock(session, kit, item, by=by, now=now)
    if not done_already(session, operation, what, by=by, item=kit):
        missing = _no_more_missing(part)
        write_of_part(session, what, kit, part, missing, by=by, now=now, operation=operation)
    return part


def replace(
    session: AnySession,
    kit: Item,
    item: Item,
    *,
    by: Person,
    now: datetime,
    operation: UUID | None = None,
) -> KitPart:
    """Fills a kit up from its bin with as many as are missing, which are given up; by a steward."""
    what = Event.KIT_PART_REPLACED
    kit, part = _under_lock(session, kit, item, by=by, now=now)
    if not done_already(session, operation, what, by=by, item=kit):
        missing = _no_more_missing(part)
        _refuse_what_is_not_here(session, part.item, missing, by=by, now=now)
        give_up(session, part.item, missing, by=by, now=now)
        write_of_part(session, what, kit, part, missing, by=by, now=now, operation=operation)
    return part


def write_of_part(
    session: AnySession,
    what: Event,
    kit: Item,
    part: KitPart,
    quantity: int,
    *,
    by: Person,
    now: datetime,
    loan: Loan | None = None,
    operation: UUID | None = None,
) -> None:
    """Writes down of a kit that some of a part, which has its item, are missing or there again."""
    record(
        session,
        what,
        by=by,
        at=now,
        group=kit.kind.group,
        item=kit,
        loan=loan,
        operation=operation,
        part_id=part.id,
        part=kits.named(part.item.kind.name, quantity),
        of=quantity,
        missing=part.missing,
    )


def _under_lock(
    session: AnySession, kit: Item, item: Item, *, by: Person, now: datetime
) -> tuple[Item, KitPart]:
    """The kit and what it has of the bin, as both are now; for a steward of its group."""
    kit, item = both_under_lock(session, kit, item)
    require_steward(session, kit, by=by, now=now)
    return kit, part_there(session, kit, item)


def _refuse_what_is_not_here(
    session: AnySession, item: Item, quantity: int, *, by: Person, now: datetime
) -> None:
    found = standing(session, item, by, now=now)
    refuse_if(
        [
            *at_hand.reasons_against(item, found, now),
            *at_hand.against_quantity(item, found, quantity),
        ]
    )
    if room_in_kit(session, item, quantity=quantity, now=now).until is None:
        raise Refusal(PromisedAhead())


def _no_more_missing(part: KitPart) -> int:
    """How many were missing until now."""
    missing, part.missing = part.missing, 0
    if not missing:
        raise Refusal(NothingMissing())
    return missing
