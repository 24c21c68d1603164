"""Retelling: how things stand at present, from the journal alone.

Entries are read in the order in which they were written, and forgotten again: what is kept in mind
is what stands at the moment that the story has come to, however long it is.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from toolshare.circulation.holds import NOT_TAKEN
from toolshare.circulation.present import (
    Custody,
    InKit,
    InLine,
    Offered,
    Out,
    PassingOn,
    Present,
    Reserved,
    ToFetch,
)
from toolshare.journal.models import Entry, Event
from toolshare.records import AnySession

AT_ONCE = 1_000  # entries

Teller = Callable[[Present, Entry], None]


def retell(session: AnySession) -> Present:
    """How things stand, by what the journal says; in one statement that is read bit by bit."""
    entries = select(Entry).where(Entry.what.in_(TELLERS)).order_by(Entry.id)
    return retold(session.scalars(entries.execution_options(yield_per=AT_ONCE)))


def retold(entries: Iterable[Entry]) -> Present:
    """How things stand after these entries.

    What an entry does not know any more, since it was written by an older version, is left out: then
    the journal tells less than there is.
    """
    present = Present()
    for entry in entries:
        with suppress(KeyError):
            TELLERS[Event(entry.what)](present, entry)
    return present


def _borrowed(present: Present, entry: Entry) -> None:
    _out(present, entry)
    _fetched(present, entry.details.get("reserved_unit_id"))


def _out(present: Present, entry: Entry) -> None:
    known, custody = entry.details, entry.details.get("custody", Custody.WITH_BORROWER)
    present.loans[_id(entry.loan_id)] = Out(
        _id(entry.item_id),
        entry.person_id,
        known["quantity"],
        _moment(known["due_at"]),
        Custody(custody),
    )
    if handover := known.get("handover"):
        present.handovers[handover["id"]] = PassingOn(
            _id(entry.loan_id), has_consent=handover["has_consent"]
        )


def _due_anew(present: Present, entry: Entry) -> None:
    _change(present.loans, entry.loan_id, due_at=_moment(entry.details["due_at"]))


def _kept_in(custody: Custody) -> Teller:
    def tell(present: Present, entry: Entry) -> None:
        _change(present.loans, entry.loan_id, custody=custody)

    return tell


def _gone_from(room: str, known_by: str) -> Teller:
    def tell(present: Present, entry: Entry) -> None:
        getattr(present, room).pop(entry.details[known_by], None)

    return tell


def _pausing(*, is_paused: bool) -> Teller:
    def tell(present: Present, entry: Entry) -> None:
        _change(present.holds, entry.details["hold_id"], is_paused=is_paused)

    return tell


def _returned(present: Present, entry: Entry) -> None:
    whole = entry.details.get("part_of")
    if whole is None:
        _over(present, entry)
    elif whole in present.loans:
        left = present.loans[whole].quantity - entry.details["quantity"]
        _change(present.loans, whole, quantity=left)


def _over(present: Present, entry: Entry) -> None:
    present.loans.pop(_id(entry.loan_id), None)
    _drop(present.handovers, loan_id=entry.loan_id)


def _handover_begun(present: Present, entry: Entry) -> None:
    present.handovers[entry.details["handover_id"]] = PassingOn(_id(entry.loan_id))


def _handover_consented(present: Present, entry: Entry) -> None:
    _change(present.handovers, entry.details["handover_id"], has_consent=True)


def _out_of_service(present: Present, entry: Entry) -> None:
    present.outages[_id(entry.item_id)] = entry.details["reason"]


def _in_service(present: Present, entry: Entry) -> None:
    present.outages.pop(_id(entry.item_id), None)


def _in_line(present: Present, entry: Entry) -> None:
    known = entry.details
    asked_at = _moment(known["asked_at"]) if "asked_at" in known else entry.at
    present.holds[known["hold_id"]] = InLine(
        known["kind_id"],
        entry.item_id,
        _id(entry.person_id),
        asked_at,
        known.get("is_paused", False),
        known.get("passes", 0),
    )


def _offered(present: Present, entry: Entry) -> None:
    known = entry.details
    present.offers[known["offer_id"]] = Offered(
        known["hold_id"], _id(entry.item_id), _moment(known["expires_at"])
    )


def _accepted(present: Present, entry: Entry) -> None:
    until = _moment(entry.details["expires_at"])
    _change(present.offers, entry.details["offer_id"], is_accepted=True, expires_at=until)


def _offer_over(present: Present, entry: Entry) -> None:
    known = entry.details
    present.offers.pop(known["offer_id"], None)
    hold = present.holds.get(known["hold_id"])
    if hold is not None and known["end"] in NOT_TAKEN:
        _change(present.holds, known["hold_id"], passes=hold.passes + 1)


def _set_aside(present: Present, entry: Entry) -> None:
    known = entry.details
    if "offer_id" in known:
        _change(present.offers, known["offer_id"], is_set_aside=True)
    else:
        _change(present.reserved_units, known["unit_id"], set_aside=known["of_item"])


def _off_the_shelf(present: Present, entry: Entry) -> None:
    _change(present.reserved_units, entry.details["unit_id"], set_aside=None)


def _reserved(present: Present, entry: Entry) -> None:
    known = entry.details
    reservation_id = known["reservation_id"]
    present.reservations[reservation_id] = Reserved(
        entry.person_id,
        _moment(known["from_at"]),
        _moment(known["until_at"]),
        _moment(known["fetch_by"]),
        known["is_granted"],
    )
    for unit in known["units"]:
        present.reserved_units[unit["id"]] = ToFetch(
            reservation_id, unit["kind_id"], unit["of_item"], unit["quantity"]
        )


def _granted(present: Present, entry: Entry) -> None:
    _change(present.reservations, entry.details["reservation_id"], is_granted=True)


def _moved(present: Present, entry: Entry) -> None:
    known = entry.details
    from_at, until_at = map(_moment, known["after"])
    fetch_by = _moment(known["fetch_by"])
    to: dict[str, Any] = {"from_at": from_at, "until_at": until_at, "fetch_by": fetch_by}
    if "is_granted" in known:  # it was moved by itself, not with all others for rain
        to["is_granted"] = known["is_granted"]
    _change(present.reservations, known["reservation_id"], **to)
    for unit_id in known.get("off_the_shelf", ()):
        _change(present.reserved_units, unit_id, set_aside=None)


def _to_be_fetched_by(present: Present, entry: Entry) -> None:
    fetch_by = _moment(entry.details["fetch_by"])
    _change(present.reservations, entry.details["reservation_id"], fetch_by=fetch_by)


def _called_off(present: Present, entry: Entry) -> None:
    present.reservations.pop(entry.details["reservation_id"], None)
    _drop(present.reserved_units, reservation_id=entry.details["reservation_id"])


def _given_up(present: Present, entry: Entry) -> None:
    for unit_id in entry.details["units"]:
        _fetched(present, unit_id)


def _fetched(present: Present, unit_id: int | None) -> None:
    unit = present.reserved_units.pop(unit_id or 0, None)
    if unit is None:
        return
    others = (one.reservation_id for one in present.reserved_units.values())
    if unit.reservation_id not in others:
        present.reservations.pop(unit.reservation_id, None)


def _in_kit(present: Present, entry: Entry) -> None:
    known = entry.details
    told = (known["kit_id"], _id(entry.item_id), known["quantity"], known["missing"])
    present.kit_parts[known["part_id"]] = InKit(*told)


def _missing_of_kit(present: Present, entry: Entry) -> None:
    _change(present.kit_parts, entry.details["part_id"], missing=entry.details["missing"])


def _change(room: dict[int, Any], key: int | None, **what: Any) -> None:
    if key in room:
        room[key] = replace(room[key], **what)


def _drop(room: dict[int, Any], **which: int | None) -> None:
    ((name, value),) = which.items()
    for key in [key for key, one in room.items() if getattr(one, name) == value]:
        del room[key]


def _id(known: int | None) -> int:
    return known or 0


def _moment(told: str) -> datetime:
    return datetime.fromisoformat(told)


TELLERS: dict[Event, Teller] = {
    Event.BORROWED: _borrowed,
    Event.RETURNING_UNDONE: _out,
    Event.RENEWED: _due_anew,
    Event.RECALLED: _due_anew,
    Event.DROPPED_OFF: _kept_in(Custody.IN_SHED),
    Event.NOT_FOUND: _kept_in(Custody.IN_DISPUTE),
    Event.LOST: _kept_in(Custody.LOST),
    Event.RETURNED: _returned,
    Event.BORROWING_UNDONE: _over,
    Event.HANDED_OVER: _over,
    Event.HANDOVER_BEGUN: _handover_begun,
    Event.HANDOVER_CONSENTED: _handover_consented,
    Event.HANDOVER_WITHDRAWN: _gone_from("handovers", "handover_id"),
    Event.TAKEN_OUT_OF_SERVICE: _out_of_service,
    Event.PUT_INTO_SERVICE: _in_service,
    Event.ASKED_FOR: _in_line,
    Event.HOLD_REOPENED: _in_line,
    Event.HOLD_PAUSED: _pausing(is_paused=True),
    Event.HOLD_RESUMED: _pausing(is_paused=False),
    Event.HOLD_ENDED: _gone_from("holds", "hold_id"),
    Event.OFFERED: _offered,
    Event.OFFER_ACCEPTED: _accepted,
    Event.OFFER_ENDED: _offer_over,
    Event.SET_ASIDE: _set_aside,
    Event.RESERVED: _reserved,
    Event.RESERVATION_REOPENED: _reserved,
    Event.RESERVATION_APPROVED: _granted,
    Event.RESERVATION_MOVED: _moved,
    Event.RESERVATION_DECLINED: _called_off,
    Event.RESERVATION_CANCELLED: _called_off,
    Event.RESERVATION_MISSED: _given_up,
    Event.RESERVATION_EXPIRED: _given_up,
    Event.RESERVATION_UNSERVED: _given_up,
    Event.RESERVATION_REGAINED: _to_be_fetched_by,
    Event.OFF_THE_SHELF: _off_the_shelf,
    Event.PUT_INTO_KIT: _in_kit,
    Event.TAKEN_OUT_OF_KIT: _gone_from("kit_parts", "part_id"),
    Event.KIT_PART_MISSING: _missing_of_kit,
    Event.KIT_PART_FOUND: _missing_of_kit,
    Event.KIT_PART_REPLACED: _missing_of_kit,
}
