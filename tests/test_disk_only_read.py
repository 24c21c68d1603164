"""A disk that can only be read: what is told, what can still be read, and that all goes on afterwards."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from http.client import HTTPConnection
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from tests.conftest import type_of_client
from tests.crowd import Client
from tests.disks import Ext4, in_memory, only_read
from tests.server import PATIENCE, serving
from tests.world import PASSWORD, World
from toolshare import create_app, settings
from toolshare.checking import CHECKS
from toolshare.database import db, reading

SAM = {"email": "sam@example.org", "password": PASSWORD}
KILLED_WHILE_IT_READS = """
import os, sqlite3, sys
database = sqlite3.connect(sys.argv[1])
database.execute("SELECT count(*) FROM people").fetchall()
os._exit(0)
"""


@pytest.fixture
def tmp_path(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, where that can be had."""
    disk = tmp_path / "disk"
    with in_memory(disk) if os.geteuid() == 0 else nullcontext(disk.mkdir()):
        yield disk


def test_a_disk_that_can_be_written_again_is_written_without_a_new_start(
    world: World, client_of: type_of_client, tmp_path: Path
) -> None:
    code, file = world.make_item().code, str(db.engine.url.database)
    world.session.commit()
    sam = client_of(world.sam)
    assert sam.post(f"/I/{code}/loan").status_code == 303
    db.session.remove()
    db.engine.dispose()
    subprocess.run([sys.executable, "-c", KILLED_WHILE_IT_READS, file], check=True)
    with only_read(tmp_path):
        refused = sam.post(f"/I/{code}/return")
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "60")
        assert "write anything down" in refused.text
        assert "Sam" in sam.get(f"/I/{code}").text
        ready = sam.get("/ready")
        assert (ready.status_code, ready.text) == (503, "the database is read-only\n")
        db.session.remove()
    assert sam.post(f"/I/{code}/return").status_code == 303
    assert sam.get("/ready").text == "ready\n"


@pytest.fixture
def broken(tmp_path: Path) -> Iterator[Ext4]:
    """A disk that breaks when it is told to."""
    disk = Ext4(tmp_path.parent / "ext4", tmp_path.parent / "breaks")
    try:
        yield disk
    finally:
        disk.take_out()


def test_a_disk_that_breaks_under_a_running_server_has_all_that_was_acknowledged(
    broken: Ext4, peopled_database: Path
) -> None:
    file = broken.at / "instance" / "toolshare.sqlite"
    file.parent.mkdir()
    code = furnished(peopled_database, file)
    with serving(file.parent, f"sqlite:///{file}") as port, signed_in(port) as sam:
        assert sam.post(f"/I/{code}/loan", {})[0] == 200
        broken.fail()
        status, said = sam.post(f"/I/{code}/return", {})
        assert (status, b"write anything down" in said) == (503, True)
        assert asked(port, "/ready") == (503, "the instance folder can't be written to\n")
        assert asked(port, f"/I/{code}")[0] == 200
    broken.mend()
    with started_again(file.parent) as client:
        assert client.post("/sign-in", data=SAM).status_code == 303
        assert client.post(f"/I/{code}/loan").status_code == 409
        assert client.post(f"/I/{code}/return").status_code == 303
        chosen = client.application.config["CHOSEN"]
        with reading() as session:
            assert [line for look in CHECKS for line in look(session, chosen)] == []


def furnished(empty: Path, file: Path) -> str:
    """The code of a thing in an installation whose people are there, all of it on the disk."""
    shutil.copy(empty, file)
    engine = create_engine(f"sqlite:///{file}")
    with Session(engine) as session:
        code = World.met_again(session).make_item().code
        session.commit()
    engine.dispose()
    os.sync()
    return code


@contextmanager
def started_again(instance: Path) -> Iterator[FlaskClient]:
    """Somebody who comes to the installation when it has been started again."""
    app = create_app(settings.read({"TOOLSHARE_INSTANCE": str(instance)}))
    with app.app_context():
        try:
            yield app.test_client()
        finally:
            db.session.remove()
            db.engine.dispose()


@contextmanager
def signed_in(port: int) -> Iterator[Client]:
    """Sam's phone."""
    client = Client(port)
    client.sign_in(SAM["email"])
    with closing(client):
        yield client


def asked(port: int, path: str) -> tuple[int, str]:
    """What a browser is told that nobody is signed in with."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
