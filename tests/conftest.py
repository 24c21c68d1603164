"""What tests are given: a fresh app on a copied database, a session, the world, the clock."""

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import sync_playwright
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from tests import postgres, shared
from tests.listening import Listener, listening
from tests.needs import need
from tests.world import MONDAY_NOON, PASSWORD, World
from toolshare import cli, clock, create_app, settings
from toolshare.app import Toolshare
from toolshare.database import db, transaction
from toolshare.migrating import migrate
from toolshare.people.models import Group, Person

type_of_client = Callable[[Person | None], FlaskClient]
Run = Callable[..., tuple[int, str]]
Toolshare.url_rule_class = shared.Address

# The two workers begin with half of all tests each: what is long stands at the beginning, beside what
# shares its Chromium, and who is done first takes over short ones from the end.
LONG = (
    "tests/browser/",
    "tests/demo/",
    "tests/journeys/",
    "tests/privacy/test_canaries.py",
    "tests/test_bad_input.py",
    "tests/test_killed.py",
    "tests/test_serving.py",
    "tests/test_under_load.py",
    "tests/test_wheel.py",
    "tests/test_who_may_what.py",
)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long ones first: else one core has nothing to do at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


class Browser(FlaskClient):
    """A browser whose requests share nothing with the test but the database, as in real life."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Sends a request; afterwards the test's session reads anew."""
        db.session.rollback()
        with self.application.app_context():
            answer = super().open(*args, **kwargs)
        db.session.rollback()
        return answer


@pytest.fixture(scope="session")
def migrated_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database, migrated once, that each test copies."""
    path = tmp_path_factory.mktemp("database") / "empty.sqlite"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def peopled_database(migrated_database: Path) -> Path:
    """The same with the cast in it, for the tests that ask for the world."""
    path = migrated_database.with_name("peopled.sqlite")
    shutil.copy(migrated_database, path)
    engine = create_engine(f"sqlite:///{path}")
    with Session(engine) as session:
        World(session)
        session.commit()
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[postgres.Cluster]:
    """A PostgreSQL server with no databases of anyone's."""
    binaries = need(postgres.find_binaries(), postgres.TO_INSTALL)
    with postgres.running_cluster(binaries) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def migrated_cluster(postgres_cluster: postgres.Cluster) -> postgres.Cluster:
    """The server, with an empty database, migrated once, that each test copies."""
    postgres_cluster.command(f"CREATE DATABASE {postgres.TEMPLATE}")
    migrate(postgres_cluster.url(postgres.TEMPLATE))
    return postgres_cluster


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh migrated database: SQLite, unless the test is marked @on_any_database."""
    if getattr(request, "param", "sqlite") == "postgres":
        cluster: postgres.Cluster = request.getfixturevalue("migrated_cluster")
        with cluster.migrated_database() as url:
            yield url
    else:
        peopled, copy = "world" in request.fixturenames, tmp_path / "toolshare.sqlite"
        name = "peopled_database" if peopled else "migrated_database"
        shutil.copy(request.getfixturevalue(name), copy)
        yield f"sqlite:///{copy}"


@pytest.fixture
def chosen(tmp_path: Path, database_url: str) -> settings.Settings:
    """The settings of an installation in a fresh folder."""
    return settings.read(
        {
            "TOOLSHARE_INSTANCE": str(tmp_path / "instance"),
            "TOOLSHARE_DATABASE_URL": database_url,
            "TOOLSHARE_PUBLIC_URL": "https://tools.example.org",
            "TOOLSHARE_FORMER_HOSTS": "old.example.org",
            "TOOLSHARE_SECRET_KEY": "for tests, where nothing is secret",
        }
    )


@pytest.fixture
def app(chosen: settings.Settings) -> Iterator[Flask]:
    """The application, inside its context."""
    app = create_app(chosen)
    app.testing = True
    app.test_client_class = Browser
    with app.app_context():
        shared.share(app, db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> scoped_session[Session]:
    """The session of the app's context."""
    return db.session


@pytest.fixture
def world(session: scoped_session[Session]) -> World:
    """The cast, committed."""
    with transaction():
        is_there = session.scalar(select(func.count()).select_from(Group))
        return World.met_again(session) if is_there else World(session)


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """It is Monday noon."""
    monkeypatch.setattr(clock, "now", lambda: MONDAY_NOON)
    return MONDAY_NOON


@pytest.fixture
def client_of(app: Flask) -> type_of_client:
    """A browser in which this person is signed in, or nobody."""

    def client_of(person: Person | None) -> FlaskClient:
        client = app.test_client()
        if person is not None:
            answer = client.post("/sign-in", data={"email": person.email, "password": PASSWORD})
            assert answer.status_code == 303
        return client

    return client_of


@pytest.fixture
def environment(chosen: settings.Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variables of the installation that the test runs in."""
    monkeypatch.setenv("TOOLSHARE_INSTANCE", str(chosen.instance))
    monkeypatch.setenv("TOOLSHARE_DATABASE_URL", chosen.database_url)
    monkeypatch.setenv("TOOLSHARE_PUBLIC_URL", chosen.public_url)


@pytest.fixture
def run(
    environment: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Runs a command as a shell does: its status, and what it said."""

    def run(*words: object) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["toolshare", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    return run


@pytest.fixture(scope="session")
def browser() -> Iterator[Chromium]:
    """Chromium, as Debian packages it: one for all, since playwright runs once in a process."""
    path = need(shutil.which("chromium"), "apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A server of somebody else."""
    with listening() as listener:
        yield listener


@pytest.fixture
def push_at_home(app: Flask) -> None:
    """An installation that lets what shows notifications be in private networks."""
    app.config["CHOSEN"] = replace(app.config["CHOSEN"], private_push=True)
