"""Opening a stocktake, one at a time of the same things; giving it up; who may."""

from typing import Any
from uuid import uuid4

import pytest

from tests.stocktake.counting import Shed
from toolshare.inventory.models import Category
from toolshare.people.roles import RoleNeeded
from toolshare.refusals import Refusal
from toolshare.stocktake import reasons as why
from toolshare.stocktake.beginning import give_up, open_ones, open_stocktake
from toolshare.stocktake.seeing import see


@pytest.fixture
def garden(shed: Shed) -> Category:
    """A category with a hoe in it, which hangs on the wall of the barn."""
    garden = shed.world.make_category("Garden")
    hoe = shed.world.make_kind(name="Hoe", categories=[garden])
    shed.world.make_item(hoe, place_id=shed.wall.id)
    return garden


@pytest.mark.parametrize(
    ("first", "second", "may"),
    [
        ("barn", "house", True),
        ("barn", "barn", False),
        ("barn", "wall", False),
        ("wall", "barn", False),
        ("wall", "loft", True),
        ("barn", None, False),
        (None, "house", False),
        (None, None, False),
        ("wall", "garden", False),
        ("garden", "wall", False),
        ("garden", "house", True),
        ("garden", "garden", False),
        ("garden", "kitchen", True),
        ("garden", None, False),
    ],
)
def test_no_two_open_stocktakes_count_the_same_things(
    shed: Shed, garden: Category, first: str | None, second: str | None, *, may: bool
) -> None:
    scopes: dict[str | None, dict[str, Any]] = {
        None: {"category": None},
        "garden": {"category": garden},
        "kitchen": {"category": shed.world.make_category("Kitchen")},
        **{name: {"place": getattr(shed, name)} for name in ("barn", "wall", "loft", "house")},
    }
    begun = shed.open(**scopes[first])
    if may:
        assert shed.open(**scopes[second]) is not begun
        return
    with pytest.raises(Refusal) as refused:
        shed.open(**scopes[second])
    about = begun.about
    expected = why.BeingCounted(about=about) if about else why.EverythingIsBeingCounted()
    assert refused.value.reasons == (expected,)


def test_categories_that_share_a_kind_are_not_counted_at_once(shed: Shed, garden: Category) -> None:
    steel = shed.world.make_category("Steel")
    hoe = shed.world.make_kind(name="Sickle", categories=[garden, steel])
    shed.world.make_item(hoe)
    shed.open(category=garden)
    with pytest.raises(Refusal):
        shed.open(category=steel)


def test_the_next_village_counts_its_own(shed: Shed) -> None:
    world = shed.world
    shed.open_all()
    theirs = open_stocktake(shed.session, world.castello, by=world.vera, now=shed.now)
    assert theirs.is_open
    assert open_ones(shed.session, world.castello) == [theirs]


def test_what_was_given_up_is_over_and_changes_nothing(shed: Shed) -> None:
    hoe = shed.make("Hoe")
    stocktake = shed.open()
    given_up = give_up(shed.session, stocktake, by=shed.world.cora, now=shed.now)
    assert not given_up.is_open
    for act in (
        lambda: give_up(shed.session, stocktake, by=shed.world.cora, now=shed.now),
        lambda: shed.see(stocktake, hoe),
    ):
        with pytest.raises(Refusal, match="is over"):
            act()
    assert shed.open().is_open


def test_sent_twice_it_is_opened_and_given_up_once(shed: Shed) -> None:
    world, operation, another = shed.world, uuid4(), uuid4()
    acts: dict[str, Any] = {"by": world.cora, "now": shed.now}
    opened = [
        open_stocktake(shed.session, world.borgo, **acts, operation=operation) for _ in range(2)
    ]
    assert opened[0] is opened[1]
    for _ in range(2):
        assert not give_up(shed.session, opened[0], **acts, operation=another).is_open


def test_coordinators_open_and_give_up_and_stewards_count(shed: Shed) -> None:
    world, hoe = shed.world, shed.make("Hoe")
    stocktake = shed.open()
    for by, act in (
        (world.sam, lambda by: give_up(shed.session, stocktake, by=by, now=shed.now)),
        (world.sam, lambda by: open_stocktake(shed.session, world.borgo, by=by, now=shed.now)),
        (world.ana, lambda by: see(shed.session, stocktake, hoe.code, by=by, now=shed.now)),
        (world.vera, lambda by: see(shed.session, stocktake, hoe.code, by=by, now=shed.now)),
    ):
        with pytest.raises(Refusal) as refused:
            act(by)
        assert isinstance(refused.value.reasons[0], RoleNeeded)
