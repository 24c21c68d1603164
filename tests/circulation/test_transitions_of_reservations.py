"""Every transition of a reservation: who may bring it about, and what refuses it."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.circulation.tables import Act, answers, guards_of, refused_to, rows_of
from tests.circulation.test_reserving import june
from tests.world import MONDAY_NOON, World
from toolshare.care.models import OutageReason
from toolshare.circulation import answering, calling_off, lapsing, rescheduling, service
from toolshare.circulation.allotting import Wanted
from toolshare.circulation.booking import Booking
from toolshare.circulation.borrowing import borrow
from toolshare.circulation.promises import Reservation
from toolshare.circulation.reservation_queries import State, reservation_for
from toolshare.circulation.reserving import reserve
from toolshare.circulation.sweeping import sweep
from toolshare.inventory.models import Item, Kind
from toolshare.people.models import Person

AN_HOUR, DAY = timedelta(hours=1), timedelta(days=1)

# Ana has reserved the thing, or asked for it, for the 10th to the 12th.
WHO_MAY = """
                            Ana   Bob   Sam   Cora  Pau   Vera  Zoe
reserve                     may   may   may   may   no    no    no
reserve_for_ana             may   no    may   may   no    no    no
approve                     no    no    may   may   no    no    no
decline                     no    no    may   may   no    no    no
cancel                      may   no    may   may   no    no    no
release_for_weather         may   no    may   may   no    no    no
release_what_is_not         no    no    may   may   no    no    no
move                        may   no    may   may   no    no    no
set_aside                   no    no    may   may   no    no    no
fetch                       may   no    may   may   no    no    no
fetch_what_is_asked_for     no    no    no    no    no    no    no
"""

WHAT_REFUSES = """
reserve_what_is_not_free    Bob   NotFree
reserve_what_has_begun      Ana   BeginsInThePast
approve_twice               Sam   NothingToApprove
approve_what_has_expired    Sam   AnsweredTooLate
decline_unsaid              Sam   NoReasonGiven
cancel_twice                Ana   ReservationEnded
cancel_what_has_expired     Ana   ReservationEnded
cancel_what_begun           Ana   PickedUpInPart
release_what_is_not         Ana   NotForTheWeather
move_what_begun             Ana   PickedUpInPart
move_where_it_is            Ana   ThatTimeAlready
set_aside_what_is_asked_for Sam   NotApprovedYet
set_aside_what_is_displaced Sam   ReservationEnded
fetch                       Bob   KeptForAnother
"""

# What becomes of it when nobody does anything, by when it was to be fetched and by its end.
WHAT_TIME_BRINGS = """
confirmed   missed      missed
ready       missed      missed
requested   expired     expired
displaced   displaced   unserved
"""


def booked(
    world: World, kind: Kind | None = None, *, by: Person | None = None, **more: Any
) -> Reservation:
    """The kind, or a new one, for the 10th to the 12th."""
    kind = kind or world.make_item().kind
    booking = Booking([Wanted(kind, more.pop("quantity", 1))], june(world, 10, 12), **more)
    acts = {"person": by or world.ana, "by": by or world.ana, "now": MONDAY_NOON}
    return reserve(world.session, world.borgo, booking, **acts)


def asked_for(world: World) -> Reservation:
    """The same of what needs a yes."""
    kind = world.make_item().kind
    world.make_rule("needs_approval", True, kind_id=kind.id)
    return booked(world, kind)


def ready(world: World) -> Reservation:
    reservation = booked(world)
    return set_aside(world, reservation, world.sam)


def displaced(world: World) -> Reservation:
    """What is in repair until long after."""
    item = world.make_item()
    reservation = booked(world, item.kind)
    begins = reservation.from_at
    service.take_out(world.session, item, OutageReason.IN_REPAIR, by=world.sam, now=begins)
    return reservation


def begun(world: World) -> Reservation:
    """Two were reserved, and one is fetched."""
    kind = world.make_kind()
    one, _ = world.make_item(kind), world.make_item(kind)
    reservation = booked(world, kind, quantity=2)
    fetched(world, one, world.ana, reservation.from_at)
    return reservation


def cancelled(world: World, reservation: Reservation, by: Person, **more: Any) -> Reservation:
    told = {"by": by, "now": MONDAY_NOON, **more}
    return calling_off.cancel(world.session, reservation, **told)


def approved(world: World, reservation: Reservation, by: Person, **more: Any) -> Reservation:
    return answering.approve(world.session, reservation, by=by, **{"now": MONDAY_NOON, **more})


def declined(world: World, by: Person, why: str) -> Reservation:
    return answering.decline(world.session, asked_for(world), by=by, now=MONDAY_NOON, why=why)


def moved(world: World, reservation: Reservation, by: Person, first: int, last: int) -> Reservation:
    to = june(world, first, last)
    return rescheduling.move(world.session, reservation, to, by=by, now=MONDAY_NOON)


def set_aside(world: World, reservation: Reservation, by: Person) -> Reservation:
    unit = reservation.units[0].id
    return calling_off.set_aside(world.session, reservation, unit, by=by, now=MONDAY_NOON)


def fetched(world: World, item: Item, by: Person, now: datetime) -> object:
    """Whoever may lends it to Ana; Bob would have it for himself."""
    borrower = by if by.name == "Bob" else world.ana
    return borrow(world.session, item, borrower=borrower, by=by, now=now)


def fetch_on_the_day(world: World, by: Person, *, needs_a_yes: bool = False) -> object:
    item = world.make_item()
    world.make_rule("needs_approval", needs_a_yes, kind_id=item.kind_id)
    reservation = booked(world, item.kind)
    return fetched(world, item, by, reservation.from_at + AN_HOUR)


ACTS: dict[str, Act] = {
    "reserve": lambda world, by: booked(world, by=by),
    "reserve_for_ana": lambda world, by: reserve(
        world.session,
        world.borgo,
        Booking([Wanted(world.make_item().kind)], june(world, 10, 12)),
        person=world.ana,
        by=by,
        now=MONDAY_NOON,
    ),
    "reserve_what_is_not_free": lambda world, by: booked(world, booked(world).units[0].kind, by=by),
    "reserve_what_has_begun": lambda world, by: reserve(
        world.session,
        world.borgo,
        Booking([Wanted(world.make_item().kind)], june(world, 10, 12)),
        person=by,
        by=by,
        now=MONDAY_NOON + 10 * DAY,
    ),
    "approve": lambda world, by: approved(world, asked_for(world), by),
    "approve_twice": lambda world, by: approved(
        world, approved(world, asked_for(world), world.sam), by
    ),
    "approve_what_has_expired": lambda world, by: approved(
        world, asked_for(world), by, now=june(world, 10, 10).until_at
    ),
    "decline": lambda world, by: declined(world, by, "It is the harvest."),
    "decline_unsaid": lambda world, by: declined(world, by, " "),
    "cancel": lambda world, by: cancelled(world, booked(world), by),
    "cancel_twice": lambda world, by: cancelled(world, cancelled(world, booked(world), by), by),
    "cancel_what_has_expired": lambda world, by: cancelled(
        world, asked_for(world), by, now=june(world, 10, 10).until_at
    ),
    "cancel_what_begun": lambda world, by: cancelled(world, begun(world), by),
    "release_for_weather": lambda world, by: cancelled(
        world, booked(world, weather_flexible=True), by, for_weather=True
    ),
    "release_what_is_not": lambda world, by: cancelled(world, booked(world), by, for_weather=True),
    "move": lambda world, by: moved(world, booked(world), by, 11, 13),
    "move_what_begun": lambda world, by: moved(world, begun(world), by, 11, 13),
    "move_where_it_is": lambda world, by: moved(world, booked(world), by, 10, 12),
    "set_aside": lambda world, by: set_aside(world, booked(world), by),
    "set_aside_what_is_asked_for": lambda world, by: set_aside(world, asked_for(world), by),
    "set_aside_what_is_displaced": lambda world, by: set_aside(world, displaced(world), by),
    "fetch": fetch_on_the_day,
    "fetch_what_is_asked_for": lambda world, by: fetch_on_the_day(world, by, needs_a_yes=True),
}
MAKES = {"confirmed": booked, "ready": ready, "requested": asked_for, "displaced": displaced}


@pytest.mark.parametrize("row", rows_of(WHO_MAY))
def test_who_may(world: World, row: str) -> None:
    assert answers(world, ACTS[row]) == rows_of(WHO_MAY)[row]


@pytest.mark.parametrize(("row", "who", "reason"), guards_of(WHAT_REFUSES))
def test_what_refuses_it(world: World, bob: Person, row: str, who: str, reason: str) -> None:
    world.session.commit()
    person = bob if who == "Bob" else getattr(world, who.lower())
    assert refused_to(world, ACTS[row], person) == reason


@pytest.mark.parametrize(("how", "when_due", "at_its_end"), guards_of(WHAT_TIME_BRINGS))
def test_what_time_brings(world: World, how: str, when_due: str, at_its_end: str) -> None:
    reservation = MAKES[how](world)
    reservation_id = reservation.id
    for now, state in ((reservation.fetch_by, when_due), (reservation.until_at, at_its_end)):
        sweep(world.session, now=now)
        world.session.flush()
        world.session.expire_all()
        shown = reservation_for(world.session, reservation_id, world.sam, now=now)
        assert shown.state is State(state)
    assert (shown.reservation.no_show_at is not None) == (at_its_end == "missed")


def test_nobody_has_to_wait_for_a_sweep_to_see_that_nothing_lapses_twice(world: World) -> None:
    reservation = booked(world)
    lapsing.lapse(world.session, reservation, now=reservation.fetch_by)
    ended = reservation.no_show_at
    lapsing.lapse(world.session, reservation, now=reservation.until_at)
    assert reservation.no_show_at == ended
