"""How things stand at present by the tables, to be compared with what the journal tells."""

from collections.abc import Iterable

from sqlalchemy import select

from toolshare.care.models import Outage
from toolshare.circulation.in_kits import IN_IT
from toolshare.circulation.models import Handover, Loan
from toolshare.circulation.present import (
    InKit,
    InLine,
    Offered,
    Out,
    PassingOn,
    Present,
    Reserved,
    ToFetch,
    custody_of,
)
from toolshare.circulation.promises import Hold, Offer, Promise, Reservation, ReservedUnit
from toolshare.circulation.standing import STILL_OUT
from toolshare.inventory.models import KitPart
from toolshare.records import AnySession


def recorded(session: AnySession) -> Present:
    """All that has not ended, in a statement for each table."""
    return Present(
        loans=dict(_loans(session)),
        handovers=dict(_handovers(session)),
        outages=dict(_outages(session)),
        holds=dict(_holds(session)),
        offers=dict(_offers(session)),
        reservations=dict(_reservations(session)),
        reserved_units=dict(_reserved_units(session)),
        kit_parts=dict(_kit_parts(session)),
    )


def _loans(session: AnySession) -> Iterable[tuple[int, Out]]:
    for loan in session.scalars(select(Loan).where(STILL_OUT)):
        custody = custody_of(loan)
        yield loan.id, Out(loan.item_id, loan.borrower_id, loan.quantity, loan.due_at, custody)


def _handovers(session: AnySession) -> Iterable[tuple[int, PassingOn]]:
    undecided = (Handover.accepted_at.is_(None), Handover.withdrawn_at.is_(None))
    for one in session.scalars(select(Handover).join(Handover.loan).where(*undecided, STILL_OUT)):
        yield one.id, PassingOn(one.loan_id, has_consent=one.consented_at is not None)


def _outages(session: AnySession) -> Iterable[tuple[int, str]]:
    for outage in session.scalars(select(Outage).where(Outage.ended_at.is_(None))):
        yield outage.item_id, outage.reason


def _holds(session: AnySession) -> Iterable[tuple[int, InLine]]:
    for hold in session.scalars(select(Hold).where(Hold.ended_at.is_(None))):
        who = (hold.kind_id, hold.item_id, hold.person_id, hold.asked_at)
        yield hold.id, InLine(*who, hold.paused_at is not None, hold.passes)


def _offers(session: AnySession) -> Iterable[tuple[int, Offered]]:
    for one in session.scalars(select(Offer).where(Offer.ended_at.is_(None))):
        stands = (one.accepted_at is not None, one.set_aside_at is not None)
        yield one.id, Offered(one.hold_id, one.item_id, one.expires_at, *stands)


def _reservations(session: AnySession) -> Iterable[tuple[int, Reserved]]:
    to_fetch = Reservation.units.any(ReservedUnit.still_to_fetch())
    for one in session.scalars(select(Reservation).where(Reservation.still_open(), to_fetch)):
        span = (one.from_at, one.until_at, one.fetch_by)
        yield one.id, Reserved(one.person_id, *span, is_granted=not one.is_requested)


def _reserved_units(session: AnySession) -> Iterable[tuple[int, ToFetch]]:
    found = (
        select(ReservedUnit, Promise.item_id)
        .join(ReservedUnit.reservation)
        .outerjoin(ReservedUnit.promise)
        .where(ReservedUnit.still_to_fetch(), Reservation.still_open())
    )
    for unit, item_id in session.execute(found):
        set_aside = item_id if unit.set_aside_at else None
        wanted = (unit.reservation_id, unit.kind_id, unit.item_id, unit.quantity)
        yield unit.id, ToFetch(*wanted, set_aside)


def _kit_parts(session: AnySession) -> Iterable[tuple[int, InKit]]:
    for part in session.scalars(select(KitPart).where(IN_IT)):
        yield part.id, InKit(part.kit_id, part.item_id, part.quantity, part.missing)
