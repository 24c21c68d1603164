"""What journeys are given: an installation of one's own, and Chromium."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.server import TOOLSHARE, environment

Toolshare = Callable[..., str]


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """An empty folder for an installation."""
    folder = tmp_path / "instance"
    folder.mkdir()
    return folder


@pytest.fixture
def toolshare(instance: Path) -> Toolshare:
    """Runs the command on the installation, in a process of its own; gives what it says."""

    def toolshare(*words: object) -> str:
        done = subprocess.run(
            [*TOOLSHARE, *map(str, words)],
            env=environment(TOOLSHARE_INSTANCE=str(instance)),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return toolshare
