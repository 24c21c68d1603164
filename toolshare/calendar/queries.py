"""What calendars tell: what goes out and comes back, and what of it is the reader's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from toolshare.circulation import spans
from toolshare.circulation.fitting import Span
from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Promise, Reservation, ReservedUnit
from toolshare.circulation.standing import STILL_OUT, WITH_BORROWER
from toolshare.inventory.models import Item, Kind
from toolshare.people.models import Group, Person
from toolshare.records import AnySession

A_LIST = 200
A_MOMENT = timedelta(seconds=1)  # what ends at midnight ends the day before


@dataclass(frozen=True)
class DayAtTheShed:
    """Who comes to fetch what, and who brings back what: of `ending` nothing is fetched yet."""

    fetched: Sequence[Reservation]
    brought_back: Sequence[Loan]
    ending: Sequence[Reservation]


@dataclass(frozen=True)
class Own:
    """What a person has of a kind, or will have: the code of what is out, or a reservation."""

    span: Span
    code: str | None = None
    reservation_id: int | None = None


def day_at_the_shed(session: AnySession, group: Group, day: date) -> DayAtTheShed:
    """What is expected on a day, for the group's stewards; by time, then by name."""
    span = spans.from_midnight(group, day, day)
    begins = _to_fetch(group, Reservation.from_at >= span.from_at)
    ends = _to_fetch(group, Reservation.until_at > span.from_at)
    return DayAtTheShed(
        session.scalars(begins.where(Reservation.from_at < span.until_at)).all(),
        _due(session, group, span),
        session.scalars(ends.where(Reservation.until_at <= span.until_at)).all(),
    )


def own_of_kind(
    session: AnySession, kind: Kind, person: Person, span: Span, *, now: datetime
) -> list[Own]:
    """What the person has of a kind or has reserved, as far as it has a moment in the span."""
    out = session.execute(
        select(Item.code, Loan.borrowed_at, Loan.due_at)
        .join(Loan.item)
        .where(Loan.borrower_id == person.id, Item.kind_id == kind.id, WITH_BORROWER)
        .order_by(Loan.borrowed_at)
    )
    ahead = session.execute(
        select(Reservation.id, Reservation.from_at, Reservation.until_at)
        .where(Reservation.person_id == person.id, Reservation.still_open())
        .where(Reservation.units.any(_to_come_of(kind)), Reservation.from_at < span.until_at)
        .where(Reservation.until_at > max(span.from_at, now))
        .order_by(Reservation.from_at)
    )
    loans = [Own(Span(since, max(due_at, now)), code=code) for code, since, due_at in out]
    reserved = [Own(Span(since, until), reservation_id=id) for id, since, until in ahead]
    return [one for one in (*loans, *reserved) if one.span.overlaps(span)]


def going_out(session: AnySession, kind: Kind, span: Span) -> Sequence[tuple[datetime, int]]:
    """When how many of a kind are to be fetched within a span."""
    begins = Reservation.from_at
    return _numbers(
        session,
        select(begins, func.sum(ReservedUnit.quantity))
        .join(ReservedUnit.reservation)
        .where(_to_come_of(kind), Reservation.still_open())
        .where(begins >= span.from_at, begins < span.until_at)
        .group_by(begins),
    )


def coming_back(session: AnySession, kind: Kind, span: Span) -> Sequence[tuple[datetime, int]]:
    """When how many of a kind are to be brought back within a span, fetched by now or not."""
    ends = Reservation.until_at
    out = (
        select(Loan.due_at, func.sum(Loan.quantity))
        .join(Loan.item)
        .where(Item.kind_id == kind.id, STILL_OUT)
        .where(Loan.due_at >= span.from_at, Loan.due_at < span.until_at)
        .group_by(Loan.due_at)
    )
    reserved = (
        select(ends, func.sum(ReservedUnit.quantity))
        .join(ReservedUnit.reservation)
        .where(_to_come_of(kind), Reservation.still_open())
        .where(ends > span.from_at, ends <= span.until_at)
        .group_by(ends)
    )
    to_come = [(at - A_MOMENT, number) for at, number in _numbers(session, reserved)]
    return [*_numbers(session, out), *to_come]


def _numbers(
    session: AnySession, statement: Select[datetime, int]
) -> Sequence[tuple[datetime, int]]:
    return [(at, number) for at, number in session.execute(statement)]


def _to_come_of(kind: Kind) -> ColumnElement[bool]:
    """What somebody has still to fetch of a kind."""
    return and_(ReservedUnit.kind_id == kind.id, ReservedUnit.still_to_fetch())


def _to_fetch(group: Group, *which: ColumnElement[bool]) -> Select[Reservation]:
    """Reservations of a group that are still to be fetched, with all that a list shows."""
    units = selectinload(Reservation.units)
    return (
        select(Reservation)
        .where(Reservation.group_id == group.id, Reservation.still_open(), *which)
        .where(Reservation.units.any(ReservedUnit.still_to_fetch()))
        .options(joinedload(Reservation.group), joinedload(Reservation.person))
        .options(units.joinedload(ReservedUnit.kind))
        .options(units.joinedload(ReservedUnit.promise).joinedload(Promise.item))
        .order_by(Reservation.from_at, Reservation.id)
        .limit(A_LIST)
    )


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
