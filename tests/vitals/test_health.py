"""Whether we are up, and whether we are ready: for machines that watch, which know no password."""

import os
import pwd
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.conftest import type_of_client
from tests.counting import statements
from tests.postgres import Cluster, on_any_database
from toolshare import create_app, settings
from toolshare.database import db, transaction
from toolshare.settings import Settings

OTHERS_END = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"""


@contextmanager
def asking(chosen: Settings) -> Iterator[FlaskClient]:
    """A machine that asks an installation of its own."""
    app = create_app(chosen)
    try:
        yield app.test_client()
    finally:
        with app.app_context():
            db.engine.dispose()


def answer_of(client: FlaskClient) -> tuple[int, str]:
    answer = client.get("/ready")
    return answer.status_code, answer.text


@on_any_database
def test_an_installation_that_works_is_ready(client_of: type_of_client) -> None:
    assert answer_of(client_of(None)) == (200, "ready\n")


def test_that_we_are_up_needs_no_database(client_of: type_of_client) -> None:
    client = client_of(None)
    with statements() as sent:
        answer = client.get("/health")
    assert (answer.status_code, answer.text, sent) == (200, "up\n", [])


@pytest.mark.parametrize("address", ["/health", "/ready"])
def test_who_watches_gets_a_plain_word_that_nobody_keeps(
    client_of: type_of_client, address: str
) -> None:
    answer = client_of(None).get(address)
    assert answer.mimetype == "text/plain"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


@on_any_database
def test_a_database_of_another_version_is_not_ready(app: Flask, client_of: type_of_client) -> None:
    with transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'x' || version_num"))
    answered = answer_of(client_of(None))
    with transaction() as session:  # others are given this database after us
        session.execute(text("UPDATE alembic_version SET version_num = ltrim(version_num, 'x')"))
    assert answered == (503, "the database has not the shape that this version needs\n")


def test_an_empty_database_is_not_ready(tmp_path: Path) -> None:
    with asking(settings.read({"TOOLSHARE_INSTANCE": str(tmp_path)})) as client:
        status, says = answer_of(client)
    assert (status, says.strip()) == (503, "the database has not the shape that this version needs")


def test_a_broken_database_is_not_ready(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "toolshare.sqlite").write_bytes(b"this is no database" * 100)
    with asking(settings.read({"TOOLSHARE_INSTANCE": str(tmp_path)})) as client:
        assert answer_of(client) == (503, "the database does not answer\n")
    assert "the database does not answer" in caplog.text


@pytest.mark.postgres
def test_a_database_that_is_away_is_not_ready_and_is_again_when_it_is_back(
    migrated_cluster: Cluster, tmp_path: Path
) -> None:
    with migrated_cluster.migrated_database() as url:
        known = {"TOOLSHARE_INSTANCE": str(tmp_path), "TOOLSHARE_DATABASE_URL": url}
        name = url.split("?")[0].rpartition("/")[2]
        with asking(settings.read(known)) as client:
            assert answer_of(client)[0] == 200
            migrated_cluster.command(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            migrated_cluster.command(OTHERS_END)
            away = answer_of(client)
            migrated_cluster.command(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
            assert (away, answer_of(client)[0]) == ((503, "the database does not answer\n"), 200)


@pytest.mark.postgres
def test_a_database_that_takes_no_writes_is_not_ready(
    migrated_cluster: Cluster, tmp_path: Path
) -> None:
    with migrated_cluster.migrated_database() as url:
        name = url.split("?")[0].rpartition("/")[2]
        migrated_cluster.command(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        known = {"TOOLSHARE_INSTANCE": str(tmp_path), "TOOLSHARE_DATABASE_URL": url}
        with asking(settings.read(known)) as client:
            answered = answer_of(client)
        migrated_cluster.command(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    assert answered == (503, "the database is read-only\n")


@contextmanager
def without_rights() -> Iterator[None]:
    """Nobody else's files can be written to: root, who may do everything, is nobody meanwhile."""
    us = os.geteuid()
    if us == 0:
        os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        yield
    finally:
        os.seteuid(us)


def test_a_file_of_a_database_that_takes_no_writes_is_not_ready(migrated_database: Path) -> None:
    with TemporaryDirectory(prefix="toolshare-") as folder:
        file = shutil.copy(migrated_database, Path(folder, "toolshare.sqlite"))
        file.chmod(0o444)
        Path(folder).chmod(0o777)
        known = {"TOOLSHARE_INSTANCE": folder}
        with asking(settings.read(known)) as client, without_rights():
            assert answer_of(client) == (503, "the database is read-only\n")


def test_a_folder_that_takes_no_files_is_not_ready(
    client_of: type_of_client, chosen: Settings
) -> None:
    shutil.rmtree(chosen.instance)
    says = "the instance folder can't be written to\n"
    assert answer_of(client_of(None)) == (503, says)
