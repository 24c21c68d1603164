"""What a backup says of itself: what it was made of, and what has to be in it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

NAME = "manifest.json"
DATABASES = {"sqlite": "database.sqlite.gz", "postgresql": "database.dump"}
PHOTOS, REST = "photos", "instance"  # folders in a backup


@dataclass(frozen=True)
class Manifest:
    """Version and revision that it was made with, when, of which database, and all that it holds.

    `rows` are the numbers of rows in each table; `members` the SHA-256 of each file; `missing` are
    files of photos that were gone before.
    """

    version: str
    revision: str
    made_at: datetime
    database: str
    rows: Mapping[str, int]
    members: Mapping[str, str]
    missing: Sequence[str]

    def as_json(self) -> bytes:
        """As it is written into the backup."""
        facts = asdict(self) | {"made_at": self.made_at.isoformat()}
        return json.dumps(facts, indent=1, sort_keys=True).encode()

    @property
    def photos(self) -> int:
        """How many files of photos there are."""
        return sum(name.startswith(f"{PHOTOS}/") for name in self.members)


def read(written: bytes) -> Manifest:
    """The manifest in a backup; raises ValueError when it is none."""
    try:
        facts: dict[str, Any] = json.loads(written)
        facts["made_at"] = datetime.fromisoformat(facts["made_at"])
        manifest = Manifest(**facts)
        is_sound = DATABASES[manifest.database] in manifest.members
        is_sound &= all(map(_is_harmless, manifest.members))
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(error) from None
    if not is_sound:
        raise ValueError(manifest.members)
    return manifest


def _is_harmless(name: str) -> bool:
    """Whether the file of this name stays in the folder that it is written into."""
    path = PurePosixPath(name)
    folder, *below = path.parts
    return ".." not in below and (
        (folder in {PHOTOS, REST} and bool(below)) or name in DATABASES.values()
    )
