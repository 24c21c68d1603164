"""A crowd at `toolshare serve`: how long anybody waits, what goes wrong, how much is done.

Run `make bench`, or this alone for as many seconds as you like: `python -m benchmarks.contention 30`.
A fresh installation on SQLite and one on PostgreSQL (a cluster of its own, with everything that
keeps it safe turned on) get 32 clients that reach for 20 items, then 8 that borrow and return their own.
"""

import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests import postgres
from tests.busy_shed import (
    EVENTS,
    Shed,
    crowded,
    furnish,
    held_twice,
    orderly,
    promised_twice,
    unaccounted_for,
    wrongly_out,
)
from tests.crowd import Answer
from tests.server import serving
from tests.world import World
from toolshare import create_app, settings
from toolshare.database import db, reading, transaction
from toolshare.migrating import migrate
from toolshare.people.models import Role
from toolshare.records import AnySession

CROWD, FEW = 32, 8
FAULT = 500
BUSY = 503

Visiting = Callable[[int, Shed, float], list[Answer]]
ROLES: dict[Visiting, Role] = {crowded: Role.MEMBER, orderly: Role.STEWARD}


class Found(NamedTuple):
    """What people were told, and what is wrong in the database."""

    answers: list[Answer]
    wrong: list[tuple[str, int]]


def main(seconds: str = "5") -> None:
    """Prints what a crowd and what a few saw, on each database."""
    for name, database in (("SQLite", sqlite), ("PostgreSQL", cluster)):
        for visiting, people in ((crowded, CROWD), (orderly, FEW)):
            with tempfile.TemporaryDirectory() as folder, database(Path(folder)) as url:
                if url is None:
                    print(f"{name}: not measured without {postgres.TO_INSTALL}")
                    continue
                found = visited(Path(folder), url, visiting, people, float(seconds))
            print(f"{name}, {people} clients, {visiting.__name__}, for {seconds} s:\n")
            print(*table(found.answers, float(seconds)), "", sep="\n")
            print(*(f"{what}: {how_many}" for what, how_many in found.wrong), "", sep="\n")


@contextmanager
def sqlite(folder: Path) -> Iterator[str]:
    """The URL of the database that an installation has when nobody chose one."""
    yield f"sqlite:///{folder / 'instance' / 'toolshare.sqlite'}"


@contextmanager
def cluster(_folder: Path) -> Iterator[str | None]:
    """The URL of a fresh database on a PostgreSQL server of our own, where there is one."""
    binaries = postgres.find_binaries()
    if binaries is None:
        yield None
        return
    with postgres.running_cluster(binaries, careless=()) as server, server.database() as url:
        yield url


def visited(folder: Path, url: str, visiting: Visiting, people: int, seconds: float) -> Found:
    """Serves a fresh installation, lets people in, and looks into the database afterwards."""
    instance = folder / "instance"
    given = {"TOOLSHARE_INSTANCE": str(instance), "TOOLSHARE_DATABASE_URL": url}
    chosen = settings.read(given)
    migrate(url)
    app = create_app(chosen)
    with app.app_context():
        with transaction() as session:
            shed = furnish(World(session), people, ROLES[visiting])
        with serving(instance, url) as port:
            answers = visiting(port, shed, seconds)
        with reading() as session:
            found = Found(answers, list(what_is_wrong(session, answers)))
        db.session.remove()
        db.engine.dispose()
    return found


def what_is_wrong(session: AnySession, answers: Sequence[Answer]) -> Iterator[tuple[str, int]]:
    """What should be none, and how many there are."""
    yield "items held twice", len(held_twice(session))
    yield "items promised twice", len(promised_twice(session))
    yield (
        "acts answered but not in the journal, or the other way round",
        len(unaccounted_for(session, answers)),
    )
    yield "items out but not by the journal, or the other way round", len(wrongly_out(session))


def table(answers: Sequence[Answer], seconds: float) -> Iterator[str]:
    """For each sort of act, and for all: how many, how they ended, how long they took in ms."""
    yield "| | a second | done | refused | busy | faults | p50 | p99 | longest |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|--:|"
    for act in EVENTS:
        some = [one for one in answers if one.act == act]
        if some:
            yield row(act, some, seconds)
    yield row("all", answers, seconds)


def row(name: str, answers: Sequence[Answer], seconds: float) -> str:
    """One line of the table."""
    ended = Counter(how_it_ended(one) for one in answers)
    took = sorted(one.seconds * 1000 for one in answers)
    cells = (
        f"{len(answers) / seconds:.0f}",
        *(str(ended[how]) for how in ("done", "refused", "busy", "fault")),
        f"{took[len(took) // 2]:.0f} ms",
        f"{took[len(took) * 99 // 100]:.0f} ms",
        f"{took[-1]:.0f} ms",
    )
    return f"| {name} | " + " | ".join(cells) + " |"


def how_it_ended(answer: Answer) -> str:
    """In a word."""
    if answer.status == BUSY:
        return "busy"
    if answer.status >= FAULT:
        return "fault"
    return "done" if answer.is_accepted else "refused"


if __name__ == "__main__":
    main(*sys.argv[1:])
