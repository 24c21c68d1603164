"""Servicing: what is due by time or by use can't be lent until a steward has seen to it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.circulation.booked import ana_has_reserved, kept_for
from tests.conftest import type_of_client
from tests.postgres import on_any_database
from tests.reading import text
from tests.world import MONDAY_NOON, World
from toolshare.care.models import Inspection, OutageReason
from toolshare.care.outages import StillMissing, open_outage, take_out_of_service
from toolshare.circulation import asking, metering, retiring, sweeping
from toolshare.circulation.at_hand import ServiceIsDue
from toolshare.circulation.availability import State, free_counts, states
from toolshare.circulation.borrowing import borrow, reasons_against
from toolshare.circulation.locking import loan_under_lock
from toolshare.circulation.overview import Shown, overview
from toolshare.circulation.promises import Offer, OfferEnd
from toolshare.circulation.renewing import WantedBack
from toolshare.circulation.renewing import reasons_against as against_renewing
from toolshare.circulation.returning import take_back
from toolshare.circulation.servicing import plan_anew, serviced
from toolshare.circulation.undoing import undo_return
from toolshare.inventory import stocking
from toolshare.inventory.models import Item, Kind
from toolshare.journal.models import Entry
from toolshare.people.opening import read_opening_times
from toolshare.people.roles import RoleNeeded
from toolshare.refusals import Refusal

DAY = timedelta(days=1)
TENTH_EVENING = datetime(2026, 6, 10, 21, 59, 59, tzinfo=UTC)  # 23:59:59 in Rome


def plan(world: World, kind: Kind, **traits: Any) -> None:
    for name, value in traits.items():
        setattr(kind, name, value)
    plan_anew(world.session, kind, by=world.cora, now=MONDAY_NOON)


def serve(world: World, item: Item, **more: Any) -> None:
    serviced(world.session, item, **{"by": world.sam, "now": MONDAY_NOON, **more})


def came_back(world: World, item: Item, before: int | None, after: int, at: datetime) -> None:
    """A loan that has ended with these readings."""
    loan = world.make_loan(item, world.ana, borrowed_at=at - DAY, due_at=at)
    loan.meter_before = None if before is None else Decimal(before)
    take_back(world.session, item, by=world.sam, now=at, meter=Decimal(after))


@pytest.fixture
def tractor(world: World) -> Item:
    return world.make_item(world.make_kind(name="Tractor", meter="h"))


@on_any_database
def test_what_is_due_needs_a_check_by_time_alone(world: World) -> None:
    item = world.make_item()
    plan(world, item.kind, service_days=9)
    assert item.service_due_at == TENTH_EVENING
    for now, state, free in (
        (TENTH_EVENING - timedelta(seconds=1), State.FREE, 1),
        (TENTH_EVENING, State.NEEDS_CHECK, 0),
    ):
        assert states(world.session, [item.id], now=now) == {item.id: state}
        assert free_counts(world.session, [item.kind_id], now=now) == {item.kind_id: free}
        found = reasons_against(world.session, item, by=world.ana, now=now)
        assert found == ([] if free else [ServiceIsDue()])
    assert open_outage(world.session, item) is None


def test_a_steward_services_it_and_the_plan_begins_anew(world: World) -> None:
    item, operation = world.make_item(), uuid4()
    plan(world, item.kind, service_days=9)
    for _ in range(2):
        serve(world, item, now=TENTH_EVENING + DAY, note="New chain.", operation=operation)
    assert item.service_due_at == TENTH_EVENING + 10 * DAY
    inspection = world.session.scalars(select(Inspection)).one()
    assert (inspection.is_service, inspection.note) == (True, "New chain.")
    told = world.session.scalars(select(Entry).order_by(Entry.id)).all()
    assert [one.what for one in told] == ["service_planned", "serviced", "service_planned"]
    assert told[-1].details == {"due_at": "2026-06-20T21:59:59+00:00"}


def test_only_stewards_service_things(world: World) -> None:
    with pytest.raises(Refusal) as refusal:
        serve(world, world.make_item(), by=world.ana)
    assert isinstance(refusal.value.reasons[0], RoleNeeded)


def test_a_service_ends_a_repair_but_finds_nothing_that_is_missing(world: World) -> None:
    item, known = world.make_item(), {"by": world.sam, "now": MONDAY_NOON}
    take_out_of_service(world.session, item, OutageReason.IN_REPAIR, **known)
    serve(world, item)
    assert open_outage(world.session, item) is None
    take_out_of_service(world.session, item, OutageReason.MISSING, **known)
    with pytest.raises(Refusal) as refusal:
        serve(world, item)
    assert refusal.value.reasons == (StillMissing(),)


@on_any_database
def test_what_was_used_enough_is_due_when_it_comes_back(world: World, tractor: Item) -> None:
    plan(world, tractor.kind, service_units=Decimal(50))
    assert tractor.service_due_at is None
    came_back(world, tractor, 100, 149, MONDAY_NOON + DAY)
    assert tractor.service_due_at is None
    came_back(world, tractor, 149, 150, MONDAY_NOON + 2 * DAY)
    assert tractor.service_due_at == MONDAY_NOON + 2 * DAY
    serve(world, tractor, now=MONDAY_NOON + 3 * DAY, meter=Decimal(152))
    assert tractor.service_due_at is None
    came_back(world, tractor, 152, 201, MONDAY_NOON + 4 * DAY)
    assert tractor.service_due_at is None
    came_back(world, tractor, 201, 202, MONDAY_NOON + 5 * DAY)
    assert tractor.service_due_at == MONDAY_NOON + 5 * DAY


def test_use_before_the_plan_counts_for_nothing(world: World, tractor: Item) -> None:
    came_back(world, tractor, 0, 900, MONDAY_NOON - DAY)
    plan(world, tractor.kind, service_units=Decimal(50))
    assert tractor.service_due_at is None
    came_back(world, tractor, None, 950, MONDAY_NOON + DAY)
    assert tractor.service_due_at == MONDAY_NOON + DAY


def test_a_service_without_a_reading_takes_the_last_one(world: World, tractor: Item) -> None:
    plan(world, tractor.kind, service_units=Decimal(50))
    came_back(world, tractor, 100, 149, MONDAY_NOON + DAY)
    serve(world, tractor, now=MONDAY_NOON + 2 * DAY)
    assert world.session.scalars(select(Inspection.meter).where(Inspection.is_service)).all() == [
        Decimal(149)
    ]
    with pytest.raises(Refusal) as refusal:
        serve(world, tractor, now=MONDAY_NOON + 2 * DAY, meter=Decimal(148))
    assert isinstance(refusal.value.reasons[0], metering.MeterRunsBackwards)


def test_a_first_service_without_any_reading_counts_from_the_next_one(
    world: World, tractor: Item
) -> None:
    plan(world, tractor.kind, service_units=Decimal(50))
    serve(world, tractor)
    came_back(world, tractor, None, 300, MONDAY_NOON + DAY)
    assert tractor.service_due_at is None
    came_back(world, tractor, 300, 350, MONDAY_NOON + 2 * DAY)
    assert tractor.service_due_at == MONDAY_NOON + 2 * DAY


def test_time_or_use_whichever_comes_first(world: World, tractor: Item) -> None:
    plan(world, tractor.kind, service_units=Decimal(50), service_days=9)
    assert tractor.service_due_at == TENTH_EVENING
    came_back(world, tractor, 100, 150, MONDAY_NOON + DAY)
    assert tractor.service_due_at == MONDAY_NOON + DAY


def test_a_return_that_is_undone_was_no_use(world: World, tractor: Item) -> None:
    plan(world, tractor.kind, service_units=Decimal(50))
    loan = world.make_loan(tractor, world.ana)
    loan.meter_before = Decimal(100)
    known = {"by": world.sam, "now": MONDAY_NOON}
    take_back(world.session, tractor, meter=Decimal(160), **known)
    assert tractor.service_due_at == MONDAY_NOON
    undo_return(world.session, loan, **known)
    assert tractor.service_due_at is None


def test_without_a_plan_nothing_is_due(world: World) -> None:
    item = world.make_item()
    plan(world, item.kind, service_days=9)
    plan(world, item.kind, service_days=None)
    assert (item.service_due_at, item.kind.service_from) == (None, None)
    last = world.session.scalars(select(Entry.what).order_by(Entry.id.desc())).first()
    assert last == "service_unplanned"


def test_what_comes_into_the_inventory_is_due_by_its_kinds_plan(world: World) -> None:
    kind = world.make_kind()
    plan(world, kind, service_days=9)
    item = stocking.add_item(world.session, kind, by=world.cora, now=MONDAY_NOON)
    assert item.service_due_at == TENTH_EVENING


def test_what_is_in_stock_again_is_due_as_if_it_had_never_been_gone(world: World) -> None:
    item = world.make_item(retired_at=MONDAY_NOON)
    plan(world, item.kind, service_days=9)
    assert item.service_due_at is None
    retiring.put_back(world.session, item, by=world.cora, now=MONDAY_NOON + DAY)
    assert item.service_due_at == TENTH_EVENING


def test_what_is_reserved_past_the_day_is_kept_on_another(world: World) -> None:
    one = world.make_item()
    booked = ana_has_reserved(world, one.kind, 10, 12)
    other = world.make_item(one.kind, added_at=MONDAY_NOON + DAY)
    plan(world, one.kind, service_days=9)
    assert (one.service_due_at, other.service_due_at) == (TENTH_EVENING, TENTH_EVENING + DAY)
    assert kept_for(world, booked) is None
    serve(world, other)
    assert kept_for(world, booked) is None
    serve(world, other, now=MONDAY_NOON + 4 * DAY)
    assert kept_for(world, booked) == other.id


def test_a_sweep_displaces_who_reserved_what_is_overdue(world: World) -> None:
    item = world.make_item()
    booked = ana_has_reserved(world, item.kind, 15, 16)
    plan(world, item.kind, service_days=9)
    assert kept_for(world, booked) == item.id
    sweeping.sweep(world.session, now=TENTH_EVENING + 4 * DAY)
    assert kept_for(world, booked) is None
    serve(world, item, now=TENTH_EVENING + 4 * DAY)
    assert kept_for(world, booked) == item.id


def test_what_is_due_is_no_offer(world: World) -> None:
    item = world.make_item()
    world.make_loan(item, world.cora)
    plan(world, item.kind, service_days=30)
    asking.ask(world.session, item.kind, person=world.ana, by=world.ana, now=MONDAY_NOON)
    take_back(world.session, item, by=world.sam, now=MONDAY_NOON)
    offer = world.session.scalars(select(Offer)).one()
    plan(world, item.kind, service_days=0)
    assert offer.ended_at is None
    sweeping.sweep(world.session, now=MONDAY_NOON + timedelta(hours=11))
    assert offer.end is OfferEnd.WITHDRAWN


def test_who_has_it_keeps_it_past_the_day_but_renews_nothing_that_is_due(world: World) -> None:
    item = world.make_item()
    plan(world, item.kind, service_days=2)
    ana_has_reserved(world, item.kind, 20, 21)
    loan = borrow(world.session, item, borrower=world.ana, by=world.ana, now=MONDAY_NOON)
    assert loan.due_at > item.service_due_at
    loan = loan_under_lock(world.session, loan)
    read_opening_times(world.session, loan.item.kind.group)
    assert against_renewing(world.session, loan, now=MONDAY_NOON + DAY) == []
    assert WantedBack() in against_renewing(world.session, loan, now=MONDAY_NOON + 3 * DAY)


def test_stewards_see_what_is_due_and_what_soon_will_be(world: World) -> None:
    due, soon, later = (world.make_item() for _ in range(3))
    for item, days in ((due, -1), (soon, 29), (later, 31)):
        item.service_due_at = MONDAY_NOON + days * DAY
    found = overview(world.session, world.borgo, Shown.SERVICE, now=MONDAY_NOON)
    assert (found.counts[Shown.SERVICE], found.services) == (2, [due, soon])


def test_a_coordinator_makes_a_plan_and_a_steward_keeps_it(
    world: World, client_of: type_of_client, tractor: Item
) -> None:
    world.session.commit()
    cora, sam = client_of(world.cora), client_of(world.sam)
    kind = f"/groups/borgo/inventory/kinds/{tractor.kind_id}"
    assert "Serviced every … days" in text(cora.get(f"{kind}/edit"))
    facts = {"name": "Tractor", "counting": "counted", "service_units": "50"}
    assert "Say first what its meter counts." in text(cora.post(kind, data=facts))
    cora.post(kind, data=facts | {"service_days": "0", "meter": "h"})
    assert world.session.get_one(Kind, tractor.kind_id).service_days is None
    cora.post(kind, data=facts | {"service_days": "9", "meter": "h"})
    assert "Its next service is due by Wed 10 Jun." in text(sam.get(f"/I/{tractor.code}"))
    assert "Tractor" in text(cora.get("/groups/borgo/overview?show=service"))
    world.session.get_one(Item, tractor.id).service_due_at = MONDAY_NOON - DAY
    world.session.commit()
    page = sam.get(f"/I/{tractor.code}")
    assert "Its service is due since Sun 31 May, 14:00." in text(page)
    assert page.text.count('class="main"') == 1
    ana = text(client_of(world.ana).get(f"/I/{tractor.code}"))
    assert "Its service is due, and a steward has to see to it first." in ana
    sent = {"meter": "120.5", "note": "Oil and filters."}
    answer = sam.post(f"/I/{tractor.code}/services", data=sent, follow_redirects=True)
    assert "Noted: it was serviced." in text(answer)
    assert "Serviced by Sam meter: 120.5 · “Oil and filters.”" in text(answer)
    assert "Its next service is due by Wed 10 Jun." in text(answer)
