"""What goes out and what comes back on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from toolshare.circulation import spans
from toolshare.circulation.fitting import Span
from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Promise, Reservation, ReservedUnit
from toolshare.circulation.standing import STILL_OUT
from toolshare.inventory.models import Item, Kind
from toolshare.people.models import Group
from toolshare.records import AnySession

A_LIST = 200


@dataclass(frozen=True)
class DayAtTheShed:
    """Who comes to fetch what, and who brings back what."""

    fetched: Sequence[Reservation]
    brought_back: Sequence[Loan]


def day_at_the_shed(session: AnySession, group: Group, day: date) -> DayAtTheShed:
    """What is expected on a day, for the group's stewards; by time, then by name."""
    span = spans.from_midnight(group, day, day)
    reservations = session.scalars(
        select(Reservation)
        .where(Reservation.group_id == group.id, Reservation.still_open())
        .where(Reservation.from_at >= span.from_at, Reservation.from_at < span.until_at)
        .where(Reservation.units.any(ReservedUnit.still_to_fetch()))
        .options(joinedload(Reservation.group), joinedload(Reservation.person))
        .options(
            selectinload(Reservation.units).options(
                joinedload(ReservedUnit.kind),
                joinedload(ReservedUnit.promise).joinedload(Promise.item),
            )
        )
        .order_by(Reservation.from_at, Reservation.id)
        .limit(A_LIST)
    ).all()
    return DayAtTheShed(reservations, _due(session, group, span))


def _due(session: AnySession, group: Group, span: Span) -> Sequence[Loan]:
    return session.scalars(
        select(Loan)
        .join(Loan.item)
        .join(Item.kind)
        .where(STILL_OUT, Kind.group_id == group.id)
        .where(Loan.due_at >= span.from_at, Loan.due_at < span.until_at)
        .options(contains_eager(Loan.item).contains_eager(Item.kind), joinedload(Loan.borrower))
        .order_by(Loan.due_at, Kind.name, Loan.id)
        .limit(A_LIST)
    ).all()
