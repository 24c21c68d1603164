"""Leaving a group: when nothing is out, with all that waits called off, and never as the last."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.admission.conftest import refused
from tests.at_once import Press, press_all_at_once
from tests.browser.admission import share_a_household
from tests.circulation.booked import ana_has_reserved
from tests.circulation.in_line import asks, comes_back, offered
from tests.conftest import type_of_client
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.admission import leaving
from toolshare.admission import reasons as why
from toolshare.circulation import borrowing, spans
from toolshare.circulation.allotting import Wanted
from toolshare.circulation.booking import Booking
from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Hold, Reservation
from toolshare.circulation.reserving import reserve
from toolshare.database import transaction
from toolshare.inventory.locking import under_lock
from toolshare.journal.models import Entry
from toolshare.people.memberships import LastCoordinator, Standing, standing_of
from toolshare.people.models import Group, Membership, Person, Role
from toolshare.people.opening import read_opening_times
from toolshare.people.roles import membership_in
from toolshare.records import AnySession

A_DAY = timedelta(days=1)


def leaves(world: World, person: Person) -> None:
    leaving.leave(world.session, person, world.borgo, now=MONDAY_NOON)


def of(world: World, person: Person) -> Membership:
    found = membership_in(world.session, person, world.borgo)
    assert found is not None
    return found


def test_who_has_nothing_leaves_at_once_and_has_left(world: World) -> None:
    leaves(world, world.ana)
    own = of(world, world.ana)
    assert own.until == MONDAY_NOON.date() - A_DAY
    entry = world.session.scalars(select(Entry).order_by(Entry.id.desc())).first()
    assert entry is not None
    assert (entry.what, entry.by_id) == ("membership_changed", world.ana.id)
    for person in (world.ana, world.zoe):
        assert refused(leaves, world, person) == [why.MembershipIsOver(group="Borgo")]


def test_who_came_today_can_leave_today(world: World) -> None:
    bob = world.make_person("Bob", world.borgo, since=MONDAY_NOON.date())
    leaves(world, bob)
    assert not of(world, bob).is_current(MONDAY_NOON.date())


@pytest.mark.parametrize("group", ["borgo", "valle"])
def test_what_is_out_has_to_come_back_first(world: World, group: str) -> None:
    kind = world.make_kind(group_id=getattr(world, group).id)
    loan = world.make_loan(world.make_item(kind), world.ana)
    assert refused(leaves, world, world.ana) == [why.StillOut(number=1)]
    loan.lost_at = MONDAY_NOON
    leaves(world, world.ana)


def test_what_another_membership_opens_may_stay_out(world: World) -> None:
    world.make_membership(world.ana, world.castello)
    tractor = world.make_item(world.make_kind(group_id=world.valle.id))
    world.make_loan(tractor, world.ana)
    leaves(world, world.ana)


def test_what_waits_is_called_off_and_goes_to_who_is_next(world: World) -> None:
    booked, waited = world.make_item(), world.make_item()
    reservation = ana_has_reserved(world, booked.kind, 15, 16)
    world.make_loan(waited, world.cora)
    own = asks(world, waited, world.ana)
    household = share_a_household(world, world.ana)
    found = leaving.leaving(world.session, world.ana, world.borgo, now=MONDAY_NOON)
    assert ([*found.reservations], [*found.holds]) == ([reservation], [own])
    assert (found.has_household, found.reasons) == (True, [])
    leaves(world, world.ana)
    assert world.session.get_one(Reservation, reservation.id).cancelled_at == MONDAY_NOON
    assert world.session.get_one(Hold, own.id).ended_at == MONDAY_NOON
    assert of(world, world.ana).household_id is None
    assert household.id


def test_what_was_offered_is_offered_to_the_next(world: World) -> None:
    item = world.make_item()
    world.make_loan(item, world.cora)
    for one in (world.ana, world.sam):
        asks(world, item, one)
    comes_back(world, item)
    assert offered(world) == {"Ana"}
    leaves(world, world.ana)
    assert offered(world) == {"Sam"}


def test_the_last_coordinator_stays(world: World) -> None:
    assert refused(leaves, world, world.cora) == [LastCoordinator(name="Cora", group="Borgo")]
    world.make_person("Cleo", world.borgo, Role.COORDINATOR)
    leaves(world, world.cora)


@on_any_database
def test_who_borrows_and_leaves_at_once_does_one_of_both(app: Flask, world: World) -> None:
    with transaction():
        item_id, person_id, group_id = world.make_item().id, world.ana.id, world.borgo.id

    def borrows(session: AnySession) -> None:
        item, ana = under_lock(session, item_id), session.get_one(Person, person_id)
        borrowing.borrow(session, item, borrower=ana, by=ana, now=MONDAY_NOON)

    def goes(session: AnySession) -> None:
        ana, group = session.get_one(Person, person_id), session.get_one(Group, group_id)
        leaving.leave(session, ana, group, now=MONDAY_NOON)

    presses: list[Press] = [borrows, goes]
    answers = press_all_at_once(app, presses)
    assert answers.count(()) == 1
    is_out = world.session.scalars(select(Loan)).first() is not None
    has_left = of(world, world.ana).until is not None
    assert is_out != has_left


def test_the_page_says_before_what_comes_of_it(world: World, client_of: type_of_client) -> None:
    with transaction():
        mower = world.make_item(world.make_kind(name="Mower"))
        loan = world.make_loan(mower, world.ana)
        ana_has_reserved(world, world.make_item(world.make_kind(name="Tent")).kind, 15, 16)
        world.make_loan(waited := world.make_item(world.make_kind(name="Saw")), world.cora)
        asks(world, waited, world.ana)
    ana = client_of(world.ana)
    page = ana.get("/groups/borgo/leaving").text
    assert all(one in page for one in ("Mower", "Tent", "Saw", "Has to come back first"))
    assert ana.post("/groups/borgo/leaving").status_code == 409
    with transaction() as session:
        session.get_one(Loan, loan.id).returned_at = MONDAY_NOON
    assert ana.post("/groups/borgo/leaving").location == "/groups"
    assert "You have left Borgo." in ana.get("/groups").text
    assert ana.get("/groups/borgo").status_code == 404


def changes(world: World, person: Person, by: Person, **to: Any) -> None:
    to = vars(standing_of(of(world, person))) | to
    leaving.change(world.session, of(world, person), Standing(**to), by=by, now=MONDAY_NOON)


def test_what_waits_is_called_off_when_a_coordinator_ends_the_membership_too(world: World) -> None:
    tractor = world.make_item(world.make_kind(group_id=world.valle.id))
    booked, waited = ana_has_reserved(world, world.make_item().kind, 15, 16), world.make_item()
    for item in (tractor, waited):
        world.make_loan(item, world.sam)
    own = [asks(world, item, world.ana) for item in (tractor, waited)]
    loan = world.make_loan(world.make_item(), world.ana)
    share_a_household(world, world.ana)
    changes(world, world.ana, world.cora, until=MONDAY_NOON.date() - A_DAY)
    assert booked.cancelled_at == MONDAY_NOON
    assert [one.ended_at for one in own] == [MONDAY_NOON] * 2
    assert not of(world, world.ana).is_current(MONDAY_NOON.date())
    assert of(world, world.ana).household_id is None
    assert loan.returned_at is None


def test_a_last_day_to_come_calls_off_what_is_reserved_after_it(world: World) -> None:
    kind, waited = world.make_item().kind, world.make_item()
    before, after = (ana_has_reserved(world, kind, day, day) for day in (10, 12))
    world.make_loan(waited, world.sam)
    place = asks(world, waited, world.ana)
    changes(world, world.ana, world.cora, until=date(2026, 6, 11))
    assert (before.is_open, after.is_open, place.ended_at) == (True, False, None)


def test_what_was_fetched_in_part_is_given_up_for_the_rest(world: World) -> None:
    kind = world.make_kind()
    drill, _other = (world.make_item(kind) for _ in range(2))
    group = read_opening_times(world.session, world.borgo)
    span = spans.of_days(group, MONDAY_NOON.date(), MONDAY_NOON.date() + A_DAY)
    acts = {"by": world.ana, "now": MONDAY_NOON}
    both = Booking([Wanted(kind, quantity=2)], span)
    reservation = reserve(world.session, group, both, person=world.ana, **acts)
    borrowing.borrow(world.session, drill, borrower=world.ana, **acts)
    comes_back(world, drill)
    leaves(world, world.ana)
    assert all(unit.is_settled for unit in reservation.units)
