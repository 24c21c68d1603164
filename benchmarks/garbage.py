"""Garbage in every form of every page, and in all that is for programs: what is answered, and how often by a fault.

Run this alone: `python -m benchmarks.garbage 10000` fills the forms until so many requests were answered,
then lets schemathesis think of others. The shed has something in every state, and is as it was again for
each form: nobody left the group with the first press. What is sent follows from the second number.
"""

import random
import re
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from tests.browser import shed
from tests.browser.pages import pages_of
from tests.conftest import Browser
from tests.programs.conftest import token_of
from tests.programs.hunting import answering, hunted
from tests.test_bad_input import GARBAGE, LEFT_ALONE, Form, forms_of
from tests.world import MONDAY_NOON, PASSWORD, World
from toolshare import clock, create_app, settings
from toolshare.database import db, transaction
from toolshare.migrating import migrate

READERS = ("cora", "sam", "ana", None)
ODD = "\x00\x1f\x7f\u200f\u2028\ufeff'\"<>&{}%()[];:|\\/.,-+0123456789eEaZñß語🚜"
FAULT = 500
MIXED = 20  # of each form in a round
THOUGHT_OF, PHASES = 40, "coverage,fuzzing,stateful"  # of schemathesis, for each operation

Typed = str | list[str] | None
Sent = Mapping[str, Typed]  # what is None is left out


class Counted:
    """The application, and how often it gave which status."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self.app = app
        self.statuses: Counter[int] = Counter()
        self.faults: set[str] = set()

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answers, and counts."""

        def counting(line: str, *more: Any) -> Any:
            status = int(line[:3])
            self.statuses[status] += 1
            if status == FAULT:
                self.faults.add(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
            return start(line, *more)

        return self.app(environ, counting)

    def tell(self, what: str) -> None:
        """Prints the figures and where the faults are, and begins anew."""
        each = ", ".join(
            f"{number:,} of {status}" for status, number in sorted(self.statuses.items())
        )
        print(f"{what}: {self.statuses.total():,} answers: {each}")
        print(f"  faults: {', '.join(sorted(self.faults)) or 'none'}", flush=True)
        self.statuses.clear()
        self.faults.clear()


def main(least: str = "10000", seed: str = "1") -> None:
    """Prints how many requests were answered with what."""
    clock.now = lambda: MONDAY_NOON
    with tempfile.TemporaryDirectory() as folder:
        app = installation(Path(folder))
        with app.app_context():
            try_everything(app, Path(folder), int(least), random.Random(seed))
            db.engine.dispose()


def try_everything(app: Flask, folder: Path, least: int, chance: random.Random) -> None:
    """Fills the shed, then the forms, then lets schemathesis think."""
    with transaction() as session:
        world = World(session)
        examples, token = shed.fill(world), token_of(world, world.cora)
        emails = [getattr(world, name).email if name else None for name in READERS]
    db.session.remove()
    counted = Counted(app.wsgi_app)
    app.wsgi_app = counted  # type: ignore[assignment, method-assign]
    kept = Kept(folder / "toolshare.sqlite")
    for round_, email in enumerate(cycle(emails)):
        if round_ >= len(emails) and counted.statuses.total() >= least:
            break
        fill_forms(Reader(app, kept, email), examples, chance, alone=round_ < len(emails))
    counted.tell("forms")
    kept.bring_back()
    with answering(app) as address:
        found = hunted(address, token, folder, examples=THOUGHT_OF, phases=PHASES)
    counted.tell("programs")
    print(found.stdout[-2_000:] if found.returncode else "  schemathesis: no issues found")


def installation(folder: Path) -> Flask:
    """An app on SQLite in `folder`."""
    chosen = settings.read(
        {
            "TOOLSHARE_INSTANCE": str(folder),
            "TOOLSHARE_PUBLIC_URL": "https://tools.example.org",
            "TOOLSHARE_SECRET_KEY": "for benchmarks, where nothing is secret",
        }
    )
    migrate(chosen.database_url)
    app = create_app(chosen)
    app.test_client_class = Browser
    return app


class Kept:
    """A database as it once was."""

    def __init__(self, path: Path) -> None:
        self.path, self.copy = path, path.with_suffix(".kept")
        self._pour(self.path, self.copy)

    def bring_back(self) -> None:
        """Makes the database what it was."""
        db.session.remove()
        self._pour(self.copy, self.path)

    @staticmethod
    def _pour(source: Path, target: Path) -> None:
        with closing(sqlite3.connect(source)) as full, closing(sqlite3.connect(target)) as other:
            full.backup(other)


@dataclass
class Reader:
    """Whose browser it is that sends garbage."""

    app: Flask
    kept: Kept
    email: str | None

    def client(self) -> FlaskClient:
        """A browser in which they are signed in, or nobody, before anything was sent."""
        self.kept.bring_back()
        client = self.app.test_client()
        if self.email:
            client.post("/sign-in", data={"email": self.email, "password": PASSWORD})
        return client


def fill_forms(
    reader: Reader, examples: dict[str, Any], chance: random.Random, *, alone: bool
) -> None:
    """Sends every form of every page that they see, full of garbage."""
    seeing = reader.client()
    for form in list(forms_of(seeing, pages_of(reader.app, examples, seeing))):
        if not form.action.endswith(LEFT_ALONE):
            client = reader.client()
            for sent in tries(form, chance, alone=alone):
                send(client, form, sent)


def tries(form: Form, chance: random.Random, *, alone: bool) -> Iterator[Sent]:
    """Garbage in all fields, in each alone when asked for, and mixtures of what is right with what is not."""
    if alone:
        yield from (dict.fromkeys(form.fields, typed) for typed in GARBAGE)
        for name in {re.sub(r"\d+", "#", name): name for name in form.fields}.values():
            yield from ({**form.fields, name: typed} for typed in GARBAGE)
    yield from (mixed(form, chance) for _ in range(MIXED))


def mixed(form: Form, chance: random.Random) -> Sent:
    """Each field as it was, left out, sent twice, or anything."""
    sent: dict[str, Typed] = {}
    for name, right in form.fields.items():
        match chance.randrange(4):
            case 0:
                sent[name] = right
            case 1:
                sent[name] = [right, anything(chance)]
            case 2:
                sent[name] = anything(chance)
    return sent


def anything(chance: random.Random) -> str:
    """A few odd characters, or one of the garbage."""
    few = "".join(chance.choices(ODD, k=chance.randint(1, 12)))
    return chance.choice([few, chance.choice(GARBAGE) or few])


def send(client: FlaskClient, form: Form, sent: Sent) -> None:
    """Sends the form as a browser would."""
    how: dict[str, Any] = {"query_string": sent} if form.method == "get" else {"data": sent}
    with client.open(form.action, method=form.method.upper(), **how):
        pass


if __name__ == "__main__":
    main(*sys.argv[1:])
