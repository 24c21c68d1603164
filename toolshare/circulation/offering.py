"""Offering what came free to who is next in line: accepted, passed on, set aside, taken."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import or_, select

from toolshare.care.models import Outage
from toolshare.circulation import deadlines, promising
from toolshare.circulation.ending import end_hold, end_offer
from toolshare.circulation.holds import has_lapsed, is_over
from toolshare.circulation.lines import Line, lines_of
from toolshare.circulation.promises import Hold, HoldEnd, Offer, OfferEnd
from toolshare.circulation.turns import Waiting, as_numbers
from toolshare.inventory.locking import lock_kinds
from toolshare.inventory.models import Item
from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.people.models import Group
from toolshare.people.opening import today_in
from toolshare.records import AnySession


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
    broken = _offered_but_broken(session, waited_for)
    ended = [_end_what_is_over(session, line, broken, now=now) for line in lines.values()]
    if any(ended):
        lines = lines_of(session, group, waited_for, now=now)
    for line in lines.values():
        for item_id, waiting in line.kept.items():
            if waiting.offered is None:
                _offer(session, group, line, waiting, session.get_one(Item, item_id), now=now)


def waited_for_among(session: AnySession, kind_ids: Collection[int]) -> list[int]:
    """Those of these kinds that somebody waits for: most are not, and every return asks."""
    holds = select(Hold.kind_id).where(Hold.kind_id.in_(kind_ids), Hold.ended_at.is_(None))
    return sorted(session.scalars(holds.distinct()))


def _offered_but_broken(session: AnySession, kind_ids: Collection[int]) -> set[int]:
    """The holds that were offered what is out of service or retired now."""
    is_out = select(Outage.id).where(Outage.item_id == Item.id, Outage.ended_at.is_(None))
    found = session.scalars(
        select(Offer.hold_id)
        .join(Offer.item)
        .where(Offer.ended_at.is_(None), Item.kind_id.in_(kind_ids))
        .where(or_(Item.retired_at.is_not(None), is_out.exists()))
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
    record(
        session,
        Event.OFFERED,
        by=None,
        at=now,
        group=group,
        item=item,
        person=hold.person,
        hold_id=hold.id,
        offer_id=offer.id,
        expires_at=offer.expires_at.isoformat(),
    )
