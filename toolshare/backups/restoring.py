"""Bringing a backup back into an empty place: all of it, or nothing."""

import gzip
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, make_url

from toolshare import migrating
from toolshare.backups import archive, databases, postgres
from toolshare.backups.archive import Backup
from toolshare.backups.manifest import DATABASES, PHOTOS, REST, Manifest
from toolshare.backups.reasons import (
    AnotherDatabase,
    DatabaseIsTaken,
    OfANewerVersion,
    PlaceIsTaken,
    RowsAreMissing,
)
from toolshare.refusals import Refusal
from toolshare.snapshots import sync

UNFINISHED = ".unfinished-restore"


@dataclass(frozen=True)
class Restored:
    """What was brought back, to which database, and the settings that came with it."""

    manifest: Manifest
    database_url: str
    settings: bytes


def restore(path: Path, folder: Path, *, url_of: Callable[[bytes], str]) -> Restored:
    """Brings a backup back into an empty folder and an empty database, and migrates it forward.

    `url_of` gives the database of an installation with this `settings.toml`. Everything is proved
    before anything is written; what fails after that leaves the place as empty as it was.
    """
    with archive.reading(path) as backup:
        kept = _settings_of(backup)
        url = url_of(kept)
        _refuse_what_cannot_be(backup.manifest, folder, url)
        backup.prove()
        with _empty_if_it_fails(folder), _staged(backup, folder) as staged:
            _bring_back(backup, staged, url)
            for each in sorted(staged.iterdir()):
                each.rename(folder / each.name)
        sync(folder)
        return Restored(backup.manifest, url, kept)


def _settings_of(backup: Backup) -> bytes:
    name = f"{REST}/settings.toml"
    return backup.read(name) if name in backup.manifest.members else b""


def _refuse_what_cannot_be(manifest: Manifest, folder: Path, url: str) -> None:
    if not migrating.is_known(manifest.revision):
        raise Refusal(OfANewerVersion(manifest.version))
    if folder.exists() and any(folder.iterdir()):
        raise Refusal(PlaceIsTaken(str(folder)))
    if databases.kind_of(url) != manifest.database:
        raise Refusal(AnotherDatabase(manifest.database))
    if not _is_empty(url):
        raise Refusal(DatabaseIsTaken())


def _is_empty(url: str) -> bool:
    if databases.kind_of(url) == "sqlite":
        return not databases.file_of(url).exists()
    with databases.connected(url) as connection:
        postgres.program("pg_restore", postgres.version_of(connection))
        return postgres.is_empty(connection)


@contextmanager
def _empty_if_it_fails(folder: Path) -> Iterator[None]:
    was_there = folder.exists()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        for path in folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        if not was_there:
            folder.rmdir()
        raise


@contextmanager
def _staged(backup: Backup, folder: Path) -> Iterator[Path]:
    """All files of the installation, in a folder inside its own."""
    staged = folder / UNFINISHED
    staged.mkdir(mode=0o700)
    (staged / PHOTOS).mkdir()
    for part, to in ((PHOTOS, staged / PHOTOS), (REST, staged)):
        for name in backup.names(part):
            _take_out(backup, f"{part}/{name}", to / name)
    yield staged
    staged.rmdir()


def _take_out(backup: Backup, name: str, to: Path) -> None:
    to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    to.touch(mode=0o600)
    with backup.opened(name) as member, to.open("wb") as written:
        shutil.copyfileobj(member, written)
    sync(to)


def _bring_back(backup: Backup, staged: Path, url: str) -> None:
    """The database, the only part that may lie elsewhere."""
    if databases.kind_of(url) == "sqlite":
        _bring_back_file(backup, databases.file_of(url))
        return
    dumped = staged / DATABASES["postgresql"]
    _take_out(backup, dumped.name, dumped)
    try:
        with databases.connected(url) as connection:
            version = postgres.version_of(connection)
        postgres.restore(url, version, dumped)
        _prove_and_migrate(backup.manifest, url)
    except BaseException:
        _empty(url)
        raise
    dumped.unlink()


def _bring_back_file(backup: Backup, database: Path) -> None:
    own = database.with_name(f"{database.name}-restoring")
    try:
        with backup.opened(DATABASES["sqlite"]) as packed, own.open("wb") as written:
            own.chmod(0o600)
            shutil.copyfileobj(gzip.GzipFile(fileobj=packed), written)
        _prove_and_migrate(backup.manifest, f"sqlite:///{own}")
        sync(own)
        own.rename(database)
    finally:
        for path in own.parent.glob(f"{own.name}*"):
            path.unlink()


def _prove_and_migrate(manifest: Manifest, url: str) -> None:
    with databases.connected(url) as connection:
        came = databases.rows_of(connection)
    for name in sorted(manifest.rows.keys() | came.keys()):
        if manifest.rows.get(name) != came.get(name):
            raise Refusal(RowsAreMissing(name))
    migrating.migrate(url)


def _empty(url: str) -> None:
    engine = create_engine(make_url(url))
    with engine.begin() as connection:
        connection.execute(postgres.EMPTY)
    engine.dispose()
