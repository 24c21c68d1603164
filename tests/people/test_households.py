"""Households: persons who share one membership, its limits and what is out."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from tests.admission.conftest import refused
from tests.at_once import Press, press_all_at_once
from tests.browser.admission import share_a_household
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.circulation import borrowing, listings
from toolshare.circulation.eligibility import YouAreLate
from toolshare.circulation.reasons import AtTheLimit
from toolshare.database import transaction
from toolshare.inventory.locking import under_lock
from toolshare.inventory.models import Item
from toolshare.journal.models import Entry
from toolshare.people import households
from toolshare.people.households import (
    HouseholdFull,
    InAHousehold,
    MembershipHasEnded,
    NotYourHousehold,
)
from toolshare.people.models import Membership, Person
from toolshare.people.roles import membership_in
from toolshare.records import AnySession


@pytest.fixture
def coras(world: World) -> dict[str, Any]:
    """What Cora does on Monday noon."""
    return {"by": world.cora, "now": MONDAY_NOON}


def of(world: World, person: Person) -> Membership:
    found = membership_in(world.session, person, world.borgo)
    assert found is not None
    return found


def borrows(session: AnySession, item: Item, person: Person) -> Any:
    item = under_lock(session, item.id)
    return borrowing.borrow(session, item, borrower=person, by=person, now=MONDAY_NOON)


def test_what_one_has_counts_for_all_and_each_loan_is_the_real_persons(world: World) -> None:
    world.make_rule("open_loans", 2)
    bob, eve = (world.make_person(name, world.borgo) for name in ("Bob", "Eve"))
    share_a_household(world, world.ana, bob)
    first, second = (borrows(world.session, world.make_item(), one) for one in (world.ana, bob))
    assert (first.borrower_id, second.borrower_id) == (world.ana.id, bob.id)
    limit = [AtTheLimit(limit=2, group="Borgo")]
    for person in (world.ana, bob):
        assert refused(borrows, world.session, world.make_item(), person) == limit
    assert borrows(world.session, world.make_item(), eve).is_out


def test_what_one_has_not_brought_back_holds_all_of_them(world: World) -> None:
    bob = world.make_person("Bob", world.borgo)
    share_a_household(world, world.ana, bob)
    begun, due = MONDAY_NOON - timedelta(days=20), MONDAY_NOON - timedelta(days=9)
    world.make_loan(world.make_item(), bob, borrowed_at=begun, due_at=due)
    (against,) = refused(borrows, world.session, world.make_item(), world.ana)
    assert isinstance(against, YouAreLate)


def test_they_see_what_the_others_have_of_what_they_share_and_nobody_else_does(
    world: World,
) -> None:
    bob = world.make_person("Bob", world.borgo)
    world.make_membership(bob, world.castello)
    elsewhere = world.make_item(world.make_kind(name="Boat", group_id=world.castello.id))
    shared = world.make_item(world.make_kind(name="Tractor", group_id=world.valle.id))
    own, back = world.make_item(world.make_kind(name="Saw")), world.make_item()
    share_a_household(world, world.ana, bob)
    for item in (elsewhere, shared, own):
        world.make_loan(item, bob)
    world.make_loan(back, bob, returned_at=MONDAY_NOON)

    def seen(person: Person) -> list[str]:
        found = listings.loans_at_home(world.session, person, now=MONDAY_NOON)
        return sorted(one.loan.item.kind.name for one in found)

    assert seen(world.ana) == ["Saw", "Tractor"]
    assert seen(bob) == seen(world.sam) == seen(world.zoe) == []
    of(world, world.ana).until = date(2026, 5, 1)
    assert seen(world.ana) == []


def test_nobody_is_in_two_households_of_a_group_or_in_one_without_being_a_member(
    world: World, coras: dict[str, Any]
) -> None:
    household = share_a_household(world, world.ana, world.pau)
    again = refused(households.put_in, world.session, of(world, world.pau), household, **coras)
    assert again == [InAHousehold(name="Pau")]
    gone = world.make_person("Gil", world.borgo, until=date(2026, 5, 1))
    ended = refused(households.put_in, world.session, of(world, gone), household, **coras)
    assert ended == [MembershipHasEnded(name="Gil")]


def test_a_household_has_an_end(
    world: World, coras: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(households, "LARGEST", 2)
    household = share_a_household(world, world.ana, world.pau)
    full = refused(households.put_in, world.session, of(world, world.sam), household, **coras)
    assert full == [HouseholdFull(most=2)]


def test_its_first_and_coordinators_say_who_belongs_and_anybody_goes_by_themselves(
    world: World,
) -> None:
    bob, eve = (world.make_person(name, world.borgo) for name in ("Bob", "Eve"))
    household = share_a_household(world, world.ana, bob, eve)

    def takes_out(by: Person, whom: Person) -> None:
        households.take_out(world.session, of(world, whom), by=by, now=MONDAY_NOON)

    for by in (bob, world.sam, world.vera):
        assert refused(takes_out, by, eve) == [NotYourHousehold()]
    takes_out(world.ana, eve)
    takes_out(world.ana, eve)
    takes_out(world.ana, world.ana)
    assert [one.person_id for one in households.members_of(world.session, household.id)] == [bob.id]
    takes_out(world.cora, bob)
    assert not households.may_change(world.session, household.id, world.borgo, bob, now=MONDAY_NOON)
    told = [one.details for one in world.session.query(Entry).order_by(Entry.id)]
    assert told[:2] == [{"household_id": household.id}] * 2
    assert told[-1] == {"household_id": None}


def test_households_are_listed_while_somebody_is_in_them(world: World) -> None:
    household = share_a_household(world, world.ana)
    today = MONDAY_NOON.date()
    listed = households.households_in(world.session, world.borgo, today=today)
    assert [*listed] == [household]
    assert households.household_of(world.session, world.castello, household.id) is None
    households.take_out(world.session, of(world, world.ana), by=world.cora, now=MONDAY_NOON)
    assert not households.households_in(world.session, world.borgo, today=today)


@on_any_database
def test_of_a_household_that_presses_borrow_at_once_no_more_get_through_than_its_limit(
    app: Flask, world: World
) -> None:
    with transaction():
        world.make_rule("open_loans", 2)
        people = [world.make_person(f"Mate{number}", world.borgo) for number in range(6)]
        share_a_household(world, *people)
        # Of things of different kinds, so that nothing but the household keeps them in order.
        pairs = [(world.make_item().id, person.id) for person in people]

    def presses(item_id: int, person_id: int) -> Press:
        def press(session: AnySession) -> None:
            item, person = under_lock(session, item_id), session.get_one(Person, person_id)
            borrowing.borrow(session, item, borrower=person, by=person, now=MONDAY_NOON)

        return press

    answers = press_all_at_once(app, [presses(*pair) for pair in pairs])
    limit = (AtTheLimit(limit=2, group="Borgo"),)
    assert sorted(answers, key=len) == [(), (), limit, limit, limit, limit]
