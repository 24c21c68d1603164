"""A coordinator names an address and what it is told, tries it out, and ends it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import func, select

from toolshare import reaching
from toolshare.journal.models import Entry, Event
from toolshare.journal.recording import record
from toolshare.people import roles
from toolshare.people.models import Group, Person, Role
from toolshare.people.opening import today_in
from toolshare.records import AnySession
from toolshare.refusals import Refusal
from toolshare.webhooks import following, signing
from toolshare.webhooks import reasons as why
from toolshare.webhooks.events import EVENTS, TEST
from toolshare.webhooks.models import Delivery, Webhook

MOST_WEBHOOKS = 5
LAST_DELIVERIES = 10


@dataclass(frozen=True)
class Told:
    """A webhook, and what became of the last that it was told."""

    webhook: Webhook
    deliveries: Sequence[Delivery]


def name(
    session: AnySession,
    group: Group,
    address: str,
    events: Collection[str],
    *,
    by: Person,
    now: datetime,
    may_be_private: bool = False,
) -> Webhook:
    """Tells an address of these events from now on; by a coordinator."""
    _require_coordinator(session, group, by=by, now=now)
    chosen = [event for event in EVENTS if event in events]
    if not chosen:
        raise Refusal(why.NothingToTell())
    known_address(address, may_be_private=may_be_private)
    if len(_open(session, group)) >= MOST_WEBHOOKS:
        raise Refusal(why.TooManyWebhooks(most=MOST_WEBHOOKS))
    record(session, Event.WEBHOOK_NAMED, by=by, at=now, group=group, events=chosen)
    newest = session.scalar(select(func.max(Entry.id))) or 0
    following.begin(session, newest)
    made = Webhook(
        group_id=group.id,
        address=address,
        events=chosen,
        secret=signing.new_secret(),
        made_at=now,
        since_entry_id=newest,
    )
    session.add(made)
    session.flush()
    return made


def known_address(typed: str, *, may_be_private: bool = False) -> str:
    """The address that was typed; refuses what nothing can be told, as far as one can see by reading it."""
    scheme, mark, _ = typed.partition("://")
    if mark and not may_be_private and scheme.lower() != "https":
        raise Refusal(why.OnlyHttps())
    if not reaching.is_address(typed, ("https", "http") if may_be_private else ("https",)):
        raise Refusal(why.NotAnAddress(typed=typed[: reaching.LONGEST_ADDRESS]))
    host = urlsplit(typed).hostname or ""
    if not may_be_private and reaching.is_own_as_written(host):
        raise Refusal(why.OwnNetwork(host=host))
    return typed


def try_out(session: AnySession, webhook: Webhook, *, by: Person, now: datetime) -> Delivery:
    """Tells the address something that did not happen, to see whether it listens."""
    _require_coordinator(session, webhook.group, by=by, now=now)
    delivery = Delivery(webhook=webhook, event=TEST, made_at=now, send_at=now)
    session.add(delivery)
    session.flush()
    return delivery


def end(session: AnySession, webhook: Webhook, *, by: Person, now: datetime) -> None:
    """Tells the address nothing any more, not even what waits."""
    _require_coordinator(session, webhook.group, by=by, now=now)
    webhook.ended_at = now
    record(session, Event.WEBHOOK_ENDED, by=by, at=now, group=webhook.group)


def webhook_of(session: AnySession, group: Group, webhook_id: int) -> Webhook:
    """A webhook of the group that was not ended, with its group; refuses any other."""
    found = next((one for one in _open(session, group) if one.id == webhook_id), None)
    if found is None:
        raise Refusal(why.NoSuchWebhook())
    found.group = group
    return found


def told_of(session: AnySession, group: Group) -> list[Told]:
    """The webhooks of a group, and what became of the last that each was told."""
    return [Told(webhook, _last(session, webhook)) for webhook in _open(session, group)]


def _open(session: AnySession, group: Group) -> Sequence[Webhook]:
    own = select(Webhook).where(Webhook.group_id == group.id, Webhook.ended_at.is_(None))
    return session.scalars(own.order_by(Webhook.id)).all()


def _last(session: AnySession, webhook: Webhook) -> Sequence[Delivery]:
    own = select(Delivery).where(Delivery.webhook_id == webhook.id)
    return session.scalars(own.order_by(Delivery.id.desc()).limit(LAST_DELIVERIES)).all()


def _require_coordinator(session: AnySession, group: Group, *, by: Person, now: datetime) -> None:
    roles.require(session, by, Role.COORDINATOR, group, today=today_in(group, now))
