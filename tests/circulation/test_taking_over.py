"""Who may take over what somebody passes on: who is next, or whom a steward lets."""

from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.at_once import Press, press_all_at_once
from tests.circulation.passing import DAY, LATER, pass_on, take, why_not
from tests.circulation.test_reserving import book
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.care.models import OutageReason
from toolshare.care.outages import take_out_of_service
from toolshare.circulation import asking
from toolshare.circulation import reasons as why
from toolshare.circulation.eligibility import YouAreLate
from toolshare.circulation.handing_over import (
    accept,
    consent,
)
from toolshare.circulation.handovers import (
    HandoverIsOver,
    NoSuchHandover,
    NotNext,
    YoursAlready,
    handover_for,
)
from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Hold
from toolshare.inventory.models import Item
from toolshare.people.models import Person, Role
from toolshare.people.roles import RoleNeeded
from toolshare.refusals import Refusal


@pytest.fixture
def loan(world: World, tractor: Item) -> Loan:
    """Ana has the tractor, whose meter read 100 when it went out."""
    return world.make_loan(tractor, world.ana, meter_before=Decimal(100))


def test_who_is_not_next_needs_a_stewards_consent(world: World, loan: Loan, bea: Person) -> None:
    cem = world.make_person("Cem", world.borgo)
    handover = pass_on(world, loan)
    assert why_not(world, handover, cem) == (NotNext(),)
    consent(world.session, handover, by=world.sam, now=LATER)
    assert take(world, handover, cem).borrower_id == cem.id


def test_when_nobody_waits_nobody_is_next(world: World, loan: Loan) -> None:
    assert why_not(world, pass_on(world, loan), world.make_person("Cem", world.borgo)) == (
        NotNext(),
    )


def test_a_place_that_is_paused_is_skipped(world: World, loan: Loan, bea: Person) -> None:
    cem = world.make_person("Cem", world.borgo)
    asking.ask(world.session, loan.item.kind, person=cem, by=cem, now=LATER)
    handover = pass_on(world, loan)
    assert why_not(world, handover, cem) == (NotNext(),)
    hold = world.session.scalars(select(Hold).where(Hold.person_id == bea.id)).one()
    hold.paused_at = LATER
    assert take(world, handover, cem).borrower_id == cem.id


def test_who_has_reserved_it_for_today_is_next(world: World, loan: Loan) -> None:
    pia = world.make_person("Pia", world.borgo)
    reservation = book(world, loan.item.kind, 10, 12, pia)
    on_the_day = {"now": MONDAY_NOON + 9 * DAY}
    after = take(world, pass_on(world, loan, **on_the_day), pia, **on_the_day)
    assert reservation.units[0].loan_id == after.id
    assert after.due_at == reservation.until_at


def test_what_another_has_reserved_is_lent_until_before(world: World, loan: Loan) -> None:
    book(world, loan.item.kind, 10, 12, world.cora)
    after = take(world, pass_on(world, loan), world.sam)
    assert after.due_at < MONDAY_NOON + 9 * DAY


def test_a_steward_who_takes_it_consents_by_that(world: World, loan: Loan, bea: Person) -> None:
    assert take(world, pass_on(world, loan), world.sam).borrower_id == world.sam.id


def test_only_stewards_consent(world: World, loan: Loan, bea: Person) -> None:
    handover = pass_on(world, loan)
    for person in (world.ana, bea, world.vera):
        with pytest.raises(Refusal) as refusal:
            consent(world.session, handover, by=person, now=LATER)
        assert refusal.value.reasons == (RoleNeeded(role=Role.STEWARD, group="Borgo"),)


def test_what_stewards_lend_needs_their_consent(world: World, loan: Loan, bea: Person) -> None:
    world.make_rule("self_checkout", False)
    handover = pass_on(world, loan)
    assert why_not(world, handover, bea) == (why.LentByStewardsOnly(),)
    consent(world.session, handover, by=world.sam, now=LATER)
    assert take(world, handover, bea).lent_by_id == world.sam.id


def test_the_taker_has_to_pass_the_rules_of_borrowing(
    world: World, loan: Loan, bea: Person
) -> None:
    handover = pass_on(world, loan)
    assert why_not(world, handover, world.zoe) == (why.NotAMember(name="Zoe", group="Borgo"),)
    consent(world.session, handover, by=world.sam, now=LATER)
    paused = why.MembershipPaused(name="Pau", group="Borgo")
    assert why_not(world, handover, world.pau) == (paused,)
    due = {"borrowed_at": MONDAY_NOON - 9 * DAY, "due_at": MONDAY_NOON - 2 * DAY}
    late = world.make_loan(world.make_item(), bea, **due)
    name = late.item.kind.name
    assert why_not(world, handover, bea) == (
        YouAreLate(thing=name, due_at=late.due_at, time_zone="Europe/Rome"),
    )


def test_what_a_steward_wants_to_see_goes_to_them(world: World, loan: Loan, bea: Person) -> None:
    handover = pass_on(world, loan)
    take_out_of_service(world.session, loan.item, OutageReason.NEEDS_CHECK, by=world.sam, now=LATER)
    assert why_not(world, handover, bea) == (why.NeedsCheck(),)


def test_nobody_hands_to_themselves(world: World, loan: Loan) -> None:
    assert why_not(world, pass_on(world, loan), world.ana) == (YoursAlready(),)


def test_a_token_is_for_members_of_the_group(world: World, loan: Loan, bea: Person) -> None:
    handover = pass_on(world, loan)
    for person in (world.ana, bea, world.sam, world.pau):
        found = handover_for(world.session, handover.token, person, now=LATER)
        assert found.id == handover.id
    for person, token in ((world.vera, handover.token), (bea, "unknown")):
        with pytest.raises(Refusal) as refusal:
            handover_for(world.session, token, person, now=LATER)
        assert refusal.value.reasons == (NoSuchHandover(),)


@on_any_database
def test_of_many_who_take_it_at_once_one_gets_it(app: Flask, world: World, loan: Loan) -> None:
    handover = consent(world.session, pass_on(world, loan), by=world.sam, now=LATER)
    takers = [world.make_person(f"Taker{number}", world.borgo).id for number in range(6)]
    world.session.commit()
    token = handover.token

    def takes(person_id: int) -> Press:
        def press(session: Any) -> None:
            person = session.get_one(Person, person_id)
            accept(session, handover_for(session, token, person, now=LATER), by=person, now=LATER)

        return press

    answers = press_all_at_once(app, [takes(person_id) for person_id in takers])
    assert answers.count(()) == 1
    assert answers.count((HandoverIsOver(),)) == 5
    out = world.session.scalars(select(Loan).where(Loan.returned_at.is_(None))).all()
    assert len(out) == 1
