"""The records of this installation, as its commands open them and hand them out."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from toolshare import settings
from toolshare.app import create_app
from toolshare.database import db, reading, transaction
from toolshare.migrating import is_up_to_date
from toolshare.records import AnySession


@contextmanager
def records(*, writing: bool = False) -> Iterator[AnySession]:
    """A session to read with, or to change all of the block or nothing of it.

    Raises settings.WrongSetting when the database isn't migrated.
    """
    chosen = settings.read()
    if not is_up_to_date(chosen.database_url):
        raise settings.WrongSetting("the database isn't migrated: run `toolshare migrate` first")
    with create_app(chosen).app_context():
        try:
            with transaction() if writing else reading() as session:
                yield session
        finally:
            db.engine.dispose()


def hand_out(content: str, out: str) -> None:
    """Writes a text into the file with this path, or to standard output when it is "-"."""
    if out == "-":
        sys.stdout.write(content)
    else:
        Path(out).write_text(content, encoding="utf-8", newline="")
