"""Replanning: giving reserved units other items when theirs can't be had, and saying so when none can."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, bindparam, delete, or_, select
from sqlalchemy.orm import joinedload

from toolshare.care.models import Outage
from toolshare.circulation import allotting
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
from toolshare.people.models import Group
from toolshare.people.opening import read_opening_times
from toolshare.records import AnySession

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
    ahead_of_all = what_is_ahead(session, group, kind_ids, now=now, late_for=LATE_FOR_WHAT_STANDS)
    for ahead in ahead_of_all.values():
        if not _all_stands(ahead):
            _replan(session, group, ahead, now=now)


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
    return session.scalar(_RESERVED, {"kind_ids": list(kind_ids)}) is not None


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
    had_one = select(Promise.reserved_unit_id).where(Promise.reserved_unit_id.in_(displaced))
    newly = session.scalars(had_one).all()
    lost = Promise.reserved_unit_id.in_(newly)
    session.execute(delete(Promise).where(lost).execution_options(synchronize_session="fetch"))
    allotting.move(session, ahead.wishes, places)
    for unit in session.scalars(
        select(ReservedUnit)
        .where(ReservedUnit.id.in_(newly))
        .options(joinedload(ReservedUnit.reservation).joinedload(Reservation.person))
        .order_by(ReservedUnit.id)
    ):
        record(
            session,
            Event.RESERVATION_DISPLACED,
            by=None,
            at=now,
            group=group,
            person=unit.reservation.person,
            reservation_id=unit.reservation_id,
            unit_id=unit.id,
            kind_id=unit.kind_id,
        )
