"""The file of a backup: a plain tar, whose last member says what has to be in it.

What can be made smaller is packed by itself (the database), photos are small already: so any
member is found without unpacking those before it.
"""

import hashlib
import io
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from toolshare.backups import manifest
from toolshare.backups.manifest import Manifest
from toolshare.backups.reasons import Broken, NoBackup
from toolshare.refusals import Refusal

PIECE = 1_000_000  # bytes


class Hashed:
    """A file that is hashed as it is read."""

    def __init__(self, opened: IO[bytes]) -> None:
        self._opened, self.digest = opened, hashlib.sha256()

    def read(self, most: int = -1) -> bytes:
        """Reads on."""
        piece = self._opened.read(most)
        self.digest.update(piece)
        return piece


class Writer:
    """Puts files into a tar, and knows their digests."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.members: dict[str, str] = {}

    def add(self, name: str, file: Path) -> None:
        """Puts a file in; raises FileNotFoundError, with nothing written, when it isn't there."""
        with file.open("rb") as opened:
            about = self._tar.gettarinfo(arcname=name, fileobj=opened)
            bare = tarfile.TarInfo(name)
            bare.size, bare.mtime, bare.mode = about.size, about.mtime, 0o600
            hashed = Hashed(opened)
            self._tar.addfile(bare, hashed)
        self.members[name] = hashed.digest.hexdigest()

    def close_with(self, kept: Manifest) -> None:
        """Puts the manifest behind all else: where it is missing, the file was cut off."""
        written = kept.as_json()
        about = tarfile.TarInfo(manifest.NAME)
        about.size, about.mtime, about.mode = len(written), int(kept.made_at.timestamp()), 0o600
        self._tar.addfile(about, io.BytesIO(written))


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """A backup to put files into."""
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as tar:
        yield Writer(tar)


class Backup:
    """A backup that was made, with its manifest."""

    def __init__(self, path: Path, tar: tarfile.TarFile) -> None:
        self._tar = tar
        try:
            self.manifest = manifest.read(self._member(manifest.NAME).read())
        except (KeyError, ValueError, OSError, tarfile.TarError):
            raise Refusal(NoBackup(str(path))) from None

    def names(self, folder: str) -> Iterator[str]:
        """What is in a folder of the backup, by the paths in there."""
        for name in self.manifest.members:
            if name.startswith(f"{folder}/"):
                yield name.removeprefix(f"{folder}/")

    def prove(self) -> None:
        """Refuses a backup of which anything is missing or other than it was written."""
        for name, digest in self.manifest.members.items():
            if self._digest(name) != digest:
                raise Refusal(Broken(name))

    def read(self, name: str) -> bytes:
        """A small member, whole."""
        return self._member(name).read()

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        """A member, to be read."""
        with self._member(name) as member:
            yield member

    def _digest(self, name: str) -> str:
        digest = hashlib.sha256()
        try:
            with self._member(name) as member:
                while piece := member.read(PIECE):
                    digest.update(piece)
        except (KeyError, tarfile.TarError):
            return ""
        return digest.hexdigest()

    def _member(self, name: str) -> IO[bytes]:
        member = self._tar.extractfile(name)
        if member is None:
            raise KeyError(name)
        return member


@contextmanager
def reading(path: Path) -> Iterator[Backup]:
    """A backup to read from; refuses a file that is none."""
    try:
        tar = tarfile.open(path, "r:")  # noqa: SIM115 - closed below
    except tarfile.TarError:
        raise Refusal(NoBackup(str(path))) from None
    with tar:
        yield Backup(path, tar)
