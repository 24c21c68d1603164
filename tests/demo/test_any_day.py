"""The demo can be made on any day, on either database, and is the same each time."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, select
from sqlalchemy.orm import Session, selectinload

from tests.postgres import on_any_database
from tests.world import MONDAY_NOON
from toolshare.care.models import DamageReport
from toolshare.checking import CHECKS
from toolshare.circulation import listings, reservation_queries, waiting
from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Reservation, ReservedUnit
from toolshare.circulation.reservation_queries import state_of
from toolshare.database import transaction
from toolshare.demo import making
from toolshare.inventory.models import Item, Kind
from toolshare.people.joining import person_with
from toolshare.people.models import Person
from toolshare.settings import Settings

DAYS = [
    datetime(2027, 1, 1, 2, 0, tzinfo=UTC),  # in the night before a holiday on which all is closed
    datetime(2026, 3, 29, 0, 59, tzinfo=UTC),  # the last minute before the clock is put forward
]


def make(now: datetime) -> making.Made:
    with transaction() as session:
        return making.make(session, None, now=now)


def told(records: Session | Connection) -> Sequence[object]:
    """Who borrowed what and when."""
    loans = select(Person.email, Kind.name, Loan.borrowed_at, Loan.due_at, Loan.returned_at)
    return records.execute(
        loans.join(Loan, Loan.borrower_id == Person.id)
        .join(Item, Item.id == Loan.item_id)
        .join(Kind, Kind.id == Item.kind_id)
        .order_by(Loan.id)
    ).all()


@on_any_database
def test_it_is_made_whole_on_either_database(session: Session, chosen: Settings) -> None:
    assert make(MONDAY_NOON) == making.Made(groups=4, people=29, things=227)
    assert [line for look in CHECKS for line in look(session, chosen)] == []


def reserved(session: Session) -> Sequence[Reservation]:
    """Everything that was ever reserved."""
    units = selectinload(Reservation.units).joinedload(ReservedUnit.promise)
    return session.scalars(select(Reservation).options(units)).all()


@pytest.mark.parametrize("now", DAYS, ids=str)
def test_something_is_late_reserved_offered_and_waited_for_on_any_day(
    session: Session, now: datetime
) -> None:
    make(now)
    session.expire_all()
    open_loans = [loan for loan in session.scalars(select(Loan)) if loan.is_out]
    assert {listings.state_of(loan, now) for loan in open_loans} == {
        *("out", "soon", "late", "dropped", "disputed")
    }
    assert max(loan.borrowed_at for loan in open_loans) < now
    assert session.scalars(select(DamageReport)).one().usable
    due = session.scalars(select(Item.service_due_at).where(Item.service_due_at.is_not(None)))
    assert all(one > now for one in due)
    states = {state_of(reservation, now) for reservation in reserved(session)}
    assert states == {*reservation_queries.State} - {reservation_queries.State.UNSERVED}
    member = person_with(session, "member@toolshare.example")
    assert member is not None
    turns = waiting.my_turns(session, member, now=now)
    assert [(turn.state, turn.place.number) for turn in turns] == [("offered", 1), ("in_line", 3)]


def test_it_is_the_same_each_time(session: Session, demo_database: Path) -> None:
    make(MONDAY_NOON)
    engine = create_engine(f"sqlite:///{demo_database}")
    with engine.connect() as another:
        assert told(session) == told(another)
    engine.dispose()
