"""Delivering what waits, at least once: claimed before it is sent, marked after it, like messages.

How long a claim holds, how long is waited after a fault and how often it is tried is the same.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import joinedload

from toolshare.inventory.models import Item
from toolshare.journal.models import Entry
from toolshare.messages.delivering import LEASE, MOST_ATTEMPTS, wait_after
from toolshare.records import AnySession
from toolshare.webhooks.models import Delivery, DeliveryEnd, Webhook

# What of an entry's details is told: ids, and no words.
IDS = ("reservation_id", "hold_id", "kind_id", "taking_id")


@dataclass(frozen=True)
class Due:
    """What is sent where, signed with what."""

    delivery_id: int
    until: datetime  # nobody else works on it
    address: str
    secret: str
    key: str
    body: dict[str, Any]


def is_any_waiting(session: AnySession, *, now: datetime) -> bool:
    """Whether there is anything to deliver: a question that locks nothing."""
    return session.scalar(_claimable(now).limit(1)) is not None


def claim(session: AnySession, *, now: datetime) -> Due | None:
    """Takes the delivery that has waited longest, with all that is sent; None when none waits."""
    found = _claimable(now).order_by(Delivery.send_at, Delivery.id).limit(1)
    delivery_id = session.scalar(found.with_for_update(of=Delivery, skip_locked=True))
    if delivery_id is None:
        return None
    with_all = joinedload(Delivery.webhook).joinedload(Webhook.group)
    delivery = session.get_one(Delivery, delivery_id, options=[with_all])
    delivery.claimed_until = now + LEASE
    delivery.attempts += 1
    hook = delivery.webhook
    body = _body(session, delivery)
    return Due(delivery_id, delivery.claimed_until, hook.address, hook.secret, delivery.key, body)


def delivered(session: AnySession, due: Due, *, now: datetime) -> None:
    """Writes down that the address took it."""
    delivery = _still_ours(session, due)
    if delivery is not None:
        _end(delivery, DeliveryEnd.DELIVERED, "", now)


def failed(session: AnySession, due: Due, fault: str, *, now: datetime, chance: float) -> None:
    """Tries again later, and what else waits for the same address no sooner; gives up in the end."""
    delivery = _still_ours(session, due)
    if delivery is None:
        return
    if delivery.attempts >= MOST_ATTEMPTS:
        _end(delivery, DeliveryEnd.GIVEN_UP, fault, now)
        return
    again = now + wait_after(delivery.attempts, chance)
    delivery.send_at, delivery.claimed_until, delivery.last_fault = again, None, fault
    session.flush()
    others = (Delivery.webhook_id == delivery.webhook_id, Delivery.ended_at.is_(None))
    session.execute(update(Delivery).where(*others, Delivery.send_at < again).values(send_at=again))


def _body(session: AnySession, delivery: Delivery) -> dict[str, Any]:
    """Which event, when, and the ids of what it is about: no name, no word of anybody's."""
    entry = session.get(Entry, delivery.entry_id) if delivery.entry_id else None
    facts: dict[str, Any] = {"group": delivery.webhook.group.slug}
    if entry is not None:
        code = session.scalar(select(Item.code).where(Item.id == entry.item_id))
        known = {"entry_id": entry.id, "loan_id": entry.loan_id, "item": code}
        known |= {name: entry.details.get(name) for name in IDS}
        facts |= {name: one for name, one in known.items() if one is not None}
    at = entry.at if entry else delivery.made_at
    return {"type": delivery.event, "timestamp": at.isoformat(), "data": facts}


def _claimable(now: datetime) -> Any:
    # A claim far ahead was made by a clock that has been set back.
    claim_is_over = or_(Delivery.claimed_until <= now, Delivery.claimed_until > now + LEASE)
    is_free = or_(Delivery.claimed_until.is_(None), claim_is_over)
    is_due = and_(Delivery.ended_at.is_(None), Delivery.send_at <= now, is_free)
    of = select(Delivery.id).join(Delivery.webhook)
    return of.where(is_due, Webhook.ended_at.is_(None))


def _still_ours(session: AnySession, due: Due) -> Delivery | None:
    """The delivery, unless the claim ran out and somebody else has it."""
    return session.scalar(
        select(Delivery)
        .where(Delivery.id == due.delivery_id, Delivery.ended_at.is_(None))
        .where(Delivery.claimed_until == due.until)
        .with_for_update()
    )


def _end(delivery: Delivery, how: DeliveryEnd, fault: str, now: datetime) -> None:
    delivery.ended, delivery.ended_at, delivery.claimed_until = how, now, None
    delivery.last_fault = fault
