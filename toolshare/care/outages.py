"""Taking items out of service and putting them back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from toolshare.care.models import Outage, OutageReason
from toolshare.inventory.locking import under_lock
from toolshare.inventory.models import Condition, Item
from toolshare.journal.models import Event
from toolshare.journal.recording import done_already, record
from toolshare.people import roles
from toolshare.people.models import Person, Role
from toolshare.people.opening import today_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid


@dataclass(frozen=True)
class InService(Reason):
    """There is no outage to end."""

    says = msgid("It is in service already.")


def open_outage(session: AnySession, item: Item) -> Outage | None:
    """The outage that keeps the item from being borrowed, if there is one."""
    return session.scalar(
        select(Outage).where(Outage.item_id == item.id, Outage.ended_at.is_(None))
    )


def take_out_of_service(
    session: AnySession,
    item: Item,
    reason: OutageReason,
    *,
    by: Person,
    now: datetime,
    note: str = "",
    operation: UUID | None = None,
) -> Outage:
    """Marks an item as to be checked, in repair or missing; by a steward of its group.

    An item has one outage at a time: another reason ends the one before.
    """
    item = under_lock(session, item.id)
    require_steward(session, item, by=by, now=now)
    present = open_outage(session, item)
    if present is not None and present.reason is reason:
        return present
    outage = begin(session, item, reason, by=by, now=now, note=note)
    _write_down(session, outage, by=by, now=now, operation=operation)
    return outage


def arrive(
    session: AnySession, item: Item, reason: OutageReason, *, by: Person | None, now: datetime
) -> Outage:
    """Takes a thing out of service that has just come into the inventory so, from a spreadsheet."""
    outage = Outage(item=item, reason=reason, since=now, by=by, note="")
    session.add(outage)
    _write_down(session, outage, by=by, now=now)
    return outage


def put_into_service(
    session: AnySession,
    item: Item,
    *,
    by: Person,
    now: datetime,
    note: str = "",
    operation: UUID | None = None,
) -> Item:
    """Ends the outage: a steward of the item's group has found it fine."""
    item = under_lock(session, item.id)
    require_steward(session, item, by=by, now=now)
    if done_already(session, operation, Event.PUT_INTO_SERVICE, by=by, item=item):
        return item
    outage = open_outage(session, item)
    if outage is None:
        raise Refusal(InService())
    end(session, outage, by=by, now=now)
    item.condition = Condition.FINE
    record(
        session,
        Event.PUT_INTO_SERVICE,
        by=by,
        at=now,
        group=item.kind.group,
        item=item,
        operation=operation,
        after=outage.reason,
        note=note,
    )
    return item


def begin(
    session: AnySession,
    item: Item,
    reason: OutageReason,
    *,
    by: Person,
    now: datetime,
    note: str = "",
) -> Outage:
    """Opens an outage in place of the one that is open; the item is locked by the caller."""
    present = open_outage(session, item)
    if present is not None:
        end(session, present, by=by, now=now)
    outage = Outage(item=item, reason=reason, since=now, by=by, note=note)
    session.add(outage)
    session.flush()
    return outage


def require_check(session: AnySession, item: Item, *, by: Person, now: datetime) -> None:
    """Sees to it that the item needs a check, unless it is out of service for another reason."""
    if open_outage(session, item) is None:
        begin(session, item, OutageReason.NEEDS_CHECK, by=by, now=now)


def end(session: AnySession, outage: Outage, *, by: Person, now: datetime) -> None:
    """Closes an outage; the item is locked by the caller."""
    outage.ended_at = now
    outage.ended_by_id = by.id
    session.flush()


def require_steward(session: AnySession, item: Item, *, by: Person, now: datetime) -> None:
    """Refuses who is no steward of the item's group."""
    group = item.kind.group
    roles.require(session, by, Role.STEWARD, group, today=today_in(group, now))


def _write_down(
    session: AnySession,
    outage: Outage,
    *,
    by: Person | None,
    now: datetime,
    operation: UUID | None = None,
) -> None:
    record(
        session,
        Event.TAKEN_OUT_OF_SERVICE,
        by=by,
        at=now,
        group=outage.item.kind.group,
        item=outage.item,
        operation=operation,
        reason=outage.reason,
        note=outage.note,
    )
