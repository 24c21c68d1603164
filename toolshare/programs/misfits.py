"""What is wrong with a request that is not as described: a reason for each finding of pydantic.

Its own words are English; these are worded in the reader's language, and named for programs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from toolshare.programs.asked import OUT_OF_REACH
from toolshare.refusals import Reason, msgid


@dataclass(frozen=True)
class NotAsDescribed(Reason):
    """Something in a request that the description doesn't let be there."""

    status = HTTPStatus.BAD_REQUEST
    field: str
    says = msgid("%(field)s is not as described.")
    instead = msgid("Look at the description at /api/v1/openapi.json.")


class Missing(NotAsDescribed):
    """A field that has to be there."""

    says = msgid("%(field)s is missing.")


class Unknown(NotAsDescribed):
    """A field that nobody would look at."""

    says = msgid("%(field)s is not known here.")


class Empty(NotAsDescribed):
    """A text or a list with nothing in it."""

    says = msgid("%(field)s is empty.")


class NotANumber(NotAsDescribed):
    """Words, yes, no, or what is infinite."""

    says = msgid("%(field)s is no number.")


class NotWhole(NotAsDescribed):
    """A fraction of something that comes whole."""

    says = msgid("%(field)s is no whole number.")


class NotText(NotAsDescribed):
    """Something else than a text, one of blanks alone, or with what no text can hold."""

    says = msgid("%(field)s is no text that somebody could read.")


class NeitherYesNorNo(NotAsDescribed):
    """Something else than true or false."""

    says = msgid("%(field)s is neither true nor false.")


class NoTime(NotAsDescribed):
    """A day or a moment that is not written out, or a moment without its time zone."""

    says = msgid("%(field)s is no day and no moment as RFC 3339 writes them.")
    instead = msgid("Write a day like 2026-06-01, a moment like 2026-06-01T08:00:00+02:00.")


class NoneOfThese(NotAsDescribed):
    """A word that is none of those described."""

    says = msgid("%(field)s is none of the words that are described.")


class NoList(NotAsDescribed):
    """Something else than a list."""

    says = msgid("%(field)s is no list.")


class NoObject(NotAsDescribed):
    """Something else than fields with their names."""

    says = msgid("%(field)s is no JSON object.")


class NoUuid(NotAsDescribed):
    """A key that is no UUID."""

    says = msgid("%(field)s is no UUID.")


@dataclass(frozen=True)
class Limited(NotAsDescribed):
    """More or less than is described."""

    limit: int


class TooSmall(Limited):
    """A number below the least."""

    says = msgid("%(field)s is too small: at least %(limit)s.")


class TooLarge(Limited):
    """A number above the largest."""

    says = msgid("%(field)s is too large: at most %(limit)s.")


class TooLong(Limited):
    """A text or a list that goes on for too long."""

    says = msgid("%(field)s is too long: at most %(limit)s.")


class OutOfReach(NotAsDescribed):
    """A day or a moment that no calendar of ours holds."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("%(field)s lies too far away.")
    instead = msgid("Name one that somebody alive may see.")


LIMITS: Mapping[str, tuple[type[Limited], str]] = {
    "greater_than_equal": (TooSmall, "ge"),
    "less_than_equal": (TooLarge, "le"),
    "string_too_long": (TooLong, "max_length"),
    "too_long": (TooLong, "max_length"),
}
FINDINGS: Mapping[str, type[NotAsDescribed]] = {
    "missing": Missing,
    "extra_forbidden": Unknown,
    "string_too_short": Empty,
    "too_short": Empty,
    "int_from_float": NotWhole,
    OUT_OF_REACH: OutOfReach,
}
# By the first word of pydantic's name for it, when nothing above is meant.
ABOUT: Mapping[str, type[NotAsDescribed]] = {
    **dict.fromkeys(("int", "float", "finite"), NotANumber),
    **dict.fromkeys(("date", "datetime", "timezone"), NoTime),
    **dict.fromkeys(("model", "dict"), NoObject),
    "string": NotText,
    "bool": NeitherYesNorNo,
    "enum": NoneOfThese,
    "list": NoList,
}


def reason_of(error: Mapping[str, Any]) -> Reason:
    """What a validation found of one field."""
    kind, field = error["type"], ".".join(map(str, error["loc"])) or "body"
    if kind in LIMITS:
        limited, of = LIMITS[kind]
        return limited(field, error["ctx"][of])
    return FINDINGS.get(kind, ABOUT.get(kind.partition("_")[0], NotAsDescribed))(field)
