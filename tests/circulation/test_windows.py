"""The next times at which things that are wanted together are all free."""

from datetime import date

from tests.circulation.test_reserving import book, june
from tests.world import World
from toolshare.circulation.allotting import Wanted
from toolshare.circulation.blocks import what_is_ahead
from toolshare.circulation.fitting import Span
from toolshare.circulation.windows import Together, free_windows
from toolshare.inventory.models import Counting, Kind
from toolshare.people.models import ClosedDate


def windows(
    world: World, first: int, last: int, *wanted: Wanted, turnaround: int = 0
) -> list[Span]:
    """When these are free instead of on these days of June."""
    span = june(world, first, last)
    kind_ids = [one.kind.id for one in wanted]
    ahead = what_is_ahead(world.session, world.borgo, kind_ids, now=span.from_at)
    return free_windows(
        world.borgo, [Together(one, ahead[one.kind.id], turnaround) for one in wanted], span
    )


def kind_with(world: World, units: int) -> Kind:
    kind = world.make_kind()
    for _ in range(units):
        world.make_item(kind)
    return kind


def test_all_that_is_wanted_has_to_be_free(world: World) -> None:
    tractor, drill = kind_with(world, 1), kind_with(world, 1)
    book(world, tractor, 10, 11)
    book(world, drill, 13, 13)
    found = windows(world, 10, 11, Wanted(tractor), Wanted(drill))
    assert found == [june(world, 14, 15), june(world, 15, 16), june(world, 16, 17)]


def test_one_unit_today_and_another_tomorrow_are_none_for_both_days(world: World) -> None:
    kind = kind_with(world, 2)
    book(world, kind, 11, 11)
    book(world, kind, 12, 12)
    book(world, kind, 11, 11, world.sam)
    assert windows(world, 10, 11, Wanted(kind))[0] == june(world, 12, 13)
    assert windows(world, 10, 11, Wanted(kind, 2))[0] == june(world, 13, 14)


def test_it_begins_and_ends_while_the_group_is_open(world: World) -> None:
    kind = kind_with(world, 1)
    world.session.add(ClosedDate(group_id=world.borgo.id, day=date(2026, 6, 13)))
    found = windows(world, 10, 11, Wanted(kind))
    assert found == [june(world, 11, 12), june(world, 14, 15), june(world, 15, 16)]


def test_of_a_bin_enough_has_to_be_there(world: World) -> None:
    chairs = world.make_kind(counting=Counting.BULK)
    world.make_item(chairs, quantity=40)
    book(world, chairs, 11, 12, quantity=30)
    assert windows(world, 10, 11, Wanted(chairs, 10))[0] == june(world, 11, 12)
    assert windows(world, 10, 11, Wanted(chairs, 11))[0] == june(world, 13, 14)


def test_the_turnaround_has_to_be_free_too(world: World) -> None:
    kind = kind_with(world, 1)
    book(world, kind, 10, 10)
    book(world, kind, 13, 13)
    assert windows(world, 10, 10, Wanted(kind))[0] == june(world, 11, 11)
    assert windows(world, 10, 10, Wanted(kind), turnaround=2)[0] == june(world, 14, 14)
