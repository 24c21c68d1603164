"""What is to be told follows from the journal, which is written in the transaction of what it tells.

So nothing that happened is lost, nothing that did not is told, and no act waits for a webhook. Entries of
transactions that ended out of order are found because the last thousand are looked at again; that
none is told twice, a unique constraint says.
"""

from datetime import datetime

from sqlalchemy import func, select

from toolshare.journal.models import Entry
from toolshare.records import AnySession
from toolshare.webhooks.events import EVENTS, NAMES
from toolshare.webhooks.models import Delivery, Webhook

AT_ONCE, LOOK_BACK = 200, 1_000


def is_any_behind(session: AnySession) -> bool:
    """Whether a webhook has not looked at the newest entry: a question that locks nothing."""
    newest = select(func.max(Entry.id)).scalar_subquery()
    behind = select(Webhook.id).where(Webhook.ended_at.is_(None), Webhook.last_entry_id < newest)
    return session.scalar(behind.limit(1)) is not None


def follow(session: AnySession, *, now: datetime) -> None:
    """Writes down what each webhook is still to be told, up to two hundred events of each."""
    open_ones = select(Webhook).where(Webhook.ended_at.is_(None)).order_by(Webhook.id)
    newest = session.scalar(select(func.max(Entry.id))) or 0
    for webhook in session.scalars(open_ones.with_for_update(skip_locked=True)):
        _follow(session, webhook, newest, now)


def _follow(session: AnySession, webhook: Webhook, newest: int, now: datetime) -> None:
    since = max(webhook.since_entry_id, webhook.last_entry_id - LOOK_BACK)
    told = select(Delivery.entry_id).where(Delivery.webhook_id == webhook.id)
    of_interest = (
        select(Entry.id, Entry.what)
        .where(Entry.id > since, Entry.id <= newest, Entry.group_id == webhook.group_id)
        .where(Entry.what.in_([EVENTS[event].value for event in webhook.events]))
        .where(Entry.id.not_in(told.where(Delivery.entry_id > since)))
        .order_by(Entry.id)
        .limit(AT_ONCE)
    )
    found = session.execute(of_interest).all()
    for entry_id, what in found:
        about = {"entry_id": entry_id, "event": NAMES[what], "made_at": now, "send_at": now}
        session.add(Delivery(webhook_id=webhook.id, **about))
    webhook.last_entry_id = found[-1][0] if len(found) == AT_ONCE else newest
