"""A turnstile in front of a lock: one at a time, by turns, across all processes of this machine.

SQLite lets whoever waits to write ask again after a while: whoever comes by just when it is free
goes first, and others may wait for seconds. In one process people queue for a lock. Between
processes a file has two bytes that can be locked: who has the first is next, and nobody else can
pass; who has the second has the turn. The system unlocks what a process leaves that ends.

This keeps order, no more: where there are no such locks, or no file can be written, everybody passes.
"""

import errno
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

NEXT, TURN = 0, 1  # bytes of the file
TAKEN = (errno.EAGAIN, errno.EACCES)
PAUSE, LONGEST_PAUSE = 0.0002, 0.005  # seconds, between two looks


class TooManyWait(Exception):  # noqa: N818 - what is the matter
    """The turn did not come in time."""


class Turnstile:
    """Lets one pass at a time; without a file, one of this process."""

    def __init__(self, file: Path | None, patience: float) -> None:
        self.file = file
        self.patience = patience
        self._queue = Lock()

    @contextmanager
    def passed(self) -> Iterator[None]:
        """Waits for the turn, and keeps it for the block; raises TooManyWait after its patience."""
        give_up = time.monotonic() + self.patience
        if not self._queue.acquire(timeout=self.patience):
            raise TooManyWait
        try:
            with self._turn_among_processes(give_up):
                yield
        finally:
            self._queue.release()

    @contextmanager
    def _turn_among_processes(self, give_up: float) -> Iterator[None]:
        opened = self._opened()
        try:
            if opened is not None and _lock(opened, NEXT, give_up):
                _lock(opened, TURN, give_up)
                fcntl.lockf(opened, fcntl.LOCK_UN, 1, NEXT)
            yield
        finally:
            if opened is not None:
                os.close(opened)  # which unlocks it, too

    def _opened(self) -> int | None:
        if fcntl is None or self.file is None:
            return None
        try:
            return os.open(self.file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            return None


def _lock(opened: int, byte: int, give_up: float) -> bool:
    """Waits for one byte; whether this file can be locked at all."""
    pause = PAUSE
    while True:
        try:
            fcntl.lockf(opened, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
        except OSError as error:
            if error.errno not in TAKEN:
                return False
            if time.monotonic() > give_up:
                raise TooManyWait from None
            time.sleep(pause)
            pause = min(pause * 1.1, LONGEST_PAUSE)
        else:
            return True
