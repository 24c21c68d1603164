"""Shifting: moving all bookings that depend on the weather by a day, as the preview has shown it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from toolshare.circulation import allotting, promising, spans
from toolshare.circulation.fitting import Wish
from toolshare.circulation.promises import ReservedUnit
from toolshare.circulation.weather import Plan, Shift, plan, weather_flexible
from toolshare.inventory.locking import lock_kinds
from toolshare.journal.models import Event
from toolshare.journal.recording import done_already, record
from toolshare.people import roles
from toolshare.people.models import Group, Person, Role
from toolshare.people.opening import end_of_opening_day, today_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid


@dataclass(frozen=True)
class ChangedSince(Reason):
    """What the steward saw is not what would happen any more."""

    says = msgid("Something has changed since you looked.")
    instead = msgid("Look at the preview again, then move them.")


def shift(
    session: AnySession,
    group: Group,
    first: date,
    last: date,
    *,
    days: int,
    by: Person,
    now: datetime,
    only: Collection[int] | None = None,
    expected: str | None = None,
    operation: UUID | None = None,
) -> list[Shift]:
    """Moves them as plan() says; by a steward of the group, who is told of each by its journal entry.

    Refuses when the plan is not the one any more whose digest the steward saw.
    """
    roles.require(session, by, Role.STEWARD, group, today=today_in(group, now))
    if done_already(session, operation, Event.RESERVATION_MOVED, by=by, group=group):
        return []
    found = weather_flexible(session, group, first, last, only)
    lock_kinds(session, {unit.kind_id for one in found for unit in one.units})
    made = plan(session, group, first, last, days=days, now=now, only=only)
    if expected is not None and expected != made.digest:
        raise Refusal(ChangedSince())
    _write(session, group, made)
    for number, one in enumerate(made.moved):
        _write_down(session, one, by=by, now=now, operation=None if number else operation)
    return made.moved


def _write(session: AnySession, group: Group, made: Plan) -> None:
    """Lets go of all that moves before any is kept anew, so that neighbours can change places."""
    for one in made.moved:
        _set_span(group, one)
    wishes = {wish.id: wish for ahead in made.ahead.values() for wish in ahead.wishes}
    own = {unit.id for one in made.moved for unit in one.reservation.units}
    session.flush()
    units = session.scalars(
        select(ReservedUnit)
        .where(ReservedUnit.id.in_(wishes))
        .options(joinedload(ReservedUnit.reservation), joinedload(ReservedUnit.promise))
        .order_by(ReservedUnit.id)
    ).all()
    moved = [unit for unit in units if unit.id in own or _is_elsewhere(unit, wishes[unit.id])]
    for unit in moved:
        unit.keep_until = wishes[unit.id].span.until_at
        promising.let_go_of_reserved(session, unit)
    kept = [wishes[unit.id].unit for unit in moved]
    items = allotting.items_by_id(session, [item_id for item_id in kept if item_id is not None])
    for unit in moved:
        if (item_id := wishes[unit.id].unit) is not None:
            allotting.keep(session, unit.reservation, unit, items[item_id])


def _is_elsewhere(unit: ReservedUnit, wish: Wish) -> bool:
    kept = unit.promise.item_id if unit.promise else None
    return wish.unit is not None and wish.unit != kept


def _set_span(group: Group, one: Shift) -> None:
    reservation, to = one.reservation, one.to
    if to is None:
        return
    window = reservation.fetch_by - reservation.from_at
    reservation.from_at, reservation.until_at = to
    reservation.fetch_by = to.from_at + window
    if spans.is_of_whole_days(group, to):
        reservation.fetch_by = end_of_opening_day(group, spans.days_of(group, to)[0])
    reservation.changes += 1


def _write_down(
    session: AnySession, one: Shift, *, by: Person, now: datetime, operation: UUID | None
) -> None:
    record(
        session,
        Event.RESERVATION_MOVED,
        by=by,
        at=now,
        group=one.reservation.group,
        person=one.reservation.person,
        operation=operation,
        reservation_id=one.reservation.id,
        before=[moment.isoformat() for moment in one.span],
        after=[moment.isoformat() for moment in one.to or ()],
        fetch_by=one.reservation.fetch_by.isoformat(),
    )
