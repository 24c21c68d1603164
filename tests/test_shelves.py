"""Photos lie in a folder or in a bucket, and nobody who looks at them can tell which."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from tests import storage
from tests.conftest import Run, type_of_client
from tests.server import free_port
from tests.world import World
from toolshare import keeper, settings
from toolshare.backups import making, restoring
from toolshare.bucket import Bucket
from toolshare.database import db, transaction
from toolshare.inventory import photos
from toolshare.inventory.models import Kind, Photo
from toolshare.refusals import Refusal
from toolshare.settings import Settings
from toolshare.shelves import Away, Folder, Shelf, carry, clear

RED = Image.new("RGB", (40, 30), "red")


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a storage."""
    with storage.running(tmp_path_factory.mktemp("storage") / "log") as address:
        yield address


@pytest.fixture
def bucket(s3: str) -> dict[str, str]:
    """The settings of a bucket of its own."""
    return storage.new_bucket(s3)


def opened(known: dict[str, str]) -> Bucket:
    how = {"key": known["TOOLSHARE_BUCKET_KEY"], "secret": known["TOOLSHARE_BUCKET_SECRET"]}
    return Bucket(known["TOOLSHARE_BUCKET_URL"], region="us-east-1", **how)


@pytest.fixture(params=["folder", "bucket"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    """Each sort of shelf."""
    if request.param == "folder":
        return Folder(tmp_path / "photos")
    return opened(request.getfixturevalue("bucket"))


def nowhere() -> Bucket:
    """A bucket of a storage that is away."""
    url = f"http://127.0.0.1:{free_port()}/photos"
    return Bucket(url, region="us-east-1", key="k", secret="s")


def names(shelf: Shelf) -> set[str]:
    return {one.name for one in shelf.lying()}


def test_what_is_put_there_lies_there_until_it_is_removed(shelf: Shelf) -> None:
    assert (names(shelf), shelf.get("a-320.webp")) == (set(), None)
    shelf.put("a-320.webp", b"hello, shed")
    shelf.put("b-320.webp", b"")
    assert (shelf.get("a-320.webp"), shelf.get("b-320.webp")) == (b"hello, shed", b"")
    assert shelf.get("a-320.webp", most=5) == b"hello"
    (kept,) = [one for one in shelf.lying() if one.name == "a-320.webp"]
    assert (kept.size, datetime.now(UTC) - kept.since < timedelta(minutes=5)) == (11, True)
    shelf.remove("a-320.webp")
    shelf.remove("a-320.webp")
    assert names(shelf) == {"b-320.webp"}
    assert shelf.get("a-320.webp", most=5) is None


def test_carrying_copies_what_is_not_there_and_does_it_again_where_it_was_cut_off(
    tmp_path: Path, bucket: dict[str, str]
) -> None:
    folder, there = Folder(tmp_path), opened(bucket)
    for name in ("a", "b", "c"):
        folder.put(name, name.encode() * 3)
    there.put("a", b"a")
    there.put("b", b"bbb")
    assert (carry(folder, there), carry(folder, there)) == (2, 0)
    assert [there.get(name) for name in ("a", "b", "c")] == [b"aaa", b"bbb", b"ccc"]
    folder.put("d", b"only here")
    assert clear(folder, now_at=there) == 3
    assert names(folder) == {"d"}


def test_a_storage_that_is_away_or_lets_us_not_in_says_so(s3: str) -> None:
    for one in (nowhere(), Bucket(f"{s3}/nobodys", region="us-east-1", key="k", secret="s")):
        for ask in (lambda at=one: at.put("a", b"a"), lambda at=one: list(at.lying())):
            with pytest.raises(Away, match="the storage of photos does not answer"):
                ask()


def test_a_photo_that_no_storage_takes_is_refused_with_what_to_do(
    now: datetime,
) -> None:
    with pytest.raises(Refusal, match="do it without a photo") as refused:
        photos.lay(nowhere(), RED, now=now)
    assert refused.value.status == 503
    photos.erase(nowhere(), "what was removed while the storage was away is found by check")


@pytest.fixture
def kept_there(app: Flask, bucket: dict[str, str], chosen: Settings) -> Settings:
    """The app, with its photos in the bucket."""
    known = {"TOOLSHARE_INSTANCE": str(chosen.instance), **bucket}
    there = settings.read(known)
    names = ("bucket_url", "bucket_region", "bucket_key", "bucket_secret")
    app.config["CHOSEN"] = replace(chosen, **{name: getattr(there, name) for name in names})
    return app.config["CHOSEN"]


@pytest.fixture
def kind(world: World, kept_there: Settings, client_of: type_of_client) -> Kind:
    """A kind to which Cora has added a photo on its page."""
    with transaction():
        kind = world.make_item().kind
    file = BytesIO()
    RED.save(file, "PNG")
    file.seek(0)
    address = f"/groups/borgo/inventory/kinds/{kind.id}/photos"
    answer = client_of(world.cora).post(address, data={"photo": (file, "red.png")})
    assert answer.status_code == 303
    return kind


def photo_of(kind: Kind) -> Photo:
    return db.session.scalars(select(Photo).where(Photo.kind_id == kind.id)).one()


def test_a_photo_in_a_bucket_is_shown_as_one_in_a_folder(
    kind: Kind, kept_there: Settings, client_of: type_of_client
) -> None:
    name = photo_of(kind).name
    assert names(kept_there.shelf) == {photos.file_name(name, width) for width in photos.WIDTHS}
    assert not kept_there.photos.exists()
    answer = client_of(None).get(f"/photos/{name}-320.webp")
    assert (answer.status_code, answer.mimetype) == (200, "image/webp")
    assert answer.data == kept_there.shelf.get(f"{name}-320.webp")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    known = {"If-None-Match": answer.headers["ETag"]}
    assert client_of(None).get(f"/photos/{name}-320.webp", headers=known).status_code == 304
    photos.erase(kept_there.shelf, name)
    assert client_of(None).get(f"/photos/{name}-320.webp").status_code == 404


def test_a_photo_of_damage_in_a_bucket_is_for_stewards_alone(
    world: World, kept_there: Settings, client_of: type_of_client, now: datetime
) -> None:
    with transaction() as session:
        told = {"group": world.borgo, "by": world.ana, "now": now}
        photo = photos.lay(kept_there.shelf, RED, now=now)
        name = photos.keep(session, photo, **told).name
    address = f"/photos/{name}-320.webp"
    statuses = [client_of(one).get(address).status_code for one in (None, world.vera, world.sam)]
    assert statuses == [404, 404, 200]
    assert "private" in client_of(world.sam).get(address).headers["Cache-Control"]


def test_a_photo_in_a_storage_that_is_away_is_not_shown_now(
    app: Flask, kind: Kind, kept_there: Settings, client_of: type_of_client
) -> None:
    away = f"http://127.0.0.1:{free_port()}/photos"
    app.config["CHOSEN"] = replace(kept_there, bucket_url=away)
    assert client_of(None).get(f"/photos/{photo_of(kind).name}-320.webp").status_code == 503


def test_photos_in_a_bucket_are_in_the_backup(
    kind: Kind, kept_there: Settings, tmp_path: Path, now: datetime
) -> None:
    made = making.make(keeper.installation_of(kept_there), tmp_path / "all.tar", now=now)
    assert (made.photos, made.missing) == (len(photos.WIDTHS), [])
    again = tmp_path / "again"
    url = f"sqlite:///{again / 'toolshare.sqlite'}"
    restoring.restore(tmp_path / "all.tar", again, url_of=lambda _kept: url)
    there = Folder(again / "photos")
    assert names(there) == names(kept_there.shelf)
    assert all(there.get(name) == kept_there.shelf.get(name) for name in names(there))


def test_photos_move_to_a_bucket_and_back_and_check_knows_where_they_are(
    run: Run,
    chosen: Settings,
    world: World,
    bucket: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with transaction() as session:
        kind = world.make_item().kind
        told = {"group": world.borgo, "kind": kind, "by": world.cora, "now": kind.added_at}
        photo = photos.lay(chosen.shelf, RED, now=kind.added_at)
        photos.keep(session, photo, **told)
    here = names(chosen.shelf)
    assert run("move-photos", "bucket") == (
        2,
        "toolshare: TOOLSHARE_BUCKET_URL: names no bucket yet\n",
    )
    for name, value in bucket.items():
        monkeypatch.setenv(name, value)
    missing = "".join(f"photo {name}: the file is missing\n" for name in sorted(here))
    assert missing in run("check")[1]
    copied = "3 files copied to the {}.\n3 files removed where they were.\n"
    assert run("move-photos", "bucket", "--clear") == (0, copied.format("bucket"))
    assert (names(chosen.shelf), names(opened(bucket))) == (set(), here)
    assert "the file is missing" not in run("check")[1]
    assert run("move-photos", "folder", "--clear") == (0, copied.format("folder"))
    assert (names(chosen.shelf), names(opened(bucket))) == (here, set())


def test_without_the_extra_a_bucket_is_refused_in_a_line(
    bucket: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toolshare.bucket_settings.find_spec", lambda _name: None)
    with pytest.raises(settings.WrongSetting, match=r"BUCKET_URL: needs `pip install toolshare"):
        settings.read({"TOOLSHARE_INSTANCE": str(tmp_path), **bucket})
