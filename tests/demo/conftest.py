"""The demo without its photos, made once and copied for each test."""

import shutil
from pathlib import Path

import pytest

from tests.world import MONDAY_NOON
from toolshare import create_app, settings
from toolshare.database import db, transaction
from toolshare.demo import making


@pytest.fixture(scope="session")
def demo_database(migrated_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the demo as it is on Monday noon."""
    folder = tmp_path_factory.mktemp("demo")
    path = folder / "demo.sqlite"
    shutil.copy(migrated_database, path)
    app = create_app(
        settings.read(
            {
                "TOOLSHARE_INSTANCE": str(folder),
                "TOOLSHARE_DATABASE_URL": f"sqlite:///{path}",
                "TOOLSHARE_SECRET_KEY": "for tests, where nothing is secret",
            }
        )
    )
    with app.app_context():
        with transaction() as session:
            making.make(session, None, now=MONDAY_NOON)
        db.engine.dispose()
    return path


@pytest.fixture
def copy_of_demo(tmp_path: Path, demo_database: Path) -> str:
    """The address of a copy that a test may write to."""
    copy = tmp_path / "toolshare.sqlite"
    shutil.copy(demo_database, copy)
    return f"sqlite:///{copy}"
