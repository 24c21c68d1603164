"""Offering what came free to who is next in line: accepted, passed on, set aside, taken."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, or_, select

from toolshare import rows
from toolshare.care.models import Outage
from toolshare.circulation import deadlines, promising
from toolshare.circulation.ending import end_hold, end_offer
from toolshare.circulation.holds import (
    has_lapsed,
    hold_under_lock,
    holds_with_all,
    is_over,
    offer_in_force,
    open_holds,
)
from toolshare.circulation.lines import Line, lines_of
from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Hold, HoldEnd, Offer, OfferEnd
from toolshare.circulation.turns import Waiting, as_numbers
from toolshare.inventory.locking import lock_kinds
from toolshare.inventory.models import Item
from toolshare.journal.models import Event
from toolshare.journal.recording import done_already, record
from toolshare.outbox.models import Topic
from toolshare.outbox.telling import tell
from toolshare.people import roles
from toolshare.people.models import Group, Person, Role
from toolshare.people.opening import read_opening_times, today_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid
from toolshare.rules.resolving import rules_for

# Built once: every return asks.
_WAITED_FOR = (
    select(Hold.kind_id)
    .where(Hold.kind_id.in_(bindparam("kind_ids", expanding=True)), Hold.ended_at.is_(None))
    .distinct()
)


@dataclass(frozen=True)
class OfferOver(Reason):
    """It was taken or passed on, its time is over, or the thing broke."""

    says = msgid("This offer is over.")
    instead = msgid("Look at your turns: they say how you stand in line.")


@dataclass(frozen=True)
class NotAcceptedYet(Reason):
    """Whoever it is offered to has not said yes."""

    says = msgid("It is offered, but nobody has accepted it yet.")
    instead = msgid("Set it aside when it has been accepted.")


def offer_what_is_free(
    session: AnySession, group: Group, kind_ids: Collection[int], *, now: datetime
) -> None:
    """Writes down what time has ended, and offers each free unit of these kinds to who is next.

    Whoever does it again finds nothing left to do.
    """
    lock_kinds(session, kind_ids)
    waited_for = waited_for_among(session, kind_ids)
    if not waited_for:
        return
    lines = lines_of(session, group, waited_for, now=now)
    broken = _offered_but_broken(session, waited_for, now)
    ended = [_end_what_is_over(session, line, broken, now=now) for line in lines.values()]
    if any(ended):
        lines = lines_of(session, group, waited_for, now=now)
    for line in lines.values():
        for item_id, waiting in line.kept.items():
            if waiting.offered is None:
                _offer(session, group, line, waiting, session.get_one(Item, item_id), now=now)


def waited_for_among(session: AnySession, kind_ids: Collection[int]) -> list[int]:
    """Those of these kinds that somebody waits for: most are not."""
    return sorted(rows.ask(session, _WAITED_FOR, {"kind_ids": list(kind_ids)}).scalars())


def accept(
    session: AnySession, offer: Offer, *, by: Person, now: datetime, operation: UUID | None = None
) -> Offer:
    """Keeps what is offered until it can be picked up; by the person or a steward."""
    hold, offer = _in_force(session, offer, by=by, now=now)
    if offer.accepted_at is not None:
        return offer
    group = read_opening_times(session, hold.kind.group)
    rules = rules_for(session, group_id=group.id, kind_id=hold.kind_id)
    promising.let_go_of_offer(session, offer)
    ends = deadlines.to_pick_up(group, rules, now)
    offer.accepted_at = now
    offer.expires_at = min(ends, promising.next_promise(session, offer.item_id, now) or ends)
    promising.keep_for_offer(session, offer, since=now)
    until = offer.expires_at.isoformat()
    _write_down(
        session, Event.OFFER_ACCEPTED, hold, by=by, now=now, operation=operation, expires_at=until
    )
    return offer


def pass_on(
    session: AnySession, offer: Offer, *, by: Person, now: datetime, operation: UUID | None = None
) -> Offer:
    """Lets the next in line have it; by the person or a steward.

    The first time the place in line stays, the second time it is given up.
    """
    if done_already(session, operation, Event.OFFER_ENDED, by=by):
        return offer
    hold, offer = _in_force(session, offer, by=by, now=now)
    end_offer(session, hold, OfferEnd.PASSED, by=by, now=now, operation=operation)
    offer_what_is_free(session, hold.kind.group, [hold.kind_id], now=now)
    return offer


def set_aside(
    session: AnySession, offer: Offer, *, by: Person, now: datetime, operation: UUID | None = None
) -> Offer:
    """Notes that it lies on the shelf of what is ready for pickup; by a steward of the group."""
    hold, offer = _in_force(session, offer, by=by, now=now)
    group = hold.kind.group
    roles.require(session, by, Role.STEWARD, group, today=today_in(group, now))
    if offer.accepted_at is None:
        raise Refusal(NotAcceptedYet())
    if offer.set_aside_at is None:
        offer.set_aside_at = now
        _write_down(session, Event.SET_ASIDE, hold, by=by, now=now, operation=operation)
        tell(session, Topic.RESERVATION_READY, hold.person, group=group, now=now, offer=offer.id)
    return offer


def serve(session: AnySession, item: Item, person: Person, *, by: Person, now: datetime) -> None:
    """Ends the waiting of somebody who borrows one of the kind, which is locked."""
    waiting = (one for one in open_holds(session, [item.kind_id]) if one.person_id == person.id)
    for hold in waiting:
        is_it = hold.open_offer is not None and hold.open_offer.item_id == item.id
        end = OfferEnd.TAKEN if is_it else OfferEnd.WITHDRAWN
        end_offer(session, hold, end, by=by, now=now)
        end_hold(session, hold, HoldEnd.SERVED, by=by, now=now)


def wait_again(session: AnySession, loan: Loan, *, by: Person, now: datetime) -> None:
    """Gives somebody their place in line back who borrowed by mistake; the kind is locked."""
    was_served = (Hold.end == HoldEnd.SERVED, Hold.ended_at == loan.borrowed_at)
    whose = (Hold.kind_id == loan.item.kind_id, Hold.person_id == loan.borrower_id)
    for hold in session.scalars(holds_with_all().where(*whose, *was_served)):
        hold.end = hold.ended_at = None
        record(
            session,
            Event.HOLD_REOPENED,
            by=by,
            at=now,
            group=hold.kind.group,
            item=hold.item,
            person=hold.person,
            hold_id=hold.id,
            kind_id=hold.kind_id,
            asked_at=hold.asked_at.isoformat(),
            is_paused=hold.paused_at is not None,
            passes=hold.passes,
        )


def call_off(session: AnySession, item: Item, *, by: Person, now: datetime) -> None:
    """Ends the offer of an item that is not there after all; its kind is locked."""
    for hold in open_holds(session, [item.kind_id]):
        if hold.open_offer is not None and hold.open_offer.item_id == item.id:
            end_offer(session, hold, OfferEnd.WITHDRAWN, by=by, now=now)


def _in_force(
    session: AnySession, offer: Offer, *, by: Person, now: datetime
) -> tuple[Hold, Offer]:
    """The offer as it is now, with its hold; refuses when its time is over."""
    hold = hold_under_lock(session, session.get_one(Hold, offer.hold_id), by=by, now=now)
    again = offer_in_force(hold, now=now)
    if again is None or again.id != offer.id:
        raise Refusal(OfferOver())
    return hold, again


def _offered_but_broken(session: AnySession, kind_ids: Collection[int], now: datetime) -> set[int]:
    """The holds that were offered what is out of service, due for one, or retired now."""
    is_off = or_(Item.retired_at.is_not(None), Item.service_due_at <= now)
    is_out = select(Outage.id).where(Outage.item_id == Item.id, Outage.ended_at.is_(None))
    found = session.scalars(
        select(Offer.hold_id)
        .join(Offer.item)
        .where(Offer.ended_at.is_(None), Item.kind_id.in_(kind_ids))
        .where(or_(is_off, is_out.exists()))
    )
    return set(found)


def _end_what_is_over(
    session: AnySession, line: Line, broken: Collection[int], *, now: datetime
) -> bool:
    """Whether there was anything to write down."""
    found = False
    for hold in line.holds:
        today = today_in(hold.kind.group, now)
        is_too_late = is_over(hold, now=now, today=today)
        if has_lapsed(hold, now=now):
            end_offer(session, hold, OfferEnd.LAPSED, by=None, now=now)
        elif hold.id in broken:
            end_offer(session, hold, OfferEnd.WITHDRAWN, by=None, now=now)
        elif not is_too_late:
            continue
        if is_too_late and hold.ended_at is None:
            end_hold(session, hold, HoldEnd.EXPIRED, by=None, now=now)
        found = True
    return found


def _offer(
    session: AnySession, group: Group, line: Line, waiting: Waiting, item: Item, *, now: datetime
) -> None:
    hold = next(one for one in line.holds if one.id == waiting.hold_id)
    offer = Offer(
        hold=hold,
        item=item,
        offered_at=now,
        expires_at=deadlines.to_accept(group, line.rules, now),
        numbers=as_numbers(line.why_next(waiting)),
    )
    session.add(offer)
    session.flush()
    promising.keep_for_offer(session, offer, since=now)
    until = offer.expires_at.isoformat()
    _write_down(session, Event.OFFERED, hold, by=None, now=now, expires_at=until)
    tell(session, Topic.YOUR_TURN, hold.person, group=group, now=now, offer=offer.id)


def _write_down(
    session: AnySession,
    what: Event,
    hold: Hold,
    *,
    by: Person | None,
    now: datetime,
    operation: UUID | None = None,
    **details: Any,
) -> None:
    offer = hold.open_offer
    about = {"item": offer.item, "offer_id": offer.id} if offer else {"kind_id": hold.kind_id}
    record(
        session,
        what,
        by=by,
        at=now,
        group=hold.kind.group,
        person=hold.person,
        operation=operation,
        hold_id=hold.id,
        **about,
        **details,
    )
