"""The machine fails and recovers: each time with a clear answer, and with nothing half done."""

import errno
import sqlite3
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, make_url, select, text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.conftest import type_of_client
from tests.disks import let_only_read
from tests.postgres import Cluster
from tests.world import World
from toolshare import create_app, settings, trouble
from toolshare.circulation.models import Loan
from toolshare.database import InDoubt, db
from toolshare.gate import open_to_all
from toolshare.refusals import Reason

FULL, ONLY_READING, UNREACHABLE = "disk of this server is full", "write anything down", "be reached"
SQLITE, POSTGRES = (
    pytest.mark.parametrize("database_url", [name], indirect=True)
    for name in ("sqlite", "postgres")
)


@pytest.fixture
def code(world: World) -> str:
    """The code of a thing that can be borrowed."""
    item = world.make_item()
    world.session.commit()
    return item.code


@pytest.fixture
def ana(world: World, client_of: type_of_client) -> FlaskClient:
    """Ana, signed in."""
    return client_of(world.ana)


def borrowed(client: FlaskClient, code: str) -> TestResponse:
    return client.post(f"/I/{code}/loan")


def is_told(answer: TestResponse, why: str) -> None:
    """A page of its own, that says when to come back, without a word of the database's."""
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert why in answer.text
    assert "sqlite" not in answer.text.lower()
    assert "psycopg" not in answer.text.lower()


def nothing_was_written() -> bool:
    db.session.rollback()
    return not db.session.scalars(select(Loan)).all()


def set_for_all(pragma: str) -> None:
    """On the connection that this app has; it is the only one."""
    db.session.execute(text(f"PRAGMA {pragma}"))
    db.session.rollback()


@SQLITE
def test_a_database_that_may_not_grow_is_told_and_recovers(
    world: World, client_of: type_of_client, code: str
) -> None:
    sam, answers = client_of(world.sam), []
    set_for_all("max_page_count = 1")
    while not answers or answers[-1].status_code == 303:
        answers += [sam.post(f"/I/{code}/{act}") for act in ("loan", "return")]
    is_told(next(one for one in answers if one.status_code != 303), FULL)
    assert sam.get(f"/I/{code}").status_code == 200
    set_for_all("max_page_count = 1000000")
    assert {sam.post(f"/I/{code}/{act}").status_code for act in ("return", "loan")} <= {303, 409}
    assert sam.post(f"/I/{code}/return").status_code == 303


@SQLITE
def test_a_database_that_may_only_be_read_is_read_and_told(
    ana: FlaskClient, code: str, app: Flask
) -> None:
    event.listen(db.engine, "connect", let_only_read)
    db.engine.dispose()
    is_told(borrowed(ana, code), ONLY_READING)
    assert ana.get(f"/I/{code}").status_code == 200
    event.remove(db.engine, "connect", let_only_read)
    db.engine.dispose()
    assert nothing_was_written()
    assert borrowed(ana, code).status_code == 303


@POSTGRES
@pytest.mark.postgres
def test_a_server_that_may_only_be_read_is_read_and_told(
    ana: FlaskClient, code: str, app: Flask, migrated_cluster: Cluster
) -> None:
    name, setting = db.engine.url.database, "default_transaction_read_only"
    for value, status in (("on", 503), ("off", 303)):
        migrated_cluster.command(f'ALTER DATABASE "{name}" SET {setting} = {value}')
        db.session.rollback()
        db.engine.dispose()
        assert ana.get(f"/I/{code}").status_code == 200
        assert borrowed(ana, code).status_code == status


@SQLITE
def test_a_file_that_is_no_database_is_told_on_every_page(
    ana: FlaskClient, code: str, app: Flask
) -> None:
    file = Path(str(db.engine.url.database))
    kept = file.with_name("kept")
    db.session.remove()
    db.engine.dispose()
    file.rename(kept)
    file.write_text("no database, but long enough to be read as one" * 100)
    for answer in (ana.get("/"), ana.get(f"/I/{code}"), borrowed(ana, code)):
        is_told(answer, UNREACHABLE)
    said = ana.get("/loans", headers={"Accept": "application/json"})
    assert (said.status_code, UNREACHABLE in said.json["reasons"][0]["says"]) == (503, True)
    db.engine.dispose()
    kept.rename(file)
    assert borrowed(ana, code).status_code == 303


@pytest.mark.postgres
def test_a_server_that_is_gone_is_told_and_found_again(
    migrated_cluster: Cluster, tmp_path: Path
) -> None:
    with migrated_cluster.migrated_database() as url:
        app = create_app(
            settings.read({"TOOLSHARE_INSTANCE": str(tmp_path), "TOOLSHARE_DATABASE_URL": url})
        )
        client, name = app.test_client(), make_url(url).database
        assert client.get("/I/00000000").status_code == 404
        migrated_cluster.command(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        migrated_cluster.command(EVERYBODY_OUT)
        is_told(client.get("/I/00000000"), UNREACHABLE)
        migrated_cluster.command(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        assert client.get("/I/00000000").status_code == 404
        with app.app_context():
            db.engine.dispose()


@POSTGRES
@pytest.mark.postgres
def test_who_was_cut_off_while_it_was_written_down_is_told_that_nobody_knows(
    ana: FlaskClient, code: str, migrated_cluster: Cluster
) -> None:
    def cut_off(session: Session) -> None:
        number = session.scalar(text("SELECT pg_backend_pid()"))
        migrated_cluster.command(f"SELECT pg_terminate_backend({number}, 5000)")

    event.listen(db.session, "before_commit", cut_off, once=True)
    is_told(borrowed(ana, code), "in the very moment")
    assert borrowed(ana, code).status_code == 303


EVERYBODY_OUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname LIKE 'copy_%' AND pid <> pg_backend_pid()"""
FAULTS = [
    (OSError("ours"), None),
    (FileNotFoundError(errno.ENOENT, "no such file"), None),
    (OSError(errno.EROFS, "read-only"), trouble.OnlyReading()),
    (OperationalError("", {}, sqlite3.OperationalError("no such table")), None),
    (OperationalError("", {}, psycopg.errors.DiskFull()), trouble.NoRoom()),
    (OperationalError("", {}, psycopg.errors.AdminShutdown()), trouble.NoDatabase()),
    (OperationalError("", {}, psycopg.OperationalError("no connection")), trouble.NoDatabase()),
    (InDoubt(), trouble.NobodyKnows()),
    (ProgrammingError("", {}, psycopg.errors.UndefinedTable()), None),
    (ProgrammingError("", {}, psycopg.ProgrammingError("ours")), None),
]


@pytest.mark.parametrize(("error", "reason"), FAULTS, ids=repr)
def test_faults_of_ours_stay_faults(error: trouble.Fault, reason: Reason | None) -> None:
    assert trouble.reason_of(error) == reason


def test_a_fault_of_ours_is_not_taken_for_the_machine(app: Flask) -> None:
    app.testing = False
    app.add_url_rule("/fault", view_func=open_to_all(lambda: open("nowhere")), endpoint="fault")  # type: ignore[arg-type,return-value]  # noqa: PTH123, SIM115
    assert app.test_client().get("/fault").status_code == 500
