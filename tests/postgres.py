"""A throw-away PostgreSQL for the tests: one cluster a test process, a database as new for each test."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

TO_INSTALL = "PostgreSQL (Debian: apt-get install postgresql)"
TEMPLATE = "migrated"
RESTARTS = 20
# A cluster that is thrown away needs to survive nothing.
CARELESS = ("fsync", "full_page_writes", "synchronous_commit", "autovacuum")

# What a test left is taken out in a hundredth of the time that another copy takes.
EMPTY = """
SET session_replication_role = replica;
DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT tablename FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;
    FOR name IN SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL
    LOOP EXECUTE format('ALTER SEQUENCE %I RESTART', name); END LOOP;
END $$"""
SHAPE = """
SELECT (SELECT count(*) FROM pg_class), (SELECT count(*) FROM pg_trigger),
       (SELECT count(*) FROM pg_constraint)"""
OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()"""

# Runs a test once on SQLite and once on PostgreSQL: @on_any_database, or pytestmark for a module.
on_any_database = pytest.mark.parametrize(
    "database_url",
    ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)],
    indirect=True,
)

only_on_postgres = pytest.mark.parametrize(
    "database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


class Cluster:
    """A running server; databases are copies of one that was migrated once."""

    def __init__(self, folder: Path, control: Callable[..., None], options: str) -> None:
        self.folder = folder
        self.control = control
        self.options = options
        self.copies = 0
        self.as_new: str | None = None

    def start(self) -> None:
        """Returns when it answers."""
        self.control("-o", self.options, "-l", self.folder / "log", "start")

    def stop(self) -> None:
        """Ends it at once, if it runs."""
        if (self.folder / "data" / "postmaster.pid").exists():
            self.control("-m", "immediate", "stop")

    def kill(self) -> None:
        """Kills it like a machine that breaks; whoever it had working for it ends, too."""
        pid = int((self.folder / "data" / "postmaster.pid").read_text().partition("\n")[0])
        os.kill(pid, signal.SIGKILL)

    def start_again(self) -> None:
        """Starts what was killed, as soon as the last who worked for it have noticed."""
        for _ in range(RESTARTS):
            with suppress(RuntimeError):
                self.start()
                return
        raise TimeoutError("PostgreSQL does not start again")

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of one of its databases."""
        return f"postgresql+psycopg://toolshare@/{database}?host={self.folder}"

    def command(self, statement: str) -> None:
        """Runs one statement outside any transaction."""
        with self._connected("postgres") as connection:
            connection.execute(statement)

    def _connected(self, database: str) -> Any:
        where: Any = {"host": str(self.folder), "user": "toolshare", "dbname": database}
        return psycopg.connect(**where, autocommit=True)

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """The URL of a fresh copy of a database, which is dropped afterwards."""
        self.copies += 1
        name = f"copy_{self.copies}"
        self.command(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        try:
            yield self.url(name)
        finally:
            self.command(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def migrated_database(self) -> Iterator[str]:
        """The URL of a database with all tables and nothing in them, whoever used it before."""
        name = self.as_new or self._another_copy()
        shape = self._shape_of(name)
        yield self.url(name)
        with self._connected(name) as connection:
            connection.execute(OTHERS)
            connection.execute(EMPTY)
        self.as_new = name if self._shape_of(name) == shape else None

    def _another_copy(self) -> str:
        self.copies += 1
        name = f"copy_{self.copies}"
        self.command(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
        return name

    def _shape_of(self, database: str) -> Any:
        """Tells whether a test has left tables, triggers or constraints other than it found them."""
        with self._connected(database) as connection:
            return connection.execute(SHAPE).fetchone()


def find_binaries() -> Path | None:
    """The folder with initdb and pg_ctl: Debian keeps them out of the PATH."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return debian[-1].parent if debian else None


@contextmanager
def running_cluster(binaries: Path, careless: Sequence[str] = CARELESS) -> Iterator[Cluster]:
    """Makes a cluster in a temporary folder, and starts and stops its server; `careless` is off."""
    made = ["initdb", "--no-sync", "-A", "trust", "-U", "toolshare", "-E", "UTF8", "-D"]
    with _running([binaries / made[0], *made[1:]], careless) as cluster:
        yield cluster


@contextmanager
def running_copy(binaries: Path, original: Cluster, careless: Sequence[str]) -> Iterator[Cluster]:
    """A cluster of its own with the same databases, that can be treated badly."""
    copied = ["-h", original.folder, "-U", "toolshare", "-c", "fast", "--no-sync", "-D"]
    with _running([binaries / "pg_basebackup", *copied], careless) as cluster:
        cluster.copies = original.copies
        yield cluster


@contextmanager
def running_replica(binaries: Path, primary: Cluster) -> Iterator[Cluster]:
    """The same as a cluster, which follows it by itself (streaming replication)."""
    copied = ["-h", primary.folder, "-U", "toolshare", "-R", "-X", "stream", "-c", "fast"]
    with _running([binaries / "pg_basebackup", *copied, "--no-sync", "-D"]) as replica:
        yield replica


@contextmanager
def _running(making: Sequence[Any], careless: Sequence[str] = CARELESS) -> Iterator[Cluster]:
    with tempfile.TemporaryDirectory(prefix="toolshare-postgres-") as name:
        folder, data = Path(name), Path(name) / "data"
        may = _allowed_to_run(folder)
        options = " ".join(
            [f"-k {folder}", "-c listen_addresses=''", *(f"-c {name}=off" for name in careless)]
        )
        control = [Path(making[0]).with_name("pg_ctl"), "-s", "-w", "-D", data]
        _run([*making, data], folder, may)
        cluster = Cluster(folder, lambda *how: _run([*control, *how], folder, may), options)
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()


def _allowed_to_run(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then another user does, and owns the folder."""
    if os.geteuid() != 0:
        return {}
    names = {user.pw_name for user in pwd.getpwall()}
    name = "postgres" if "postgres" in names else "nobody"
    user = pwd.getpwnam(name)
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _run(command: list[Any], folder: Path, may: dict[str, Any]) -> None:
    # The server inherits its output: a pipe would wait for ever for its end.
    with (folder / "output").open("ab") as output:
        done = subprocess.run(command, cwd=folder, stdout=output, stderr=output, check=False, **may)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{(folder / 'output').read_text()}")
