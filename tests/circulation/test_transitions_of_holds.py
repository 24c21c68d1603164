"""Every transition of a place in line, and of what is offered there: who may, and what refuses it."""

from datetime import timedelta

import pytest

from tests.circulation.in_line import asks, comes_back, look, offer_of
from tests.circulation.tables import Act, answers, bob_of, guards_of, refused_to, rows_of
from tests.world import MONDAY_NOON, World
from toolshare.circulation import asking, offering
from toolshare.circulation.borrowing import borrow
from toolshare.circulation.promises import Hold, HoldEnd, Offer, OfferEnd
from toolshare.inventory.models import Item
from toolshare.people.models import Person

DAY = timedelta(days=1)

# Ana waits for the thing, which Cora has or has just brought back; Bob waits behind her.
WHO_MAY = """
                            Ana   Bob   Sam   Cora  Pau   Vera  Zoe
ask                         may   may   may   no    no    no    no
put_ana_in_line             may   no    may   may   no    no    no
pause                       may   no    may   may   no    no    no
wait_again                  may   no    may   may   no    no    no
give_up                     may   no    may   may   no    no    no
accept                      may   no    may   may   no    no    no
pass_on                     may   no    may   may   no    no    no
set_aside                   no    no    may   may   no    no    no
borrow_what_is_offered      may   no    no    no    no    no    no
"""

WHAT_REFUSES = """
ask                         Cora  YouHaveIt
ask_twice                   Ana   InLineAlready
ask_for_what_is_free        Ana   FreeNow
ask_for_yesterday           Ana   NeededBefore
pause_in_ones_turn          Ana   YourTurnNow
give_up_twice               Ana   NoLongerInLine
accept_too_late             Ana   OfferOver
pass_on_too_late            Ana   OfferOver
set_aside_unanswered        Sam   NotAcceptedYet
borrow_what_is_offered      Bob   WaitedFor
"""


def away(world: World) -> Item:
    """The only one, which Cora has."""
    item = world.make_item()
    borrow(world.session, item, borrower=world.cora, by=world.cora, now=MONDAY_NOON)
    return item


def in_line(world: World) -> Hold:
    return asks(world, away(world), world.ana)


def paused(world: World) -> Hold:
    return asking.pause(world.session, in_line(world), by=world.ana, now=MONDAY_NOON)


def offered(world: World) -> Offer:
    """It came back: Ana is offered it, and Bob waits behind her."""
    item = away(world)
    asks(world, item, world.ana)
    asks(world, item, bob_of(world), now=MONDAY_NOON + timedelta(minutes=1))
    comes_back(world, item)
    return offer_of(world, world.ana)


def accepted(world: World, by: Person) -> Offer:
    return offering.accept(world.session, offered(world), by=by, now=MONDAY_NOON)


def set_aside(world: World, offer: Offer, by: Person) -> Offer:
    return offering.set_aside(world.session, offer, by=by, now=MONDAY_NOON)


def given_up(world: World, hold: Hold, by: Person) -> Hold:
    return asking.withdraw(world.session, hold, by=by, now=MONDAY_NOON)


def borrow_it(world: World, by: Person) -> object:
    item = offered(world).item
    return borrow(world.session, item, borrower=by, by=by, now=MONDAY_NOON)


ACTS: dict[str, Act] = {
    "ask": lambda world, by: asks(world, away(world), by),
    "put_ana_in_line": lambda world, by: asks(world, away(world), world.ana, by=by),
    "ask_twice": lambda world, by: asks(world, in_line(world).kind, by),
    "ask_for_what_is_free": lambda world, by: asks(world, world.make_item(), by),
    "ask_for_yesterday": lambda world, by: asks(
        world, away(world), by, need_by=(MONDAY_NOON - DAY).date()
    ),
    "pause": lambda world, by: asking.pause(world.session, in_line(world), by=by, now=MONDAY_NOON),
    "pause_in_ones_turn": lambda world, by: asking.pause(
        world.session, offered(world).hold, by=by, now=MONDAY_NOON
    ),
    "wait_again": lambda world, by: asking.resume(
        world.session, paused(world), by=by, now=MONDAY_NOON
    ),
    "give_up": lambda world, by: given_up(world, in_line(world), by),
    "give_up_twice": lambda world, by: given_up(world, given_up(world, in_line(world), by), by),
    "accept": accepted,
    "accept_too_late": lambda world, by: offering.accept(
        world.session, offered(world), by=by, now=MONDAY_NOON + 9 * DAY
    ),
    "pass_on": lambda world, by: offering.pass_on(
        world.session, offered(world), by=by, now=MONDAY_NOON
    ),
    "pass_on_too_late": lambda world, by: offering.pass_on(
        world.session, offered(world), by=by, now=MONDAY_NOON + 9 * DAY
    ),
    "set_aside": lambda world, by: set_aside(world, accepted(world, world.ana), by),
    "set_aside_unanswered": lambda world, by: set_aside(world, offered(world), by),
    "borrow_what_is_offered": borrow_it,
}


@pytest.mark.parametrize("row", rows_of(WHO_MAY))
def test_who_may(world: World, row: str) -> None:
    assert answers(world, ACTS[row]) == rows_of(WHO_MAY)[row]


@pytest.mark.parametrize(("row", "who", "reason"), guards_of(WHAT_REFUSES))
def test_what_refuses_it(world: World, bob: Person, row: str, who: str, reason: str) -> None:
    world.session.commit()
    person = bob if who == "Bob" else getattr(world, who.lower())
    assert refused_to(world, ACTS[row], person) == reason


def test_what_nobody_answers_lapses_to_the_next_and_the_second_time_ends_the_waiting(
    world: World, bob: Person
) -> None:
    offer = offered(world)
    hold, item = offer.hold, offer.item
    look(world, item, offer.expires_at)
    assert (offer.end, hold.passes, hold.ended_at) == (OfferEnd.LAPSED, 1, None)
    assert offer_of(world, bob).ended_at is None
    then = offer_of(world, bob).expires_at
    offering.accept(world.session, offer_of(world, bob), by=bob, now=offer.expires_at)
    borrow(world.session, item, borrower=bob, by=bob, now=offer.expires_at)
    comes_back(world, item, then)
    again = offer_of(world, world.ana)
    look(world, item, again.expires_at)
    assert (hold.end, hold.passes) == (HoldEnd.PASSED, 2)


def test_a_hold_expires_with_the_day_after_which_it_is_of_no_use(world: World) -> None:
    item = away(world)
    hold = asks(world, item, world.ana, need_by=(MONDAY_NOON + DAY).date())
    look(world, item, MONDAY_NOON + DAY)
    assert hold.ended_at is None
    look(world, item, MONDAY_NOON + 2 * DAY)
    assert hold.end is HoldEnd.EXPIRED
