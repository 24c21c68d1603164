"""A backup brings an installation back as it was, or says why not and changes nothing."""

import sqlite3
import subprocess
import tarfile
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.backups.conftest import Move
from tests.backups.installation import add_photo, files, sqlite, tables
from tests.conftest import Run
from tests.postgres import Cluster, on_any_database
from tests.server import TOOLSHARE, environment
from tests.world import MONDAY_NOON, World
from toolshare.backups import databases, postgres
from toolshare.backups.making import Installation, make
from toolshare.backups.reasons import ToolFailed, ToolIsMissing
from toolshare.backups.restoring import UNFINISHED, restore
from toolshare.database import db, transaction
from toolshare.inventory import photos
from toolshare.inventory.models import Item, Kind, Photo
from toolshare.keeper import installation_of
from toolshare.migrating import migrate, migrate_down
from toolshare.refusals import Refusal
from toolshare.serving import refuse_half_a_backup
from toolshare.settings import Settings, WrongSetting


@on_any_database
def test_what_is_brought_back_is_the_same_table_by_table_and_byte_for_byte(
    run: Run, thing: Item, chosen: Settings, move: Move, empty_url: str
) -> None:
    file = chosen.instance.parent / "backup.tar"
    status, said = run("backup", file)
    assert (status, "3 files of photos" in said) == (0, True)
    assert file.stat().st_mode & 0o777 == 0o600
    elsewhere = move()
    status, said = run("restore", file)
    assert (status, "2026" in said) == (0, True)
    assert tables(empty_url) == tables(chosen.database_url)
    assert len(tables(empty_url)) > 40
    assert files(elsewhere) == files(chosen.instance)
    assert (elsewhere / "secret-key").stat().st_mode & 0o777 == 0o600
    assert run("check") == (0, "All is well.\n")


def test_the_database_lies_where_the_settings_in_the_backup_say(
    run: Run, thing: Item, chosen: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, other = f"sqlite:///{tmp_path / 'in' / 'kept.sqlite'}", tmp_path / "other"
    (tmp_path / "in").mkdir()
    (chosen.instance / "settings.toml").write_text(f'database_url = "{url}"\n')
    assert run("backup", tmp_path / "backup.tar")[0] == 0
    monkeypatch.delenv("TOOLSHARE_DATABASE_URL")
    monkeypatch.setenv("TOOLSHARE_INSTANCE", str(other))
    assert "the settings another one" not in run("restore", tmp_path / "backup.tar")[1]
    assert tables(url) == tables(chosen.database_url)
    monkeypatch.setenv("TOOLSHARE_INSTANCE", str(tmp_path / "third"))
    monkeypatch.setenv("TOOLSHARE_DATABASE_URL", f"sqlite:///{tmp_path / 'third.sqlite'}")
    assert "the settings another one" in run("restore", tmp_path / "backup.tar")[1]


def test_a_file_that_is_there_is_written_over_only_when_told_so(
    run: Run, thing: Item, tmp_path: Path
) -> None:
    file = tmp_path / "backup.tar"
    file.write_text("of yesterday")
    assert run("backup", file) == (
        1,
        f"toolshare: {file} is there already. Choose another name, or say --force to write over it.\n",
    )
    assert file.read_text() == "of yesterday"
    assert run("backup", file, "--force")[0] == 0
    assert tarfile.is_tarfile(file)


def test_photos_that_go_or_come_while_a_backup_is_made_do_no_harm(
    world: World, thing: Item, chosen: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy, beside = databases.copy, chosen.instance.parent

    def then_people_go_on(url: str, folder: Path) -> object:
        copied = copy(url, folder)
        with transaction() as session:
            old = session.scalars(select(Photo)).one()
            add_photo(session, chosen, world, session.get_one(Kind, thing.kind_id), "blue")
            session.delete(old)
        photos.erase(chosen.shelf, old.name)
        return copied

    before = files(chosen.instance)
    monkeypatch.setattr(databases, "copy", then_people_go_on)
    made = make(installation_of(chosen), beside / "backup.tar", now=MONDAY_NOON)
    assert made.missing == []
    restore(beside / "backup.tar", beside / "new", url_of=lambda _: sqlite(beside / "new"))
    assert files(beside / "new") == before


def test_a_photo_that_was_gone_before_is_named(run: Run, thing: Item, chosen: Settings) -> None:
    (lost,) = chosen.photos.glob("*-640.webp")
    lost.unlink()
    status, said = run("backup", chosen.instance.parent / "backup.tar")
    assert (status, f"photo {lost.name}: the file is missing\n" in said) == (0, True)


@on_any_database
def test_an_older_backup_is_migrated_forward(
    run: Run, thing: Item, chosen: Settings, elsewhere: Path, empty_url: str
) -> None:
    db.session.remove()
    migrate_down(chosen.database_url, to="0031")
    file = chosen.instance.parent / "backup.tar"
    make(installation_of(chosen), file, now=MONDAY_NOON)
    status, said = run("restore", file)
    assert status == 0, said
    migrate(chosen.database_url)
    assert tables(empty_url) == tables(chosen.database_url)
    assert not list(elsewhere.glob("*before*"))


@pytest.mark.postgres
def test_programs_of_postgresql_that_are_too_old_are_named(postgres_cluster: Cluster) -> None:
    with pytest.raises(Refusal) as refused:
        postgres.program("pg_dump", 9999)
    assert refused.value.reasons == (ToolIsMissing("pg_dump", 9999),)
    with pytest.raises(Refusal) as refused:
        postgres.dump(postgres_cluster.url("nowhere"), "", 1, Path("/dev/null"))
    (reason,) = refused.value.reasons
    assert isinstance(reason, ToolFailed)
    assert 'database "nowhere" does not exist' in reason.said


def test_what_was_never_migrated_is_nothing_to_keep(tmp_path: Path, now: datetime) -> None:
    empty = Installation(tmp_path, tmp_path / "photos", sqlite(tmp_path))
    with pytest.raises(Refusal, match="nothing in the database"):
        make(empty, tmp_path / "backup.tar", now=now)
    with closing(sqlite3.connect(tmp_path / "toolshare.sqlite")):
        pass
    with pytest.raises(Refusal, match="nothing in the database"):
        make(empty, tmp_path / "backup.tar", now=now)
    assert [path.name for path in tmp_path.iterdir()] == ["toolshare.sqlite"]


def test_nothing_is_served_from_where_a_backup_was_being_brought_back(tmp_path: Path) -> None:
    refuse_half_a_backup(tmp_path)
    (tmp_path / UNFINISHED).mkdir()
    with pytest.raises(WrongSetting, match="bringing back a backup was interrupted"):
        refuse_half_a_backup(tmp_path)


def test_a_backup_that_is_killed_leaves_no_file(
    thing: Item, chosen: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "backup.tar"
    ours = {
        "TOOLSHARE_INSTANCE": str(chosen.instance),
        "TOOLSHARE_DATABASE_URL": chosen.database_url,
    }
    with subprocess.Popen([*TOOLSHARE, "backup", str(file)], env=environment(**ours)) as backing_up:
        while not list(tmp_path.glob(".toolshare-unfinished-*")) and backing_up.poll() is None:
            pass
        backing_up.kill()
    assert not file.exists() or tarfile.is_tarfile(file)
