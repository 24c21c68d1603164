"""Where the files of photos lie: in a folder, or wherever else these few things can be done."""

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol


class Away(OSError):  # noqa: N818 - reads as what it is
    """A shelf that nobody can reach now."""

    def __init__(self) -> None:
        super().__init__(errno.EIO, "the storage of photos does not answer")

    def __str__(self) -> str:
        return str(self.strerror)


@dataclass(frozen=True)
class Lying:
    """A file on a shelf: its name, how many bytes it has, and since when it lies there."""

    name: str
    size: int
    since: datetime


class Shelf(Protocol):
    """What can be done with files of photos, which never change once they lie there."""

    def put(self, name: str, content: bytes) -> None:
        """Lays a file there."""

    def get(self, name: str, most: int | None = None) -> bytes | None:
        """What is in a file, or in its first bytes; None when there is none."""

    def remove(self, name: str) -> None:
        """Takes a file away, if it is there."""

    def lying(self) -> Iterator[Lying]:
        """All files that lie there."""


@dataclass(frozen=True)
class Folder:
    """A folder of this machine, made when something is put there."""

    path: Path

    def put(self, name: str, content: bytes) -> None:
        """Lays a file there; it is on the disk then, as the row will be that names it."""
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / name).open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def get(self, name: str, most: int | None = None) -> bytes | None:
        """What is in a file, or in its first bytes; None when there is none."""
        try:
            with (self.path / name).open("rb") as file:
                return file.read(-1 if most is None else most)
        except FileNotFoundError:
            return None

    def remove(self, name: str) -> None:
        """Takes a file away, if it is there."""
        (self.path / name).unlink(missing_ok=True)

    def lying(self) -> Iterator[Lying]:
        """All files that lie there."""
        for file in self.path.glob("*"):
            about = file.stat()
            yield Lying(file.name, about.st_size, datetime.fromtimestamp(about.st_mtime, UTC))


def carry(source: Shelf, to: Shelf) -> int:
    """Copies what is not there yet, or not wholly, and says how many files; done again, the rest."""
    there = {one.name: one.size for one in to.lying()}
    carried = 0
    for one in source.lying():
        content = None if there.get(one.name) == one.size else source.get(one.name)
        if content is not None:
            to.put(one.name, content)
            carried += 1
    return carried


def clear(source: Shelf, *, now_at: Shelf) -> int:
    """Removes what lies wholly at another place now, and says how many files."""
    there = {one.name: one.size for one in now_at.lying()}
    done = [one.name for one in source.lying() if there.get(one.name) == one.size]
    for name in done:
        source.remove(name)
    return len(done)
