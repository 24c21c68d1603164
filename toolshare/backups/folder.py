"""A folder of backups, which are named by when they were made."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from toolshare.backups.making import Installation, make
from toolshare.backups.manifest import Manifest
from toolshare.backups.reasons import AnotherIsAtIt
from toolshare.backups.rotation import Keep, superfluous
from toolshare.backups.whole_files import UNFINISHED
from toolshare.refusals import Refusal
from toolshare.turnstile import TooManyWait, Turnstile

TIME = "%Y-%m-%d-%H%M%S"
NAME = re.compile(r"toolshare-(\d{4}-\d\d-\d\d-\d{6})\.tar")
LOCK = ".toolshare-backups"


def backups_in(folder: Path) -> dict[datetime, Path]:
    """The backups of a folder, by when they were made, oldest first."""
    found = {}
    for path in sorted(folder.glob("toolshare-*.tar")):
        if match := NAME.fullmatch(path.name):
            found[datetime.strptime(match[1], TIME).replace(tzinfo=UTC)] = path
    return found


def newest(folder: Path, *, now: datetime) -> datetime | None:
    """When the newest was made; what a clock that was ahead has named is none."""
    return max((at for at in backups_in(folder) if at <= now), default=None)


def is_due(folder: Path, every: timedelta, *, now: datetime) -> bool:
    """Whether the newest is so old that another is to be made."""
    last = newest(folder, now=now)
    return last is None or now - last >= every


def add(installation: Installation, folder: Path, *, now: datetime) -> tuple[Path, Manifest]:
    """Makes a backup into the folder, under the name of its time."""
    path = folder / f"toolshare-{now.astimezone(UTC):{TIME}}.tar"
    return path, make(installation, path, now=now)


def prune(installation: Installation, folder: Path, keep: Keep, *, now: datetime) -> list[Path]:
    """Removes what need not be kept any more, and what was left unfinished; gives the backups."""
    made = backups_in(folder)
    gone = [made[at] for at in superfluous(made, keep, now=now)]
    for path in gone:
        path.unlink()
    for place in (folder, installation.folder):
        for path in place.glob(f"{UNFINISHED}*"):
            shutil.rmtree(path, ignore_errors=True)
    return gone


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keeps every other process out of the folder for the block; refuses when one is in it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with Turnstile(folder / LOCK, patience=0).passed():
            yield
    except TooManyWait:
        raise Refusal(AnotherIsAtIt()) from None
