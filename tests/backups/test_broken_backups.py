"""A backup that is not whole, or a place that is taken: nothing is brought back."""

import io
import json
import tarfile
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.backups.installation import files, sqlite, tables
from tests.conftest import Run
from toolshare.backups import databases
from toolshare.backups.reasons import RowsAreMissing
from toolshare.backups.restoring import restore
from toolshare.migrating import migrate
from toolshare.refusals import Refusal
from toolshare.settings import Settings

REFUSED = [
    ("not a tar", "is no backup"),
    ("cut off", "is no backup"),
    ("another byte", "is broken: photos/"),
    ("a member less", "is broken: photos/"),
    ("no manifest", "is no backup"),
    ("a manifest of nothing", "is no backup"),
    ("an unkind name", "is no backup"),
    ("no database", "is no backup"),
    ("a newer revision", "newer than this one"),
    ("rows too many", "the table people is another one"),
    ("another database", "is one of postgresql"),
]


def members_of(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as tar:
        return {one.name: tar.extractfile(one).read() for one in tar}  # type: ignore[union-attr]


def written(path: Path, members: dict[str, bytes], *folders: str) -> None:
    with tarfile.open(path, "w") as tar:
        for name in folders:
            about = tarfile.TarInfo(name)
            about.type = tarfile.DIRTYPE
            tar.addfile(about)
        for name, content in members.items():
            about = tarfile.TarInfo(name)
            about.size = len(content)
            tar.addfile(about, io.BytesIO(content))


def spoil(path: Path, how: str) -> None:
    """What a bad disk, a bad copy, or somebody unkind makes of a backup."""
    members = members_of(path)
    facts = json.loads(members["manifest.json"])
    photo = next(name for name in members if name.startswith("photos/"))
    match how:
        case "not a tar":
            path.write_bytes(b"not a tar")
            return
        case "cut off":
            path.write_bytes(path.read_bytes()[:-20_000])
            return
        case "another byte":
            members[photo] = bytes([members[photo][0] ^ 1]) + members[photo][1:]
        case "a member less":
            del members[photo]
        case "no manifest":
            del members["manifest.json"]
        case "a manifest of nothing":
            facts = []
        case "an unkind name":
            facts["members"]["photos/../../ours"] = ""
        case "no database":
            del facts["members"]["database.sqlite.gz"]
        case "a newer revision":
            facts["revision"] = "9999"
        case "rows too many":
            facts["rows"]["people"] += 1
        case "another database":
            facts["members"]["database.dump"] = ""
            facts["database"] = "postgresql"
    if "manifest.json" in members:
        members["manifest.json"] = json.dumps(facts).encode()
    written(path, members)


@pytest.mark.parametrize(("how", "why"), REFUSED, ids=[how for how, _ in REFUSED])
def test_a_backup_that_is_not_whole_brings_back_nothing(
    run: Run, backup: Path, elsewhere: Path, how: str, why: str
) -> None:
    spoil(backup, how)
    status, said = run("restore", backup)
    assert (status, why in said) == (1, True), said
    assert not elsewhere.exists()


def test_a_folder_is_no_manifest(run: Run, backup: Path, elsewhere: Path) -> None:
    members = members_of(backup)
    del members["manifest.json"]
    written(backup, members, "manifest.json")
    assert "is no backup" in run("restore", backup)[1]
    assert not elsewhere.exists()


def test_a_place_that_is_taken_is_left_as_it_is(
    run: Run, backup: Path, chosen: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = files(chosen.instance)
    status, said = run("restore", backup)
    assert (status, "is not empty" in said) == (1, True)
    assert files(chosen.instance) == before
    monkeypatch.setenv("TOOLSHARE_INSTANCE", str(tmp_path / "empty"))
    status, said = run("restore", backup)
    assert (status, "The database is not empty." in said) == (1, True)
    assert not (tmp_path / "empty").exists()


def test_where_bringing_back_fails_in_the_middle_the_place_stays_empty(
    backup: Path, tmp_path: Path
) -> None:
    place = tmp_path / "elsewhere"
    place.mkdir()
    spoil(backup, "rows too many")
    with pytest.raises(Refusal) as refused:
        restore(backup, place, url_of=lambda _: sqlite(place))
    assert refused.value.reasons == (RowsAreMissing("people"),)
    assert list(place.iterdir()) == []


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_where_it_fails_in_the_middle_the_database_stays_empty(
    backup: Path, elsewhere: Path, empty_url: str
) -> None:
    spoil(backup, "rows too many")
    with pytest.raises(Refusal):
        restore(backup, elsewhere, url_of=lambda _: empty_url)
    assert tables(empty_url) == {}
    with databases.connected(empty_url) as connection:
        ours = "SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        assert connection.scalar(text(ours)) == 0
    migrate(empty_url)
    with pytest.raises(Refusal, match="The database is not empty"):
        restore(backup, elsewhere, url_of=lambda _: empty_url)
