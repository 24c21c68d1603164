"""Every setting, its default, its environment variable, and what is wrong with a bad one."""

import os
import re
import secrets
import tomllib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from urllib.parse import urlsplit

from toolshare import bucket_settings, mail_settings
from toolshare.choices import (
    POSTGRESQL,
    PREFIX,
    WrongSetting,
    folder,
    is_on,
    kind_of_database,
    one_of,
    secret,
    three_numbers,
    whole_number,
    with_driver,
)
from toolshare.post import MailServer, Security
from toolshare.shelves import Folder, Shelf

__all__ = ["Settings", "WrongSetting", "read"]

BESIDE_THE_PACKAGE = Path(__file__).resolve().parent.parent
DEFAULT_PUBLIC_URL = "http://127.0.0.1:8000"
DEFAULT_PORTS = {"http": ":80", "https": ":443"}
SHORTEST_SECRET_KEY = 32
# What stands in a label's address: a name or IPv4 address, or an IPv6 address, and a port.
HOST = re.compile(r"([a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:.]+\])(:\d{1,5})?", re.ASCII)


@dataclass(frozen=True)
class Settings:
    """What an installation can choose; field names are `TOOLSHARE_<NAME>` in the environment."""

    instance: Path
    database_url: str
    replica_url: str | None
    public_url: str
    former_hosts: tuple[str, ...]
    secret_key: str
    trusted_proxies: int
    logs: str
    metrics_token: str | None
    private_webhooks: bool
    private_push: bool
    photo_bytes: int
    backup_folder: Path | None
    backup_hours: int
    backup_keep: tuple[int, int, int]
    mail_from: str
    smtp_host: str
    smtp_port: int
    smtp_user: str
    smtp_password: str
    smtp_security: Security
    bucket_url: str
    bucket_region: str
    bucket_key: str
    bucket_secret: str

    @property
    def mail_server(self) -> MailServer | None:
        """Who takes our mail; None where no mail is set up."""
        if not self.smtp_host:
            return None
        where = (self.smtp_host, self.smtp_port, self.smtp_security)
        return MailServer(*where, self.mail_from, self.smtp_user, self.smtp_password)

    @property
    def photos(self) -> Path:
        """The folder in which photos are kept, unless they are in a bucket."""
        return self.instance / "photos"

    @cached_property
    def shelf(self) -> Shelf:
        """Where the files of photos lie; each process opens its own way to a bucket."""
        if not self.bucket_url:
            return Folder(self.photos)
        from toolshare.bucket import Bucket  # what it needs is installed where there is a bucket

        how = {"region": self.bucket_region, "key": self.bucket_key, "secret": self.bucket_secret}
        return Bucket(self.bucket_url, **how)

    @property
    def public_host(self) -> str:
        """Host and port under which people reach us, in lower case."""
        return urlsplit(self.public_url).netloc.lower()

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every host that our labels may carry: the present one, and the former ones."""
        return (self.public_host, *self.former_hosts)


def read(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings in force: environment first, then `settings.toml`, then defaults.

    Raises WrongSetting, whose text names the setting and what it should be.
    """
    instance = instance_of(environment)
    _make_folder(instance)
    given = _from_file(instance / "settings.toml") | _from_environment(environment)
    database = database_url(given.get("database_url"), instance)
    return Settings(
        instance=instance,
        database_url=database,
        replica_url=_replica_url(given.get("replica_url"), database),
        public_url=_public_url(given.get("public_url", DEFAULT_PUBLIC_URL)),
        former_hosts=_hosts(given.get("former_hosts", "")),
        secret_key=_secret_key(given.get("secret_key"), instance),
        trusted_proxies=whole_number("trusted_proxies", given.get("trusted_proxies", 0)),
        logs=one_of("logs", given.get("logs", "words"), ("words", "json")),
        metrics_token=secret("metrics_token", given.get("metrics_token"), 16),
        private_webhooks=is_on("private_webhooks", given.get("private_webhooks", "no")),
        private_push=is_on("private_push", given.get("private_push", "no")),
        photo_bytes=whole_number("photo_bytes", given.get("photo_bytes", 20_000_000), least=1),
        backup_folder=folder("backup_folder", given.get("backup_folder")),
        backup_hours=whole_number("backup_hours", given.get("backup_hours", 24), least=1),
        backup_keep=three_numbers("backup_keep", given.get("backup_keep", "7,4,12")),
        **_together(mail_settings.chosen, given),
        **_together(bucket_settings.chosen, given),
    )


def instance_of(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder that holds, or will hold, this installation."""
    return Path(environment.get("TOOLSHARE_INSTANCE") or _default_instance()).resolve()


def database_of(instance: Path, kept: bytes, environment: Mapping[str, str] = os.environ) -> str:
    """The database of an installation that will have this `settings.toml`."""
    path = instance / "settings.toml"
    given = _from_text(kept, path) | _from_environment(environment)
    return database_url(given.get("database_url"), instance)


def _default_instance() -> Path:
    checkout = BESIDE_THE_PACKAGE / "setup.cfg"
    return (BESIDE_THE_PACKAGE if checkout.exists() else Path.cwd()) / "instance"


def _make_folder(instance: Path) -> None:
    try:
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise WrongSetting(
            f"TOOLSHARE_INSTANCE: can't use the folder {instance}: {error.strerror}"
        ) from None


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    given = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(PREFIX) and value
    }
    for name in given.keys() - _names():
        raise WrongSetting(f"{PREFIX}{name.upper()}: there is no such setting")
    return {name: value for name, value in given.items() if name != "instance"}


def _from_file(path: Path) -> dict[str, Any]:
    try:
        return _from_text(path.read_bytes(), path)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise WrongSetting(f"{path} can't be read: {error.strerror}") from None


def _from_text(kept: bytes, path: Path) -> dict[str, Any]:
    try:
        given = tomllib.loads(kept.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongSetting(f"{path} is not valid TOML: {error}") from None
    for name in sorted(given.keys() - (_names() - {"instance"})):
        raise WrongSetting(f"{path}: there is no setting {name!r} here")
    return given


def _names() -> set[str]:
    return {field.name for field in fields(Settings)}


def database_url(given: Any, instance: Path) -> str:
    """The URL of a database as SQLAlchemy reads it; without one, that of SQLite in the instance."""
    if not given:
        return f"sqlite:///{instance / 'toolshare.sqlite'}"
    url = with_driver(given)
    if kind_of_database(url) is None or url.endswith(":memory:"):
        raise WrongSetting(
            "TOOLSHARE_DATABASE_URL: should be like sqlite:////path/to/file or "
            f"postgresql://user@host/database, but is {str(given).split('@')[-1]!r}"
        )
    return url


def _replica_url(given: Any, database: str) -> str | None:
    """The URL of a copy to read from, of which only PostgreSQL knows how to make one."""
    if not given:
        return None
    url = with_driver(given)
    if {kind_of_database(one) for one in (url, database)} != {POSTGRESQL}:
        raise WrongSetting(
            "TOOLSHARE_REPLICA_URL: should be like postgresql://user@host/database, "
            "and so should TOOLSHARE_DATABASE_URL"
        )
    return url


def _public_url(given: Any) -> str:
    parts = urlsplit(str(given).strip().removesuffix("/"))
    host = parts.netloc.lower()
    if parts.scheme not in DEFAULT_PORTS or not _is_host(host) or any(parts[2:]):
        raise WrongSetting(
            f"TOOLSHARE_PUBLIC_URL: should be like https://tools.example.org, but is {given!r}"
        )
    return f"{parts.scheme}://{host.removesuffix(DEFAULT_PORTS[parts.scheme])}"


def _hosts(given: Any) -> tuple[str, ...]:
    listed = given.split(",") if isinstance(given, str) else given
    if not isinstance(listed, list) or not all(isinstance(host, str) for host in listed):
        raise WrongSetting("TOOLSHARE_FORMER_HOSTS: should be host names, separated by commas")
    hosts = tuple(host.strip().lower() for host in listed if host.strip())
    for host in hosts:
        if not _is_host(host):
            raise WrongSetting(
                "TOOLSHARE_FORMER_HOSTS: should be host names without https:// or a path, "
                f"but one is {host!r}"
            )
    return hosts


def _is_host(host: str) -> bool:
    """Whether a label can carry it; a name in another script has to be in its xn-- form."""
    port = host.rpartition("]")[2].partition(":")[2] or "1"
    return bool(HOST.fullmatch(host)) and 1 <= int(port) <= mail_settings.LAST_PORT


def _together(
    chosen: Callable[[Mapping[str, Any]], dict[str, Any]], given: Mapping[str, Any]
) -> dict[str, Any]:
    """Settings that need each other."""
    try:
        return chosen(given)
    except ValueError as error:
        raise WrongSetting(f"{PREFIX}{error}") from None


def _secret_key(given: Any, instance: Path) -> str:
    key = secret("secret_key", given, SHORTEST_SECRET_KEY)
    return key or _kept_secret_key(instance / "secret-key")


def _kept_secret_key(path: Path) -> str:
    try:
        if not path.exists():
            _make_secret_key(path)
        key = path.read_text(encoding="utf-8")
    except OSError as error:
        raise WrongSetting(
            f"TOOLSHARE_INSTANCE: can't use the file {path}: {error.strerror}"
        ) from None
    if len(key) < SHORTEST_SECRET_KEY:
        raise WrongSetting(f"{path} holds no key: delete it, and a new one is made")
    return key


def _make_secret_key(path: Path) -> None:
    """Several processes may start at once: whoever links its key first gives it to all."""
    with NamedTemporaryFile("w", dir=path.parent) as own:  # which nobody else can read
        own.write(secrets.token_urlsafe(48))
        own.flush()
        os.fsync(own.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(own.name)
