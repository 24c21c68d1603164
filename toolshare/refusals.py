"""Refusal: the system says no, and why, and what the person can do instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar


def msgid(text: str) -> str:
    """Marks a text for translation; the edge translates it when it knows the reader."""
    return text


@dataclass(frozen=True)
class OneOrMany:
    """A text in two forms, and the fact whose number decides between them."""

    one: str
    many: str
    by: str

    def __str__(self) -> str:
        return self.many


def msgids(one: str, many: str, *, by: str) -> OneOrMany:
    """Marks a text that depends on a number for translation, as `msgid` does."""
    return OneOrMany(one, many, by)


@dataclass(frozen=True)
class Reason:
    """One reason against something, as a value.

    A subclass is one reason: its fields are the facts, `says` states them with `%(field)s`, and
    `instead` says what the person can do. The edge words both in the reader's language.
    """

    status: ClassVar[HTTPStatus] = HTTPStatus.CONFLICT
    says: ClassVar[str | OneOrMany]
    instead: ClassVar[str] = ""

    def __str__(self) -> str:
        return f"{self.says} {self.instead}".strip() % vars(self)


class Refusal(Exception):  # noqa: N818 - the house's word; it is an answer, not an error
    """Raised when the domain says no; carries every reason."""

    def __init__(self, *reasons: Reason) -> None:
        super().__init__(*reasons)
        self.reasons: Sequence[Reason] = reasons

    @property
    def status(self) -> HTTPStatus:
        """The status of the gravest reason: who may not at all need not hear about the rest."""
        return min(reason.status for reason in self.reasons)

    def __str__(self) -> str:
        return "\n".join(str(reason) for reason in self.reasons)


def refuse_if(reasons: Sequence[Reason]) -> None:
    """Raises a Refusal when there is any reason for one."""
    if reasons:
        raise Refusal(*reasons)
