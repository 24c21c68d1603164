"""Of a bin nobody gets what another was promised, though both were promised alike."""

from datetime import date, datetime

import pytest

from tests.circulation.test_reserving import book, june
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.circulation.allotting import Wanted
from toolshare.circulation.blocks import what_is_ahead
from toolshare.circulation.booking import AskedForTwice, Booking
from toolshare.circulation.borrowing import borrow
from toolshare.circulation.fitting import Span
from toolshare.circulation.promises import Reservation
from toolshare.circulation.reserving import reserve
from toolshare.circulation.shifting import shift
from toolshare.inventory.models import Counting, Item
from toolshare.people.models import Person
from toolshare.refusals import Refusal


@pytest.fixture
def chairs(world: World) -> Item:
    """Forty chairs in one bin."""
    kind = world.make_kind(name="Chair", counting=Counting.BULK)
    return world.make_item(kind, quantity=40)


def fetches(world: World, chairs: Item, person: Person, quantity: int, now: datetime) -> None:
    borrow(world.session, chairs, borrower=person, by=person, now=now, quantity=quantity)


@on_any_database
@pytest.mark.parametrize(("own", "anothers", "most"), [(20, 20, 20), (5, 20, 20), (20, 5, 35)])
def test_who_fetches_what_is_reserved_takes_nothing_of_anothers(
    world: World, chairs: Item, own: int, anothers: int, most: int
) -> None:
    book(world, chairs.kind, 1, 3, world.sam, quantity=anothers)
    book(world, chairs.kind, 1, 3, quantity=own)
    with pytest.raises(Refusal):
        fetches(world, chairs, world.ana, most + 1, MONDAY_NOON)
    fetches(world, chairs, world.ana, most, MONDAY_NOON)
    fetches(world, chairs, world.sam, anothers, MONDAY_NOON)


def depends_on_weather(world: World, chairs: Item, person: Person, day: int) -> Reservation:
    booking = Booking([Wanted(chairs.kind, 20)], june(world, day, day), weather_flexible=True)
    told = {"person": person, "by": person, "now": MONDAY_NOON}
    return reserve(world.session, world.borgo, booking, **told)


def promised_at_most(world: World, chairs: Item, span: Span) -> int:
    ahead = what_is_ahead(world.session, world.borgo, [chairs.kind_id], now=MONDAY_NOON)
    blocks = ahead[chairs.kind_id].blocks
    return sum(one.quantity for one in blocks if one.span.overlaps(span))


@on_any_database
def test_rain_moves_no_more_onto_a_day_than_the_bin_holds(world: World, chairs: Item) -> None:
    """Twice twenty go on from the tenth; the twenty that stay there leave room for twenty."""
    book(world, chairs.kind, 10, 10, world.cora, quantity=20)
    depends_on_weather(world, chairs, world.ana, 10)
    later = [depends_on_weather(world, chairs, one, 9) for one in (world.ana, world.sam)]
    ends = (date(2026, 6, 9), date(2026, 6, 10))
    shift(world.session, world.borgo, *ends, days=1, by=world.sam, now=MONDAY_NOON)
    tenth = june(world, 10, 10)
    assert promised_at_most(world, chairs, tenth) == 40
    assert [one.from_at == tenth.from_at for one in later].count(True) == 1


def test_one_thing_is_not_wanted_twice_in_one_reservation(world: World, chairs: Item) -> None:
    booking = Booking([Wanted(chairs.kind, 30), Wanted(chairs.kind, 30)], june(world, 10, 12))
    told = {"person": world.ana, "by": world.ana, "now": MONDAY_NOON}
    with pytest.raises(Refusal) as refused:
        reserve(world.session, world.borgo, booking, **told)
    assert refused.value.reasons == (AskedForTwice(name="Chair"),)
