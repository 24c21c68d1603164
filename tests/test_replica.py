"""A real replica: what may lag is read from it, nothing else is, and all goes on without it."""

import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

from tests.conftest import Browser, type_of_client
from tests.needs import need
from tests.postgres import TO_INSTALL, Cluster, find_binaries, running_replica
from tests.world import World
from toolshare import create_app, replica, settings
from toolshare.database import REPLICA, db, transaction
from toolshare.replica import HOW_FAR, REACHED, How, Replica

TOKEN = "known to Prometheus"
PACKAGE = Path(replica.__file__).parent
# Whoever adds one has seen to it that nobody decides anything by what is read there.
MAY_LAG = {
    "calendar/feed_views.py feed",
    "calendar/views.py month",
    "calendar/views.py week",
    "circulation/views.py overview",
    "inventory/table_views.py table_page",
    "inventory/views.py catalogue",
    "programs/views.py open_catalogue",
}
pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def follower(migrated_cluster: Cluster) -> Iterator[Cluster]:
    """A server that follows the one of the tests."""
    binaries = need(find_binaries(), TO_INSTALL)
    with running_replica(binaries, migrated_cluster) as cluster:
        yield cluster


@pytest.fixture
def app(migrated_cluster: Cluster, follower: Cluster, tmp_path: Path) -> Iterator[Flask]:
    """An installation that has a replica."""
    with migrated_cluster.migrated_database() as url:
        known = {
            "TOOLSHARE_INSTANCE": str(tmp_path / "instance"),
            "TOOLSHARE_DATABASE_URL": url,
            "TOOLSHARE_REPLICA_URL": follower.url(str(make_url(url).database)),
            "TOOLSHARE_METRICS_TOKEN": TOKEN,
        }
        app = create_app(settings.read(known))
        app.testing = True
        app.test_client_class = Browser
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()
            app.extensions[REPLICA].engine.dispose()


@pytest.fixture
def copy(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Replica:
    """The replica as the installation sees it, which looks each time how far the primary is."""
    monkeypatch.setattr(replica, "LOOK_SECONDS", 0)
    there: Replica = app.extensions[REPLICA]
    return there


@pytest.fixture
def reader(world: World, client_of: type_of_client, copy: Replica) -> FlaskClient:
    """Cora, who has not written anything lately; the replica has all that there is."""
    client = client_of(world.cora)
    client.delete_cookie("wrote")
    has_caught_up(copy)
    return client


def has_caught_up(copy: Replica) -> None:
    """Waits until the replica has what the primary has now, and that database at all."""
    goal = db.session.scalar(HOW_FAR)
    db.session.rollback()

    def reached() -> bool:
        with suppress(OperationalError), copy.engine.connect() as connection:
            return bool(connection.scalar(REACHED) >= goal)
        return False

    until(reached)


def until(is_so: Callable[[], bool]) -> None:
    """Waits for it, at most so long that the test fails instead of hanging."""
    give_up = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < give_up
        time.sleep(0.02)


def answers(client: FlaskClient) -> dict[str, float]:
    """How often what may lag was answered by whom."""
    told = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    found = re.findall(r'toolshare_replica_reads_total\{answer="(\w+)"\} ([\d.]+)', told)
    return {how: float(times) for how, times in found}


def add_saw(world: World) -> None:
    with transaction():
        world.make_item(world.make_kind(name="Saw"))


def test_who_reads_may_see_it_late_and_who_wrote_sees_it_at_once(
    world: World, reader: FlaskClient, client_of: type_of_client, follower: Cluster
) -> None:
    code = world.make_item(world.make_kind(name="Drill")).code
    world.session.commit()
    sam = client_of(world.sam)
    until(lambda: "Drill" in reader.get("/catalogue").text and "replica" in answers(reader))
    follower.command("SELECT pg_wal_replay_pause()")
    try:
        add_saw(world)
        assert "Saw" not in reader.get("/catalogue").text
        assert sam.post(f"/I/{code}/loan").status_code == 303
        assert code in sam.get("/groups/borgo/overview").text
        assert code not in reader.get("/groups/borgo/overview").text
        assert "Sam" in reader.get(f"/I/{code}").text
        assert answers(reader).keys() >= {"replica", "own_writes"}
    finally:
        follower.command("SELECT pg_wal_replay_resume()")
    until(lambda: "Saw" in reader.get("/catalogue").text)


def test_a_replica_that_falls_behind_is_left_alone_until_it_has_caught_up(
    world: World,
    reader: FlaskClient,
    follower: Cluster,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING)
    copy = reader.application.extensions[REPLICA]
    monkeypatch.setattr(replica, "BEHIND_SECONDS", 0.4)
    assert reader.get("/ready").text == "ready\n"
    follower.command("SELECT pg_wal_replay_pause()")
    try:
        add_saw(world)
        until(lambda: "Saw" in reader.get("/catalogue").text and "behind" in answers(reader))
        assert "behind: reading from the primary" in caplog.text
        until(lambda: reader.get("/ready").text == "ready\nthe replica is behind\n")
    finally:
        follower.command("SELECT pg_wal_replay_resume()")
    has_caught_up(copy)
    before = answers(reader).get("replica", 0)
    until(
        lambda: (
            reader.get("/catalogue").text.count("Saw") > 0 and answers(reader)["replica"] > before
        )
    )
    assert "keeps up" in caplog.text


def test_a_replica_that_is_gone_is_missed_by_nobody(
    world: World,
    reader: FlaskClient,
    follower: Cluster,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING)
    copy = reader.application.extensions[REPLICA]
    reader.get("/catalogue")
    asked = copy.how_it_is
    follower.stop()
    try:
        add_saw(world)
        # Once it is there when it is looked at, and gone when it is read.
        looks = iter([How.REPLICA])
        monkeypatch.setattr(copy, "how_it_is", lambda session: next(looks, None) or asked(session))
        assert "Saw" in reader.get("/catalogue").text
        assert answers(reader)["away"] == 1
        monkeypatch.setattr(replica, "REST_SECONDS", 0)
        copy.rests_until = 0
        assert "Saw" in reader.get("/catalogue").text
        assert reader.get("/ready").text == "ready\nthe replica does not answer\n"
        assert caplog.text.count("does not answer") == 1
    finally:
        follower.start()
    until(lambda: copy.how_it_is(db.session()) is How.REPLICA)


def test_what_may_lag_is_named() -> None:
    found = set()
    for file in PACKAGE.rglob("*.py"):
        parts = re.split(r"^def (\w+)", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
        for name, body in zip(parts[1::2], parts[2::2], strict=True):
            if re.search(r"with .*\bmay_lag\(\)", body):
                found.add(f"{file.relative_to(PACKAGE)} {name}")
    assert found == MAY_LAG
