"""The rows of a synthetic federation, column by column, as both databases read them.

Moments are text in UTC, as SQLite keeps them and PostgreSQL takes them.
"""

from typing import NamedTuple


class GroupRow(NamedTuple):
    """A group."""

    id: int
    slug: str
    name: str
    parent_id: int | None
    founded_at: str
    contact: str
    give_back: str
    time_zone: str
    language: str = "fr"


class HoursRow(NamedTuple):
    """When a group is open on a weekday."""

    id: int
    group_id: int
    weekday: int
    opens_at: str
    closes_at: str


class PersonRow(NamedTuple):
    """An account."""

    id: int
    name: str
    email: str
    password_hash: str
    joined_at: str
    session_version: int = 1
    phone: str = ""
    shows_phone: bool = False


class MembershipRow(NamedTuple):
    """A person's place in a group."""

    id: int
    person_id: int
    group_id: int
    role: str
    code: str
    since: str
    paused_why: str = ""


class CodeRow(NamedTuple):
    """A code that was drawn."""

    id: int
    code: str
    wearer: str
    drawn_at: str


class PlaceRow(NamedTuple):
    """Where things live."""

    id: int
    group_id: int
    parent_id: int | None
    name: str
    path: str
    code: str


class CategoryRow(NamedTuple):
    """A branch of the category tree."""

    id: int
    name: str
    path: str


class KindRow(NamedTuple):
    """What a thing is."""

    id: int
    group_id: int
    name: str
    brand: str
    added_at: str
    counting: str = "counted"
    other_names: str = ""
    is_kit: bool = False
    description: str = ""
    model: str = ""
    size: str = ""
    strength: str = ""
    power_source: str = ""
    meter: str = ""
    checkout_notice: str = ""
    guide: str = ""
    guide_links: str = "[]"
    parts: str = "[]"


class CategoryOfKindRow(NamedTuple):
    """In which category a kind is."""

    kind_id: int
    category_id: int


class ItemRow(NamedTuple):
    """One physical unit."""

    id: int
    kind_id: int
    code: str
    number: str
    place_id: int
    added_at: str
    serial: str = ""
    condition: str = "fine"
    donor: str = ""
    notes_for_members: str = ""
    notes_for_stewards: str = ""
    retired_why: str = ""
    came_as: str = ""


class EntryRow(NamedTuple):
    """One thing that happened."""

    id: int
    at: str
    what: str
    group_id: int
    by_id: int | None = None
    item_id: int | None = None
    loan_id: int | None = None
    person_id: int | None = None
    operation: str | None = None
    details: str = "{}"


class LoanRow(NamedTuple):
    """A loan."""

    id: int
    item_id: int
    borrower_id: int | None
    borrowed_at: str
    due_at: str
    returned_at: str | None
    returned_to_id: int | None
    inspection_id: int | None
    rules: str
    counted: bool = True
    quantity: int = 1
    dropped_where: str = ""
    lost_why: str = ""


class RenewalRow(NamedTuple):
    """A loan that was given a later due date."""

    id: int
    loan_id: int
    at: str
    by_id: int | None
    due_before: str
    due_after: str


class InspectionRow(NamedTuple):
    """Somebody looked at an item when it came back."""

    id: int
    item_id: int
    at: str
    by_id: int
    condition: str = "fine"
    missing_parts: str = "[]"
    note: str = ""
    is_service: bool = False


class OutageRow(NamedTuple):
    """A time in which an item can't be borrowed."""

    id: int
    item_id: int
    reason: str
    since: str
    by_id: int
    note: str
    ended_at: str | None
    ended_by_id: int | None


class HoldRow(NamedTuple):
    """A place in line."""

    id: int
    kind_id: int
    person_id: int | None
    asked_at: str
    ended_at: str | None
    end: str | None
    passes: int = 0


class ReservationRow(NamedTuple):
    """Something promised to a person for a span of time."""

    id: int
    group_id: int
    person_id: int | None
    from_at: str
    until_at: str
    fetch_by: str
    made_at: str
    made_by_id: int | None
    note: str = ""
    weather_flexible: bool = False
    needs_approval: bool = False
    declined_why: str = ""
    cancelled_why: str = ""
    cancelled_late: bool = False
    cancelled_for_weather: bool = False
    moved_late: bool = False
    changes: int = 0


class ReservedUnitRow(NamedTuple):
    """The unit of a reservation."""

    id: int
    reservation_id: int
    kind_id: int
    keep_until: str
    loan_id: int | None
    quantity: int = 1


class PromiseRow(NamedTuple):
    """What is kept for a loan or a reserved unit."""

    id: int
    item_id: int
    from_at: str
    until_at: str
    loan_id: int | None = None
    reserved_unit_id: int | None = None
    alone: bool = True
    quantity: int = 1


class MessageRow(NamedTuple):
    """What somebody was told."""

    id: int
    topic: str
    person_id: int
    group_id: int
    once: str
    created_at: str
    ended_at: str
    send_at: str
    ended: str = "sent"
    facts: str = "{}"
    attempts: int = 1
    last_fault: str = ""
