"""Taking items out of service and putting them back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from toolshare import rows
from toolshare.care import outage_entries, reports
from toolshare.care.models import Inspection, Outage, OutageReason
from toolshare.inventory.locking import under_lock
from toolshare.inventory.models import Condition, Item
from toolshare.journal.models import Event
from toolshare.journal.recording import done_already
from toolshare.people import roles
from toolshare.people.models import Person, Role
from toolshare.people.opening import today_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid


@dataclass(frozen=True)
class InService(Reason):
    """There is no outage to end."""

    says = msgid("It is in service already.")


@dataclass(frozen=True)
class StillMissing(Reason):
    """Nobody has said that it was found."""

    says = msgid("It is missing, as far as anybody knows.")
    instead = msgid("Say first that it was found; then look it over.")


@dataclass(frozen=True)
class NoDayToExpect(Reason):
    """A day that is over, or that nobody can foresee."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("On that day it can't come back into service: it is over, or too far ahead.")
    instead = msgid("Choose a day within the next years, or leave it empty.")


# How a thing is that a steward has looked at and keeps from being lent.
FOUND_TO_BE = {
    OutageReason.NEEDS_CHECK: Condition.NEEDS_A_LOOK,
    OutageReason.IN_REPAIR: Condition.BROKEN,
}
FORESEEABLE = timedelta(days=3 * 366)

# Built once: every return asks whether there is one, and there seldom is.
_IS_OPEN = (Outage.item_id == bindparam("item_id"), Outage.ended_at.is_(None))
_ANY_OPEN = select(Outage.id).where(*_IS_OPEN)
_OPEN = select(Outage).where(*_IS_OPEN).options(joinedload(Outage.by))


def open_outage(session: AnySession, item: Item) -> Outage | None:
    """The outage that keeps the item from being borrowed, if there is one; an index sees to one."""
    asked = {"item_id": item.id}
    if rows.ask(session, _ANY_OPEN, asked).first() is None:
        return None
    outage = session.scalars(_OPEN, asked).one_or_none()
    if outage is not None:  # or it has ended since, where no lock keeps it
        set_committed_value(outage, "item", item)
    return outage


def take_out_of_service(
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
    """Marks an item as to be checked, in repair or missing; by a steward of its group.

    An item has one outage at a time: another reason ends the one before, and whoever gives one has
    looked the thing over. Of what is missing nobody knows the day.
    """
    item = under_lock(session, item.id)
    require_steward(session, item, by=by, now=now)
    _refuse_day(item, expected_on, now)
    present = open_outage(session, item)
    if present is not None and present.reason is reason:
        return present
    after = present.reason if present else None
    was_there = after is not None and after is not OutageReason.MISSING
    if was_there and (condition := FOUND_TO_BE.get(reason)):
        _looked_over(session, item, condition, by=by, now=now, note=note)
    return begin(
        session,
        item,
        reason,
        by=by,
        now=now,
        note=note,
        expected_on=expected_on,
        operation=operation,
    )


def expect(
    session: AnySession,
    item: Item,
    on: date | None,
    *,
    by: Person,
    now: datetime,
    operation: UUID | None = None,
) -> Outage:
    """Says by the end of which day it should be in service again, or that nobody knows."""
    item = under_lock(session, item.id)
    require_steward(session, item, by=by, now=now)
    outage = open_outage(session, item)
    if outage is None:
        raise Refusal(InService())
    if outage.reason is OutageReason.MISSING:
        raise Refusal(StillMissing())
    _refuse_day(item, on, now)
    if outage.expected_on != on:
        outage.expected_on = on
        outage_entries.begun(
            session, [outage], Event.OUTAGE_EXPECTED, by=by, now=now, operation=operation
        )
    return outage


def arrive(
    session: AnySession,
    many: Iterable[tuple[Item, OutageReason]],
    *,
    by: Person | None,
    now: datetime,
) -> None:
    """Takes things out of service that have just come into the inventory so, from a spreadsheet."""
    new = [Outage(item=item, reason=why, since=now, by=by, note="") for item, why in many]
    begin_all(session, new, by=by, now=now)


def put_into_service(
    session: AnySession,
    item: Item,
    *,
    by: Person,
    now: datetime,
    note: str = "",
    operation: UUID | None = None,
) -> Item:
    """Ends the outage: a steward of the item's group has looked it over and found it fine.

    What was reported of it is settled, in service or not; what is missing has to be found first.
    """
    item = under_lock(session, item.id)
    require_steward(session, item, by=by, now=now)
    if done_already(session, operation, Event.PUT_INTO_SERVICE, by=by, item=item):
        return item
    if open_outage(session, item) is None and not reports.open_reports(session, item):
        raise Refusal(InService())
    found_fine(session, item, by=by, now=now, note=note, operation=operation)
    return item


def found_fine(
    session: AnySession,
    item: Item,
    *,
    by: Person,
    now: datetime,
    note: str,
    is_service: bool = False,
    meter: Decimal | None = None,
    operation: UUID | None = None,
) -> None:
    """A steward has looked an item over, which is locked: ends the outage, if there is one.

    What was reported is settled; what is missing has to be found first. A service is written down by
    the caller.
    """
    outage = open_outage(session, item)
    if outage is not None and outage.reason is OutageReason.MISSING:
        raise Refusal(StillMissing())
    inspection = _looked_over(session, item, Condition.FINE, by=by, now=now, note=note)
    inspection.is_service, inspection.meter = is_service, meter
    reports.settle(session, item, by=by, now=now)
    if outage is not None:
        _close(session, [outage], by=by, now=now)
    if outage is not None or not is_service:
        said: dict[str, Any] = {"note": "" if is_service else note, "operation": operation}
        outage_entries.ended(session, [(item, outage)], by=by, now=now, **said)
    session.flush()


def begin(
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
    """Opens an outage in place of the one that is open, and writes it down; the item is locked."""
    outage = Outage(item=item, reason=reason, since=now, by=by, note=note)
    outage.expected_on = None if reason is OutageReason.MISSING else expected_on
    begin_all(session, [outage], by=by, now=now, operation=operation)
    return outage


def begin_all(
    session: AnySession,
    outages: Sequence[Outage],
    *,
    by: Person | None,
    now: datetime,
    operation: UUID | None = None,
) -> None:
    """Opens new outages, which have their items, in place of those that are open.

    In few statements however many they are, but that SQLite gives them their ids one by one. The
    items are locked; an operation is for one alone.
    """
    ids = [one.item.id for one in outages]
    is_open = (Outage.item_id.in_(ids), Outage.ended_at.is_(None))
    present = session.scalars(select(Outage).where(*is_open)).all()
    _close(session, present, by=by, now=now)
    session.add_all(outages)
    session.flush()
    after = {one.item_id: one.reason for one in present}
    outage_entries.begun(session, outages, by=by, now=now, operation=operation, after=after)


def require_check(
    session: AnySession, item: Item, *, by: Person, now: datetime, note: str = ""
) -> None:
    """Sees to it that the item needs a check, unless it is out of service for another reason."""
    if open_outage(session, item) is None:
        begin(session, item, OutageReason.NEEDS_CHECK, by=by, now=now, note=note)


def end(session: AnySession, outage: Outage, *, by: Person, now: datetime) -> None:
    """Closes an outage, which has its item, and writes it down; the item is locked."""
    end_all(session, [outage], by=by, now=now)


def end_all(session: AnySession, outages: Sequence[Outage], *, by: Person, now: datetime) -> None:
    """Does the same for many, in few statements however many they are."""
    _close(session, outages, by=by, now=now)
    outage_entries.ended(session, [(one.item, one) for one in outages], by=by, now=now)


def _close(
    session: AnySession, outages: Iterable[Outage], *, by: Person | None, now: datetime
) -> None:
    for one in outages:
        one.ended_at, one.ended_by_id = one.ends_at(now), by.id if by else None
    session.flush()


def require_steward(session: AnySession, item: Item, *, by: Person, now: datetime) -> None:
    """Refuses who is no steward of the item's group."""
    group = item.kind.group
    roles.require(session, by, Role.STEWARD, group, today=today_in(group, now))


def _refuse_day(item: Item, on: date | None, now: datetime) -> None:
    today = today_in(item.kind.group, now)
    if on is not None and not today <= on <= today + FORESEEABLE:
        raise Refusal(NoDayToExpect())


def _looked_over(
    session: AnySession, item: Item, condition: Condition, *, by: Person, now: datetime, note: str
) -> Inspection:
    inspection = Inspection(item=item, at=now, by=by, condition=condition, note=note)
    session.add(inspection)
    item.condition = condition
    return inspection
