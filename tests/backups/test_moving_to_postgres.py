"""A running SQLite installation moves to PostgreSQL: everything, or nothing, and never to two places."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, func, inspect, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tests.backups.installation import furnish
from tests.browser import shed
from tests.conftest import Run
from tests.postgres import Cluster
from tests.server import environment
from tests.world import PASSWORD, World
from toolshare import create_app, settings
from toolshare.backups import moving
from toolshare.backups.digests import worded
from toolshare.circulation.models import Loan
from toolshare.database import db, transaction
from toolshare.migrating import migrate, migrate_down
from toolshare.people.models import Group
from toolshare.records import Record
from toolshare.refusals import Refusal
from toolshare.serving import make_ready

KEEPS_THE_TURN = """
import sys, time
from pathlib import Path
from toolshare.turnstile import Turnstile
with Turnstile(Path(sys.argv[1]), 1).passed():
    print("in", flush=True)
    time.sleep(60)
"""
pytestmark = pytest.mark.postgres


@pytest.fixture
def code(world: World, chosen: settings.Settings) -> str:
    """The code of what Ana has, of a shed with something in every state."""
    code = furnish(world, chosen).code
    with transaction():
        shed.fill(world)
    return code


@pytest.fixture
def target(postgres_cluster: Cluster) -> Iterator[str]:
    """An empty database."""
    with postgres_cluster.database() as url:
        yield url


def contents(url: str) -> dict[str, list[Any]]:
    """All that the records say, in the order of their keys."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {
            one.name: [
                tuple(row)
                for row in connection.execute(select(one).order_by(*one.primary_key.columns))
            ]
            for one in Record.metadata.sorted_tables
        }
    engine.dispose()
    return found


def test_everything_comes_over_and_life_goes_on_there(
    run: Run, code: str, target: str, chosen: settings.Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    sam, checked = client_in(create_app(chosen)), run("check")
    status, said = run("move-to-postgres", target.replace("+psycopg", ""))
    assert (status, "and compared them all" in said) == (0, True), said
    before, after = contents(chosen.database_url), contents(target)
    assert after == before
    assert sum(bool(rows) for rows in after.values()) > 30
    the_old_one_refuses(sam, code, run, chosen)
    monkeypatch.setenv("TOOLSHARE_DATABASE_URL", target)
    assert run("check") == checked
    assert run("sweep")[0] == 0
    life_goes_on(code)


def client_in(app: Flask) -> FlaskClient:
    """Sam's browser."""
    sam = app.test_client()
    sam.environ_base["wsgi.url_scheme"] = "https"
    answer = sam.post("/sign-in", data={"email": "sam@example.org", "password": PASSWORD})
    assert answer.status_code == 303
    return sam


def the_old_one_refuses(sam: FlaskClient, code: str, run: Run, chosen: settings.Settings) -> None:
    """It can be looked at, by those who still have it before them."""
    answer = sam.post(f"/I/{code}/loan")
    assert (answer.status_code, "has moved to another database" in answer.text) == (503, True)
    assert sam.get(f"/I/{code}").status_code == 200
    assert "has moved to another database" in run("migrate")[1]
    assert "has moved before" in run("move-to-postgres", "postgresql:///x")[1]
    with pytest.raises(settings.WrongSetting, match="the database has moved"):
        make_ready(chosen.database_url)


def life_goes_on(code: str) -> None:
    """In the new database, with ids that nobody has."""
    app = create_app(settings.read())
    sam = client_in(app)
    with app.app_context():
        highest = db.session.scalar(select(func.max(Loan.id))) or 0
        db.session.remove()
        answers = [sam.post(f"/I/{code}/{act}") for act in ("return", "loan", "return")]
        newest = db.session.scalars(select(Loan).order_by(Loan.id.desc())).first()
        assert newest is not None
        assert newest.id == highest + 1, [one.text for one in answers]
        db.session.remove()
        db.engine.dispose()


def test_who_writes_meanwhile_is_held_off_and_who_reads_is_not(
    code: str, target: str, chosen: settings.Settings
) -> None:
    database, held_off = Path(str(db.engine.url.database)), []

    def look(_table: str, _rows: int) -> None:
        with closing(sqlite3.connect(database, timeout=0)) as other:
            assert other.execute("SELECT count(*) FROM groups").fetchone() == (3,)
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
        held_off.append(1)

    db.session.remove()
    moved = moving.move(chosen.database_url, target, tell=look)
    assert len(held_off) == moved.tables


def is_as_before(chosen: settings.Settings, target: str) -> None:
    """The new one is empty, the old one takes what is written."""
    engine = create_engine(target)
    if inspect(engine).has_table("groups"):
        with Session(engine) as session:
            assert session.scalar(select(func.count()).select_from(Group)) == 0
    engine.dispose()
    make_ready(chosen.database_url)
    with transaction() as session:
        session.scalars(select(Group)).first().contact = "ring twice"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (
            "UPDATE kinds SET name = :too_long",
            "The table kinds can't be carried over: value too long",
        ),
        (
            "UPDATE groups SET slug = 'x' || char(0) WHERE id = 1",
            "The table groups can't be carried over",
        ),
        ("UPDATE groups SET founded_at = 'then'", "groups can't be carried over: Invalid"),
    ],
)
def test_what_postgresql_does_not_take_leaves_both_as_they_were(
    code: str, target: str, chosen: settings.Settings, damage: str, why: str
) -> None:
    with transaction() as session:
        session.execute(text(damage), {"too_long": "x" * 999} if ":too" in damage else {})
    db.session.remove()
    with pytest.raises(Refusal, match=why):
        moving.move(chosen.database_url, target, tell=lambda _table, _rows: None)
    if "then" not in damage:
        is_as_before(chosen, target)


def test_what_comes_over_differently_is_not_kept(
    code: str, target: str, chosen: settings.Settings
) -> None:
    migrate(target)
    engine = create_engine(target)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE people ALTER name TYPE char(150)"))
    db.session.remove()
    with pytest.raises(Refusal, match="The table people came over differently"):
        moving.move(chosen.database_url, target, tell=lambda _table, _rows: None)
    engine.dispose()
    is_as_before(chosen, target)


def test_a_database_that_holds_something_is_no_place_to_move_to(
    code: str, target: str, chosen: settings.Settings
) -> None:
    migrate(target, to="0031")
    with pytest.raises(Refusal, match="The database is not empty"):
        moving.move(chosen.database_url, target, tell=lambda _table, _rows: None)
    migrate(target)
    engine = create_engine(target)
    with Session(engine) as session:
        World(session)
        session.commit()
    engine.dispose()
    with pytest.raises(Refusal, match="The database is not empty"):
        moving.move(chosen.database_url, target, tell=lambda _table, _rows: None)


def test_who_writes_for_long_is_not_moved_away_from(
    code: str, target: str, chosen: settings.Settings, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "PATIENCE", 0)
    database = Path(str(db.engine.url.database))
    with closing(sqlite3.connect(database)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"):
            moving.move(chosen.database_url, target, tell=lambda _table, _rows: None)
    with subprocess.Popen(
        [sys.executable, "-c", KEEPS_THE_TURN, f"{database}-turns"],
        stdout=subprocess.PIPE,
        env=environment(),
    ) as turn:
        assert turn.stdout
        assert turn.stdout.readline() == b"in\n"
        with pytest.raises(Refusal, match="is being made"):
            moving.move(chosen.database_url, target, tell=lambda _table, _rows: None)
        turn.kill()


def test_what_is_not_migrated_is_not_moved(run: Run, chosen: settings.Settings) -> None:
    migrate_down(chosen.database_url, to="0036")
    status, said = run("move-to-postgres", "postgresql:///nowhere")
    assert (status, "run `toolshare migrate` first" in said) == (2, True)


def test_a_move_from_sqlite_to_postgresql_is_meant(run: Run) -> None:
    status, said = run("move-to-postgres", "sqlite:////tmp/another.sqlite")
    assert (status, "from SQLite to PostgreSQL" in said) == (2, True)


def test_every_table_of_sqlite_is_carried_over(code: str) -> None:
    there = {
        one for one in inspect(db.engine).get_table_names() if not one.startswith("found_by_words_")
    }
    assert there - {"alembic_version"} == {one.name for one, _ in moving.tables()}


def test_no_two_values_are_worded_alike() -> None:
    values = [None, "", "None", True, "x", 1.5, 2]
    assert len({worded(one) for one in values}) == len(values)
