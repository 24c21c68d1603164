"""What is free for some days, in one statement: the same as looking at each kind alone."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random

import pytest
from sqlalchemy import select

from tests.circulation.test_reserving import book
from tests.counting import statements
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.care.models import Outage, OutageReason
from toolshare.circulation import spans
from toolshare.circulation.blocks import what_is_ahead
from toolshare.circulation.fitting import least_free
from toolshare.circulation.free_then import kinds_free_then
from toolshare.circulation.promises import Promise, Reservation, ReservedUnit
from toolshare.inventory.models import Counting, Item, Kind
from toolshare.people.models import ClosedDate, Group, OpeningHours
from toolshare.people.opening import read_opening_times

DAY = timedelta(days=1)
TODAY = MONDAY_NOON.date()


def free(world: World, first: int, last: int, *groups: Group) -> set[str]:
    """The names of what is free from one day of June until another."""
    known = [read_opening_times(world.session, one) for one in groups or (world.borgo,)]
    days = [date(2026, 6, day) for day in (first, last)]
    ids = kinds_free_then(world.session, known, *days, now=MONDAY_NOON)
    return set(world.session.scalars(select(Kind.name).where(Kind.id.in_(ids))))


def thing(world: World, name: str = "Tent", **differences: object) -> Item:
    """The only one of its kind."""
    return world.make_item(world.make_kind(name=name), **differences)


def late(world: World, item: Item, **differences: object) -> Item:
    """Due a week ago."""
    begun = MONDAY_NOON - 14 * DAY
    due = MONDAY_NOON - 7 * DAY
    world.make_loan(item, world.ana, borrowed_at=begun, due_at=due, **differences)
    return item


@on_any_database
def test_what_is_reserved_at_any_moment_of_the_days_is_not_free(world: World) -> None:
    book(world, thing(world).kind, 10, 11)
    assert free(world, 8, 9) == free(world, 12, 14) == {"Tent"}
    assert free(world, 9, 10) == free(world, 11, 12) == free(world, 8, 14) == set()


@on_any_database
def test_one_of_a_kind_is_enough_but_it_has_to_be_the_same_one(world: World) -> None:
    item = thing(world)
    other = world.make_item(item.kind)
    book(world, item.kind, 10, 11, item_id=item.id)
    assert free(world, 10, 12) == {"Tent"}
    book(world, item.kind, 12, 12, item_id=other.id)
    assert free(world, 10, 12) == set()


@on_any_database
def test_what_is_late_comes_back_within_two_opening_days(world: World) -> None:
    late(world, thing(world))
    world.session.add(ClosedDate(group_id=world.borgo.id, day=date(2026, 6, 2)))
    assert free(world, 4, 4) == set()
    assert free(world, 5, 5) == {"Tent"}


@on_any_database
def test_what_is_late_rests_for_its_turnaround_when_it_is_back(world: World) -> None:
    late(world, thing(world), rules={"turnaround": 2})
    assert free(world, 5, 5) == set()
    assert free(world, 6, 6) == {"Tent"}


@on_any_database
def test_of_a_bin_something_has_to_be_left_at_every_moment(world: World) -> None:
    chairs = world.make_kind(name="Chair", counting=Counting.BULK)
    world.make_item(chairs, quantity=40)
    book(world, chairs, 10, 12, quantity=30)
    assert free(world, 9, 14) == {"Chair"}
    book(world, chairs, 12, 13, world.sam, quantity=10)
    assert free(world, 9, 14) == free(world, 12, 12) == set()
    assert free(world, 10, 11) == free(world, 13, 14) == {"Chair"}


@on_any_database
@pytest.mark.parametrize(
    ("reason", "expected", "from_day"),
    [
        (OutageReason.NEEDS_CHECK, None, 3),
        (OutageReason.IN_REPAIR, None, 16),
        (OutageReason.IN_REPAIR, 20, 21),
        (OutageReason.NEEDS_CHECK, 1, 3),
        (OutageReason.MISSING, None, None),
        (OutageReason.MISSING, 5, None),
    ],
)
def test_what_is_out_of_service_is_free_when_it_is_back(
    world: World, reason: OutageReason, expected: int | None, from_day: int | None
) -> None:
    outage = Outage(item_id=thing(world).id, reason=reason, since=MONDAY_NOON)
    outage.expected_on = date(2026, 6, expected) if expected else None
    world.session.add(outage)
    world.session.flush()
    days = [day for day in range(1, 31) if free(world, day, day)]
    assert days == (list(range(from_day, 31)) if from_day else [])


def test_what_is_retired_is_not_free_and_what_nobody_counts_always_is(world: World) -> None:
    thing(world, "Broken ladder", retired_at=MONDAY_NOON)
    string = world.make_kind(name="String", counting=Counting.CONSUMABLE)
    world.make_item(string, quantity=None)
    world.make_item(world.make_kind(name="Screw", counting=Counting.CONSUMABLE), quantity=0)
    assert free(world, 1, 30) == {"String"}


def test_each_group_opens_by_itself(world: World) -> None:
    late(world, thing(world, "Tent"))
    late(world, world.make_item(world.make_kind(name="Plough", group_id=world.castello.id)))
    hours = {"opens_at": time(9), "closes_at": time(12)}
    world.session.add(OpeningHours(group_id=world.castello.id, weekday=5, **hours))
    assert free(world, 4, 5, world.borgo, world.castello) == {"Tent"}
    assert free(world, 14, 15, world.borgo, world.castello) == {"Tent", "Plough"}
    assert free(world, 14, 15, world.borgo) == {"Tent"}


def test_nothing_is_free_when_it_is_over_or_among_no_groups(world: World) -> None:
    thing(world)
    ids = kinds_free_then(world.session, [], TODAY, TODAY, now=MONDAY_NOON)
    assert world.session.scalars(ids).all() == []
    group = read_opening_times(world.session, world.borgo)
    over = kinds_free_then(world.session, [group], TODAY - DAY, TODAY - DAY, now=MONDAY_NOON)
    assert world.session.scalars(over).all() == []


@on_any_database
@pytest.mark.parametrize("seed", range(6))
def test_it_says_what_looking_at_each_kind_says(world: World, seed: int) -> None:
    dice = Random(seed)
    close_on_some_days(world, dice)
    kinds = [some_kind(world, dice) for _ in range(40)]
    group = read_opening_times(world.session, world.borgo)
    ids = [kind.id for kind in kinds]
    ahead = what_is_ahead(world.session, group, ids, now=MONDAY_NOON)
    seen: set[bool] = set()
    for first in range(20):
        days = [TODAY + (first + more) * DAY for more in (0, dice.choice((0, 0, 1, 3, 9)))]
        span = spans.of_days(group, *days)
        is_over = span.until_at <= MONDAY_NOON
        one_by_one = {
            id
            for id in ids
            if least_free(ahead[id].units, ahead[id].all_blocks, span) > 0 and not is_over
        }
        at_once = set(
            world.session.scalars(kinds_free_then(world.session, [group], *days, now=MONDAY_NOON))
        )
        assert at_once == one_by_one
        seen |= {id in at_once for id in ids}
    assert seen == {True, False}


def test_it_takes_two_statements_for_any_number_of_kinds(world: World) -> None:
    for _ in range(20):
        late(world, thing(world))
    with statements() as sent:
        free(world, 8, 9)
    assert len(sent) == 4  # two of them are the opening times


def close_on_some_days(world: World, dice: Random) -> None:
    """The group has hours on a few days of the week, and closes on some dates."""
    for weekday in dice.sample(range(7), dice.choice((0, 2, 4))):
        hours = {"opens_at": time(9), "closes_at": time(12)}
        world.session.add(OpeningHours(group_id=world.borgo.id, weekday=weekday, **hours))
    for more in dice.sample(range(20), 4):
        world.session.add(ClosedDate(group_id=world.borgo.id, day=TODAY + more * DAY))
    world.session.flush()


def some_kind(world: World, dice: Random) -> Kind:
    """A kind with some units, or bins, that are out, late, left, reserved, broken or displaced."""
    counting = dice.choice((Counting.COUNTED, Counting.COUNTED, Counting.BULK))
    kind = world.make_kind(counting=counting)
    for _ in range(dice.choice((1, 1, 2))):
        sizes: Sequence[int | None] = (1, 3, 5, None, 0)
        quantity = None if counting is Counting.COUNTED else dice.choice(sizes)
        item = world.make_item(kind, quantity=quantity)
        most = 1 if counting is Counting.COUNTED else quantity or 0
        befall(world, dice, item, most)
        if dice.random() < 0.1:
            item.retired_at = MONDAY_NOON
    return kind


def befall(world: World, dice: Random, item: Item, most: int) -> None:
    """What has come over a thing."""
    if dice.random() < 0.4 and most:
        due = MONDAY_NOON + dice.randint(-6, 6) * DAY
        left = {"dropped_at": MONDAY_NOON} if dice.random() < 0.2 else {}
        counted = item.kind.counting is Counting.COUNTED
        begun = {"borrowed_at": MONDAY_NOON - 9 * DAY, "counted": counted}
        rules = {"turnaround": dice.choice((0, 0, 2)) if due < MONDAY_NOON else 0}
        quantity = dice.randint(1, most)
        told = {**begun, **left, "rules": rules}
        world.make_loan(item, world.ana, due_at=due, quantity=quantity, **told)
    if dice.random() < 0.2:
        outage = Outage(item_id=item.id, since=MONDAY_NOON, reason=dice.choice(list(OutageReason)))
        outage.expected_on = dice.choice((None, TODAY + dice.randint(-2, 12) * DAY))
        world.session.add(outage)
    at = MONDAY_NOON + 9 * DAY
    while most and dice.random() < 0.7:
        at += dice.randint(0, 60) * timedelta(hours=1)
        until_at = at + dice.randint(1, 60) * timedelta(hours=1)
        reserve(world, item, (at, until_at), dice.randint(1, most), dice.random() < 0.2)
        at = until_at if item.kind.counting is Counting.COUNTED else at
    world.session.flush()


def reserve(
    world: World, item: Item, span: tuple[datetime, datetime], quantity: int, is_displaced: bool
) -> None:
    """What somebody reserved of it; nothing is kept for what is displaced."""
    from_at, until_at = span
    reservation = Reservation(
        group=world.borgo,
        person=world.sam,
        from_at=from_at,
        until_at=until_at,
        fetch_by=until_at,
        made_at=datetime(2026, 5, 1, tzinfo=UTC),
    )
    unit = ReservedUnit(
        reservation=reservation, kind=item.kind, quantity=quantity, keep_until=until_at
    )
    world.session.add(unit)
    if not is_displaced:
        alone = item.kind.counting is Counting.COUNTED
        kept = {"from_at": from_at, "until_at": until_at, "quantity": quantity, "alone": alone}
        world.session.add(Promise(item=item, reserved_unit=unit, **kept))
