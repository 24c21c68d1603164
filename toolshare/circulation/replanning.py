"""Replanning: giving reserved units other items when theirs can't be had, and saying so when none can."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, delete, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from toolshare import rows
from toolshare.care.models import Outage
from toolshare.circulation import allotting, promising
from toolshare.circulation.blocks import LATE_FOR_WHAT_STANDS, Ahead, what_is_ahead
from toolshare.circulation.fitting import Span
from toolshare.circulation.fitting import replan as placed_again
from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Promise, Reservation, ReservedUnit
from toolshare.circulation.standing import STILL_OUT
from toolshare.inventory.locking import lock_kinds
from toolshare.inventory.models import Item, Kind
from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.outbox.models import Topic
from toolshare.outbox.telling import tell
from toolshare.people.models import Group, Person
from toolshare.people.opening import after_opening_days, read_opening_times
from toolshare.records import AnySession

TIME_TO_REGAIN = timedelta(minutes=10)

# Built once: every return asks.
_RESERVED = (
    select(ReservedUnit.id)
    .join(ReservedUnit.reservation)
    .where(ReservedUnit.kind_id.in_(bindparam("kind_ids", expanding=True)))
    .where(ReservedUnit.still_to_fetch(), Reservation.still_open())
    .limit(1)
)


def replan(session: AnySession, group: Group, kind_ids: Collection[int], *, now: datetime) -> None:
    """Moves what is reserved of these kinds off late and broken items, the oldest claims first.

    Who can't be given another item is displaced, and comes first when one is free again.
    """
    lock_kinds(session, kind_ids)
    if not _any_is_reserved(session, kind_ids):
        return
    read_opening_times(session, group)
    _take_off_the_shelf(session, group, kind_ids, now)
    ahead_of_all = what_is_ahead(session, group, kind_ids, now=now, late_for=LATE_FOR_WHAT_STANDS)
    for ahead in ahead_of_all.values():
        if not _all_stands(ahead):
            _replan(session, group, ahead, now=now)


def give_less(session: AnySession, bin_: Item, *, now: datetime) -> None:
    """Displaces what is reserved of a bin that has not so many any more, the latest claims first."""
    kept = select(Promise).where(Promise.item_id == bin_.id, Promise.until_at > now)
    of_unit = joinedload(Promise.reserved_unit).joinedload(ReservedUnit.reservation)
    promises = list(session.scalars(kept.options(of_unit.joinedload(Reservation.person))))
    reserved = [(one, one.reserved_unit) for one in promises if one.reserved_unit is not None]
    for one, unit in sorted(reserved, key=lambda each: each[1].id, reverse=True):
        if bin_.quantity is not None and _is_too_much(promises, one, bin_.quantity):
            promises.remove(one)
            promising.let_go_of_reserved(session, unit)
            _write_down(session, Event.RESERVATION_DISPLACED, unit, bin_.kind.group, now=now)


def _is_too_much(promises: Sequence[Promise], one: Promise, size: int) -> bool:
    """Whether at some moment of a promise more is kept than the bin holds."""
    begins = {max(other.from_at, one.from_at) for other in promises}
    moments = [moment for moment in begins if moment < one.until_at]
    return any(
        sum(each.quantity for each in promises if each.from_at <= moment < each.until_at) > size
        for moment in moments
    )


def kinds_at_risk(session: AnySession, *, now: datetime) -> Sequence[Kind]:
    """Kinds that are reserved while some of them is late, out of service or due for one, or nothing is kept.

    With their groups. Only time brings this about, so somebody has to look now and then.
    """
    item_is_off = or_(
        Item.service_due_at <= now,
        select(Loan.id).where(Loan.item_id == Item.id, STILL_OUT, Loan.due_at < now).exists(),
        select(Outage.id).where(Outage.item_id == Item.id, Outage.ended_at.is_(None)).exists(),
    )
    some_is_off = select(Item.id).where(Item.kind_id == Kind.id, item_is_off).exists()
    to_fetch = (
        select(ReservedUnit.id)
        .join(ReservedUnit.reservation)
        .outerjoin(ReservedUnit.promise)
        .where(ReservedUnit.kind_id == Kind.id, ReservedUnit.still_to_fetch())
        .where(Reservation.still_open(), Reservation.until_at > now)
    )
    is_displaced = to_fetch.where(Promise.id.is_(None)).exists()
    at_risk = or_(and_(some_is_off, to_fetch.exists()), is_displaced)
    found = select(Kind).where(at_risk).options(joinedload(Kind.group)).order_by(Kind.id)
    return session.scalars(found).all()


def _any_is_reserved(session: AnySession, kind_ids: Collection[int]) -> bool:
    """Most kinds are never reserved."""
    return rows.ask(session, _RESERVED, {"kind_ids": list(kind_ids)}).first() is not None


def _take_off_the_shelf(
    session: AnySession, group: Group, kind_ids: Collection[int], now: datetime
) -> None:
    """What was set aside and is not to be had any more is set aside no more: others may do."""
    is_out = select(Outage.id).where(Outage.item_id == Item.id, Outage.ended_at.is_(None))
    units = session.scalars(
        select(ReservedUnit)
        .join(ReservedUnit.promise)
        .join(Promise.item)
        .where(ReservedUnit.kind_id.in_(kind_ids), ReservedUnit.set_aside_at.is_not(None))
        .where(or_(Item.retired_at.is_not(None), is_out.exists()))
        .options(joinedload(ReservedUnit.reservation).joinedload(Reservation.person))
        .options(contains_eager(ReservedUnit.promise).contains_eager(Promise.item))
    )
    for unit in units:
        unit.set_aside_at = None
        item = unit.promise.item if unit.promise else None
        _write_down(session, Event.OFF_THE_SHELF, unit, group, now=now, item=item)


def _all_stands(ahead: Ahead) -> bool:
    """Whether every wish has an item that nothing else keeps then: the most common case."""
    blocked: dict[int, list[Span]] = {}
    for block in ahead.blocks:
        blocked.setdefault(block.unit, []).append(block.span)
    return all(
        wish.unit is not None
        and not any(wish.span.overlaps(span) for span in blocked.get(wish.unit, ()))
        for wish in ahead.wishes
    )


def _replan(session: AnySession, group: Group, ahead: Ahead, *, now: datetime) -> None:
    places, displaced = placed_again(ahead.units, ahead.blocks, ahead.wishes)
    session.flush()
    kept = _kept(session, ahead)
    lost, regained = kept.intersection(displaced), places.keys() - kept
    own = Promise.reserved_unit_id.in_(lost)
    session.execute(delete(Promise).where(own).execution_options(synchronize_session="fetch"))
    allotting.move(session, ahead.wishes, places)
    for unit in _units(session, lost):
        _write_down(session, Event.RESERVATION_DISPLACED, unit, group, now=now)
    for unit in _units(session, regained):
        _give_time_to_fetch(unit.reservation, group, now)
        _write_down(session, Event.RESERVATION_REGAINED, unit, group, now=now)


def _kept(session: AnySession, ahead: Ahead) -> set[int]:
    """The reserved units for which an item is kept, be it one that is not in stock any more."""
    wishes = [one.id for one in ahead.wishes]
    kept = select(Promise.reserved_unit_id).where(Promise.reserved_unit_id.in_(wishes))
    return {unit_id for unit_id in session.scalars(kept) if unit_id is not None}


def _units(session: AnySession, unit_ids: Collection[int]) -> Sequence[ReservedUnit]:
    return session.scalars(
        select(ReservedUnit)
        .where(ReservedUnit.id.in_(unit_ids))
        .options(joinedload(ReservedUnit.reservation).joinedload(Reservation.person))
        .order_by(ReservedUnit.id)
    ).all()


def _give_time_to_fetch(reservation: Reservation, group: Group, now: datetime) -> None:
    """What can be had again while it was to be fetched already is kept for another opening day."""
    another_day = min(after_opening_days(group, now, 1), reservation.until_at)
    if reservation.from_at <= now:
        reservation.fetch_by = max(reservation.fetch_by, another_day)


def _write_down(
    session: AnySession,
    what: Event,
    unit: ReservedUnit,
    group: Group,
    *,
    now: datetime,
    item: Item | None = None,
) -> None:
    record(
        session,
        what,
        by=None,
        at=now,
        group=group,
        item=item,
        person=unit.reservation.person,
        reservation_id=unit.reservation_id,
        unit_id=unit.id,
        kind_id=unit.kind_id,
        fetch_by=unit.reservation.fetch_by.isoformat(),
    )
    if what is Event.RESERVATION_DISPLACED and unit.reservation.person is not None:
        _tell_displaced(session, unit.reservation, unit.reservation.person, group, now=now)


def _tell_displaced(
    session: AnySession, reservation: Reservation, person: Person, group: Group, *, now: datetime
) -> None:
    """Once a day at most, and not before the next sweep may have found another."""
    tell(
        session,
        Topic.DISPLACED,
        person,
        group=group,
        now=now,
        once=f"displaced reservation {reservation.id} {now.date()}",
        send_at=now + TIME_TO_REGAIN,
        reservation=reservation.id,
    )
