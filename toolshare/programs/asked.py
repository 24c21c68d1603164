"""What programs ask: shape and range of each query and body; what is not like this is refused."""

from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from toolshare.inventory.models import Condition
from toolshare.records import LAST_ID

A_PAGE, MOST_ON_A_PAGE = 50, 100
MOST_AT_ONCE = 9_999
MOST_READ = 99_999_999_999  # of a meter
MOST_KINDS = 20
FIRST_YEAR, LAST_YEAR = 1970, 2100
OUT_OF_REACH = "out_of_reach"  # what no description can say in advance
NO_NUL = r"^[^\x00]*$"  # PostgreSQL keeps none
SOME_WORD = r"^[^\x00]*[^\s\x00][^\x00]*$"


def _written_out(value: Any) -> Any:
    """Days and moments are written out: a bare number is neither."""
    if isinstance(value, str) and not value.strip().isdigit():
        return value
    raise PydanticCustomError("date_not_written_out", "write it out, as in RFC 3339")


def _within_reach(value: Any) -> Any:
    """No calendar goes on for ever."""
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise PydanticCustomError(OUT_OF_REACH, "it lies too far away")
    return value


def _number(value: Any) -> Any:
    """A number, be it written 2 or 2.0; neither a word nor yes or no."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    raise PydanticCustomError("int_expected", "it is a number")


Words = Annotated[str, Field(max_length=200, pattern=NO_NUL)]
Note = Annotated[str, Field(max_length=2_000, pattern=NO_NUL)]
Code = Annotated[str, Field(min_length=1, max_length=200, pattern=SOME_WORD)]
RowId = Annotated[int, Field(ge=1, le=LAST_ID), BeforeValidator(_number)]
Quantity = Annotated[int, Field(ge=1, le=MOST_AT_ONCE), BeforeValidator(_number)]
Meter = Annotated[float, Field(ge=0, le=MOST_READ, allow_inf_nan=False), BeforeValidator(_number)]
Yes = Annotated[bool, Field(strict=True)]
Day = Annotated[date, BeforeValidator(_written_out), AfterValidator(_within_reach)]
Moment = Annotated[AwareDatetime, BeforeValidator(_written_out), AfterValidator(_within_reach)]


class Asked(BaseModel):
    """Anything that a program sends: nothing in it that is not described."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class Nothing(Asked):
    """No query: every parameter is one that is not known."""


class Paged(Asked):
    """Which part of a list."""

    limit: int = Field(default=A_PAGE, ge=1, le=MOST_ON_A_PAGE)
    """How many at most."""
    after: int = Field(default=0, ge=0, le=LAST_ID)
    """The id after which the page begins: see Link."""

    @property
    def and_one_more(self) -> dict[str, int]:
        """What to read: the page, and a row of the next, which tells that there is one."""
        return {"after": self.after, "at_most": self.limit + 1}


class OfGroup(Paged):
    """A list, of one group when it is named."""

    group: str | None = Field(default=None, max_length=60, pattern=NO_NUL)
    """The short name of a group."""


class Sought(OfGroup):
    """Which kinds."""

    words: str = Field(default="", max_length=200, pattern=NO_NUL)
    """Each begins a word of it."""
    category: str = Field(default="", max_length=500, pattern=NO_NUL)
    """A path, or what is below."""


class SoughtItems(OfGroup):
    """Which things."""

    kind: int | None = Field(default=None, ge=1, le=LAST_ID)
    """The id of a kind."""


class SoughtLoans(OfGroup):
    """Which loans: one's own, or as a steward those of a group."""

    open: bool | None = None
    """Only what is out, or only what came back."""


class Act(Asked):
    """An act that needs no more to be said."""


class Borrowing(Asked):
    """What to borrow, and as a steward for whom."""

    code: Code
    """What stands on its label, or what a scanner reads from it."""
    quantity: Quantity = 1
    """Of a bin."""
    to: Words = ""
    """Name, e-mail or card of a member; oneself when empty."""
    meter: Meter | None = None
    """What its meter reads."""
    until: Day | None = None
    """By the end of which day it should come back."""


class Taking(Asked):
    """What to take of what is used up, and as a steward for whom."""

    code: Code
    quantity: Quantity = 1
    to: Words = ""
    """Name, e-mail or card of a member; oneself when empty."""


class Renewing(Asked):
    """Why beyond the rules, when a steward does it."""

    note: Note = ""


class Returning(Asked):
    """How it came back; by a steward."""

    condition: Condition = Condition.FINE
    missing_parts: list[Words] = Field(default_factory=list, max_length=100)
    note: Note = ""
    quantity: Quantity | None = None
    """Of a bin; all when left out."""
    meter: Meter | None = None


class DroppingOff(Asked):
    """Where the borrower has left it."""

    where: Annotated[str, Field(min_length=1, max_length=200, pattern=SOME_WORD)]


class Waiting(Asked):
    """What to wait in line for."""

    kind: RowId
    code: Code | None = None
    """This one and no other."""
    need_by: Day | None = None
    """Of no use after this day."""
    to: Words = ""
    """Name, e-mail or card of a member; oneself when empty."""


class WantedKind(Asked):
    """So many of a kind, or one thing of it and no other."""

    kind: RowId
    quantity: Quantity = 1
    code: Code | None = None


class Reserving(Asked):
    """What to reserve together, from when until when."""

    kinds: list[WantedKind] = Field(min_length=1, max_length=MOST_KINDS)
    from_at: Moment
    until_at: Moment
    note: Note = ""
    weather_flexible: Yes = False
    to: Words = ""
    """Name, e-mail or card of a member; oneself when empty."""


class CallingOff(Asked):
    """Why, and whether the weather is to blame."""

    why: Words = ""
    for_weather: Yes = False


class Scanning(Asked):
    """What was scanned at a desk, and the card or the place that was scanned before."""

    code: Code
    served: Annotated[str, Field(max_length=200, pattern=NO_NUL)] = ""
    quantity: Quantity | None = None
    """Of a bin, when it was asked for."""
