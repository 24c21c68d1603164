"""Installations that are filled once, and copied for each test that looks at them."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.world import World
from toolshare import create_app, settings
from toolshare.database import db, transaction
from toolshare.settings import Settings


@dataclass(frozen=True)
class Lived:
    """An installation with people and things in it, and what is known of it."""

    chosen: Settings
    known: dict[str, Any]

    def copy_to(self, other: Settings) -> None:
        """Brings database and files into another installation."""
        with closing(connect(self.chosen)) as source, closing(connect(other)) as copy:
            source.backup(copy)
        shutil.copytree(self.chosen.instance, other.instance, dirs_exist_ok=True)


def filled(peopled: Path, folder: Path, fill: Callable[[World], dict[str, Any]]) -> Lived:
    """An installation in this folder, from a database with the cast in it."""
    shutil.copy(peopled, folder / "lived.sqlite")
    chosen = settings.read(
        {
            "TOOLSHARE_INSTANCE": str(folder / "instance"),
            "TOOLSHARE_DATABASE_URL": f"sqlite:///{folder / 'lived.sqlite'}",
            "TOOLSHARE_SECRET_KEY": "for tests, where nothing is secret",
        }
    )
    with create_app(chosen).app_context():
        with transaction() as session:
            known = fill(World.met_again(session))
        db.session.remove()
        db.engine.dispose()
    return Lived(chosen, known)


def connect(chosen: Settings) -> sqlite3.Connection:
    """The database of an installation; nobody waits for the disk that it is copied to."""
    found = sqlite3.connect(chosen.database_url.removeprefix("sqlite:///"))
    found.execute("PRAGMA synchronous=OFF")
    return found
