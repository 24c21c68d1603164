"""The running list of the desk: what a steward did with things there today, as it stands now."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Row, or_, select

from toolshare.circulation.terms import A_SITTING
from toolshare.desk.outcomes import Done, Outcome
from toolshare.desk.queries import Answer, answers_to
from toolshare.inventory.models import Item
from toolshare.journal.models import Entry, Event
from toolshare.people.models import Person
from toolshare.records import AnySession

MOST = 50
LISTED = {
    Event.BORROWED: Outcome.LENT,
    Event.TAKEN: Outcome.TAKEN,
    Event.RETURNED: Outcome.RETURNED,
    Event.ITEM_MOVED: Outcome.PUT,
}


def lines_of(
    session: AnySession, person: Person, *, now: datetime, but: Done | None = None
) -> list[Answer]:
    """What the person did, newest first, each act once; without the one that is shown already.

    It is read from the journal, so that it is there again when the page is opened anew, on any device.
    """
    dones: dict[str, Done] = {}
    for done in _told(_entries(session, person, now)):
        dones.setdefault(done.act, done)
    found = answers_to(session, list(dones.values()), now=now)
    acts = {but.act} if but else set()
    along = {one.put.id for one in found if one.put and one.done.outcome is not Outcome.PUT}
    return [
        one
        for one in found
        if one.done.act not in acts
        and not (one.done.outcome is Outcome.PUT and one.done.record_id in along)
    ]


def _entries(session: AnySession, person: Person, now: datetime) -> Sequence[Row[Entry, str]]:
    """The person's acts with things; what a table has moved carries no operation."""
    is_scan = or_(Entry.what != Event.ITEM_MOVED, Entry.operation.is_not(None))
    return session.execute(
        select(Entry, Item.code)
        .join(Item, Item.id == Entry.item_id)
        .where(Entry.by_id == person.id, Entry.what.in_(LISTED), Entry.at > now - A_SITTING)
        .where(is_scan)
        .order_by(Entry.id.desc())
        .limit(MOST)
    ).all()


def _told(entries: Sequence[Row[Entry, str]]) -> Iterator[Done]:
    for entry, code in entries:
        outcome = LISTED[Event(entry.what)]
        if outcome is Outcome.TAKEN:
            yield Done(outcome, code, entry.details["taking_id"])
        elif outcome is not Outcome.PUT:
            yield Done(outcome, code, entry.loan_id)
        elif "place_id" in entry.details and "undoes" not in entry.details:
            yield Done(outcome, code, entry.id)
