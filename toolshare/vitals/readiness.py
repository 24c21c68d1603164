"""Whether an installation can do its work now: what it needs, and what of that is missing."""

import os
import tempfile
from pathlib import Path

from sqlalchemy import Connection, text

from toolshare.migrating import has_seen_newest

READ_ONLY = text("SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean")


def missing(connection: Connection, instance: Path) -> str | None:
    """What is missing to serve people, in a word for hosts that tells of nobody; None for nothing.

    Raises what the database raises when it does not answer.
    """
    if not has_seen_newest(connection):
        return "the database has not the shape that this version needs"
    if not _can_write_rows(connection):
        return "the database is read-only"
    if not _can_write_into(instance):
        return "the instance folder can't be written to"
    return None


def _can_write_rows(connection: Connection) -> bool:
    if connection.dialect.name == "postgresql":
        return not connection.scalar(READ_ONLY)
    return os.access(str(connection.engine.url.database), os.W_OK, effective_ids=True)


def _can_write_into(folder: Path) -> bool:
    """A file without a name takes a few bytes, and is gone: nothing has to reach the disk for it."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"ready")
            file.flush()
    except OSError:
        return False
    return True
