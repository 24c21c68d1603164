"""Which values a rule may have, how they are kept as JSON, and what is refused."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from toolshare.refusals import Reason, Refusal, msgid
from toolshare.rules.lengths import Length

NO_TIME, TEN_YEARS = Length(), Length(days=3650)
LONGEST_NAME, MOST_NAMES = 80, 20
MOST_OF_A_UNIT = 10_000_000


class ClosedDay(StrEnum):
    """Where a due date goes that falls on a closed day."""

    NEXT = "next"
    PREVIOUS = "previous"
    SAME_WEEKDAY = "same_weekday"


class Regime(StrEnum):
    """Who of those that wait comes first."""

    IN_ORDER = "in_order"
    TURNS = "turns"


@dataclass(frozen=True)
class OutOfRange(Reason):
    """A value that is too small or too big."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    least: Any
    most: Any
    says = msgid("This has to be between %(least)s and %(most)s.")


@dataclass(frozen=True)
class NoSuchValue(Reason):
    """What was given can't be a value of this rule at all."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("This rule can't have this value.")
    instead = msgid("Choose one of those that the page shows.")


class Values(ABC):
    """The values that a rule may have."""

    @abstractmethod
    def read(self, kept: Any) -> Any:
        """The value that JSON keeps; refuses what is none or out of range."""

    def write(self, value: Any) -> Any:
        """What JSON keeps of a value."""
        return value


@dataclass(frozen=True)
class Lengths(Values):
    """Lengths of time."""

    least: Length = NO_TIME
    most: Length = TEN_YEARS

    def read(self, kept: Any) -> Length:
        """A length from {"days": 7}."""
        if not isinstance(kept, dict) or not kept.keys() <= {"days", "hours", "minutes"}:
            raise Refusal(NoSuchValue())
        if not all(_is_number(one) and 0 <= one <= MOST_OF_A_UNIT for one in kept.values()):
            raise Refusal(NoSuchValue())
        length = Length(**kept)
        if not self.least <= length <= self.most:
            raise Refusal(OutOfRange(least=self.least, most=self.most))
        return length

    def write(self, value: Length) -> dict[str, int]:
        """A length as {"days": 7}."""
        return value.as_json()


@dataclass(frozen=True)
class Numbers(Values):
    """Whole numbers."""

    least: int = 0
    most: int = 10_000

    def read(self, kept: Any) -> int:
        """A number within the range."""
        if not _is_number(kept):
            raise Refusal(NoSuchValue())
        if not self.least <= kept <= self.most:
            raise Refusal(OutOfRange(least=self.least, most=self.most))
        return int(kept)


@dataclass(frozen=True)
class Choices(Values):
    """One of a few words."""

    among: type[StrEnum]

    def read(self, kept: Any) -> StrEnum:
        """The word that is meant."""
        if kept not in list(self.among):
            raise Refusal(NoSuchValue())
        return self.among(kept)

    def write(self, value: StrEnum) -> str:
        """The bare word."""
        return value.value


@dataclass(frozen=True)
class YesOrNo(Values):
    """True or false."""

    def read(self, kept: Any) -> bool:
        """One of the two."""
        if not isinstance(kept, bool):
            raise Refusal(NoSuchValue())
        return kept


@dataclass(frozen=True)
class Names(Values):
    """Some names, in the order of the alphabet, each once."""

    def read(self, kept: Any) -> tuple[str, ...]:
        """The names without spaces around them."""
        if not isinstance(kept, list | tuple) or not all(isinstance(one, str) for one in kept):
            raise Refusal(NoSuchValue())
        names = sorted({" ".join(one.split()) for one in kept} - {""}, key=str.casefold)
        if len(names) > MOST_NAMES or any(len(name) > LONGEST_NAME for name in names):
            raise Refusal(NoSuchValue())
        return tuple(names)

    def write(self, value: tuple[str, ...]) -> list[str]:
        """The names as a list."""
        return list(value)


def _is_number(one: Any) -> bool:
    return isinstance(one, int) and not isinstance(one, bool)
