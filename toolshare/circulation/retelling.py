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
    Present,
    Reserved,
    ToFetch,
)
from toolshare.circulation.story import Story
from toolshare.journal.models import Entry, Event
from toolshare.records import AnySession

AT_ONCE = 1_000  # entries

Teller = Callable[[Story, Entry], None]


def retell(session: AnySession) -> Present:
    """How things stand, by what the journal says; in one statement that is read bit by bit."""
    entries = select(Entry).where(Entry.what.in_(TELLERS)).order_by(Entry.id)
    return retold(session.scalars(entries.execution_options(yield_per=AT_ONCE)))


def retold(entries: Iterable[Entry]) -> Present:
    """How things stand after these entries.

    What an entry does not know any more, since it was written by an older version, is left out: then
    the journal tells less than there is.
    """
    story = Story()
    for entry in entries:
        with suppress(KeyError):
            TELLERS[Event(entry.what)](story, entry)
    return story.at_its_end()


def _borrowed(story: Story, entry: Entry) -> None:
    _out(story, entry)
    story.end_unit(_id(entry.details.get("reserved_unit_id")))


def _out(story: Story, entry: Entry) -> None:
    known, custody = entry.details, entry.details.get("custody", Custody.WITH_BORROWER)
    story.loans[_id(entry.loan_id)] = Out(
        _id(entry.item_id),
        entry.person_id,
        known["quantity"],
        _moment(known["due_at"]),
        Custody(custody),
    )
    if handover := known.get("handover"):
        consent = handover["has_consent"]
        story.pass_on(_id(entry.loan_id), handover["id"], has_consent=consent)


def _due_anew(story: Story, entry: Entry) -> None:
    _change(story.loans, entry.loan_id, due_at=_moment(entry.details["due_at"]))


def _kept_in(custody: Custody) -> Teller:
    def tell(story: Story, entry: Entry) -> None:
        _change(story.loans, entry.loan_id, custody=custody)

    return tell


def _gone_from(room: str, known_by: str) -> Teller:
    def tell(story: Story, entry: Entry) -> None:
        getattr(story, room).pop(entry.details[known_by], None)

    return tell


def _pausing(*, is_paused: bool) -> Teller:
    def tell(story: Story, entry: Entry) -> None:
        _change(story.holds, entry.details["hold_id"], is_paused=is_paused)

    return tell


def _returned(story: Story, entry: Entry) -> None:
    whole = entry.details.get("part_of")
    if whole is None:
        _over(story, entry)
    elif whole in story.loans:
        left = story.loans[whole].quantity - entry.details["quantity"]
        _change(story.loans, whole, quantity=left)


def _over(story: Story, entry: Entry) -> None:
    story.end_loan(_id(entry.loan_id))


def _handover_begun(story: Story, entry: Entry) -> None:
    story.pass_on(_id(entry.loan_id), entry.details["handover_id"])


def _handover_consented(story: Story, entry: Entry) -> None:
    _change(story.handovers, entry.details["handover_id"], has_consent=True)


def _out_of_service(story: Story, entry: Entry) -> None:
    story.outages[_id(entry.item_id)] = entry.details["reason"]


def _in_service(story: Story, entry: Entry) -> None:
    story.outages.pop(_id(entry.item_id), None)


def _in_line(story: Story, entry: Entry) -> None:
    known = entry.details
    asked_at = _moment(known["asked_at"]) if "asked_at" in known else entry.at
    story.holds[known["hold_id"]] = InLine(
        known["kind_id"],
        entry.item_id,
        _id(entry.person_id),
        asked_at,
        known.get("is_paused", False),
        known.get("passes", 0),
    )


def _offered(story: Story, entry: Entry) -> None:
    known = entry.details
    story.offers[known["offer_id"]] = Offered(
        known["hold_id"], _id(entry.item_id), _moment(known["expires_at"])
    )


def _accepted(story: Story, entry: Entry) -> None:
    until = _moment(entry.details["expires_at"])
    _change(story.offers, entry.details["offer_id"], is_accepted=True, expires_at=until)


def _offer_over(story: Story, entry: Entry) -> None:
    known = entry.details
    story.offers.pop(known["offer_id"], None)
    hold = story.holds.get(known["hold_id"])
    if hold is not None and known["end"] in NOT_TAKEN:
        _change(story.holds, known["hold_id"], passes=hold.passes + 1)


def _set_aside(story: Story, entry: Entry) -> None:
    known = entry.details
    if "offer_id" in known:
        _change(story.offers, known["offer_id"], is_set_aside=True)
    else:
        _change(story.reserved_units, known["unit_id"], set_aside=known["of_item"])


def _off_the_shelf(story: Story, entry: Entry) -> None:
    _change(story.reserved_units, entry.details["unit_id"], set_aside=None)


def _reserved(story: Story, entry: Entry) -> None:
    known = entry.details
    reservation_id = known["reservation_id"]
    story.reservations[reservation_id] = Reserved(
        entry.person_id,
        _moment(known["from_at"]),
        _moment(known["until_at"]),
        _moment(known["fetch_by"]),
        known["is_granted"],
    )
    for unit in known["units"]:
        to_fetch = (unit["kind_id"], unit["of_item"], unit["quantity"])
        story.keep_unit(unit["id"], ToFetch(reservation_id, *to_fetch))


def _granted(story: Story, entry: Entry) -> None:
    _change(story.reservations, entry.details["reservation_id"], is_granted=True)


def _moved(story: Story, entry: Entry) -> None:
    known = entry.details
    from_at, until_at = map(_moment, known["after"])
    fetch_by = _moment(known["fetch_by"])
    to: dict[str, Any] = {"from_at": from_at, "until_at": until_at, "fetch_by": fetch_by}
    if "is_granted" in known:  # it was moved by itself, not with all others for rain
        to["is_granted"] = known["is_granted"]
    _change(story.reservations, known["reservation_id"], **to)
    for unit_id in known.get("off_the_shelf", ()):
        _change(story.reserved_units, unit_id, set_aside=None)


def _to_be_fetched_by(story: Story, entry: Entry) -> None:
    fetch_by = _moment(entry.details["fetch_by"])
    _change(story.reservations, entry.details["reservation_id"], fetch_by=fetch_by)


def _called_off(story: Story, entry: Entry) -> None:
    story.end_reservation(entry.details["reservation_id"])


def _given_up(story: Story, entry: Entry) -> None:
    for unit_id in entry.details["units"]:
        story.end_unit(unit_id)


def _in_kit(story: Story, entry: Entry) -> None:
    known = entry.details
    told = (known["kit_id"], _id(entry.item_id), known["quantity"], known["missing"])
    story.kit_parts[known["part_id"]] = InKit(*told)


def _missing_of_kit(story: Story, entry: Entry) -> None:
    _change(story.kit_parts, entry.details["part_id"], missing=entry.details["missing"])


def _change(room: dict[int, Any], key: int | None, **what: Any) -> None:
    if key in room:
        room[key] = replace(room[key], **what)


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
