"""What the demo's people have agreed on, and what they have reserved."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from toolshare.circulation import reservation_queries
from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Reservation, ReservedUnit
from toolshare.circulation.reservation_queries import State
from toolshare.inventory.models import Item, Kind
from toolshare.people.joining import group_named, person_with
from toolshare.people.models import Group, Person
from toolshare.rules.in_force import Level, RulesInForce
from toolshare.rules.lengths import Length
from toolshare.rules.models import Acceptance, Certificate
from toolshare.rules.resolving import rules_for
from toolshare.rules.values import Regime


@pytest.fixture
def database_url(copy_of_demo: str) -> str:
    """A copy of the demo."""
    return copy_of_demo


def kind_named(session: Session, name: str) -> Kind:
    return session.scalars(select(Kind).where(Kind.name == name)).one()


def rules_of(session: Session, name: str) -> RulesInForce:
    kind = kind_named(session, name)
    return rules_for(session, group_id=kind.group_id, kind_id=kind.id)


def reserved(session: Session, name: str) -> Sequence[Reservation]:
    """The open reservations with one of this kind, the first to begin first."""
    its = Reservation.units.any(ReservedUnit.kind_id == kind_named(session, name).id)
    units = selectinload(Reservation.units).joinedload(ReservedUnit.promise)
    found = select(Reservation).where(its, Reservation.still_open()).options(units)
    return session.scalars(found.order_by(Reservation.from_at)).all()


def test_the_groups_have_rules_of_their_own_each_with_its_reason(session: Session) -> None:
    baler = rules_of(session, "Hay baler, small")
    assert (baler.loan_period, baler.regime) == (Length(hours=6), Regime.TURNS)
    assert baler.sources["regime"][0].level is Level.CATEGORY
    assert rules_of(session, "Tractor, 45 hp").needs_approval
    assert rules_of(session, "Marquee, 6 × 12 m").turnaround == 1
    assert rules_of(session, "Generator, 3 kW").loan_period == Length(days=4)
    assert rules_of(session, "Ladder, 3 × 9 rungs").sources["offer_time"][0].why


def test_whoever_borrowed_what_needs_a_course_or_a_word_had_it(session: Session) -> None:
    taught = set(session.scalars(select(Certificate.person_id)))
    signed = set(session.scalars(select(Acceptance.person_id)))
    loans = select(Loan).options(joinedload(Loan.item).joinedload(Item.kind))
    for loan in session.scalars(loans):
        if loan.rules["certificates"]:
            assert loan.borrower_id in taught
        if loan.rules["agreements"]:
            assert loan.borrower_id in signed


def test_a_certificate_is_over(session: Session, now: datetime) -> None:
    kept = session.scalars(select(Certificate)).all()
    assert {one.is_valid_on(now.date()) for one in kept} == {True, False}


def test_much_is_reserved_in_every_village_within_three_weeks(
    session: Session, now: datetime
) -> None:
    for group in session.scalars(select(Group)):
        ahead = reservation_queries.reservations_of(session, group, now=now).ahead
        assert ahead
        assert ahead[-1].reservation.from_at < now + timedelta(days=21)


def test_a_tractor_and_a_seed_drill_are_reserved_together(session: Session, now: datetime) -> None:
    (one,) = [one for one in reserved(session, "Seed drill, 2.5 m") if one.until_at > now]
    names = {session.get_one(Kind, unit.kind_id).name for unit in one.units}
    assert names == {"Seed drill, 2.5 m", "Tractor, 45 hp"}
    assert one.approved_at


def test_four_take_turns_with_one_machine_day_after_day_if_it_is_dry(session: Session) -> None:
    chain = reserved(session, "Post-hole digger, petrol")
    days = [one.from_at.date() for one in chain]
    assert days == [days[0] + timedelta(days=number) for number in range(4)]
    assert all(one.weather_flexible for one in chain)
    assert len({unit.promise.item_id for one in chain for unit in one.units if unit.promise}) == 1


def test_who_wants_what_is_late_is_displaced(session: Session, now: datetime) -> None:
    (one,) = reserved(session, "Manure spreader, 4 t")
    assert reservation_queries.state_of(one, now) is State.DISPLACED


def test_the_member_can_fetch_something_now_and_looks_back_on_some(
    session: Session, now: datetime
) -> None:
    member = person_with(session, "member@toolshare.example")
    assert isinstance(member, Person)
    mine = reservation_queries.my_reservations(session, member, now=now)
    assert [one.state for one in mine.ahead] == [State.READY, State.CONFIRMED]
    assert [one.state for one in mine.past] == [State.MISSED, State.FETCHED, State.FETCHED]


def test_stewards_of_the_library_have_something_set_aside(session: Session, now: datetime) -> None:
    library = group_named(session, "san-rocco")
    ahead = reservation_queries.reservations_of(session, library, now=now).ahead
    assert ahead[0].state is State.READY
