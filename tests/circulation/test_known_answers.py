"""Known answers of our own: nested bookings, units that only seem to be free, long chains, closed days."""

from datetime import date

import pytest

from tests.circulation.on_the_calendar import books, changes, days, free_for, rome, several
from tests.postgres import on_any_database
from tests.world import World
from toolshare.circulation.allotting import Wanted
from toolshare.circulation.booking import Booking, NotFree, weigh
from toolshare.circulation.booking_rules import ClosedThen
from toolshare.inventory.models import Item, Kind
from toolshare.people.models import ClosedDate
from toolshare.refusals import Reason

NEW_YEAR = rome("2029-12-31T12:00")
IN_JANUARY = ("2030-01-01", "2030-01-10")


def reasons(world: World, kind: Kind, first: str, last: str, quantity: int = 1) -> list[Reason]:
    """What speaks against Ana's reserving it for these days."""
    booking = Booking([Wanted(kind, quantity)], days(world, first, last))
    told = {"person": world.ana, "by": world.ana, "now": NEW_YEAR}
    return weigh(world.session, world.borgo, booking, **told).reasons


@pytest.fixture
def halves(world: World) -> Kind:
    """Two units: one is kept on the fifth of January, the other on the second."""
    first, second = several(world, 2)
    for item, day in ((first, "2030-01-05"), (second, "2030-01-02")):
        books(world, first.kind, days(world, day, day), now=NEW_YEAR, item_id=item.id)
    return first.kind


@on_any_database
def test_one_is_free_every_day_and_none_for_all_days(world: World, halves: Kind) -> None:
    """Section 3: a pooled count would promise ten days that no unit can keep."""
    assert min(changes(world, halves, *IN_JANUARY, now=NEW_YEAR).values()) == 1
    assert free_for(world, halves, *IN_JANUARY, now=NEW_YEAR) == 0
    assert [type(one) for one in reasons(world, halves, *IN_JANUARY)] == [NotFree]
    assert reasons(world, halves, "2030-01-03", "2030-01-10") == []


@on_any_database
def test_units_that_are_alike_serve_whenever_the_count_does(world: World, halves: Kind) -> None:
    """The same two days, but of any unit: then both are kept on one, and the other serves."""
    kind = several(world, 2)[0].kind
    for day in ("2030-01-05", "2030-01-02"):
        books(world, kind, days(world, day, day), now=NEW_YEAR)
    assert reasons(world, kind, *IN_JANUARY) == []


@on_any_database
def test_a_short_booking_within_a_long_one_does_not_end_it(world: World) -> None:
    """Section 3: (0 to 10) and (2 to 4) are 0 to 10, where NEMO's merge makes 0 to 4 of them."""
    first, second = several(world, 2)
    for item, day in ((first, 10), (second, 4)):
        span = days(world, "2030-01-02" if day == 4 else "2030-01-01", f"2030-01-{day:02}")
        books(world, item.kind, span, now=NEW_YEAR, item_id=item.id)
    found = changes(world, first.kind, "2030-01-01", "2030-01-12", now=NEW_YEAR)
    assert found == {"2030-01-01": 1, "2030-01-02": 0, "2030-01-05": 1, "2030-01-11": 2}
    second.retired_at = NEW_YEAR
    world.session.flush()
    found = changes(world, first.kind, "2030-01-01", "2030-01-12", now=NEW_YEAR)
    assert found == {"2030-01-01": 0, "2030-01-11": 1}


@on_any_database
def test_of_a_bin_what_is_nested_adds_up_and_is_given_back(world: World) -> None:
    """The same for a bin, of which both keep some."""
    bin_of_ten = several(world, 1, counting="bulk")[0]
    bin_of_ten.quantity = 10
    for first, last, some in (("2030-01-01", "2030-01-10", 4), ("2030-01-02", "2030-01-04", 3)):
        span = days(world, first, last)
        books(world, bin_of_ten.kind, span, now=NEW_YEAR, quantity=some)
    found = changes(world, bin_of_ten.kind, "2030-01-01", "2030-01-12", now=NEW_YEAR)
    assert found == {"2030-01-01": 6, "2030-01-02": 3, "2030-01-05": 6, "2030-01-11": 10}


@pytest.fixture
def closed_on_the_third(world: World) -> Item:
    """A thing of a group that is closed on the third of January."""
    (item,) = several(world, 1)
    world.session.add(ClosedDate(group_id=world.borgo.id, day=date(2030, 1, 3)))
    world.session.flush()
    return item


@pytest.mark.parametrize(
    ("first", "last", "bars"),
    [("02", "04", False), ("03", "04", True), ("02", "03", True), ("03", "03", True)],
)
def test_a_closed_day_bars_fetching_and_returning_and_nothing_between(
    world: World, closed_on_the_third: Item, first: str, last: str, *, bars: bool
) -> None:
    """Section 3: from the second to the fourth it is reserved over the closed day."""
    found = reasons(world, closed_on_the_third.kind, f"2030-01-{first}", f"2030-01-{last}")
    assert found == ([ClosedThen(group="Borgo", day=date(2030, 1, 3))] if bars else [])
