"""The ends of offers and of places in line; their kind is locked by the caller."""

from datetime import datetime
from uuid import UUID

from toolshare.circulation import promising
from toolshare.circulation.holds import FREE_PASSES, NOT_TAKEN
from toolshare.circulation.promises import Hold, HoldEnd, OfferEnd
from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.people.models import Person
from toolshare.records import AnySession


def end_offer(
    session: AnySession,
    hold: Hold,
    end: OfferEnd,
    *,
    by: Person | None,
    now: datetime,
    operation: UUID | None = None,
) -> None:
    """Ends what is offered to the person, if anything is; the second offer not taken ends the hold."""
    offer = hold.open_offer
    if offer is None:
        return
    offer.end, offer.ended_at = end, min(now, offer.expires_at)
    promising.let_go_of_offer(session, offer)
    record(
        session,
        Event.OFFER_ENDED,
        by=by,
        at=now,
        group=hold.kind.group,
        item=offer.item,
        person=hold.person,
        operation=operation,
        hold_id=hold.id,
        offer_id=offer.id,
        end=end,
    )
    if end in NOT_TAKEN:
        hold.passes += 1
    if hold.passes > FREE_PASSES:
        end_hold(session, hold, HoldEnd.PASSED, by=by, now=now)


def end_hold(
    session: AnySession,
    hold: Hold,
    end: HoldEnd,
    *,
    by: Person | None,
    now: datetime,
    operation: UUID | None = None,
) -> None:
    """Ends a place in line, and with it what is offered there."""
    end_offer(session, hold, OfferEnd.WITHDRAWN, by=by, now=now)
    hold.end, hold.ended_at = end, now
    record(
        session,
        Event.HOLD_ENDED,
        by=by,
        at=now,
        group=hold.kind.group,
        person=hold.person,
        operation=operation,
        hold_id=hold.id,
        kind_id=hold.kind_id,
        end=end,
    )
