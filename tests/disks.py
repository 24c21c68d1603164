"""Disks that are made for a test: small ones, ones that fill up, ones that can't be written any more."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import disk_usage

from tests.needs import need

BY_ROOT = "the right to mount a file system: run as root"


def asked(*words: object) -> bool:
    """Whether a command could do what it was told."""
    try:
        return subprocess.run([*map(str, words)], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@contextmanager
def in_memory(disk: Path, size: str = "size=8m") -> Iterator[None]:
    """A disk of a few MB at this place."""
    disk.mkdir()
    mounted = asked("mount", "-t", "tmpfs", "-o", size, "toolshare", disk)
    need(mounted or None, BY_ROOT)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Fills the disk to its last byte for the block."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        for _ in range(100_000):
            file.write(b"0" * 4096)
    assert disk_usage(disk).free == 0
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def only_read(disk: Path) -> Iterator[None]:
    """Lets nobody write there for the block: root mounts it so; who isn't root has no right to.

    A system refuses that as long as anybody has a file open to write.
    """
    is_root = os.geteuid() == 0
    before = {} if is_root else {one: one.stat().st_mode for one in [disk, *disk.rglob("*")]}
    if is_root:
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    for one, mode in before.items():
        one.chmod(mode & ~0o222)
    try:
        yield
    finally:
        for one, mode in before.items():
            one.chmod(mode)
        if is_root:
            subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)


class Ext4:
    """A disk of the kind that most machines have, in a file: it stops being written when it fails."""

    def __init__(self, file: Path, at: Path) -> None:
        self.file, self.at = file, at
        at.mkdir()
        with file.open("wb") as empty:
            empty.truncate(24_000_000)
        made = asked("mkfs.ext4", "-q", file) and self.put_in()
        need(made or None, f"{BY_ROOT}, with loop devices and mkfs.ext4 (e2fsprogs)")

    def put_in(self) -> bool:
        """Mounts it, by which its journal is brought to its end; whether that was possible."""
        return asked("mount", "-o", "loop", self.file, self.at)

    def fail(self) -> None:
        """It finds a fault in itself, and lets nobody write any more, whatever is open."""
        subprocess.run(["mount", "-o", "remount,abort", str(self.at)], check=True)

    def take_out(self) -> None:
        """Unmounts it; nobody may have anything open on it."""
        subprocess.run(["umount", str(self.at)], check=True)

    def mend(self) -> None:
        """What whoever looks after a server does with such a disk."""
        self.take_out()
        subprocess.run(["e2fsck", "-fp", str(self.file)], check=False, capture_output=True)
        assert self.put_in()


def let_only_read(connection: sqlite3.Connection, _record: object) -> None:
    """Whoever opens the file may read it and no more."""
    connection.execute("PRAGMA query_only = on")
