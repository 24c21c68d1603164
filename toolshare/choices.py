"""Reading what was chosen: a value, or a WrongSetting that names the setting and what it should be."""

from pathlib import Path
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

PREFIX = "TOOLSHARE_"
POSTGRESQL = "postgresql+psycopg"  # by the driver that we have


class WrongSetting(Exception):  # noqa: N818 - reads as what it is
    """A setting that can't be used; its text is one clear line."""


def whole_number(name: str, given: Any, least: int = 0) -> int:
    text = str(given)
    if not (text.isascii() and text.isdecimal()) or int(text) < least:
        raise WrongSetting(
            f"{PREFIX}{name.upper()}: should be a whole number from {least}, but is {given!r}"
        )
    return int(text)


def one_of(name: str, given: Any, choices: tuple[str, ...]) -> str:
    if given not in choices:
        raise WrongSetting(
            f"{PREFIX}{name.upper()}: should be {' or '.join(choices)}, but is {given!r}"
        )
    return str(given)


def is_on(name: str, given: Any) -> bool:
    return one_of(name, given, ("yes", "no")) == "yes"


def folder(name: str, given: Any) -> Path | None:
    if not given:
        return None
    path = Path(str(given))
    if not path.is_absolute():
        raise WrongSetting(f"{PREFIX}{name.upper()}: should begin with /, but is {given!r}")
    return path.resolve()


def three_numbers(name: str, given: Any) -> tuple[int, int, int]:
    parts = [one.strip() for one in given.split(",")] if isinstance(given, str) else given
    try:
        days, weeks, months = (whole_number(name, one) for one in parts)
    except (TypeError, ValueError, WrongSetting):
        raise WrongSetting(
            f"{PREFIX}{name.upper()}: should be how many days, weeks and months, like 7,4,12, "
            f"but is {given!r}"
        ) from None
    return days, weeks, months


def secret(name: str, given: Any, shortest: int) -> str | None:
    if given and len(str(given)) < shortest:
        raise WrongSetting(f"{PREFIX}{name.upper()}: needs at least {shortest} characters")
    return str(given) if given else None


def with_driver(given: Any) -> str:
    """A URL of a database as SQLAlchemy reads it."""
    return str(given).replace("postgresql://", f"{POSTGRESQL}://", 1)


def kind_of_database(url: str) -> str | None:
    """By which driver it is reached; nothing when it names no database that we know."""
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):
        return None
    is_known = parts.drivername in {"sqlite", POSTGRESQL} and parts.database
    return parts.drivername if is_known else None
