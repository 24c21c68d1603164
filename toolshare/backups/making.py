"""Making a backup of an installation while it serves."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from toolshare.backups import archive, databases
from toolshare.backups.archive import Writer
from toolshare.backups.manifest import PHOTOS, REST, Manifest
from toolshare.backups.whole_files import UNFINISHED, written_whole
from toolshare.inventory.photos import WIDTHS, file_name
from toolshare.shelves import Folder, Shelf


@dataclass(frozen=True)
class Installation:
    """What is kept: the folder of an installation, its photos, its database, and what is none of it."""

    folder: Path
    photos: Path
    database_url: str
    backups: Path | None = None
    elsewhere: Shelf | None = None  # where the photos are, unless in their folder

    @property
    def shelf(self) -> Shelf:
        """Where the photos are."""
        return self.elsewhere or Folder(self.photos)


def make(installation: Installation, to: Path, *, now: datetime, over: bool = False) -> Manifest:
    """Writes a backup of the database as it is now, of its photos, and of all that is beside them.

    The database comes first: photos that come in after it are none of it, and those that are
    removed after it were held. Refuses where something is at `to`, unless it may be
    written over.
    """
    with (
        written_whole(to, over=over) as own,
        _held(installation) as held,
        archive.writing(own) as writer,
    ):
        packed, facts = databases.copy(installation.database_url, own.parent)
        writer.add(packed.name, packed)
        packed.unlink()
        missing = _add_photos(writer, facts.photos, held, installation.shelf)
        for path in rest_of(installation):
            writer.add(f"{REST}/{path.relative_to(installation.folder).as_posix()}", path)
        made = Manifest(
            version("toolshare"),
            facts.revision,
            now,
            databases.kind_of(installation.database_url),
            facts.rows,
            writer.members,
            missing,
        )
        writer.close_with(made)
    return made


def rest_of(installation: Installation) -> Iterator[Path]:
    """Files beside database and photos: settings, keys, certificates; none that is hidden."""
    kept_otherwise = {installation.photos, installation.backups}
    for path in sorted(installation.folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and not kept_otherwise & set(path.parents):
            hidden = (one.startswith(".") for one in path.relative_to(installation.folder).parts)
            if not any(hidden) and not _is_of_sqlite(path, installation.database_url):
                yield path


def _is_of_sqlite(path: Path, database_url: str) -> bool:
    """Whether this is the database, a former one, or a file that SQLite or we put beside it."""
    database = databases.file_of(database_url).name
    return ".sqlite" in path.name or (
        databases.kind_of(database_url) == "sqlite" and path.name.startswith(database)
    )


@contextmanager
def _held(installation: Installation) -> Iterator[Path]:
    """A folder in which the photos have a second name, where the disk can: who removes one, lets us have it."""
    with TemporaryDirectory(prefix=UNFINISHED, dir=installation.folder) as name:
        for file in installation.photos.glob("*.webp"):
            with suppress(OSError):
                os.link(file, Path(name, file.name))
        yield Path(name)


def _add_photos(writer: Writer, names: list[str], held: Path, shelf: Shelf) -> list[str]:
    """Those that the copy of the database names; gives the files that are gone."""
    missing = []
    for name in names:
        for width in WIDTHS:
            file = held / file_name(name, width)
            if not file.exists() and not _brought(shelf, file):
                missing.append(file.name)
                continue
            writer.add(f"{PHOTOS}/{file.name}", file)
            file.unlink()
    return missing


def _brought(shelf: Shelf, file: Path) -> bool:
    """Whether what has no second name could be copied."""
    content = shelf.get(file.name)
    if content is not None:
        file.write_bytes(content)
    return content is not None
