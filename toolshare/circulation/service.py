"""Out of service and back: with what was promised of the thing, and who waits for it."""

from datetime import date, datetime
from uuid import UUID

from toolshare.care import outages
from toolshare.care.models import Outage, OutageReason
from toolshare.circulation import replanning
from toolshare.circulation.offering import offer_what_is_free
from toolshare.inventory.models import Item, Kind
from toolshare.people.models import Person
from toolshare.records import AnySession


def take_out(
    session: AnySession,
    item: Item,
    reason: OutageReason,
    *,
    by: Person,
    now: datetime,
    note: str = "",
    expected_on: date | None = None,
    operation: UUID | None = None,
) -> Outage:
    """Takes the item out of service: whoever it was promised to is given another, if there is one."""
    outage = outages.take_out_of_service(
        session,
        item,
        reason,
        by=by,
        now=now,
        note=note,
        expected_on=expected_on,
        operation=operation,
    )
    promise_anew(session, item.kind, now)
    return outage


def expect(
    session: AnySession,
    item: Item,
    on: date | None,
    *,
    by: Person,
    now: datetime,
    operation: UUID | None = None,
) -> Outage:
    """Says by when it should be back: what is reserved until then goes to others, or waits."""
    outage = outages.expect(session, item, on, by=by, now=now, operation=operation)
    promise_anew(session, item.kind, now)
    return outage


def put_back(
    session: AnySession,
    item: Item,
    *,
    by: Person,
    now: datetime,
    note: str = "",
    operation: UUID | None = None,
) -> Item:
    """Puts the item into service again: whoever waits for it is offered it."""
    item = outages.put_into_service(session, item, by=by, now=now, note=note, operation=operation)
    promise_anew(session, item.kind, now)
    return item


def promise_anew(session: AnySession, kind: Kind, now: datetime) -> None:
    """What was promised of a kind is kept on what is in service, and what is free is offered."""
    replanning.replan(session, kind.group, [kind.id], now=now)
    offer_what_is_free(session, kind.group, [kind.id], now=now)
