"""What is free, and how things stand."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from tests.counting import statements
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.care.models import Outage, OutageReason
from toolshare.circulation import promising
from toolshare.circulation.availability import State, free_counts, kinds_free_at, states
from toolshare.circulation.promises import Hold, Offer
from toolshare.inventory.models import Counting, Item, Kind

DAY = timedelta(days=1)


def mark(world: World, item: Item, reason: OutageReason) -> Item:
    world.session.add(Outage(item=item, reason=reason, since=MONDAY_NOON))
    world.session.flush()
    return item


def lent(world: World, item: Item, **differences: object) -> Item:
    world.make_loan(item, world.ana, **differences)
    return item


def late(world: World, item: Item) -> Item:
    return lent(world, item, borrowed_at=MONDAY_NOON - 9 * DAY, due_at=MONDAY_NOON - DAY)


def bin_of(world: World, quantity: int | None, counting: Counting = Counting.BULK) -> Item:
    return world.make_item(world.make_kind(name="Crate", counting=counting), quantity=quantity)


def offered(world: World, item: Item, until: datetime) -> Item:
    """Offered to Ana since yesterday."""
    hold = Hold(kind=item.kind, person=world.ana, asked_at=MONDAY_NOON - 2 * DAY)
    since = MONDAY_NOON - DAY
    offer = Offer(hold=hold, item=item, offered_at=since, expires_at=until, numbers={})
    world.session.add(offer)
    world.session.flush()
    promising.keep_for_offer(world.session, offer, since=since)
    return item


MAKERS: dict[State, list[Callable[[World], Item]]] = {
    State.FREE: [
        lambda world: world.make_item(),
        lambda world: lent(world, world.make_item(), returned_at=MONDAY_NOON),
        lambda world: lent(world, world.make_item(), undone_at=MONDAY_NOON),
        lambda world: bin_of(world, None),
        lambda world: lent(world, bin_of(world, 5), counted=False, quantity=4),
        lambda world: lent(world, bin_of(world, None), counted=False, quantity=400),
        lambda world: bin_of(world, 5, Counting.CONSUMABLE),
        lambda world: offered(world, world.make_item(), MONDAY_NOON),
    ],
    State.KEPT: [lambda world: offered(world, world.make_item(), MONDAY_NOON + DAY)],
    State.OUT: [
        lambda world: lent(world, world.make_item()),
        lambda world: lent(world, bin_of(world, 5), counted=False, quantity=5),
        lambda world: mark(world, lent(world, world.make_item()), OutageReason.NEEDS_CHECK),
    ],
    State.LATE: [lambda world: late(world, world.make_item())],
    State.NEEDS_CHECK: [lambda world: mark(world, world.make_item(), OutageReason.NEEDS_CHECK)],
    State.IN_REPAIR: [lambda world: mark(world, world.make_item(), OutageReason.IN_REPAIR)],
    State.MISSING: [
        lambda world: mark(world, world.make_item(), OutageReason.MISSING),
        lambda world: mark(world, late(world, world.make_item()), OutageReason.MISSING),
    ],
    State.USED_UP: [lambda world: bin_of(world, 0, Counting.CONSUMABLE)],
    State.RETIRED: [lambda world: lent(world, world.make_item(retired_at=MONDAY_NOON))],
}


@on_any_database
def test_the_state_of_every_item_follows_from_the_facts_in_one_statement(world: World) -> None:
    expected = {make(world).id: state for state, makers in MAKERS.items() for make in makers}
    with statements() as sent:
        assert states(world.session, expected, now=MONDAY_NOON) == expected
    assert len(sent) == 1


@pytest.fixture
def kinds(world: World) -> dict[str, Kind]:
    drill, rope, peg, empty = (
        world.make_kind(name="Drill"),
        world.make_kind(name="Rope", counting=Counting.BULK),
        world.make_kind(name="Peg", counting=Counting.BULK),
        world.make_kind(name="Nothing"),
    )
    world.make_item(drill)
    world.make_item(drill)
    world.make_item(drill, retired_at=MONDAY_NOON)
    lent(world, world.make_item(drill))
    mark(world, world.make_item(drill), OutageReason.IN_REPAIR)
    offered(world, world.make_item(drill), MONDAY_NOON + DAY)
    lent(world, world.make_item(rope, quantity=10), counted=False, quantity=4)
    world.make_item(rope, quantity=3)
    world.make_item(peg, quantity=None)
    world.make_item(peg, quantity=7)
    return {kind.name: kind for kind in (drill, rope, peg, empty)}


@on_any_database
def test_the_free_ones_of_each_kind_are_counted_in_one_statement(
    world: World, kinds: dict[str, Kind]
) -> None:
    ids = {name: kind.id for name, kind in kinds.items()}
    with statements() as sent:
        counts = free_counts(world.session, ids.values(), now=MONDAY_NOON)
    assert {name: counts[ids[name]] for name in ids} == {
        "Drill": 2,
        "Rope": 9,
        "Peg": None,
        "Nothing": 0,
    }
    assert len(sent) == 1


def test_plenty_out_of_service_is_none(world: World) -> None:
    pegs = mark(world, bin_of(world, None), OutageReason.MISSING)
    assert free_counts(world.session, [pegs.kind_id], now=MONDAY_NOON) == {pegs.kind_id: 0}


@on_any_database
def test_kinds_of_which_one_is_free_can_be_selected(world: World, kinds: dict[str, Kind]) -> None:
    lent(world, world.make_item(world.make_kind(name="Saw")))
    free = world.session.scalars(select(Kind.name).where(Kind.id.in_(kinds_free_at(MONDAY_NOON))))
    assert set(free) == {"Drill", "Rope", "Peg"}
