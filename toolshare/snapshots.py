"""A SQLite database as it is in one moment, in a file of its own, though others write to it."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

MOVED = 0x6D6F7665  # kept by SQLite in the head of the file, where nobody else keeps anything


def copy(database: Path, to: Path) -> None:
    """Makes a copy that is whole and on the disk when this returns; nobody has to wait for it.

    All pages are read in one step: read in several, they would be read anew whenever somebody writes.
    """
    opened = f"{database.resolve().as_uri()}?mode=rw"
    with closing(sqlite3.connect(opened, uri=True)) as one, closing(sqlite3.connect(to)) as other:
        one.backup(other)
        other.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
    sync(to)


def has_moved(connection: Any) -> bool:
    """Whether what is in this database is kept elsewhere by now; asks the driver's connection."""
    return bool(connection.execute("PRAGMA user_version").fetchone()[0] == MOVED)


def sync(path: Path) -> None:
    """Returns when the disk has what was written to a file, or which files are in a folder."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
