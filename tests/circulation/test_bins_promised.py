"""Of a bin nobody gets what another was promised, though both were promised alike."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from tests.circulation.test_reserving import book, june
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.circulation import availability
from toolshare.circulation.allotting import Wanted
from toolshare.circulation.availability import State
from toolshare.circulation.blocks import what_is_ahead
from toolshare.circulation.booking import AskedForTwice, Booking
from toolshare.circulation.borrowing import borrow
from toolshare.circulation.fitting import Span, least_free
from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Reservation
from toolshare.circulation.reserving import reserve
from toolshare.circulation.returning import take_back
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


def reserved(world: World, chairs: Item, first: int, last: int, quantity: int) -> None:
    book(world, chairs.kind, first, last, world.sam, quantity=quantity)


def lent(world: World, chairs: Item, quantity: int, **differences: object) -> Loan:
    return world.make_loan(chairs, world.cora, counted=False, quantity=quantity, **differences)


def late(world: World, chairs: Item, quantity: int) -> None:
    due = {
        "borrowed_at": MONDAY_NOON - timedelta(days=9),
        "due_at": MONDAY_NOON - timedelta(days=1),
    }
    lent(world, chairs, quantity, **due)


HAPPENED: list[tuple[str, list[Callable[[World, Item], object]], int, State]] = [
    ("nothing", [], 40, State.FREE),
    ("some are reserved now", [lambda w, c: reserved(w, c, 1, 3, 30)], 10, State.FREE),
    ("all are reserved now", [lambda w, c: reserved(w, c, 1, 3, 40)], 0, State.KEPT),
    ("all but one are", [lambda w, c: reserved(w, c, 1, 1, 39)], 1, State.FREE),
    ("they are reserved twice", [lambda w, c: [reserved(w, c, 1, n, 20) for n in (2, 3)]], 0, State.KEPT),
    ("some are out", [lambda w, c: lent(w, c, 25)], 15, State.FREE),
    ("the rest is reserved", [lambda w, c: lent(w, c, 25), lambda w, c: reserved(w, c, 1, 2, 15)], 0, State.KEPT),
    ("some are late", [lambda w, c: reserved(w, c, 1, 3, 10), lambda w, c: late(w, c, 20)], 10, State.FREE),
    ("too many are late", [lambda w, c: reserved(w, c, 1, 3, 30), lambda w, c: late(w, c, 20)], 0, State.KEPT),
    ("all are late", [lambda w, c: reserved(w, c, 1, 3, 30), lambda w, c: late(w, c, 40)], 0, State.LATE),
]  # fmt: skip


@on_any_database
@pytest.mark.parametrize(
    ("happened", "free", "state"),
    [pytest.param(*rest, id=said) for said, *rest in HAPPENED],
)
def test_of_a_bin_as_many_are_free_now_as_somebody_else_gets(
    world: World,
    chairs: Item,
    *,
    happened: list[Callable[[World, Item], object]],
    free: int,
    state: State,
) -> None:
    for happens in happened:
        happens(world, chairs)
    session, kind_id, now = world.session, chairs.kind_id, MONDAY_NOON
    assert availability.free_counts(session, [kind_id], now=now) == {kind_id: free}
    assert availability.states(session, [chairs.id], now=now) == {chairs.id: state}
    assert list(session.scalars(availability.kinds_free_at(now))) == [kind_id] * (free > 0)
    ahead = what_is_ahead(session, world.borgo, [kind_id], now=now)[kind_id]
    this_moment = Span(now, now + timedelta(seconds=1))
    assert max(least_free(ahead.units, ahead.all_blocks, this_moment), 0) == free
    with pytest.raises(Refusal):
        fetches(world, chairs, world.ana, free + 1, now)
    if free:
        fetches(world, chairs, world.ana, free, now)


def test_what_is_reserved_for_later_is_free_now(world: World, chairs: Item) -> None:
    """Until the day before."""
    reserved(world, chairs, 10, 12, 40)
    found = availability.free_counts(world.session, [chairs.kind_id], now=MONDAY_NOON)
    assert found == {chairs.kind_id: 40}
    fetches(world, chairs, world.ana, 40, MONDAY_NOON)


def test_what_came_back_to_a_bin_and_rests_is_not_free(world: World, chairs: Item) -> None:
    loan = lent(world, chairs, 15, rules={"turnaround": 2})
    take_back(world.session, chairs, by=world.sam, now=MONDAY_NOON, loan=loan)
    for days, free in ((0, 25), (3, 40)):
        now = MONDAY_NOON + timedelta(days=days)
        found = availability.free_counts(world.session, [chairs.kind_id], now=now)
        assert found == {chairs.kind_id: free}


def test_of_a_bin_of_plenty_there_is_plenty_whatever_is_reserved(world: World) -> None:
    pegs = world.make_item(world.make_kind(name="Peg", counting=Counting.BULK), quantity=None)
    reserved(world, pegs, 1, 3, 500)
    assert availability.free_counts(world.session, [pegs.kind_id], now=MONDAY_NOON) == {
        pegs.kind_id: None
    }
    states = availability.states(world.session, [pegs.id], now=MONDAY_NOON)
    assert states == {pegs.id: State.FREE}
