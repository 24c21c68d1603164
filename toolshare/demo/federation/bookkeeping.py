"""What is written of a turn: its entries as it goes on, its rows when it is over."""

import json
from typing import Any

from toolshare.demo.federation.ledgers import (
    EntryRow,
    HoldRow,
    InspectionRow,
    LoanRow,
    OutageRow,
    PromiseRow,
    RenewalRow,
    ReservationRow,
    ReservedUnitRow,
)
from toolshare.demo.federation.notices import Notices
from toolshare.demo.federation.pouring import Pouring
from toolshare.demo.federation.settling import STRIDE, Thing
from toolshare.demo.federation.visits import A_DAY, Almanac, Turn
from toolshare.journal.models import Event
from toolshare.privacy.models import USUAL_DAYS
from toolshare.rules.in_force import BY_DEFAULT

RULES = json.dumps(BY_DEFAULT.as_json())
DRAWN_OF = 2**48
IN_REPAIR, WITHDRAWN = "in_repair", "withdrawn"
AS_IT_WENT = (
    '{"quantity": 1, "condition_before": "fine", "condition": "fine",'
    ' "missing_parts": [], "note": ""}'
)

About = tuple[int | None, int | None, int | None, int | None]  # by whom; thing, loan, person


class Bookkeeping:
    """The journal and the tables until now, with names as far as they are not forgotten yet."""

    def __init__(self, pouring: Pouring, almanac: Almanac, now: int, seed: int) -> None:
        self.pouring, self.almanac, self.now = pouring, almanac, now
        self.forgotten = now - USUAL_DAYS * A_DAY  # who had what that was over by then
        self.seed, self.loans = seed, 0
        self.notices = Notices(pouring, almanac, now)
        self.text = almanac.text

    def reserve(self, thing: Thing, turn: Turn) -> None:
        """Somebody reserves what they will borrow later."""
        turn.reservation_id = self.pouring.new_id(ReservationRow)
        turn.unit_id = self.pouring.new_id(ReservedUnitRow)
        unit = {"id": turn.unit_id, "kind_id": thing.kind_id, "of_item": None, "quantity": 1}
        begins, until, fetch_by = map(_iso, self._span(thing, turn))
        details = {
            "reservation_id": turn.reservation_id,
            "from_at": begins,
            "until_at": until,
            "fetch_by": fetch_by,
            "is_granted": True,
            "units": [unit],
        }
        told = json.dumps(details)
        self._of_person(Event.RESERVED, turn.reserved_at or 0, thing, self._reserver(turn), told)

    def lend(self, thing: Thing, turn: Turn) -> None:
        """It goes out."""
        turn.loan_id = self.pouring.new_id(LoanRow)
        self.loans += 1
        due = _iso(self.almanac.end_of(thing.group, turn.first_due_on))
        fetched = f', "reserved_unit_id": {turn.unit_id}' if turn.unit_id else ""
        details = f'{{"due_at": "{due}", "quantity": 1{fetched}}}'
        self._of_loan(Event.BORROWED, turn.begins, thing, turn, details)

    def ask(self, thing: Thing, turn: Turn) -> None:
        """Somebody else waits for it."""
        turn.hold_id = self.pouring.new_id(HoldRow)
        details = f'{{"hold_id": {turn.hold_id}, "kind_id": {thing.kind_id}}}'
        who = self._named(turn.who_asks, turn.back)
        self._of_person(Event.ASKED_FOR, turn.asked_at or 0, thing, who, details)

    def renew(self, thing: Thing, turn: Turn) -> None:
        """It stays longer."""
        turn.renewal_id = self.pouring.new_id(RenewalRow)
        details = f'{{"due_at": "{_iso(self._due(thing, turn))}"}}'
        at = turn.renewed_at or 0
        self._of_loan(Event.RENEWED, at, thing, turn, details)

    def take_back(self, thing: Thing, turn: Turn) -> None:
        """It comes back; who waited has given up by then."""
        if turn.hold_id is not None:
            known = {"hold_id": turn.hold_id, "kind_id": thing.kind_id, "end": WITHDRAWN}
            who = self._named(turn.who_asks, turn.back)
            self._of_person(Event.HOLD_ENDED, turn.back, thing, who, json.dumps(known))
        turn.inspection_id = self.pouring.new_id(InspectionRow)
        steward, at = thing.group.steward, self.text(turn.back)
        self.pouring.add(InspectionRow(turn.inspection_id, thing.item_id, at, steward))
        self._of_loan(Event.RETURNED, turn.back, thing, turn, AS_IT_WENT)

    def send_to_repair(self, thing: Thing, turn: Turn) -> None:
        """A steward takes it out of service."""
        turn.outage_id = self.pouring.new_id(OutageRow)
        details = f'{{"reason": "{IN_REPAIR}", "note": ""}}'
        self._of_thing(Event.TAKEN_OUT_OF_SERVICE, turn.back, thing, details)

    def mend(self, thing: Thing, turn: Turn) -> None:
        """And puts it into service again."""
        turn.is_mended = True
        details = f'{{"after": "{IN_REPAIR}", "note": ""}}'
        self._of_thing(Event.PUT_INTO_SERVICE, turn.mended_at or 0, thing, details)

    def close(self, thing: Thing, turn: Turn) -> None:
        """Writes the rows of a turn as it stands now, which is often that it is over."""
        if turn.loan_id is not None:
            self._close_loan(thing, turn, turn.loan_id)
        if turn.reservation_id is not None:
            self._close_reservation(thing, turn, turn.reservation_id)
        if turn.hold_id is not None:
            ends = (self.text(turn.back), WITHDRAWN) if turn.inspection_id else (None, None)
            who, asked_at = self._named(turn.who_asks, turn.back), self.text(turn.asked_at or 0)
            self.pouring.add(HoldRow(turn.hold_id, thing.kind_id, who, asked_at, *ends))
        if turn.outage_id is not None:
            self._close_outage(thing, turn, turn.outage_id)

    def _close_loan(self, thing: Thing, turn: Turn, loan_id: int) -> None:
        begins, due, who = self.text(turn.begins), self._due(thing, turn), self._borrower(turn)
        first_due = self.almanac.end_of(thing.group, turn.first_due_on)
        if turn.renewal_id is not None:
            at = self.text(turn.renewed_at or 0)
            self.pouring.add(RenewalRow(turn.renewal_id, loan_id, at, who, first_due, due))
        back: tuple[str | None, int | None, int | None] = (None, None, None)
        if turn.inspection_id is not None:
            back = (self.text(turn.back), thing.group.steward, turn.inspection_id)
        else:
            self._keep(thing, begins, due, loan_id=loan_id)
        self.pouring.add(LoanRow(loan_id, thing.item_id, who, begins, due, *back, RULES))
        if who is not None:
            self.notices.tell(thing, turn)

    def _close_reservation(self, thing: Thing, turn: Turn, reservation_id: int) -> None:
        unit_id, who = turn.unit_id or 0, self._reserver(turn)
        begins, until, fetch_by = self._span(thing, turn)
        made_at = self.text(turn.reserved_at or 0)
        span = (begins, until, fetch_by, made_at)
        self.pouring.add(ReservationRow(reservation_id, thing.group.id, who, *span, who))
        unit = (unit_id, reservation_id, thing.kind_id, until, turn.loan_id)
        self.pouring.add(ReservedUnitRow(*unit))
        if turn.loan_id is None:
            self._keep(thing, begins, until, reserved_unit_id=unit_id)

    def _close_outage(self, thing: Thing, turn: Turn, outage_id: int) -> None:
        steward, since = thing.group.steward, self.text(turn.back)
        ended = (self.text(turn.ends), steward) if turn.is_mended else (None, None)
        began = (outage_id, thing.item_id, IN_REPAIR, since, steward, "")
        self.pouring.add(OutageRow(*began, *ended))

    def _keep(self, thing: Thing, from_at: str, until_at: str, **whom: Any) -> None:
        number = self.pouring.new_id(PromiseRow)
        self.pouring.add(PromiseRow(number, thing.item_id, from_at, until_at, **whom))

    def _due(self, thing: Thing, turn: Turn) -> str:
        """When it is due as of now."""
        day = turn.due_on if turn.renewal_id else turn.first_due_on
        return self.almanac.end_of(thing.group, day)

    def _span(self, thing: Thing, turn: Turn) -> tuple[str, str, str]:
        """From when until when it is reserved, and until when it is to be fetched."""
        until = self.almanac.end_of(thing.group, turn.first_due_on)
        return (
            self.text(turn.begins),
            until,
            self.almanac.end_of(thing.group, turn.begins // A_DAY),
        )

    def _named(self, who: int, over: int) -> int | None:
        return None if over <= self.forgotten else who

    def _borrower(self, turn: Turn) -> int | None:
        return self._named(turn.who, turn.back)

    def _reserver(self, turn: Turn) -> int | None:
        """A reservation is over when its time is, too."""
        return self._named(turn.who, max(turn.back, (turn.first_due_on + 1) * A_DAY))

    def _of_person(self, what: Event, at: int, thing: Thing, who: int | None, told: str) -> None:
        self._note(what, at, thing.group.id, (who, None, None, who), told)

    def _of_loan(self, what: Event, at: int, thing: Thing, turn: Turn, told: str) -> None:
        who = self._borrower(turn)
        by = thing.group.steward if what is Event.RETURNED else who
        self._note(what, at, thing.group.id, (by, thing.item_id, turn.loan_id, who), told)

    def _of_thing(self, what: Event, at: int, thing: Thing, told: str) -> None:
        about = (thing.group.steward, thing.item_id, None, None)
        self._note(what, at, thing.group.id, about, told)

    def _note(self, what: Event, at: int, group_id: int, about: About, told: str) -> None:
        number = self.pouring.new_id(EntryRow)
        operation = self._operation(number)
        known = (number, self.text(at), what.value, group_id, *about, operation, told)
        self.pouring.add(EntryRow(*known))

    def _operation(self, number: int) -> str:
        """Every act came by one, as pages send it; it looks as if drawn, and none comes twice."""
        drawn = (number * STRIDE + self.seed) % DRAWN_OF
        return f"{drawn >> 16:08x}-{drawn & 0xFFFF:04x}-4000-8000-{number:012x}"


def _iso(moment: str) -> str:
    """A moment as the journal has it."""
    return f"{moment[:10]}T{moment[11:19]}+00:00"
