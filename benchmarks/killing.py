"""Server and sender are killed while people press: what that was acknowledged is lost, and what mail.

Run this alone: `python -m benchmarks.killing 100` kills it a hundred times on SQLite; with a second
number so many times more on PostgreSQL.
"""

import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.contention import cluster, sqlite
from tests import told_by_mail
from tests.busy_shed import furnish
from tests.killing import Told, killed, log_of, what_is_wrong
from tests.machine import Machine
from tests.mail_server import Postbox, mail_server, of_mail
from tests.world import World
from toolshare import create_app, settings
from toolshare.database import db, reading, transaction
from toolshare.migrating import migrate

PEOPLE = 12
WORKERS = 2


def main(on_sqlite: str = "100", on_postgresql: str = "0") -> None:
    """Prints for each database what people were told, and what is wrong afterwards."""
    for name, database, kills in (
        ("SQLite", sqlite, int(on_sqlite)),
        ("PostgreSQL", cluster, int(on_postgresql)),
    ):
        with tempfile.TemporaryDirectory() as folder, database(Path(folder)) as url:
            if kills and url:
                began = time.monotonic()
                box = Postbox()
                told, wrong = tried(Path(folder), url, kills, box)
                print(*lines(name, told, wrong, time.monotonic() - began), sep="\n")
                print(f"  messages sent: {len(box.mails)}, of them again: {again(box)}")
                print(f"  500s in its log: {log_of(Path(folder)).count('Traceback')}", flush=True)


def tried(folder: Path, url: str, kills: int, box: Postbox) -> tuple[Told, list[str]]:
    """Serves a fresh installation to be killed, and looks into the database afterwards."""
    instance = folder / "served"
    (folder / "instance").mkdir(exist_ok=True)
    chosen = settings.read({"TOOLSHARE_INSTANCE": str(instance), "TOOLSHARE_DATABASE_URL": url})
    migrate(url)
    with create_app(chosen).app_context(), mail_server(box) as server:
        with transaction() as session:
            shed = furnish(World(session), PEOPLE)
            told_by_mail.let_nobody_sleep(session)
        machine = Machine(folder, url, WORKERS, of_mail(server))
        try:
            told = killed(machine, shed, kills, random.Random(), is_busy=lambda: bool(box.mails))
        finally:
            machine.pull_the_plug()
        told_by_mail.send_the_rest(server)
        with reading() as session:
            wrong = what_is_wrong(session, chosen, told)
            wrong += told_by_mail.wrong_with_mail(
                session, box.mails, kills + 1
            )  # the last at the end
        db.session.remove()
        db.engine.dispose()
    return told, wrong


def again(box: Postbox) -> int:
    """How many were sent that had arrived before."""
    return len(box.mails) - len({mail["Message-ID"] for mail in box.mails})


def lines(name: str, told: Told, wrong: list[str], seconds: float) -> list[str]:
    """What is to be known of it."""
    statuses = Counter(one.status for one in told.answers)
    return [
        f"{name}: killed {told.kills} times in {seconds:.0f} s, {PEOPLE} people, {WORKERS} workers",
        f"  acts answered: {len(told.answers)}, acknowledged: {told.accepted}",
        f"  answers cut off by a kill and asked for again: {told.asked_again}",
        f"  by status: {dict(sorted(statuses.items()))}",
        f"  lost, done twice, or otherwise wrong: {len(wrong)}",
        *(f"    {line}" for line in wrong),
    ]


if __name__ == "__main__":
    main(*sys.argv[1:])
