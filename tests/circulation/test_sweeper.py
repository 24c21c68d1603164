"""`toolshare sweep`, and the sweeping beside the server."""

import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, select

from tests.circulation.in_line import comes_back, offered
from tests.conftest import Run
from tests.server import PATIENCE, serving
from tests.world import MONDAY_NOON, World
from toolshare import clock
from toolshare.circulation.promises import Hold, Offer, OfferEnd
from toolshare.inventory.models import Item
from toolshare.rules.models import Rule

LATER = MONDAY_NOON.replace(day=20)


@pytest.fixture
def lapsed(world: World, mower: Item, monkeypatch: pytest.MonkeyPatch) -> Item:
    """A mower that was offered to Ana, long ago."""
    comes_back(world, mower)
    world.session.commit()
    monkeypatch.setattr(clock, "now", lambda: LATER)
    return mower


def test_the_command_passes_on_what_nobody_took(world: World, lapsed: Item, run: Run) -> None:
    assert run("sweep") == (0, "")
    world.session.rollback()
    assert offered(world) == {"Bob"}


def test_what_fails_is_said_and_holds_nothing_else_up(
    world: World, lapsed: Item, run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    press = world.make_kind(group_id=world.castello.id)
    wrong = {"parameter": "offer_time", "value": "soon", "kind_id": press.id}
    world.session.add(Rule(group_id=world.castello.id, set_at=MONDAY_NOON, **wrong))
    world.session.add(Hold(kind=press, person=world.vera, asked_at=MONDAY_NOON))
    world.session.commit()
    status, said = run("sweep")
    assert (status, said) == (1, "Error: 1 of the pieces failed: the lines above say why.\n")
    assert "will be tried again" in caplog.text
    world.session.rollback()
    assert offered(world) == {"Bob"}


def has_lapsed(engine: Engine) -> bool:
    with engine.connect() as connection:
        return bool(connection.scalar(select(Offer.id).where(Offer.end == OfferEnd.LAPSED)))


def test_the_server_sweeps_by_itself(
    app: Flask, tmp_path: Path, database_url: str, lapsed: Item
) -> None:
    engine, give_up = create_engine(database_url), time.monotonic() + PATIENCE
    with serving(tmp_path / "instance", database_url):
        while not has_lapsed(engine) and time.monotonic() < give_up:
            time.sleep(0.1)
    assert has_lapsed(engine)
    engine.dispose()
