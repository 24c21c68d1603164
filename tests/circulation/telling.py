"""Lending and reserving through the verbs, and what the journal tells of it."""

from datetime import date, datetime, timedelta

from tests.world import MONDAY_NOON, World
from toolshare.circulation.allotting import Wanted
from toolshare.circulation.booking import Booking
from toolshare.circulation.borrowing import borrow
from toolshare.circulation.models import Loan
from toolshare.circulation.present import Present, differences
from toolshare.circulation.promises import Reservation
from toolshare.circulation.recorded import recorded
from toolshare.circulation.reserving import reserve
from toolshare.circulation.retelling import retell
from toolshare.circulation.spans import of_days
from toolshare.inventory.models import Item, Kind
from toolshare.people.models import Person
from toolshare.people.opening import read_opening_times

SOON = MONDAY_NOON + timedelta(minutes=5)
THE_TENTH = date(2026, 6, 10)


def told(world: World) -> Present:
    """What the journal tells, which has to be what there is."""
    world.session.flush()
    present = retell(world.session)
    assert list(differences(present, recorded(world.session))) == []
    return present


def lend(world: World, item: Item, to: Person | None = None, quantity: int = 1) -> Loan:
    borrower = to or world.ana
    known = {"borrower": borrower, "by": world.sam, "now": MONDAY_NOON}
    return borrow(world.session, item, quantity=quantity, **known)


def book(
    world: World,
    kind: Kind,
    quantity: int = 1,
    *,
    day: date = THE_TENTH,
    flexible: bool = False,
    now: datetime = MONDAY_NOON,
) -> Reservation:
    """Ana reserves the kind for a day."""
    read_opening_times(world.session, world.borgo)
    span = of_days(world.borgo, day, day)
    booking = Booking([Wanted(kind, quantity)], span, weather_flexible=flexible)
    who = {"person": world.ana, "by": world.ana, "now": now}
    return reserve(world.session, world.borgo, booking, **who)
