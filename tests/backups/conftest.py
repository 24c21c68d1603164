"""An installation with something in it, its backup, and an empty place for it."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.backups.installation import furnish
from tests.postgres import Cluster
from tests.world import World
from toolshare.backups import databases
from toolshare.backups.making import make
from toolshare.inventory.models import Item
from toolshare.keeper import installation_of
from toolshare.settings import Settings

Move = Callable[[], Path]


@pytest.fixture
def thing(world: World, chosen: Settings) -> Item:
    """What there is to back up."""
    return furnish(world, chosen)


@pytest.fixture
def empty_url(request: pytest.FixtureRequest, chosen: Settings, tmp_path: Path) -> Iterator[str]:
    """An empty database of the same kind, to bring a backup back to."""
    if databases.kind_of(chosen.database_url) == "sqlite":
        yield f"sqlite:///{tmp_path / 'elsewhere' / 'toolshare.sqlite'}"
    else:
        cluster: Cluster = request.getfixturevalue("postgres_cluster")
        with cluster.database() as url:
            yield url


@pytest.fixture
def move(tmp_path: Path, empty_url: str, monkeypatch: pytest.MonkeyPatch) -> Move:
    """Lets the commands run in an empty place from here on, and gives it."""

    def move() -> Path:
        monkeypatch.setenv("TOOLSHARE_INSTANCE", str(tmp_path / "elsewhere"))
        monkeypatch.setenv("TOOLSHARE_DATABASE_URL", empty_url)
        return tmp_path / "elsewhere"

    return move


@pytest.fixture
def elsewhere(environment: None, move: Move) -> Path:
    """An empty place, in which the commands run."""
    return move()


@pytest.fixture
def backup(thing: Item, chosen: Settings, tmp_path: Path, now: datetime) -> Path:
    """A backup."""
    make(installation_of(chosen), tmp_path / "backup.tar", now=now)
    return tmp_path / "backup.tar"
