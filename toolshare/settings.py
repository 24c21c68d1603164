"""Every setting, its default, its environment variable, and what is wrong with a bad one."""

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

BESIDE_THE_PACKAGE = Path(__file__).resolve().parent.parent
DEFAULT_PUBLIC_URL = "http://127.0.0.1:8000"


class WrongSetting(Exception):  # noqa: N818 - reads as what it is
    """A setting that can't be used; its text is one clear line."""


@dataclass(frozen=True)
class Settings:
    """What an installation can choose; field names are `TOOLSHARE_<NAME>` in the environment."""

    instance: Path
    database_url: str
    public_url: str
    former_hosts: tuple[str, ...]
    secret_key: str
    trusted_proxies: int
    photo_bytes: int

    @property
    def photos(self) -> Path:
        """The folder in which photos are kept."""
        return self.instance / "photos"

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
    instance = Path(environment.get("TOOLSHARE_INSTANCE") or _default_instance()).resolve()
    _make_folder(instance)
    given = _from_file(instance / "settings.toml") | _from_environment(environment)
    return Settings(
        instance=instance,
        database_url=_database_url(given.get("database_url"), instance),
        public_url=_public_url(given.get("public_url", DEFAULT_PUBLIC_URL)),
        former_hosts=_hosts(given.get("former_hosts", "")),
        secret_key=_secret_key(given.get("secret_key"), instance),
        trusted_proxies=_whole_number("trusted_proxies", given.get("trusted_proxies", 0)),
        photo_bytes=_whole_number("photo_bytes", given.get("photo_bytes", 20_000_000)),
    )


def _default_instance() -> Path:
    checkout = BESIDE_THE_PACKAGE / "setup.cfg"
    return (BESIDE_THE_PACKAGE if checkout.exists() else Path.cwd()) / "instance"


def _make_folder(instance: Path) -> None:
    try:
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise WrongSetting(
            f"TOOLSHARE_INSTANCE: can't use the folder {instance}: {error}"
        ) from None


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    names = {field.name for field in fields(Settings)} - {"instance"}
    return {
        name: environment[variable]
        for name in names
        if environment.get(variable := f"TOOLSHARE_{name.upper()}")
    }


def _from_file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongSetting(f"{path} is not valid TOML: {error}") from None
    unknown = given.keys() - {field.name for field in fields(Settings)} | given.keys() & {
        "instance"
    }
    if unknown:
        raise WrongSetting(f"{path}: unknown setting {', '.join(sorted(unknown))}")
    return given


def _database_url(given: Any, instance: Path) -> str:
    if not given:
        return f"sqlite:///{instance / 'toolshare.sqlite'}"
    url = str(given).replace("postgresql://", "postgresql+psycopg://", 1)
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise WrongSetting(
            "TOOLSHARE_DATABASE_URL: should begin with sqlite:/// or postgresql://, "
            f"but is {str(given).split('@')[-1]!r}"
        )
    return url


def _public_url(given: Any) -> str:
    parts = urlsplit(str(given).strip())
    try:
        well_formed = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        well_formed = False
    if not well_formed or parts.path not in {"", "/"} or parts.query or "@" in parts.netloc:
        raise WrongSetting(
            f"TOOLSHARE_PUBLIC_URL: should be like https://tools.example.org, but is {given!r}"
        )
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _hosts(given: Any) -> tuple[str, ...]:
    listed = given.split(",") if isinstance(given, str) else given
    if not isinstance(listed, list) or not all(isinstance(host, str) for host in listed):
        raise WrongSetting("TOOLSHARE_FORMER_HOSTS: should be host names, separated by commas")
    hosts = tuple(host.strip().lower() for host in listed if host.strip())
    if any("/" in host for host in hosts):
        raise WrongSetting("TOOLSHARE_FORMER_HOSTS: host names only, without https:// or a path")
    return hosts


def _whole_number(name: str, given: Any) -> int:
    if not str(given).isdecimal():
        raise WrongSetting(f"TOOLSHARE_{name.upper()}: should be a whole number, but is {given!r}")
    return int(given)


def _secret_key(given: Any, instance: Path) -> str:
    if given:
        if len(str(given)) < 32:  # noqa: PLR2004
            raise WrongSetting("TOOLSHARE_SECRET_KEY: needs at least 32 characters")
        return str(given)
    return _kept_secret_key(instance / "secret-key")


def _kept_secret_key(path: Path) -> str:
    """Made on first start; O_EXCL lets one of several processes that start at once win."""
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:  # noqa: PTH123
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    except OSError as error:
        raise WrongSetting(f"TOOLSHARE_INSTANCE: can't write {path}: {error}") from None
    return path.read_text()
