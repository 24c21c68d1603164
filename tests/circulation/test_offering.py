"""What comes free is offered to who is next: accepted, passed on, lapsed, set aside, taken."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from tests.circulation.in_line import asks, comes_back, hold_of, look, offer_of, offered
from tests.world import MONDAY_NOON, World
from toolshare.circulation.asking import YourTurnNow, pause, resume, withdraw
from toolshare.circulation.borrowing import borrow
from toolshare.circulation.holds import NoLongerInLine, NotYourPlace
from toolshare.circulation.offering import (
    NotAcceptedYet,
    OfferOver,
    accept,
    pass_on,
    set_aside,
)
from toolshare.circulation.promises import HoldEnd, Offer, OfferEnd, Promise
from toolshare.circulation.returning import take_back
from toolshare.circulation.turns import Decision, from_numbers
from toolshare.inventory.models import Item
from toolshare.people.models import ClosedDate, OpeningHours, Person, Role
from toolshare.people.roles import RoleNeeded, memberships_of
from toolshare.refusals import Refusal
from toolshare.rules.lengths import Length
from toolshare.rules.values import Regime

DAY = timedelta(days=1)
END_OF_TUESDAY = datetime(2026, 6, 2, 21, 59, 59, tzinfo=UTC)


def test_what_comes_back_is_offered_to_who_is_next(world: World, mower: Item) -> None:
    comes_back(world, mower)
    assert offered(world) == {"Ana"}
    offer = offer_of(world, world.ana)
    assert (offer.item_id, offer.offered_at, offer.expires_at) == (
        mower.id,
        MONDAY_NOON,
        END_OF_TUESDAY,
    )
    promise = world.session.scalars(select(Promise).where(Promise.offer_id == offer.id)).one()
    assert (promise.from_at, promise.until_at) == (MONDAY_NOON, END_OF_TUESDAY)


def test_an_offer_keeps_the_numbers_that_were_compared(
    world: World, mower: Item, bob: Person
) -> None:
    world.make_rule("regime", Regime.TURNS)
    begun, back = MONDAY_NOON - 30 * DAY, MONDAY_NOON - 21 * DAY
    world.make_loan(mower, world.ana, borrowed_at=begun, returned_at=back)
    comes_back(world, mower)
    assert offered(world) == {"Bob"}
    why = from_numbers(offer_of(world, bob).numbers)
    assert (why.number, why.decided_by, why.waiting.used, why.other.used) == (
        1,
        Decision.USED,
        0,
        9,
    )


def test_looking_again_changes_nothing(world: World, mower: Item) -> None:
    comes_back(world, mower)
    before = [*world.session.scalars(select(Offer))]
    look(world, mower, MONDAY_NOON)
    assert [*world.session.scalars(select(Offer))] == before


def test_each_free_unit_is_offered_to_another(world: World, mower: Item, bob: Person) -> None:
    second = world.make_item(mower.kind)
    world.make_loan(second, world.cora)
    for item in (mower, second):
        comes_back(world, item)
    assert offered(world) == {"Ana", "Bob"}


def test_who_pauses_is_passed_over_and_offered_it_when_they_wait_again(
    world: World, mower: Item, bob: Person
) -> None:
    for person in (world.ana, bob):
        pause(world.session, hold_of(world, person), by=person, now=MONDAY_NOON)
    comes_back(world, mower)
    assert offered(world) == set()
    resume(world.session, hold_of(world, world.ana), by=world.ana, now=MONDAY_NOON)
    assert offered(world) == {"Ana"}


@pytest.mark.parametrize("ended", [True, False])
def test_who_may_not_borrow_now_is_passed_over(world: World, mower: Item, ended: bool) -> None:
    membership = memberships_of(world.session, world.ana)[0]
    if ended:
        membership.until = date(2026, 5, 31)
    else:
        membership.paused_at = MONDAY_NOON
    comes_back(world, mower)
    assert offered(world) == {"Bob"}


def test_who_belongs_to_a_village_below_waits_like_others(world: World) -> None:
    press = world.make_item(world.make_kind(name="Press", group_id=world.valle.id))
    world.make_membership(world.sam, world.valle, Role.STEWARD)
    world.make_loan(press, world.sam)
    asks(world, press, world.vera)
    take_back(world.session, press, by=world.sam, now=MONDAY_NOON)
    assert offered(world) == {"Vera"}
    again = world.make_membership(world.vera, world.valle, paused_at=MONDAY_NOON)
    hold = hold_of(world, world.vera)
    withdraw(world.session, hold, by=world.vera, now=MONDAY_NOON)
    assert again.paused_at


def test_accepting_keeps_it_until_the_end_of_the_next_opening_day(
    world: World, mower: Item, bob: Person
) -> None:
    world.session.add(
        OpeningHours(group_id=world.borgo.id, weekday=5, opens_at=time(9), closes_at=time(12))
    )
    comes_back(world, mower)
    offer = offer_of(world, world.ana)
    assert offer.expires_at == datetime(2026, 6, 6, 10, tzinfo=UTC)  # Saturday noon in Rome
    accept(world.session, offer, by=world.ana, now=MONDAY_NOON + DAY)
    assert (offer.accepted_at, offer.expires_at) == (
        MONDAY_NOON + DAY,
        datetime(2026, 6, 6, 10, tzinfo=UTC),
    )
    accept(world.session, offer, by=world.ana, now=MONDAY_NOON + 2 * DAY)
    assert offer.accepted_at == MONDAY_NOON + DAY


def test_the_rules_may_give_longer_to_pick_it_up(world: World, mower: Item) -> None:
    world.make_rule("pickup_window", Length(days=3))
    comes_back(world, mower)
    offer = offer_of(world, world.ana)
    accept(world.session, offer, by=world.ana, now=MONDAY_NOON)
    assert offer.expires_at == END_OF_TUESDAY + 2 * DAY


def test_an_offer_is_for_one_person(world: World, mower: Item, bob: Person) -> None:
    comes_back(world, mower)
    offer = offer_of(world, world.ana)
    for verb in (accept, pass_on):
        with pytest.raises(Refusal) as refused:
            verb(world.session, offer, by=bob, now=MONDAY_NOON)
        assert refused.value.reasons == (NotYourPlace(),)
    accept(world.session, offer, by=world.sam, now=MONDAY_NOON)  # a steward may


def test_the_first_pass_is_free_and_goes_to_the_next_this_time(
    world: World, mower: Item, bob: Person
) -> None:
    comes_back(world, mower)
    pass_on(world.session, offer_of(world, world.ana), by=world.ana, now=MONDAY_NOON)
    assert offer_of(world, world.ana).end is OfferEnd.PASSED
    assert offered(world) == {"Bob"}
    hold = hold_of(world, world.ana)
    assert (hold.ended_at, hold.passes) == (None, 1)
    pass_on(world.session, offer_of(world, bob), by=bob, now=MONDAY_NOON)
    assert offered(world) == set()  # nobody wants it this time
    borrow(world.session, mower, borrower=world.sam, by=world.sam, now=MONDAY_NOON)


def test_next_time_who_has_passed_is_offered_it_again(
    world: World, mower: Item, bob: Person
) -> None:
    comes_back(world, mower)
    pass_on(world.session, offer_of(world, world.ana), by=world.ana, now=MONDAY_NOON)
    borrow(world.session, mower, borrower=bob, by=bob, now=MONDAY_NOON)
    comes_back(world, mower, MONDAY_NOON + DAY)
    assert offered(world) == {"Ana"}


def test_the_second_pass_ends_the_place_in_line(world: World, mower: Item) -> None:
    hold = hold_of(world, world.ana)
    hold.passes = 1
    comes_back(world, mower)
    pass_on(world.session, offer_of(world, world.ana), by=world.ana, now=MONDAY_NOON)
    assert (hold.end, hold.ended_at) == (HoldEnd.PASSED, MONDAY_NOON)
    assert offered(world) == {"Bob"}


def test_what_was_accepted_can_still_be_passed_on(world: World, mower: Item) -> None:
    comes_back(world, mower)
    offer = accept(world.session, offer_of(world, world.ana), by=world.ana, now=MONDAY_NOON)
    pass_on(world.session, offer, by=world.ana, now=MONDAY_NOON)
    assert offered(world) == {"Bob"}


@pytest.mark.parametrize("accepts", [True, False])
def test_an_offer_that_nobody_takes_lapses_to_the_next(
    world: World, mower: Item, accepts: bool
) -> None:
    comes_back(world, mower)
    if accepts:
        accept(world.session, offer_of(world, world.ana), by=world.ana, now=MONDAY_NOON)
    look(world, mower, END_OF_TUESDAY - timedelta(seconds=1))
    assert offered(world) == {"Ana"}
    look(world, mower, END_OF_TUESDAY + DAY)
    offer = offer_of(world, world.ana)
    assert (offer.end, offer.ended_at) == (OfferEnd.LAPSED, END_OF_TUESDAY)
    assert offered(world) == {"Bob"}


def test_the_second_lapse_ends_the_place_in_line(world: World, mower: Item) -> None:
    hold = hold_of(world, world.ana)
    hold.passes = 1
    comes_back(world, mower)
    look(world, mower, END_OF_TUESDAY)
    assert hold.end is HoldEnd.PASSED


@pytest.mark.parametrize(
    ("noon", "ends"),
    [
        ("2030-03-30T17:00", "2030-03-31T21:59:59"),  # the clock goes forward that night
        ("2030-10-26T16:00", "2030-10-27T22:59:59"),  # and back
    ],
)
def test_an_offer_lapses_at_the_end_of_a_day_on_which_the_clock_is_turned(
    world: World, mower: Item, noon: str, ends: str
) -> None:
    now, end = (datetime.fromisoformat(f"{at}+00:00") for at in (noon, ends))
    comes_back(world, mower, now)
    assert offer_of(world, world.ana).expires_at == end
    look(world, mower, end - timedelta(seconds=1))
    assert offered(world) == {"Ana"}
    look(world, mower, end)
    assert offered(world) == {"Bob"}


def test_what_is_over_can_neither_be_accepted_nor_passed_on(world: World, mower: Item) -> None:
    comes_back(world, mower)
    offer = offer_of(world, world.ana)
    for verb in (accept, pass_on, set_aside):
        with pytest.raises(Refusal) as refused:
            verb(world.session, offer, by=world.sam, now=END_OF_TUESDAY)
        assert refused.value.reasons == (OfferOver(),)
    withdraw(world.session, hold_of(world, world.ana), by=world.ana, now=MONDAY_NOON)
    with pytest.raises(Refusal) as refused:
        accept(world.session, offer, by=world.ana, now=MONDAY_NOON)
    assert refused.value.reasons == (NoLongerInLine(),)


def test_who_has_an_offer_cannot_pause(world: World, mower: Item) -> None:
    comes_back(world, mower)
    with pytest.raises(Refusal) as refused:
        pause(world.session, hold_of(world, world.ana), by=world.ana, now=MONDAY_NOON)
    assert refused.value.reasons == (YourTurnNow(),)


def test_who_gives_up_with_an_offer_lets_the_next_have_it(world: World, mower: Item) -> None:
    comes_back(world, mower)
    withdraw(world.session, hold_of(world, world.ana), by=world.ana, now=MONDAY_NOON)
    assert offer_of(world, world.ana).end is OfferEnd.WITHDRAWN
    assert offered(world) == {"Bob"}


def test_a_steward_sets_aside_what_was_accepted(world: World, mower: Item) -> None:
    comes_back(world, mower)
    offer = offer_of(world, world.ana)
    with pytest.raises(Refusal) as refused:
        set_aside(world.session, offer, by=world.sam, now=MONDAY_NOON)
    assert refused.value.reasons == (NotAcceptedYet(),)
    accept(world.session, offer, by=world.ana, now=MONDAY_NOON)
    with pytest.raises(Refusal) as refused:
        set_aside(world.session, offer, by=world.ana, now=MONDAY_NOON)
    assert refused.value.reasons == (RoleNeeded(role=Role.STEWARD, group="Borgo"),)
    set_aside(world.session, offer, by=world.sam, now=MONDAY_NOON)
    set_aside(world.session, offer, by=world.sam, now=MONDAY_NOON + DAY)
    assert offer.set_aside_at == MONDAY_NOON


def test_a_day_on_which_the_group_is_closed_gives_no_time_to_accept(
    world: World, mower: Item
) -> None:
    world.session.add(ClosedDate(group_id=world.borgo.id, day=date(2026, 6, 2)))
    comes_back(world, mower)
    assert offer_of(world, world.ana).expires_at == END_OF_TUESDAY + DAY


def test_hours_to_accept_pass_while_the_group_is_open(world: World, mower: Item) -> None:
    world.make_rule("offer_time", Length(hours=2))
    hours = {"opens_at": time(17), "closes_at": time(18)}
    world.session.add_all(
        [OpeningHours(group_id=world.borgo.id, weekday=day, **hours) for day in (0, 1)]
    )
    comes_back(world, mower)
    assert offer_of(world, world.ana).expires_at == datetime(2026, 6, 2, 16, tzinfo=UTC)
