"""Counting the statements that something takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from toolshare.database import db


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collects what is sent to the database inside the block, without BEGIN and the like."""
    sent: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def for_all_at_once(sent: list[str]) -> int:
    """How many statements there were, but for those that give one new record its id.

    SQLite gives ids one by one; PostgreSQL gives many at once, with other words.
    """
    return sum(not statement.endswith("RETURNING id") for statement in sent)
