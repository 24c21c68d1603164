"""What is to be told follows from the journal, which is written in the transaction of what it tells.

So nothing that happened is lost, nothing that did not is told, and no act waits for a webhook. Where
transactions end out of order, an id that is not there yet may still come: it is kept as unread, alone,
while later ones are told.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Row, delete, exists, func, or_, select

from toolshare import rows
from toolshare.journal.models import Entry
from toolshare.records import LAST_ID, AnySession
from toolshare.webhooks.events import NAMES
from toolshare.webhooks.models import Delivery, Unread, Webhook

AT_ONCE = 1_000
TO_COME = LAST_ID
GIVEN_UP_AFTER = timedelta(days=1)  # no act takes so long: its transaction was given up
IS_OPEN = Webhook.ended_at.is_(None)


def begin(session: AnySession, newest: int) -> None:
    """Reads the journal from here on, unless it is read for somebody already."""
    if session.scalar(select(Webhook.id).where(IS_OPEN).limit(1)) is None:
        session.execute(delete(Unread))
        session.add(Unread(first_id=newest + 1, last_id=TO_COME))
        session.flush()


def is_any_behind(session: AnySession) -> bool:
    """Whether there is an entry to read for anybody: a question that locks nothing."""
    following = select(func.min(Entry.id)).where(Entry.id >= Unread.first_id)
    is_there = following.correlate(Unread).scalar_subquery() <= Unread.last_id
    return (
        session.scalar(select(Unread.id).where(is_there, exists().where(IS_OPEN)).limit(1))
        is not None
    )


def follow(session: AnySession, *, now: datetime) -> None:
    """Reads up to a thousand entries, and writes down which webhook is to be told of which."""
    ranges = session.scalars(
        select(Unread).order_by(Unread.first_id).with_for_update(skip_locked=True)
    ).all()
    if not ranges:
        return
    found = _entries_in(session, ranges)
    _write_deliveries(session, found, now)
    ids = [entry.id for entry in found]
    left = [row for one in ranges for row in _left_of(one, ids, now)]
    session.execute(delete(Unread).where(Unread.id.in_([one.id for one in ranges])))
    rows.write_all(session, Unread, left)


def parts_left(first: int, last: int, read: Sequence[int]) -> list[tuple[int, int]]:
    """What is left of a range of ids when some of it, in their order, were read."""
    begins = (first, *(one + 1 for one in read))
    ends = (*(one - 1 for one in read), last)
    return [(begin, end) for begin, end in zip(begins, ends, strict=True) if begin <= end]


def _entries_in(
    session: AnySession, ranges: Sequence[Unread]
) -> Sequence[Row[int, str, int | None]]:
    return session.execute(
        select(Entry.id, Entry.what, Entry.group_id)
        .where(Entry.id >= ranges[0].first_id)  # or PostgreSQL may begin with the oldest of all
        .where(or_(*(Entry.id.between(one.first_id, one.last_id) for one in ranges)))
        .order_by(Entry.id)
        .limit(AT_ONCE)
    ).all()


def _write_deliveries(
    session: AnySession, found: Sequence[Row[int, str, int | None]], now: datetime
) -> None:
    groups = {entry.group_id for entry in found if entry.what in NAMES}
    hooks = session.scalars(select(Webhook).where(IS_OPEN, Webhook.group_id.in_(groups))).all()
    told = [
        {
            "webhook_id": hook.id,
            "entry_id": entry.id,
            "event": event,
            "made_at": now,
            "send_at": now,
        }
        for entry in found
        if (event := NAMES.get(entry.what))
        for hook in hooks
        if hook.is_told(event, entry.id, entry.group_id)
    ]
    rows.write_all(session, Delivery, told)


def _left_of(one: Unread, read: Sequence[int], now: datetime) -> Iterator[dict[str, object]]:
    """What is left of unread ids; what was missed for too long will never be there."""
    if one.missed_at is not None and one.missed_at + GIVEN_UP_AFTER <= now:
        return
    inside = [entry_id for entry_id in read if one.first_id <= entry_id <= one.last_id]
    for first, last in parts_left(one.first_id, one.last_id, inside):
        missed_at = None if last == TO_COME else one.missed_at or now
        yield {"first_id": first, "last_id": last, "missed_at": missed_at}
