"""What a meter reads when a machine goes out and when it comes back."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from tests.conftest import type_of_client
from tests.postgres import on_any_database
from tests.reading import text
from tests.world import MONDAY_NOON, World
from toolshare.circulation.borrowing import borrow
from toolshare.circulation.metering import MeterRunsBackwards
from toolshare.circulation.models import Loan
from toolshare.circulation.returning import take_back
from toolshare.inventory.models import Item
from toolshare.journal.models import Entry
from toolshare.refusals import Refusal


def lend(world: World, item: Item, **differences: Any) -> Loan:
    return borrow(
        world.session, item, borrower=world.ana, by=world.ana, now=MONDAY_NOON, **differences
    )


def bring(world: World, item: Item, meter: str | None = None) -> Loan:
    reading = Decimal(meter) if meter else None
    return take_back(world.session, item, by=world.sam, now=MONDAY_NOON, meter=reading)


@on_any_database
def test_the_meter_is_read_at_both_ends(world: World, tractor: Item) -> None:
    lend(world, tractor, meter=Decimal("1204.5"))
    loan = bring(world, tractor, "1211.25")
    assert (loan.meter_before, loan.meter_after) == (Decimal("1204.5"), Decimal("1211.2"))
    told = [entry.details.get("meter") for entry in world.session.scalars(select(Entry))]
    assert told == ["1204.5", "1211.2"]


def test_it_starts_where_it_ended_last(world: World, tractor: Item) -> None:
    lend(world, tractor)
    bring(world, tractor, "1211")
    assert lend(world, tractor).meter_before == 1211
    bring(world, tractor)
    assert lend(world, tractor).meter_before == 1211


def test_it_never_runs_backwards(world: World, tractor: Item) -> None:
    lend(world, tractor, meter=Decimal(1204))
    with pytest.raises(Refusal) as refusal:
        bring(world, tractor, "1203.9")
    assert refusal.value.reasons == (MeterRunsBackwards(before=Decimal(1204), unit="h"),)
    assert bring(world, tractor, "1204").meter_after == 1204


def test_what_has_no_meter_reads_nothing(world: World) -> None:
    drill = world.make_item()
    lend(world, drill, meter=Decimal(7))
    loan = bring(world, drill, "8")
    assert (loan.meter_before, loan.meter_after) == (None, None)


def test_the_pages_ask_for_it_where_there_is_one(
    world: World, tractor: Item, client_of: type_of_client
) -> None:
    world.session.commit()
    ana, sam, address = client_of(world.ana), client_of(world.sam), f"/I/{tractor.code}"
    assert "The meter reads (h)" in text(ana.get(address))
    ana.post(f"{address}/loan", data={"meter": "1204.5"})
    assert "It read 1204.5 when it went out." in text(sam.get(address))
    assert sam.post(f"{address}/return", data={"meter": "1200"}).status_code == 422
    for nonsense in ("NaN", "-1", "1e400", "many"):
        assert sam.post(f"{address}/return", data={"meter": nonsense}).status_code == 422
    sam.post(f"{address}/return", data={"meter": "1210"})
    page = text(sam.get(address))
    assert "meter: 1210" in page
    loan = world.session.scalars(select(Loan)).one()
    read = "Meter 1204.5 h when it went out 1210.0 h when it came back"
    assert read in text(sam.get(f"/loans/{loan.id}"))


def test_a_drill_is_not_asked(world: World, drill: Item, client_of: type_of_client) -> None:
    assert "meter" not in text(client_of(world.ana).get(f"/I/{drill.code}"))
