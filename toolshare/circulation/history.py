"""What happened to an item, told from the journal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import aliased

from toolshare.care.models import Inspection
from toolshare.circulation.models import Loan
from toolshare.inventory.models import Item, Photo
from toolshare.journal.models import Entry, Event
from toolshare.people.models import Person
from toolshare.records import AnySession
from toolshare.refusals import msgid

WORDS: dict[str, str] = {
    Event.ITEM_ADDED: msgid("Added to the inventory"),
    Event.ITEM_CHANGED: msgid("Description changed"),
    Event.ITEM_MOVED: msgid("Moved to another place"),
    Event.ITEM_RETIRED: msgid("Retired"),
    Event.ITEM_BACK_IN_STOCK: msgid("Put back into stock"),
    Event.LABEL_CLAIMED: msgid("A label that was printed ahead stuck on"),
    Event.LABEL_REPLACED: msgid("Label replaced"),
    Event.BORROWED: msgid("Borrowed until %(due_at)s"),
    Event.BORROWING_UNDONE: msgid("Borrowing undone"),
    Event.TAKEN: msgid("%(quantity)s taken"),
    Event.TAKING_UNDONE: msgid("%(quantity)s put back"),
    Event.RECALLED: msgid("Called back by %(due_at)s"),
    Event.DROPPED_OFF: msgid("Left in the shed"),
    Event.NOT_FOUND: msgid("Not found where it was left"),
    Event.LOST: msgid("Given up for lost"),
    Event.HANDOVER_BEGUN: msgid("To be passed on"),
    Event.HANDOVER_CONSENTED: msgid("A steward lets it be passed on"),
    Event.HANDOVER_WITHDRAWN: msgid("Not passed on after all"),
    Event.HANDED_OVER: msgid("Passed on"),
    Event.PUT_INTO_KIT: msgid("Put into a kit"),
    Event.TAKEN_OUT_OF_KIT: msgid("Taken out of a kit"),
    Event.KIT_FILLED: msgid("A part put in"),
    Event.KIT_EMPTIED: msgid("A part taken out"),
    Event.KIT_PART_MISSING: msgid("Not in it when it came back"),
    Event.KIT_PART_FOUND: msgid("Found again"),
    Event.KIT_PART_REPLACED: msgid("Replaced"),
    Event.RENEWED: msgid("Renewed until %(due_at)s"),
    Event.RETURNED: msgid("Returned"),
    Event.RETURNING_UNDONE: msgid("Return undone"),
    Event.ASKED_FOR: msgid("Somebody waits for this one"),
    Event.HOLD_PAUSED: msgid("Waiting paused"),
    Event.HOLD_RESUMED: msgid("Waiting again"),
    Event.HOLD_REOPENED: msgid("In line again"),
    Event.OFFERED: msgid("Offered to the next in line"),
    Event.OFFER_ACCEPTED: msgid("Offer accepted"),
    Event.OFFER_ENDED: msgid("Offer over"),
    Event.SET_ASIDE: msgid("Set aside for pickup"),
    Event.OFF_THE_SHELF: msgid("Set aside no more"),
    Event.DAMAGE_REPORTED: msgid("Damage reported"),
    Event.INSPECTED: msgid("Looked over"),
    Event.TAKEN_OUT_OF_SERVICE: msgid("Taken out of service"),
    Event.PUT_INTO_SERVICE: msgid("Put into service"),
    Event.SERVICED: msgid("Serviced"),
    Event.SERVICE_PLANNED: msgid("Service due by %(due_at)s"),
    Event.SERVICE_UNPLANNED: msgid("No service planned any more"),
    Event.OUTAGE_EXPECTED: msgid("Expected back in service"),
    Event.EXCEPTION_KEPT: msgid("Scanned without a signal: for a steward to look at"),
    Event.EXCEPTION_SETTLED: msgid("Looked into: what was scanned without a signal"),
    Event.SEEN: msgid("Seen in a stocktake"),
    Event.SEEING_UNDONE: msgid("Not seen in the stocktake after all"),
}
SOMETHING_ELSE = msgid("Something else")
A_PAGE = 50


@dataclass(frozen=True)
class Happening:
    """One line of a history; who did it, whose loan it was and the photo are for stewards."""

    at: datetime
    says: str  # a message id with %(due_at)s or %(quantity)s in it
    details: dict[str, Any]
    by: str | None
    person: str | None
    photo: Photo | None = None  # of how it came back

    @property
    def due_at(self) -> datetime | None:
        """Until when it was lent, if this is about lending."""
        told = self.details.get("due_at")
        return datetime.fromisoformat(told) if told else None

    @property
    def told_at(self) -> datetime | None:
        """When it was told, if that was later than it happened."""
        told = self.details.get("told_at")
        return datetime.fromisoformat(told) if told else None

    @property
    def expected_on(self) -> date | None:
        """By the end of which day it should be in service again, if this is about that."""
        told = self.details.get("expected_on")
        return date.fromisoformat(told) if told else None


def history_of(
    session: AnySession, item: Item, *, with_names: bool, at_most: int = A_PAGE
) -> Sequence[Happening]:
    """The newest things that happened to an item, in one statement.

    Without names it also leaves out notes and photos, which may tell some.
    """
    found = _entries(session, Entry.item_id == item.id, at_most)
    return [_told(entry, *(more if with_names else (None, None, None))) for entry, *more in found]


def history_of_loan(session: AnySession, loan: Loan, *, at_most: int = A_PAGE) -> list[Happening]:
    """The newest things that happened to one loan, with names and photos: for stewards."""
    return [_told(*row) for row in _entries(session, Entry.loan_id == loan.id, at_most)]


def _entries(session: AnySession, which: ColumnElement[bool], at_most: int) -> Any:
    by, person = aliased(Person), aliased(Person)
    is_its_end = and_(Inspection.id == Loan.inspection_id, Inspection.at == Entry.at)
    return session.execute(
        select(Entry, by.name, person.name, Photo)
        .outerjoin(by, by.id == Entry.by_id)
        .outerjoin(person, person.id == Entry.person_id)
        .outerjoin(Loan, and_(Loan.id == Entry.loan_id, Entry.what == Event.RETURNED))
        .outerjoin(Inspection, is_its_end)
        .outerjoin(Photo, Photo.id == Inspection.photo_id)
        .where(which)
        .order_by(Entry.id.desc())
        .limit(at_most)
    )


def _told(entry: Entry, by: str | None, person: str | None, photo: Photo | None) -> Happening:
    details = entry.details if by or person else {**entry.details, "note": ""}
    says = WORDS.get(entry.what, SOMETHING_ELSE)
    return Happening(entry.at, says, details, by, person if person != by else None, photo)
