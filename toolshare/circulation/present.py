"""What stands at present, in few words: who has what, who waits, what is offered, reserved, passed on.

Told twice, by the journal and by the tables, it has to be the same.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Reservation


class Custody(StrEnum):
    """Where a thing is that is out."""

    WITH_BORROWER = "with_borrower"
    IN_SHED = "in_shed"  # says the borrower
    IN_DISPUTE = "in_dispute"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Out:
    """A loan that has not ended."""

    item_id: int
    person_id: int | None
    quantity: int
    due_at: datetime
    custody: Custody = Custody.WITH_BORROWER


@dataclass(frozen=True, slots=True)
class PassingOn:
    """A handover that nobody has accepted or withdrawn, of a loan that has not ended."""

    loan_id: int
    has_consent: bool = False


@dataclass(frozen=True, slots=True)
class InLine:
    """A place in line; who asked first stands first, unless the rules say otherwise."""

    kind_id: int
    item_id: int | None
    person_id: int
    asked_at: datetime
    is_paused: bool = False
    passes: int = 0


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer that has not ended."""

    hold_id: int
    item_id: int
    expires_at: datetime
    is_accepted: bool = False
    is_set_aside: bool = False


@dataclass(frozen=True, slots=True)
class Reserved:
    """A reservation of which something has still to be fetched."""

    person_id: int | None
    from_at: datetime
    until_at: datetime
    fetch_by: datetime
    is_granted: bool


@dataclass(frozen=True, slots=True)
class ToFetch:
    """A reserved unit that nobody has fetched or given up."""

    reservation_id: int
    kind_id: int
    item_id: int | None
    quantity: int
    set_aside: int | None = None  # the item that it is now, and no other


@dataclass(frozen=True, slots=True)
class InKit:
    """What is in a kit: a thing, or so many of a bin, of which some may be missing."""

    kit_id: int
    item_id: int
    quantity: int
    missing: int = 0


@dataclass(frozen=True)
class Present:
    """All of it, by the ids of the records; of what is out of service, by the item's, the reason."""

    loans: dict[int, Out] = field(default_factory=dict)
    handovers: dict[int, PassingOn] = field(default_factory=dict)
    outages: dict[int, str] = field(default_factory=dict)
    holds: dict[int, InLine] = field(default_factory=dict)
    offers: dict[int, Offered] = field(default_factory=dict)
    reservations: dict[int, Reserved] = field(default_factory=dict)
    reserved_units: dict[int, ToFetch] = field(default_factory=dict)
    kit_parts: dict[int, InKit] = field(default_factory=dict)


ONE_OF = {
    "loans": "loan",
    "handovers": "handover",
    "outages": "outage of item",
    "holds": "hold",
    "offers": "offer",
    "reservations": "reservation",
    "reserved_units": "reserved unit",
    "kit_parts": "part of a kit",
}


def custody_of(loan: Loan) -> Custody:
    """Where the thing is, as the loan says."""
    if loan.lost_at is not None:
        return Custody.LOST
    if loan.dropped_at is None:
        return Custody.WITH_BORROWER
    return Custody.IN_SHED if loan.disputed_at is None else Custody.IN_DISPUTE


def of_reservation(reservation: Reservation) -> dict[str, Any]:
    """What the journal keeps of a reservation; its units are loaded."""
    return {
        "reservation_id": reservation.id,
        "from_at": reservation.from_at.isoformat(),
        "until_at": reservation.until_at.isoformat(),
        "fetch_by": reservation.fetch_by.isoformat(),
        "is_granted": not reservation.is_requested,
        "units": [
            {
                "id": unit.id,
                "kind_id": unit.kind_id,
                "of_item": unit.item_id,
                "quantity": unit.quantity,
            }
            for unit in reservation.units
            if not unit.is_settled
        ],
    }


def differences(told: Present, kept: Present) -> Iterator[str]:
    """Each thing that the journal tells otherwise than the tables keep it."""
    for room in fields(Present):
        ours, theirs = getattr(told, room.name), getattr(kept, room.name)
        for key in sorted(ours.keys() | theirs.keys()):
            if ours.get(key) != theirs.get(key):
                yield f"{ONE_OF[room.name]} {key}: {_compared(ours, theirs, key)}"


def _compared(told: Mapping[int, Any], kept: Mapping[int, Any], key: int) -> str:
    if key not in told:
        return "the journal does not tell of it"
    if key not in kept:
        return "the journal tells of it, and it is not there"
    return f"the journal tells of {told[key]}, and there is {kept[key]}"
