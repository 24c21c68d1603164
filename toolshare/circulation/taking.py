"""Taking consumables: what is taken does not come back, so the bin's quantity goes down."""

from datetime import datetime
from typing import Any
from uuid import UUID

from toolshare.circulation import reasons as why
from toolshare.circulation import terms
from toolshare.circulation.borrowing import reasons_against
from toolshare.circulation.eligibility import is_steward
from toolshare.circulation.locking import taking_of, taking_under_lock
from toolshare.circulation.models import Taking
from toolshare.inventory.locking import under_lock
from toolshare.inventory.models import Counting, Item
from toolshare.journal.models import Event
from toolshare.journal.recording import done_already, record, told_late
from toolshare.people.models import Person
from toolshare.records import AnySession
from toolshare.refusals import Refusal, refuse_if


def take(
    session: AnySession,
    item: Item,
    *,
    taker: Person,
    by: Person,
    now: datetime,
    quantity: int = 1,
    operation: UUID | None = None,
    happened_at: datetime | None = None,
) -> Taking:
    """Takes that many from a consumable; refuses for the reasons that refuse borrowing.

    What is told late has `happened_at` before.
    """
    item = under_lock(session, item.id)
    if done := done_already(session, operation, Event.TAKEN, by=by, item=item, person=taker):
        return taking_of(session, item, done.details["taking_id"])
    if item.kind.counting is not Counting.CONSUMABLE:
        raise Refusal(why.OnlyConsumablesAreTaken())
    refuse_if(reasons_against(session, item, by=by, now=now, borrower=taker, quantity=quantity))
    if item.quantity is not None:
        item.quantity -= quantity
    taking = Taking(item=item, taker=taker, quantity=quantity, taken_at=happened_at or now)
    session.add(taking)
    session.flush()
    late = told_late(happened_at, now)
    _record(session, Event.TAKEN, taking, by=by, at=taking.taken_at, operation=operation, **late)
    return taking


def put_back(
    session: AnySession,
    taking: Taking,
    *,
    by: Person,
    now: datetime,
    operation: UUID | None = None,
) -> Taking:
    """Undoes a taking, for some minutes; by the taker or a steward."""
    taking = taking_under_lock(session, taking)
    item = taking.item
    if done_already(session, operation, Event.TAKING_UNDONE, by=by, item=item):
        return taking
    if taking.taker_id != by.id and not is_steward(session, by, item.kind.group, now=now):
        raise Refusal(why.NotYours())
    if taking.undone_at is not None:
        raise Refusal(why.NothingToUndo())
    if not terms.may_be_undone(taking.taken_at, now=now):
        raise Refusal(why.TooLateToPutBack(minutes=terms.UNDO_MINUTES))
    taking.undone_at = now
    if item.quantity is not None:
        item.quantity += taking.quantity
    _record(session, Event.TAKING_UNDONE, taking, by=by, at=now, operation=operation)
    return taking


def _record(
    session: AnySession,
    what: Event,
    taking: Taking,
    *,
    by: Person,
    at: datetime,
    operation: UUID | None,
    **details: Any,
) -> None:
    record(
        session,
        what,
        by=by,
        at=at,
        group=taking.item.kind.group,
        item=taking.item,
        person=taking.taker,
        operation=operation,
        quantity=taking.quantity,
        taking_id=taking.id,
        **details,
    )
