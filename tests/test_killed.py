"""Server and sender are killed while people press: nothing acknowledged is lost, nor what it calls for."""

import os
import random
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path

import pytest

from tests import told_by_mail
from tests.busy_shed import furnish
from tests.killing import killed, what_is_wrong
from tests.machine import Machine
from tests.mail_server import Postbox, mail_server, of_mail
from tests.needs import need
from tests.postgres import (
    TEMPLATE,
    TO_INSTALL,
    Cluster,
    find_binaries,
    on_any_database,
    running_copy,
)
from tests.server import PATIENCE
from tests.world import World
from toolshare import create_app, settings
from toolshare.database import db, reading, transaction
from toolshare.settings import Settings

KILLS = int(os.environ.get("KILLS", "1"))
PEOPLE = 6
NOTHING_LOST = ("fsync", "full_page_writes", "autovacuum")  # by a kill: the system writes on


@on_any_database
def test_nothing_that_was_acknowledged_is_lost_by_a_kill(
    world: World, chosen: Settings, tmp_path: Path
) -> None:
    with transaction() as session:
        shed = furnish(world, PEOPLE)
        told_by_mail.let_nobody_sleep(session)
    box = Postbox()
    with mail_server(box) as server:
        machine = Machine(tmp_path, chosen.database_url, known=of_mail(server))
        try:
            told = killed(
                machine, shed, KILLS, random.Random(KILLS), is_busy=lambda: bool(box.mails)
            )
        finally:
            machine.pull_the_plug()
        told_by_mail.send_the_rest(server)
    assert told.accepted > 0
    with reading() as session:
        assert what_is_wrong(session, chosen, told) == []
        # At the end the plug is pulled once more.
        assert list(told_by_mail.wrong_with_mail(session, box.mails, KILLS + 1)) == []


@pytest.mark.postgres
def test_a_database_that_is_killed_is_found_again_with_all_that_was_acknowledged(
    migrated_cluster: Cluster, tmp_path: Path
) -> None:
    binaries = need(find_binaries(), TO_INSTALL)
    with (
        running_copy(binaries, migrated_cluster, NOTHING_LOST) as cluster,
        cluster.database(TEMPLATE) as url,
        installation(tmp_path, url) as chosen,
    ):
        with transaction() as session:
            shed = furnish(World(session), PEOPLE)
        machine = Machine(tmp_path, url)

        def strike(machine: Machine) -> None:
            cluster.kill()
            is_told(machine.port)
            cluster.start_again()

        try:
            told = killed(machine, shed, KILLS, random.Random(KILLS), strike=strike)
        finally:
            machine.pull_the_plug()
        assert told.asked_again > 0
        with reading() as session:
            assert what_is_wrong(session, chosen, told) == []


def is_told(port: int) -> None:
    """People see a page that says what is the matter and when to come back, machines a word."""
    page, ready = asked(port, "/I/00000000"), asked(port, "/ready")
    assert (page[0], page[1]["Retry-After"]) == (503, "60")
    assert "The database can" in page[2]
    assert (ready[0], ready[2]) == (503, "the database does not answer\n")


def asked(port: int, path: str) -> tuple[int, HTTPMessage, str]:
    """Status, headers and what was said."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()


@contextmanager
def installation(tmp_path: Path, url: str) -> Iterator[Settings]:
    """The app that looks into the database, beside the server."""
    known = {"TOOLSHARE_INSTANCE": str(tmp_path / "served"), "TOOLSHARE_DATABASE_URL": url}
    chosen = settings.read(known)
    with create_app(chosen).app_context():
        yield chosen
        db.session.remove()
        db.engine.dispose()
