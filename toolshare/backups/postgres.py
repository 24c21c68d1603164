"""PostgreSQL's own programs, which dump a database and restore it."""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, make_url, text

from toolshare.backups.reasons import ToolFailed, ToolIsMissing
from toolshare.refusals import Refusal

DEBIAN = Path("/usr/lib/postgresql")  # keeps each version's programs in a folder of its own
VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
TABLES = text(
    "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
)
# All that our migrations can have made: what hangs on a table goes with it.
EMPTY = text(
    """
    DO $$ DECLARE one record; BEGIN
        FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'
        LOOP EXECUTE format('DROP TABLE IF EXISTS public.%I CASCADE', one.tablename); END LOOP;
        FOR one IN SELECT oid::regprocedure AS name FROM pg_proc
            WHERE pronamespace = 'public'::regnamespace
        LOOP EXECUTE format('DROP ROUTINE IF EXISTS %s CASCADE', one.name); END LOOP;
    END $$"""
)


def is_empty(connection: Connection) -> bool:
    """Whether a database holds no table at all."""
    return not connection.scalar(TABLES)


def dump(url: str, snapshot: str, version: int, to: Path) -> None:
    """Dumps what a transaction that exported its snapshot sees, into a file of pg_dump's own."""
    asked = ["--format=custom", f"--snapshot={snapshot}", "--no-owner", "--no-privileges"]
    _run("pg_dump", version, url, [*asked, f"--file={to}"])


def restore(url: str, version: int, dumped: Path) -> None:
    """Brings a dump back into an empty database: all of it, or nothing."""
    asked = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    _run("pg_restore", version, url, [*asked, str(dumped)])


def version_of(connection: Connection) -> int:
    """The server's."""
    return int(connection.scalar(text("SHOW server_version_num")) or 0) // 10_000


def program(tool: str, version: int) -> Path:
    """The oldest of the programs here that knows a server of this version."""
    on_path = shutil.which(tool)
    found = [Path(on_path)] if on_path else []
    found += sorted(DEBIAN.glob(f"*/bin/{tool}"))
    able = [(known, path) for path in found if (known := _version(path)) >= version]
    if not able:
        raise Refusal(ToolIsMissing(tool, version))
    return min(able)[1]


def _version(path: Path) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    match = VERSION.search(said)
    return int(match[1]) if match else 0


def _run(tool: str, version: int, url: str, asked: Sequence[str]) -> None:
    """Tells where the database is in words that no list of processes shows the password of."""
    where = make_url(url)
    bare = where.set(drivername="postgresql", password=None)
    secret = {"PGPASSWORD": str(where.password)} if where.password else {}
    command = [str(program(tool, version)), f"--dbname={bare.render_as_string()}", *asked]
    done = subprocess.run(  # noqa: S603 - a program that we chose, and no shell
        command, env=os.environ | secret, capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        raise Refusal(ToolFailed(tool, lines[0] if lines else str(done.returncode)))
