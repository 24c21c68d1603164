"""Several people scan and close at the same moment: each scan counts once, and one closes."""

from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import select

from tests.at_once import Press, press_all_at_once
from tests.postgres import on_any_database
from tests.stocktake.counting import Shed
from tests.world import MONDAY_NOON
from toolshare.care.models import Outage
from toolshare.people.models import Person
from toolshare.records import AnySession
from toolshare.stocktake import reasons as why
from toolshare.stocktake.beginning import stocktake_with_all
from toolshare.stocktake.closing import close
from toolshare.stocktake.models import Closing, Sighting, Stocktake
from toolshare.stocktake.seeing import see, take_back
from toolshare.stocktake.tallying import tally


def scans(stocktake_id: int, code: str, by: int, operation: UUID | None = None) -> Press:
    """Somebody scans a thing."""

    def press(session: AnySession) -> object:
        stocktake, person = session.get_one(Stocktake, stocktake_id), session.get_one(Person, by)
        return see(session, stocktake, code, by=person, now=MONDAY_NOON, operation=operation)

    return press


def takes_back(sighting_id: int, by: int) -> Press:
    """Somebody takes a scan back."""

    def press(session: AnySession) -> object:
        sighting, person = session.get_one(Sighting, sighting_id), session.get_one(Person, by)
        return take_back(session, sighting, by=person, now=MONDAY_NOON)

    return press


def closes(stocktake_id: int, by: int) -> Press:
    """A coordinator closes it."""

    def press(session: AnySession) -> object:
        stocktake, person = session.get_one(Stocktake, stocktake_id), session.get_one(Person, by)
        return close(session, stocktake, by=person, now=MONDAY_NOON)

    return press


@on_any_database
def test_each_scan_counts_once_is_taken_back_once_and_one_closes(app: Flask, shed: Shed) -> None:
    things = [shed.make(f"Hoe {number}") for number in range(4)]
    codes, sam, cora = [one.code for one in things], shed.world.sam.id, shed.world.cora.id
    stocktake_id = shed.open().id
    shed.session.commit()
    twice = uuid4()
    presses = [
        *(scans(stocktake_id, code, sam, uuid4()) for code in codes[:3]),
        *(scans(stocktake_id, codes[0], cora, twice) for _ in range(2)),
    ]
    assert press_all_at_once(app, presses) == [()] * 5
    stocktake = stocktake_with_all(shed.session, stocktake_id)
    found = {one.code: one.times for one in tally(shed.session, stocktake).found}
    assert [found[code] for code in codes] == [2, 1, 1, 0]
    one = shed.session.scalars(select(Sighting.id).where(Sighting.code == codes[2])).one()
    undone = press_all_at_once(app, [takes_back(one, by) for by in (sam, cora, sam)])
    assert sorted(undone, key=len) == [(), *[(why.TakenBackAlready(),)] * 2]
    refused = press_all_at_once(app, [closes(stocktake_id, cora) for _ in range(3)])
    assert sorted(map(len, refused)) == [0, 1, 1]
    assert {reason for one in refused for reason in one} == {why.StocktakeOver()}
    assert len(shed.session.scalars(select(Closing)).all()) == 1
    assert len(shed.session.scalars(select(Outage)).all()) == 2
    assert len(shed.session.scalars(select(Sighting)).all()) == 4
