"""Looking an item over: how it is, what is missing, and whether it can be lent on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from toolshare import rows
from toolshare.care import outages
from toolshare.care.models import Inspection, Outage, OutageReason
from toolshare.inventory.locking import under_lock
from toolshare.inventory.models import Condition, Item
from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.people.models import Person
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid


@dataclass(frozen=True)
class NoSuchPart(Reason):
    """A part that is not on the kind's list."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    part: str
    says = msgid("“%(part)s” is not on the parts list.")
    instead = msgid("Tick parts of the list, or write it into the note.")


@dataclass(frozen=True)
class Findings:
    """What somebody found who looked an item over."""

    condition: Condition = Condition.FINE
    missing_parts: Sequence[str] = ()
    note: str = ""

    @property
    def are_good(self) -> bool:
        """Fine and complete: it can be lent on."""
        return self.condition is Condition.FINE and not self.missing_parts


def inspect(
    session: AnySession,
    item: Item,
    findings: Findings,
    *,
    by: Person,
    now: datetime,
    operation: UUID | None = None,
) -> Inspection:
    """Writes down what a steward of the item's group found, whenever they looked."""
    item = under_lock(session, item.id)
    outages.require_steward(session, item, by=by, now=now)
    inspection = look_over(session, item, findings, by=by, now=now)
    record(
        session,
        Event.INSPECTED,
        by=by,
        at=now,
        group=item.kind.group,
        item=item,
        operation=operation,
        **worded(findings),
    )
    return inspection


def look_over(
    session: AnySession, item: Item, findings: Findings, *, by: Person, now: datetime
) -> Inspection:
    """Keeps the findings; what is not fine and complete can't be borrowed until it is cleared.

    The item is locked by the caller, who also writes the journal. A thing that was missing and
    lies on the table is missing no more.
    """
    for part in findings.missing_parts:
        if part not in item.kind.parts:
            raise Refusal(NoSuchPart(part=part))
    present = outages.open_outage(session, item)
    inspection = rows.add(
        session,
        Inspection,
        item_id=item.id,
        at=now,
        by_id=by.id,
        condition=findings.condition,
        missing_parts=list(findings.missing_parts),
        note=findings.note,
    )
    if item.condition is not findings.condition:  # what stays the same need not be written
        item.condition = findings.condition
    _hold_back(session, item, present, findings, by=by, now=now)
    return inspection


def worded(findings: Findings) -> dict[str, Any]:
    """The findings as the journal keeps them."""
    return {
        "condition": findings.condition,
        "missing_parts": list(findings.missing_parts),
        "note": findings.note,
    }


def _hold_back(
    session: AnySession,
    item: Item,
    present: Outage | None,
    findings: Findings,
    *,
    by: Person,
    now: datetime,
) -> None:
    was_missing = present is not None and present.reason is OutageReason.MISSING
    if not findings.are_good and (present is None or was_missing):
        outages.begin(session, item, OutageReason.NEEDS_CHECK, by=by, now=now, note=findings.note)
    elif present is not None and was_missing:
        outages.end(session, present, by=by, now=now)
