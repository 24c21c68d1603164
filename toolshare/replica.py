"""A copy of the database that is read: whether it can be relied on now, and what is kept from it.

PostgreSQL keeps such a copy up to date by itself (streaming replication). What may be shown some
seconds late is read from it, as long as it is known to be no more than that behind.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from enum import StrEnum
from threading import Lock
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

BEHIND_SECONDS = 10  # at most, else it isn't asked
LOOK_SECONDS = 1  # from one look at how far the primary is to the next
REST_SECONDS = 15  # until it is asked again after it failed
CONNECT_SECONDS = 2
HOW_FAR = text("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')")
REACHED = text("SELECT pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')")
log = logging.getLogger(__name__)


class How(StrEnum):
    """By whom what may lag is answered, and why."""

    REPLICA = "replica"
    OWN = "own_writes"  # of who has just written something, and wants to see it
    LOOKING = "looking"  # not yet known how far behind it is
    BEHIND = "behind"
    AWAY = "away"


WORDS = {
    How.REPLICA: "The replica keeps up: it is read from again.",
    How.BEHIND: f"The replica is more than {BEHIND_SECONDS} s behind: reading from the primary.",
    How.AWAY: "The replica does not answer: reading from the primary.",
}


class Away(Exception):  # noqa: N818 - what is the matter
    """It failed while it was read; the same can be read from the primary."""


class OfOneEngine(Protocol):
    """A session that asks one database at a time, and says which."""

    engine: Engine

    def connection(self) -> Any:
        """The connection to that database, in the transaction of the session."""

    def scalar(self, statement: Any) -> Any:
        """The first value that is found there."""


class Mark(NamedTuple):
    """How far the primary was at a moment of the monotonic clock."""

    at: float
    reached: Decimal


class Replica:
    """The copy as one process sees it."""

    def __init__(self, url: str, options: dict[str, Any]) -> None:
        told = {**options["connect_args"], "connect_timeout": CONNECT_SECONDS}
        self.engine = create_engine(url, **{**options, "connect_args": told})
        self.marks: deque[Mark] = deque()
        self.rests_until = 0.0
        self.was = How.REPLICA
        self.heard: Callable[[How], object] = lambda _how: None
        self._lock = Lock()

    @contextmanager
    def asked_by(self, session: OfOneEngine) -> Iterator[None]:
        """Lets the session ask the replica in the block, if it can be relied on."""
        primary, how = session.engine, self.how_it_is(session)
        self.note(how)
        if how is not How.REPLICA:
            yield
            return
        session.engine = self.engine
        try:
            yield
        except DBAPIError as error:
            self._rest()
            raise Away from error
        finally:
            session.engine = primary

    def how_it_is(self, session: OfOneEngine) -> How:
        """Whether it has all that the primary had some seconds ago."""
        if time.monotonic() < self.rests_until:
            return How.AWAY
        must_have, primary = self._mark(session), session.engine
        session.engine = self.engine
        try:
            reached = session.scalar(REACHED)
        except DBAPIError:
            self._rest()
            return How.AWAY
        finally:
            session.engine = primary
        if reached is not None and reached >= must_have.reached:
            return How.REPLICA
        is_known = time.monotonic() - must_have.at > BEHIND_SECONDS / 2
        return How.BEHIND if is_known else How.LOOKING

    def note(self, how: How) -> None:
        """Counts who answers, and writes down when that has become another."""
        self.heard(how)
        if how in WORDS and how is not self.was:
            self.was = how
            log.warning(WORDS[how])

    def _mark(self, session: OfOneEngine) -> Mark:
        """The oldest mark that is not too old: what was before it may not be missing."""
        now = time.monotonic()
        is_due = not self.marks or now - self.marks[-1].at >= LOOK_SECONDS
        reached = session.scalar(HOW_FAR) if is_due else None
        with self._lock:
            if reached is not None:
                self.marks.append(Mark(now, reached))
            while len(self.marks) > 1 and self.marks[0].at < now - BEHIND_SECONDS:
                self.marks.popleft()
            return self.marks[0]

    def _rest(self) -> None:
        self.rests_until = time.monotonic() + REST_SECONDS
