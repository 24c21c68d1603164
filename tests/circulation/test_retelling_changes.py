"""The journal alone tells what becomes of a reservation that moves, or of which something breaks."""

from datetime import timedelta

from tests.circulation.telling import book, told
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.care.models import OutageReason
from toolshare.circulation import answering, calling_off, lapsing, rescheduling, service
from toolshare.circulation.fitting import Span

DAY = timedelta(days=1)


@on_any_database
def test_it_tells_to_when_one_is_moved_and_what_goes_off_the_shelf(world: World) -> None:
    kind = world.make_kind()
    world.make_item(kind)
    world.make_rule("needs_approval", True, kind_id=kind.id)
    booked = book(world, kind)
    answering.approve(world.session, booked, by=world.sam, now=MONDAY_NOON)
    calling_off.set_aside(world.session, booked, booked.units[0].id, by=world.sam, now=MONDAY_NOON)
    to = Span(booked.from_at + 5 * DAY, booked.until_at + 5 * DAY)
    rescheduling.move(world.session, booked, to, by=world.ana, now=MONDAY_NOON)
    present = told(world)
    moved = present.reservations[booked.id]
    assert (moved.from_at, moved.until_at, moved.is_granted) == (*to, False)
    assert present.reserved_units[booked.units[0].id].set_aside is None


@on_any_database
def test_it_tells_what_breaks_on_the_shelf_and_is_regained(world: World) -> None:
    item = world.make_item()
    booked = book(world, item.kind)
    unit = booked.units[0].id
    calling_off.set_aside(world.session, booked, unit, by=world.sam, now=MONDAY_NOON)
    service.take_out(world.session, item, OutageReason.IN_REPAIR, by=world.sam, now=booked.from_at)
    assert told(world).reserved_units[unit].set_aside is None
    service.put_back(world.session, item, by=world.sam, now=booked.from_at)
    assert told(world).reservations[booked.id].fetch_by == booked.fetch_by
    lapsing.lapse(world.session, booked, now=booked.fetch_by)
    assert told(world).reservations == {}
