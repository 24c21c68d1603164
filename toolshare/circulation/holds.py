"""Holds with all that verbs need of them, and whether time alone has ended them or their offers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from toolshare.circulation.eligibility import is_steward
from toolshare.circulation.promises import Hold, Offer, OfferEnd
from toolshare.inventory.locking import lock_kinds
from toolshare.inventory.models import Kind
from toolshare.people.models import Person
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid

FREE_PASSES = 1
NOT_TAKEN = (OfferEnd.PASSED, OfferEnd.LAPSED)


@dataclass(frozen=True)
class NotYourPlace(Reason):
    """Somebody else's place in line."""

    status = HTTPStatus.FORBIDDEN
    says = msgid("This is not your place in line.")
    instead = msgid("Ask a steward.")


@dataclass(frozen=True)
class NoLongerInLine(Reason):
    """The hold has ended."""

    says = msgid("This place in line is over.")
    instead = msgid("Put yourself in line again, if you still want it.")


def open_holds(session: AnySession, kind_ids: Collection[int]) -> Sequence[Hold]:
    """The holds on these kinds that nobody has written down as ended."""
    is_open = (Hold.kind_id.in_(kind_ids), Hold.ended_at.is_(None))
    return session.scalars(holds_with_all().where(*is_open).order_by(Hold.id)).all()


def hold_under_lock(session: AnySession, hold: Hold, *, by: Person, now: datetime) -> Hold:
    """The hold as it is now, for the person or a steward; its kind is locked.

    Refuses anybody else, and a hold that has ended.
    """
    hold = read_under_lock(session, hold)
    if hold.person_id != by.id and not is_steward(session, by, hold.kind.group, now=now):
        raise Refusal(NotYourPlace())
    if hold.ended_at is not None:
        raise Refusal(NoLongerInLine())
    return hold


def read_under_lock(session: AnySession, hold: Hold) -> Hold:
    """The hold as it is now; its kind is locked."""
    lock_kinds(session, [hold.kind_id])
    session.flush()
    for one in session.identity_map.values():
        if isinstance(one, Hold | Offer):  # read before the lock was there
            session.expire(one)
    return session.scalars(holds_with_all().where(Hold.id == hold.id)).one()


def holds_with_all() -> Select[Hold]:
    """Holds with person, item, kind, group and offers."""
    return select(Hold).options(
        joinedload(Hold.kind).joinedload(Kind.group),
        joinedload(Hold.person),
        joinedload(Hold.item),
        selectinload(Hold.offers).joinedload(Offer.item),
    )


def offer_in_force(hold: Hold, *, now: datetime) -> Offer | None:
    """The offer that the person can still accept, or has accepted and can still pick up."""
    offer = hold.open_offer
    return offer if offer is not None and now < offer.expires_at else None


def has_lapsed(hold: Hold, *, now: datetime) -> bool:
    """Whether the time of an open offer is over, which nobody has written down."""
    return hold.open_offer is not None and offer_in_force(hold, now=now) is None


def is_over(hold: Hold, *, now: datetime, today: date) -> bool:
    """Whether time alone has ended a hold; while an offer is in force it has not."""
    if offer_in_force(hold, now=now):
        return False
    is_too_late = hold.need_by is not None and hold.need_by < today
    return is_too_late or hold.passes + has_lapsed(hold, now=now) > FREE_PASSES


def last_passed_at(hold: Hold, *, now: datetime) -> datetime | None:
    """When an offer was last passed on, or lapsed."""
    moments = [one.ended_at for one in hold.offers if one.ended_at and one.end in NOT_TAKEN]
    if hold.open_offer is not None and has_lapsed(hold, now=now):
        moments.append(hold.open_offer.expires_at)
    return max(moments, default=None)
