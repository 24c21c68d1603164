"""What only time brings: written down in small pieces, each as often as anybody likes."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from tests.circulation.in_line import asks, comes_back, hold_of, look, offer_of, offered
from tests.circulation.test_reserving import book, item_of
from tests.world import MONDAY_NOON, World
from toolshare.circulation import sweeping
from toolshare.circulation.borrowing import borrow
from toolshare.circulation.calling_off import cancel
from toolshare.circulation.promises import Hold, HoldEnd, OfferEnd
from toolshare.inventory.models import Item
from toolshare.journal.models import Entry

IN_A_WEEK = MONDAY_NOON + timedelta(days=7)


def test_a_sweep_passes_on_what_nobody_took(world: World, mower: Item) -> None:
    comes_back(world, mower)
    sweeping.sweep(world.session, now=IN_A_WEEK)
    assert offer_of(world, world.ana).end is OfferEnd.LAPSED
    assert offered(world) == {"Bob"}


def test_a_sweep_ends_what_came_too_late(world: World, mower: Item) -> None:
    hold = asks(world, mower, world.sam, need_by=date(2026, 6, 3))
    sweeping.sweep(world.session, now=MONDAY_NOON + timedelta(days=2))
    assert hold.end is None
    sweeping.sweep(world.session, now=IN_A_WEEK)
    assert (hold.end, hold.ended_at) == (HoldEnd.EXPIRED, IN_A_WEEK)


def test_an_accepted_one_is_kept_beyond_the_day_by_which_it_was_needed(
    world: World, mower: Item
) -> None:
    hold = hold_of(world, world.ana)
    hold.need_by = date(2026, 6, 1)
    comes_back(world, mower)
    look(world, mower, datetime(2026, 6, 2, 12, tzinfo=UTC))
    assert hold.end is None
    sweeping.sweep(world.session, now=IN_A_WEEK)
    assert hold.end is HoldEnd.EXPIRED


def test_a_sweep_offers_what_came_into_stock(world: World, mower: Item) -> None:
    world.make_item(mower.kind)
    sweeping.sweep(world.session, now=MONDAY_NOON)
    assert offered(world) == {"Ana"}


def test_sweeping_twice_is_sweeping_once(world: World, mower: Item) -> None:
    comes_back(world, mower)
    sweeping.sweep(world.session, now=IN_A_WEEK)
    before = world.session.scalars(select(Entry.id)).all()
    sweeping.sweep(world.session, now=IN_A_WEEK)
    assert world.session.scalars(select(Entry.id)).all() == before


def test_a_long_sweep_comes_in_short_pieces(world: World) -> None:
    kinds = [world.make_kind(name=f"Kind {number}") for number in range(45)]
    kinds.append(world.make_kind(group_id=world.castello.id))
    for kind in kinds:
        world.session.add(Hold(kind=kind, person=world.ana, asked_at=MONDAY_NOON))
    pieces = list(sweeping.pieces(world.session, now=MONDAY_NOON))
    assert len(pieces) == 4  # 20, 20 and 5 of Borgo, one of Castello


def test_a_sweep_gives_up_what_nobody_fetched_and_offers_it_to_who_waits(
    world: World, now: datetime
) -> None:
    kind = world.make_kind()
    world.make_item(kind)
    booked = book(world, kind, 1, 20, world.sam)
    asks(world, kind, world.ana)
    assert offered(world) == set()
    that_night = now + timedelta(hours=12)
    sweeping.sweep(world.session, now=that_night)
    assert booked.no_show_at == that_night
    assert offered(world) == {"Ana"}


def test_a_sweep_moves_reservations_off_what_is_late(world: World, now: datetime) -> None:
    kind = world.make_kind()
    item, other = world.make_item(kind), world.make_item(kind)
    borrow(world.session, item, borrower=world.ana, by=world.ana, now=now)
    in_the_way = book(world, kind, 9, 10, world.sam, item_id=other.id)
    booked = book(world, kind, 9, 10)
    assert item_of(world, booked) == item.id
    cancel(world.session, in_the_way, by=world.sam, now=now)
    sweeping.sweep(world.session, now=now + timedelta(days=8))
    assert item_of(world, booked) == other.id
