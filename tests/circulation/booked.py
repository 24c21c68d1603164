"""What Ana has reserved, for tests about what becomes of it."""

from datetime import date

from sqlalchemy import select

from tests.world import MONDAY_NOON, World
from toolshare.circulation import spans
from toolshare.circulation.allotting import Wanted
from toolshare.circulation.booking import Booking
from toolshare.circulation.promises import Promise, Reservation, ReservedUnit
from toolshare.circulation.reserving import reserve
from toolshare.inventory.models import Kind
from toolshare.people.opening import read_opening_times


def ana_has_reserved(world: World, kind: Kind, first: int, last: int) -> Reservation:
    """One of a kind, from the first of these days in June until the last."""
    group = read_opening_times(world.session, world.borgo)
    span = spans.of_days(group, date(2026, 6, first), date(2026, 6, last))
    acts = {"person": world.ana, "by": world.ana, "now": MONDAY_NOON}
    return reserve(world.session, group, Booking([Wanted(kind)], span), **acts)


def kept_for(world: World, reservation: Reservation) -> int | None:
    """The id of the item that is kept for its one unit."""
    of_it = ReservedUnit.reservation_id == reservation.id
    return world.session.scalar(select(Promise.item_id).join(Promise.reserved_unit).where(of_it))
