"""A place in line: who may ask for one, and what pausing and giving up do to it."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.circulation.in_line import asks, misses
from tests.counting import statements
from tests.world import MONDAY_NOON, World
from toolshare.circulation import reasons as why
from toolshare.circulation.asking import (
    FreeNow,
    InLineAlready,
    NeededBefore,
    NoneToWaitFor,
    NotWaitedFor,
    pause,
    resume,
    withdraw,
)
from toolshare.circulation.booking_rules import TooManyAhead
from toolshare.circulation.holds import NoLongerInLine, NotYourPlace
from toolshare.circulation.lines import Line, line_of
from toolshare.circulation.promises import Hold, HoldEnd
from toolshare.inventory.models import Counting, Item, Kind
from toolshare.people.models import Person, Role
from toolshare.people.roles import RoleNeeded
from toolshare.refusals import Reason, Refusal
from toolshare.rules.values import Regime

DAY = timedelta(days=1)


@pytest.fixture
def mower(world: World) -> Item:
    """The only mower, which Cora has."""
    item = world.make_item(world.make_kind(name="Mower"))
    world.make_loan(item, world.cora)
    return item


def refusal_of(world: World, thing: Item | Kind, person: Person, **others: Any) -> list[Reason]:
    with pytest.raises(Refusal) as refused:
        asks(world, thing, person, **others)
    return list(refused.value.reasons)


def line(world: World, item: Item, now: datetime = MONDAY_NOON) -> Line:
    return line_of(world.session, world.borgo, item.kind_id, now=now)


def numbers(world: World, item: Item) -> dict[str, int]:
    """Who has which number in line."""
    found = line(world, item)
    names = {hold.id: hold.person.name for hold in found.holds}
    return {names[place.waiting.hold_id]: place.number for place in found.places}


def test_who_asks_first_stands_first(world: World, mower: Item) -> None:
    asks(world, mower, world.ana)
    asks(world, mower, world.sam, now=MONDAY_NOON + DAY)
    assert numbers(world, mower) == {"Ana": 1, "Sam": 2}


def test_in_turns_a_newcomer_who_has_had_nothing_of_it_comes_first(
    world: World, mower: Item
) -> None:
    world.make_rule("regime", Regime.TURNS, kind_id=mower.kind_id)
    begun = MONDAY_NOON - 20 * DAY
    back = {"borrowed_at": begun, "due_at": begun + 7 * DAY, "returned_at": begun + 9 * DAY}
    world.make_loan(mower, world.ana, **back)
    asks(world, mower, world.ana)
    asks(world, mower, world.sam, now=MONDAY_NOON + DAY)
    assert numbers(world, mower) == {"Sam": 1, "Ana": 2}
    assert [place.waiting.used for place in line(world, mower).places] == [0, 9]


@pytest.mark.parametrize(("regime", "first"), [(Regime.TURNS, "Sam"), (Regime.IN_ORDER, "Ana")])
def test_who_left_two_reservations_unfetched_comes_last_among_equals_this_season(
    world: World, mower: Item, regime: Regime, first: str
) -> None:
    world.make_rule("regime", regime, kind_id=mower.kind_id)
    asks(world, mower, world.ana)
    asks(world, mower, world.sam, now=MONDAY_NOON + DAY)
    for days in (20, 10):
        assert numbers(world, mower)["Ana"] == 1
        misses(world, world.ana, MONDAY_NOON - days * DAY)
    assert numbers(world, mower)[first] == 1
    with statements() as sent:
        line(world, mower)
    for name in ("Bob", "Bea", "Bart"):
        asks(world, mower, world.make_person(name, world.borgo))
    with statements() as sent_for_more:
        line(world, mower)
    assert len(sent_for_more) == len(sent)


@pytest.mark.parametrize(
    ("begun", "back", "days"),
    [
        ("2025-12-20T12:00", "2026-01-03T12:00", 2),  # only what lies within this year
        ("2025-12-20T12:00", "2025-12-31T22:59", 0),  # before midnight in Rome: last year
        ("2026-03-28T12:00", "2026-04-04T12:00", 7),  # the clock goes forward in between
        ("2026-05-01T08:00", "2026-05-01T17:00", 1),  # a day is a day
        ("2026-05-01T08:00", None, 31),  # still out on the first of June
    ],
)
def test_a_season_is_a_year_of_the_groups_own_calendar(
    world: World, begun: str, back: str | None, days: int
) -> None:
    item = world.make_item()
    since, until = (datetime.fromisoformat(f"{at}+00:00") if at else None for at in (begun, back))
    world.make_loan(item, world.sam, borrowed_at=since, returned_at=until)
    if back:
        world.make_loan(item, world.cora)
    world.session.add(Hold(kind=item.kind, person=world.sam, asked_at=MONDAY_NOON))
    (place,) = line(world, item).places
    assert place.waiting.used == days


def test_pausing_keeps_the_place(world: World, mower: Item, now: datetime) -> None:
    first = asks(world, mower, world.ana)
    asks(world, mower, world.sam, now=now + DAY)
    pause(world.session, first, by=world.ana, now=now)
    assert numbers(world, mower) == {"Ana": 1, "Sam": 2}
    assert not line(world, mower).places[0].waiting.may_have
    resume(world.session, first, by=world.ana, now=now)
    assert line(world, mower).places[0].waiting.may_have


def test_pausing_twice_is_pausing_once(world: World, mower: Item, now: datetime) -> None:
    hold = asks(world, mower, world.ana)
    resume(world.session, hold, by=world.ana, now=now)
    pause(world.session, hold, by=world.ana, now=now)
    pause(world.session, hold, by=world.ana, now=now + DAY)
    assert hold.paused_at == now


def test_who_gives_up_leaves_the_line(world: World, mower: Item, now: datetime) -> None:
    people = [world.ana, world.sam, world.make_person("Bob", world.borgo)]
    holds = [asks(world, mower, one, now=now + n * DAY) for n, one in enumerate(people)]
    withdraw(world.session, holds[1], by=world.sam, now=now)
    assert (holds[1].end, holds[1].ended_at) == (HoldEnd.WITHDRAWN, now)
    assert numbers(world, mower) == {"Ana": 1, "Bob": 2}
    asks(world, mower, world.sam, now=now + 5 * DAY)
    assert numbers(world, mower) == {"Ana": 1, "Bob": 2, "Sam": 3}


def test_a_place_in_line_is_ones_own(world: World, mower: Item, now: datetime) -> None:
    bob = world.make_person("Bob", world.borgo)
    for verb in (pause, resume, withdraw):
        hold = asks(world, world.make_loan(world.make_item(), world.cora).item, world.ana)
        with pytest.raises(Refusal) as refused:
            verb(world.session, hold, by=bob, now=now)
        assert refused.value.reasons == (NotYourPlace(),)
        verb(world.session, hold, by=world.sam, now=now)  # a steward may


def test_what_is_over_is_over(world: World, mower: Item, now: datetime) -> None:
    hold = asks(world, mower, world.ana)
    withdraw(world.session, hold, by=world.ana, now=now)
    for verb in (pause, resume, withdraw):
        with pytest.raises(Refusal) as refused:
            verb(world.session, hold, by=world.ana, now=now)
        assert refused.value.reasons == (NoLongerInLine(),)


def test_a_hold_ends_with_the_day_by_which_it_was_needed(world: World, mower: Item) -> None:
    asks(world, mower, world.ana, need_by=date(2026, 6, 3))
    last_moment = datetime.fromisoformat("2026-06-03T21:59:59+00:00")
    assert line(world, mower, last_moment).places
    assert not line(world, mower, last_moment + timedelta(seconds=1)).places


def test_one_can_ask_again_when_a_hold_has_ended_by_time_alone(world: World, mower: Item) -> None:
    first = asks(world, mower, world.ana, need_by=date(2026, 6, 3))
    again = asks(world, mower, world.ana, now=MONDAY_NOON + 7 * DAY)
    assert first.end is HoldEnd.EXPIRED
    assert again.id != first.id


def test_the_same_press_twice_is_one_place(world: World, mower: Item) -> None:
    operation = uuid4()
    first = asks(world, mower, world.ana, operation=operation)
    assert asks(world, mower, world.ana, operation=operation) is first


def test_a_steward_asks_for_a_member(world: World, mower: Item) -> None:
    asks(world, mower, world.ana, by=world.sam)
    assert numbers(world, mower) == {"Ana": 1}
    assert refusal_of(world, mower, world.sam, by=world.ana) == [
        RoleNeeded(role=Role.STEWARD, group="Borgo")
    ]


def test_strangers_and_who_is_paused_have_no_turn(world: World, mower: Item) -> None:
    assert refusal_of(world, mower, world.zoe) == [why.NotAMember(name="Zoe", group="Borgo")]
    assert refusal_of(world, mower, world.pau) == [why.MembershipPaused(name="Pau", group="Borgo")]


def test_one_stands_in_a_line_once(world: World, mower: Item) -> None:
    asks(world, mower, world.ana)
    assert refusal_of(world, mower, world.ana) == [InLineAlready(name="Ana")]


def test_who_has_one_waits_for_none(world: World, mower: Item) -> None:
    due_at = MONDAY_NOON + 7 * DAY
    has_it = why.YouHaveIt(due_at=due_at, time_zone="Europe/Rome")
    assert refusal_of(world, mower, world.cora) == [has_it]


def test_a_group_limits_how_much_one_waits_for(world: World, mower: Item) -> None:
    world.make_rule("open_holds", 1)
    asks(world, mower, world.ana)
    another = world.make_loan(world.make_item(), world.cora).item
    assert refusal_of(world, another, world.ana) == [TooManyAhead(limit=1)]


def test_what_is_free_is_borrowed(world: World, mower: Item) -> None:
    free = world.make_item(mower.kind)
    assert refusal_of(world, mower, world.ana) == [FreeNow()]
    assert refusal_of(world, mower, world.ana, item=free) == [FreeNow()]
    asks(world, mower, world.ana, item=mower)  # that one and no other


def test_nobody_waits_for_what_is_not_in_stock(world: World, mower: Item) -> None:
    assert refusal_of(world, world.make_kind(), world.ana) == [NoneToWaitFor()]
    gone = world.make_item(mower.kind, retired_at=MONDAY_NOON)
    assert refusal_of(world, mower, world.ana, item=gone) == [NoneToWaitFor()]


@pytest.mark.parametrize("counting", [Counting.BULK, Counting.CONSUMABLE])
def test_nobody_waits_for_a_bin(world: World, counting: Counting) -> None:
    crates = world.make_item(world.make_kind(counting=counting), quantity=0)
    assert refusal_of(world, crates, world.ana) == [NotWaitedFor()]


def test_nobody_needs_it_by_yesterday(world: World, mower: Item) -> None:
    assert refusal_of(world, mower, world.ana, need_by=date(2026, 5, 31)) == [NeededBefore()]


def test_a_line_takes_the_same_statements_however_long_it_is(world: World, mower: Item) -> None:
    taken = []
    for names in ("Ada", "Bob"), ("Eva", "Gus", "Ida", "Leo", "Pia"):
        for name in names:
            asks(world, mower, world.make_person(name, world.borgo))
        with statements() as sent:
            line(world, mower)
        taken.append(len(sent))
    assert taken[0] == taken[1] <= 14
