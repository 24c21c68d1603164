"""How a cell of a spreadsheet says a fact, and how a fact is written into one."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from http import HTTPStatus
from urllib.parse import urlsplit

from toolshare.inventory import paths
from toolshare.inventory.models import Condition, Counting
from toolshare.refusals import Reason, Refusal, msgid

MOST = 1_000_000
MOST_DAYS = 3650
LONGEST_LINE = 200
# Digits, in groups of three or not, with two of a fraction at most; a currency before or behind.
CURRENCY = r"[^\d\s.,\-]{0,4}"
AMOUNT = re.compile(
    rf"{CURRENCY}\s*([0-9]+|[1-9][0-9]{{0,2}}(?:[.,'’\s][0-9]{{3}})+)(?:[.,]([0-9]{{1,2}}))?\s*{CURRENCY}"
)
DAY = re.compile(r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})(?:[T ]\d{1,2}:\d\d.*)?")
# Several paths in a cell: lines, or with semicolons between them, or commas as tags are joined.
BETWEEN_PATHS = re.compile(r";|,(?=\S)")


@dataclass(frozen=True)
class BadCell(Reason):
    """A cell that says no fact of its column."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    typed: str


class TooLong(BadCell):
    """More characters than there is room for."""

    says = msgid("“%(typed)s…” is too long.")


class NoNumber(BadCell):
    """No whole number that can be counted."""

    says = msgid("“%(typed)s” is no whole number between 0 and 1,000,000.")


class NoDays(BadCell):
    """No number of days that a loan can last."""

    says = msgid("“%(typed)s” is no number of days between 1 and 3,650.")


class NoLink(BadCell):
    """Not an address of the web."""

    says = msgid("“%(typed)s” is not a web address.")


class NoAmount(BadCell):
    """No amount of money."""

    says = msgid("“%(typed)s” is no amount like 12.50.")


class NoDay(BadCell):
    """No date, or one that could be two."""

    says = msgid("“%(typed)s” is no date that can be read in one way only.")
    instead = msgid("Write it like 2026-05-31.")


class NoChoice(BadCell):
    """A word that the column does not know."""

    says = msgid("“%(typed)s” is not known here.")
    instead = msgid("Write one of the words that an export has in this column.")


class State(StrEnum):
    """What a spreadsheet can say about how a thing comes in."""

    IN_SERVICE = "free"
    NEEDS_CHECK = "needs_check"
    IN_REPAIR = "in_repair"
    MISSING = "missing"
    RETIRED = "retired"


COUNTINGS = {
    **{counting.value: counting for counting in Counting},
    "general": Counting.COUNTED,
    "special": Counting.COUNTED,
    "uncounted": Counting.BULK,
    "asset": Counting.COUNTED,
}
CONDITIONS = {
    **{condition.value: condition for condition in Condition},
    **dict.fromkeys(("new", "as new", "excellent", "very good", "good", "ok"), Condition.FINE),
    **dict.fromkeys(("needs a look", "fair", "worn", "poor", "used"), Condition.NEEDS_A_LOOK),
    **dict.fromkeys(("damaged", "defective", "not working"), Condition.BROKEN),
}
# Who has a thing does not come with a spreadsheet: what is out elsewhere comes in as being there.
STATES = {
    **dict.fromkeys(("free", "out", "late", "used_up", "active", "available"), State.IN_SERVICE),
    **dict.fromkeys(("in stock", "on loan", "checked out", "deployed", "kept"), State.IN_SERVICE),
    **dict.fromkeys(("ready to deploy", "deployable", "reserved"), State.IN_SERVICE),
    **dict.fromkeys(("needs_check", "needs a check", "pending"), State.NEEDS_CHECK),
    **dict.fromkeys(
        ("in_repair", "in repair", "repair", "under repair", "maintenance"), State.IN_REPAIR
    ),
    **dict.fromkeys(("out for repair", "out for diagnostics", "broken"), State.IN_REPAIR),
    **dict.fromkeys(("missing", "lost", "stolen", "lost/stolen"), State.MISSING),
    **dict.fromkeys(("retired", "archived", "disposed", "sold", "inactive"), State.RETIRED),
}
YES = {"yes", "y", "true", "1", "x", "special"}
NO = {"no", "n", "false", "0", "", "general", "uncounted"}


def text(most: int) -> Callable[[str], str]:
    """Reads text as it stands, of at most so many characters."""

    def read(cell: str) -> str:
        if len(cell) > most:
            raise Refusal(TooLong(cell[:40]))
        return cell

    return read


def short_text(most: int) -> Callable[[str], str]:
    """Reads text by which a thing is known: without spaces around it."""
    read = text(most)
    return lambda cell: read(cell.strip())


def whole_number(cell: str) -> int | None:
    """Reads how many; nothing is None."""
    if not (typed := cell.strip()):
        return None
    if not re.fullmatch(r"[0-9]{1,7}(\.0+)?", typed) or int(typed.partition(".")[0]) > MOST:
        raise Refusal(NoNumber(typed[:40]))
    return int(typed.partition(".")[0])


def days(cell: str) -> int | None:
    """Reads for how many days; nothing is None."""
    number = whole_number(cell)
    if number is not None and not 1 <= number <= MOST_DAYS:
        raise Refusal(NoDays(cell.strip()[:40]))
    return number


def amount(cell: str) -> Decimal | None:
    """Reads money in the ways that people write it: 1,200.50, 1.200,50, € 40."""
    if not (typed := cell.strip()):
        return None
    found = AMOUNT.fullmatch(typed)
    whole, fraction = found.groups() if found else ("", "")
    digits = re.sub(r"[^0-9]", "", whole)
    if not digits or int(digits) >= 10**10:
        raise Refusal(NoAmount(typed[:40]))
    return Decimal(f"{digits}.{fraction or '0'}")


def day(cell: str) -> date | None:
    """Reads a date, unless it could be two; a time of day after it is left out."""
    if not (typed := cell.strip()):
        return None
    found = DAY.fullmatch(typed)
    numbers = [int(number) for number in found.groups()] if found else []
    readings = {one for one in map(_date, _orders(numbers)) if one}
    if len(readings) != 1:
        raise Refusal(NoDay(typed[:40]))
    return readings.pop()


def moment(cell: str) -> datetime | None:
    """Reads when something was entered, in UTC; a date alone is its noon."""
    if not (typed := cell.strip()):
        return None
    try:
        at = datetime.fromisoformat(typed.removesuffix(" UTC"))
    except ValueError:
        at = None
    if at is None or len(typed) <= len("2026-05-31"):
        known = day(typed)
        return datetime(known.year, known.month, known.day, 12, tzinfo=UTC) if known else None
    try:
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError:
        raise Refusal(NoDay(typed[:40])) from None


def yes_or_no(cell: str) -> bool:
    """Reads yes or no; nothing is no."""
    typed = cell.strip().casefold()
    if typed not in YES | NO:
        raise Refusal(NoChoice(typed[:40]))
    return typed in YES


def lines(cell: str) -> list[str]:
    """Reads a list with one text on each line."""
    found = [line.strip() for line in cell.splitlines() if line.strip()]
    for line in found:
        text(LONGEST_LINE)(line)
    return found


def links(cell: str) -> list[str]:
    """Reads web addresses, one on each line or with spaces between them."""
    found = cell.split()
    for link in found:
        if not is_link(link):
            raise Refusal(NoLink(link[:80]))
    return found


def is_link(address: str) -> bool:
    """Whether this is an address of the web: nothing else that a browser would run."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def one_path(cell: str) -> str:
    """Reads a path of names, tidied; nothing is the empty path."""
    return paths.tidy(cell) if cell.strip() else ""


def some_paths(cell: str) -> list[str]:
    """Reads paths on lines of their own, else with semicolons between them; each once."""
    cell = cell.replace("->", ">")
    apart = cell.splitlines() if "\n" in cell else BETWEEN_PATHS.split(cell)
    return sorted({paths.tidy(path) for path in apart if path.strip()})


def written_paths(some: Sequence[str]) -> str:
    """Paths as `some_paths` reads them; one that holds a separator makes them lines."""
    if any(BETWEEN_PATHS.search(path) for path in some):
        return "".join(f"{path}\n" for path in some)
    return "; ".join(some)


def counting(cell: str) -> Counting:
    """Reads how a kind is counted; nothing is one by one."""
    return Counting(_choice(cell, COUNTINGS, Counting.COUNTED))


def condition(cell: str) -> Condition:
    """Reads how a thing was found to be; nothing is fine."""
    return Condition(_choice(cell, CONDITIONS, Condition.FINE))


def state(cell: str) -> State:
    """Reads how a thing comes in; nothing is in service. Snipe-IT explains a state in brackets."""
    word = re.sub(r"\s*\([^)]*\)\s*$", "", cell)
    return State(_choice(word, STATES, State.IN_SERVICE))


def written(fact: object) -> str:
    """A fact as a cell says it, so that it is read back."""
    if fact is None or fact is False:
        return ""
    if fact is True:
        return "yes"
    if isinstance(fact, datetime):
        return fact.astimezone(UTC).isoformat(sep=" ")
    if isinstance(fact, list):
        return "\n".join(fact)
    return str(fact)


def _choice(cell: str, known: Mapping[str, StrEnum], otherwise: StrEnum) -> StrEnum:
    typed = cell.strip().casefold()
    if typed and typed not in known:
        raise Refusal(NoChoice(typed[:40]))
    return known.get(typed, otherwise)


def _orders(numbers: list[int]) -> list[tuple[int, ...]]:
    """The orders in which people write year, month and day."""
    if not numbers:
        return []
    if numbers[0] > 31:  # noqa: PLR2004 - no day is
        return [(numbers[0], numbers[1], numbers[2])]
    return [(numbers[2], numbers[1], numbers[0]), (numbers[2], numbers[0], numbers[1])]


def _date(year_month_day: tuple[int, ...]) -> date | None:
    year, month, day_of_month = year_month_day
    try:
        return date(year, month, day_of_month) if year >= 1000 else None  # noqa: PLR2004
    except ValueError:
        return None
