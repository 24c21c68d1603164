"""Kits that come back: what of one is not there is written down, and the rest goes back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from toolshare.care import outages
from toolshare.care.models import OutageReason
from toolshare.circulation import kits, returning
from toolshare.circulation import reasons as why
from toolshare.circulation.kit_mending import write_of_part
from toolshare.circulation.kits import Content
from toolshare.circulation.kitting import NotInThisKit
from toolshare.circulation.models import Loan
from toolshare.inventory.locking import all_under_lock
from toolshare.inventory.models import Item, KitPart
from toolshare.journal.models import Entry, Event
from toolshare.journal.recording import earlier
from toolshare.people.models import Person
from toolshare.records import AnySession
from toolshare.refusals import Refusal


def take_back(
    session: AnySession,
    kit: Item,
    not_there: Mapping[int, int],
    *,
    by: Person,
    now: datetime,
    operation: UUID | None = None,
    **how: Any,
) -> Loan:
    """Ends the loan of an item; of a kit `not_there` has how many are missing of which part.

    By the part's id; the others are there. A thing that is not there is missing from then on, and
    still part of the kit, which can be lent without it.
    """
    if not not_there:
        return returning.take_back(session, kit, by=by, now=now, operation=operation, **how)
    kits.under_lock_with_parts(session, [kit.id])
    is_known = earlier(session, operation) is not None
    loan = returning.take_back(session, kit, by=by, now=now, operation=operation, **how)
    if not is_known:
        write_down_missing(session, loan, not_there, by=by, now=now)
    return loan


def write_down_missing(
    session: AnySession, loan: Loan, not_there: Mapping[int, int], *, by: Person, now: datetime
) -> None:
    """Says of a kit that has come back what was not in it, as if it had been said when it did."""
    all_under_lock(session, session.scalars(kits.ids_of_parts([loan.item_id])).all())
    there = {one.part.id: one for one in kits.contents_of(session, loan.item, now=now).there}
    for part_id, quantity in sorted(not_there.items()):
        content = there.get(part_id)
        if content is None:
            raise Refusal(NotInThisKit())
        _miss(session, loan, content, quantity, by=by)


def forget_what_was_missing(session: AnySession, loan: Loan, *, by: Person, now: datetime) -> None:
    """A return is undone that was a mistake: what was not there then is with the borrower again."""
    missed = session.scalars(
        select(Entry)
        .where(Entry.item_id == loan.item_id, Entry.loan_id == loan.id)
        .where(Entry.what == Event.KIT_PART_MISSING, Entry.at == loan.returned_at)
        .order_by(Entry.id)
    ).all()
    parts = {one.id: one for one in _parts(session, [one.details["part_id"] for one in missed])}
    for entry in missed:
        part, quantity = parts[entry.details["part_id"]], entry.details["of"]
        if part.taken_out_at is None:
            _find(session, loan, part, quantity, by=by, now=now)


def _parts(session: AnySession, part_ids: list[int]) -> list[KitPart]:
    """These parts with their items, whose kinds are locked."""
    found = session.scalars(select(KitPart).where(KitPart.id.in_(part_ids))).all()
    items = {one.id: one for one in all_under_lock(session, [part.item_id for part in found])}
    for part in found:
        set_committed_value(part, "item", items[part.item_id])
    return list(found)


def _miss(session: AnySession, loan: Loan, content: Content, quantity: int, *, by: Person) -> None:
    part, now = content.part, loan.returned_at or loan.due_at
    if not 1 <= quantity <= content.there:
        raise Refusal(why.NotThatMany(out=content.there))
    if part.counted:
        outages.begin(session, part.item, OutageReason.MISSING, by=by, now=now)
    else:
        part.missing += quantity
    acts: dict[str, Any] = {"loan": loan, "by": by, "now": now}
    write_of_part(session, Event.KIT_PART_MISSING, loan.item, part, quantity, **acts)


def _find(
    session: AnySession, loan: Loan, part: KitPart, quantity: int, *, by: Person, now: datetime
) -> None:
    outage = outages.open_outage(session, part.item) if part.counted else None
    if outage is not None and outage.since == loan.returned_at:
        outages.end(session, outage, by=by, now=now)
    part.missing = max(0, part.missing - quantity)
    write_of_part(session, Event.KIT_PART_FOUND, loan.item, part, quantity, by=by, now=now)
