"""Those who want to write pass one at a time, in the order in which they came, whoever ends in between."""

import errno
import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from toolshare import turnstile
from toolshare.turnstile import NEXT, TooManyWait, Turnstile

PATIENCE = 30
ANOTHER = """
import sys
from pathlib import Path
from toolshare.turnstile import Turnstile
with Turnstile(Path(sys.argv[1]), 30).passed():
    print("in", flush=True)
    sys.stdin.readline()
"""


class Another:
    """Another process, which passes and stays in there until it is told to leave."""

    def __init__(self, process: "subprocess.Popen[str]", said: IO[str], told: IO[str]) -> None:
        self.process, self.said, self.told = process, said, told

    def is_in(self) -> bool:
        """Waits until it is."""
        return self.said.readline() == "in\n"

    def leave(self) -> None:
        """Asks it to."""
        self.told.write("\n")
        self.told.flush()

    def crash(self) -> None:
        """Ends it as the kernel ends what takes all memory."""
        self.process.kill()
        self.process.wait(PATIENCE)


@contextmanager
def another(file: Path) -> Iterator[Another]:
    """Another process at the turnstile."""
    command = [sys.executable, "-c", ANOTHER, str(file)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Another(process, process.stdout, process.stdin)
        finally:
            process.kill()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the turns are kept."""
    return tmp_path / "turns"


def passes(turns: Turnstile) -> bool:
    """Whether one gets through before one's patience ends."""
    try:
        with turns.passed():
            return True
    except TooManyWait:
        return False


def wait_until_somebody_is_next(file: Path) -> None:
    """Returns when another process is next in line."""
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        opened = os.open(file, os.O_RDWR)
        try:
            fcntl.lockf(opened, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, NEXT)
        except OSError:
            return
        finally:
            os.close(opened)
        time.sleep(0.01)
    raise TimeoutError("nobody is next")


def test_nobody_passes_while_another_process_is_in_there(file: Path) -> None:
    with another(file) as first:
        assert first.is_in()
        assert not passes(Turnstile(file, 0.1))
        first.leave()
        assert passes(Turnstile(file, PATIENCE))


def test_nobody_passes_while_another_thread_is_in_there(file: Path) -> None:
    turns = Turnstile(file, 0.1)
    with turns.passed():
        assert not passes(turns)
    assert passes(turns)


def test_who_ends_in_there_keeps_nobody_out(file: Path) -> None:
    with another(file) as first:
        assert first.is_in()
        first.crash()
        assert passes(Turnstile(file, PATIENCE))


def test_who_fails_in_there_keeps_nobody_out(file: Path) -> None:
    turns = Turnstile(file, 0.1)
    with pytest.raises(LookupError), turns.passed():
        raise LookupError
    assert passes(turns)


def test_who_comes_later_does_not_go_first(file: Path) -> None:
    with another(file) as first, ThreadPoolExecutor(1) as threads:
        assert first.is_in()
        with another(file) as second:
            wait_until_somebody_is_next(file)
            third = threads.submit(passes, Turnstile(file, PATIENCE))
            first.leave()
            assert second.is_in()
            assert not third.done()
            second.leave()
            assert third.result(PATIENCE)


@pytest.mark.parametrize("name", ["no-such-folder/turns", None])
def test_without_a_file_there_is_order_in_the_process(tmp_path: Path, name: str | None) -> None:
    turns = Turnstile(tmp_path / name if name else None, 0.1)
    with turns.passed():
        assert not passes(turns)
    assert passes(turns)


def test_where_files_cannot_be_locked_everybody_passes(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "no locks available")

    monkeypatch.setattr(fcntl, "lockf", refuse)
    assert passes(Turnstile(file, 0.1))


def test_windows_has_order_in_the_process(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turnstile, "fcntl", None)
    assert passes(Turnstile(file, 0.1))
    assert not file.exists()
