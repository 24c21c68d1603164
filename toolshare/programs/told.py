"""What programs are told: the shape of each answer, with nothing that its reader may not know."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, WithJsonSchema

from toolshare.circulation.availability import State as ItemState
from toolshare.circulation.reservation_queries import State as ReservationState
from toolshare.desk.outcomes import Outcome
from toolshare.inventory.models import Condition, Counting
from toolshare.people.models import Role


class Told(BaseModel):
    """Anything that a program is told."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class ReasonTold(Told):
    """One reason against something."""

    reason: str
    """Its name, the same in every language."""
    facts: dict[str, Any]
    says: str
    instead: str


class Problem(BaseModel):
    """Problem details (RFC 9457); of a refusal with every reason."""

    type: str
    title: str
    status: int
    detail: str
    reasons: list[ReasonTold] | None = None


class GroupTold(Told):
    """A group whose things its reader sees."""

    id: int
    slug: str
    name: str
    time_zone: str
    role: Role | None
    """That of the token's owner, if they belong to it."""


class PhotoTold(Told):
    """A photo, in one of its widths."""

    url: str
    width: int
    height: int


class KindTold(Told):
    """What a thing is."""

    id: int
    group: str
    name: str
    other_names: str
    counting: Counting
    is_kit: bool
    brand: str
    model: str
    size: str
    description: str
    free: int | None
    """How many are free now; null is plenty."""
    photos: list[PhotoTold]


class WholeKind(KindTold):
    """A kind with all that its page says."""

    categories: list[str]
    checkout_notice: str
    guide: str
    parts: list[str]
    meter: str
    strength: str
    power_source: str


class ItemTold(Told):
    """One thing, or one bin."""

    id: int
    code: str
    kind: int
    name: str
    group: str
    number: str
    state: ItemState
    condition: Condition
    place: str | None
    quantity: int | None
    """Of a bin; null is plenty, or one by one."""


class PersonTold(Told):
    """Somebody: for themselves, and for stewards of the group."""

    id: int
    name: str


class LoanTold(Told):
    """A loan, for its borrower and for stewards."""

    id: int
    code: str
    kind: int
    name: str
    group: str
    quantity: int
    borrower: PersonTold | None
    """Nobody, when the name was forgotten."""
    borrowed_at: datetime
    due_at: datetime
    returned_at: datetime | None
    state: str
    """out, soon, late, dropped, disputed, lost, returned or undone."""
    renewals: int


class TakingTold(Told):
    """Some of a consumable, taken for good."""

    id: int
    code: str
    name: str
    quantity: int
    taken_at: datetime


class OfferTold(Told):
    """A thing that came free, offered to who is next."""

    id: int
    code: str
    state: str
    expires_at: datetime


class HoldTold(Told):
    """A place in line."""

    id: int
    kind: int
    name: str
    group: str
    code: str | None
    """This one and no other."""
    asked_at: datetime
    need_by: date | None
    paused: bool
    ended: str | None
    """served, withdrawn, expired or passed, when it is over."""
    offer: OfferTold | None


class UnitTold(Told):
    """A reserved unit, or so many of a bin."""

    kind: int
    name: str
    quantity: int
    code: str | None
    """Which one is kept now; it may be another until it is set aside."""


class ReservationTold(Told):
    """What is promised for a span of time to come."""

    id: int
    group: str
    person: PersonTold | None
    from_at: datetime
    until_at: datetime
    state: Annotated[ReservationState, WithJsonSchema({"enum": [*ReservationState]})]
    note: str
    weather_flexible: bool
    units: list[UnitTold]


class ScanTold(Told):
    """What a scan came to."""

    outcome: Outcome
    code: str
    record_id: int | None
    """Of the loan, the taking, or where it was put."""


class Wearing(Told):
    """What wears a code."""

    code: str
    """The one that it wears now."""
    wearer: str
    """item, place or card."""
    item: ItemTold | None = None
    place: str | None = None


class Listed(Told):
    """A part of a list; `next` is the address of what follows."""

    next: str | None


class Groups(Listed):
    """Groups whose things the token's owner sees."""

    results: list[GroupTold]


class Kinds(Listed):
    """Kinds, in the order in which they came."""

    results: list[KindTold]


class Items(Listed):
    """Things, in the order in which they came."""

    results: list[ItemTold]


class Loans(Listed):
    """Loans, in the order in which they began."""

    results: list[LoanTold]


class Holds(Listed):
    """Places in line, in the order in which they were asked for."""

    results: list[HoldTold]


class Reservations(Listed):
    """Reservations, in the order in which they were made."""

    results: list[ReservationTold]
