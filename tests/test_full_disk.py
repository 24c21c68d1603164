"""A disk that is really full: what is told, what stays as it was, and that all goes on afterwards."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image

from tests.backups.installation import files, furnish
from tests.conftest import Run, type_of_client
from tests.disks import filled, in_memory
from tests.world import World
from toolshare.database import db
from toolshare.settings import Settings

FULL = "disk of this server is full"


@pytest.fixture
def tmp_path(tmp_path: Path) -> Iterator[Path]:
    """A disk of 8 MB, with all of the installation on it."""
    disk = tmp_path / "disk"
    with in_memory(disk):
        yield disk


def test_a_full_disk_is_told_and_all_goes_on_when_there_is_room(
    world: World, chosen: Settings, client_of: type_of_client, tmp_path: Path, app: Flask
) -> None:
    code = furnish(world, chosen).code
    sam, before = client_of(world.sam), files(chosen.instance)
    with filled(tmp_path):
        answers = [sam.post(f"/I/{code}/return")]
        while answers[-1].status_code == 303 and len(answers) < 400:
            answers += [sam.post(f"/I/{code}/{act}") for act in ("loan", "return")]
        assert answers[-1].status_code == 503
        assert FULL in answers[-1].text
        assert sam.get(f"/I/{code}").status_code == 200
        photo = {"photo": (picture(), "drill.jpg"), "note": "It broke.", "usable": "yes"}
        refused = sam.post(f"/I/{code}/damage", data=photo)
        assert refused.status_code == 503
    assert files(chosen.instance) == before
    assert {sam.post(f"/I/{code}/{act}").status_code for act in ("return", "loan")} <= {303, 409}
    assert sam.post(f"/I/{code}/return").status_code == 303


def picture() -> io.BytesIO:
    """One that weighs something."""
    file = io.BytesIO()
    Image.effect_noise((500, 400), 90).convert("RGB").save(file, "JPEG")
    return io.BytesIO(file.getvalue())


def test_what_finds_no_room_leaves_nothing_behind(
    run: Run, world: World, chosen: Settings, tmp_path: Path
) -> None:
    furnish(world, chosen)
    db.session.remove()
    assert run("backup", tmp_path / "good.tar")[0] == 0
    with filled(tmp_path):
        before = sorted(tmp_path.rglob("*"))
        status, said = run("backup", tmp_path / "backup.tar")
        assert (status, said) == (
            2,
            "toolshare: the database can't be copied: database or disk is full\n",
        )
        assert sorted(tmp_path.rglob("*")) == before
    assert run("check") == (0, "All is well.\n")
