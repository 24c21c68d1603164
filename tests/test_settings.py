"""What an installation can choose, and what is said about a choice that can't be used."""

import stat
import subprocess
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from tests.server import TOOLSHARE, environment
from tests.tried_settings import BAD, BUCKET, GOOD, MAIL, POSTGRESQL
from toolshare import create_app, settings
from toolshare.post import Security
from toolshare.settings import Settings, WrongSetting

Read = Callable[..., Settings]


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """The folder of an installation that has not begun."""
    return tmp_path / "instance"


@pytest.fixture
def read(instance: Path) -> Read:
    """Reads the settings of that installation with these variables."""

    def read(**variables: str) -> Settings:
        given = {f"TOOLSHARE_{name.upper()}": value for name, value in variables.items()}
        return settings.read({"TOOLSHARE_INSTANCE": str(instance), **given})

    return read


def test_nothing_has_to_be_chosen(read: Read, instance: Path) -> None:
    chosen = read()
    assert chosen == Settings(
        instance=instance,
        database_url=f"sqlite:///{instance / 'toolshare.sqlite'}",
        replica_url=None,
        public_url="http://127.0.0.1:8000",
        former_hosts=(),
        secret_key=chosen.secret_key,
        trusted_proxies=0,
        logs="words",
        metrics_token=None,
        private_webhooks=False,
        private_push=False,
        photo_bytes=20_000_000,
        backup_folder=None,
        backup_hours=24,
        backup_keep=(7, 4, 12),
        mail_from="",
        smtp_host="",
        smtp_port=587,
        smtp_user="",
        smtp_password="",
        smtp_security=Security.STARTTLS,
        bucket_url="",
        bucket_region="us-east-1",
        bucket_key="",
        bucket_secret="",
    )
    assert chosen.mail_server is None
    assert chosen.photos == instance / "photos"
    assert stat.S_IMODE(instance.stat().st_mode) == 0o700


@pytest.mark.parametrize(("name", "given", "chosen"), GOOD)
def test_a_setting_comes_from_the_environment(
    read: Read, name: str, given: str, chosen: Any
) -> None:
    former = ("old.example.org", "older.example.org:8000")
    assert getattr(read(**{**MAIL, **BUCKET, **POSTGRESQL, name: given}), name) == (
        former if chosen is None else chosen
    )


def test_every_setting_is_tried() -> None:
    names = {field.name for field in fields(Settings)} - {"instance"}
    assert names == {name for name, *_ in GOOD} == {name for name, *_ in BAD}


def test_labels_of_former_hosts_are_ours(read: Read) -> None:
    chosen = read(public_url="https://tools.example.org", former_hosts="old.example.org")
    assert chosen.hosts == ("tools.example.org", "old.example.org")


@pytest.mark.parametrize(("name", "given", "why"), BAD)
def test_a_setting_that_can_not_be_used_is_named(
    read: Read, name: str, given: str, why: str
) -> None:
    with pytest.raises(WrongSetting) as wrong:
        read(**{name: given})
    said = str(wrong.value)
    assert said.startswith(f"TOOLSHARE_{name.upper()}: ")
    assert why in said
    assert "secret" not in said.removeprefix("TOOLSHARE_SECRET_KEY")
    assert "\n" not in said


def test_an_empty_variable_is_none(read: Read, instance: Path) -> None:
    assert read(public_url="", database_url="").public_url == "http://127.0.0.1:8000"


def test_a_variable_that_is_mistyped_is_named(read: Read) -> None:
    with pytest.raises(WrongSetting, match="TOOLSHARE_PUBLIC_ULR: there is no such setting"):
        read(public_ulr="https://tools.example.org")


def test_the_environment_comes_before_the_file(read: Read, instance: Path) -> None:
    instance.mkdir()
    (instance / "settings.toml").write_text(
        'public_url = "https://tools.example.org"\n'
        'former_hosts = ["old.example.org"]\n'
        "photo_bytes = 5_000_000\n"
    )
    chosen = read(public_url="https://new.example.org")
    assert chosen.hosts == ("new.example.org", "old.example.org")
    assert chosen.photo_bytes == 5_000_000


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ('public_ulr = "https://a.example"', "there is no setting 'public_ulr' here"),
        ('instance = "/srv"', "there is no setting 'instance' here"),
        ("public_url =", "is not valid TOML"),
        ("# b\xfccher", "is not valid TOML"),
        ("public_url = 7", "TOOLSHARE_PUBLIC_URL: should be like https://"),
        ("former_hosts = 7", "TOOLSHARE_FORMER_HOSTS: should be host names"),
        ("former_hosts = [7]", "TOOLSHARE_FORMER_HOSTS: should be host names"),
        ("photo_bytes = true", "TOOLSHARE_PHOTO_BYTES: should be a whole number"),
        ("trusted_proxies = 1.5", "TOOLSHARE_TRUSTED_PROXIES: should be a whole number"),
    ],
)
def test_a_file_that_can_not_be_used_is_refused(
    read: Read, instance: Path, content: str, why: str
) -> None:
    instance.mkdir()
    (instance / "settings.toml").write_bytes(content.encode("latin-1"))
    with pytest.raises(WrongSetting) as wrong:
        read()
    assert why in str(wrong.value)


def test_a_file_that_can_not_be_read_is_named(read: Read, instance: Path) -> None:
    (instance / "settings.toml").mkdir(parents=True)
    with pytest.raises(WrongSetting, match=r"settings\.toml can't be read: Is a directory"):
        read()


def test_the_secret_key_is_made_once_and_kept_to_ourselves(read: Read, instance: Path) -> None:
    key = read().secret_key
    assert len(key) >= 64
    assert read().secret_key == key
    assert (instance / "secret-key").read_text() == key
    assert stat.S_IMODE((instance / "secret-key").stat().st_mode) == 0o600
    assert [path.name for path in instance.iterdir()] == ["secret-key"]


def test_no_two_installations_have_the_same_secret_key(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("borgo", "castello")]
    keys = {settings.read({"TOOLSHARE_INSTANCE": str(one)}).secret_key for one in folders}
    assert len(keys) == 2


def test_whoever_starts_at_the_same_moment_gets_the_same_key(read: Read) -> None:
    with ThreadPoolExecutor(8) as processes:
        keys = set(processes.map(lambda _: read().secret_key, range(8)))
    assert len(keys) == 1


def test_an_empty_secret_key_is_refused(read: Read, instance: Path) -> None:
    instance.mkdir()
    (instance / "secret-key").touch()
    with pytest.raises(WrongSetting, match="holds no key: delete it"):
        read()


def test_a_folder_that_can_not_be_used_is_named(read: Read, instance: Path) -> None:
    instance.touch()
    with pytest.raises(WrongSetting) as wrong:
        read()
    said = f"TOOLSHARE_INSTANCE: can't use the folder {instance}: File exists"
    assert str(wrong.value) == said


@pytest.mark.parametrize(
    ("variables", "why"),
    [
        ({"TOOLSHARE_PUBLIC_URL": "shed"}, "TOOLSHARE_PUBLIC_URL: should be like"),
        ({"TOOLSHARE_DATABASE_URL": "sqlite:////nowhere/at/all"}, "unable to open database file"),
        (
            {"TOOLSHARE_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/tools"},
            "the database can't be used: connection failed",
        ),
        ({"TOOLSHARE_DATABASE_URL": f"sqlite:///{__file__}"}, "file is not a database"),
    ],
    ids=["a setting", "a folder", "a server", "a file"],
)
def test_the_server_does_not_start_and_says_why_in_a_line(
    instance: Path, variables: Mapping[str, str], why: str
) -> None:
    ended = subprocess.run(
        [*TOOLSHARE, "serve", "--port", "1"],
        env=environment(TOOLSHARE_INSTANCE=str(instance), **variables),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("toolshare: ")
    assert ended.stderr.count("\n") == 1
    assert why in ended.stderr


def test_sessions_are_signed_with_the_secret_key_and_stay_on_https(read: Read) -> None:
    chosen = read(public_url="https://tools.example.org")
    app = create_app(chosen)
    assert app.secret_key == chosen.secret_key
    assert app.config["SESSION_COOKIE_SECURE"]
    assert not create_app(read()).config["SESSION_COOKIE_SECURE"]
