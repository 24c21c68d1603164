"""Forgetting who had what: names are taken from what is over, and from what the journal tells of it.

The journal stays whole: each entry still says what happened when, and with which thing. That it
forgets by whom is the one change that is ever made to it, and only of what is over, so that how
things stand at present can be told from it as before.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, delete, or_, select, update
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from toolshare.admission.models import JoinRequest
from toolshare.care.models import DamageReport, Inspection, Outage
from toolshare.circulation.models import Loan, Renewal, Taking
from toolshare.circulation.no_shows import is_missed
from toolshare.circulation.promises import Hold, Reservation
from toolshare.circulation.seasons import days_had
from toolshare.circulation.tallies import count_miss, count_share
from toolshare.inventory.models import Item, Kind, KitPart
from toolshare.journal.models import Entry, Event
from toolshare.offline.models import ExceptionalScan
from toolshare.outbox.models import Message
from toolshare.people.models import Group
from toolshare.people.opening import today_in
from toolshare.records import AnySession, Record
from toolshare.rules.resolving import rules_for_many
from toolshare.rules.values import Regime

AnyRecord = TypeVar("AnyRecord", bound=Record)
# What is said of a person rather than of a thing, and where it is said of the thing.
ABOUT_THEM = {"note", "says_borrower", "where", "why"}
THEIR_PROGRAM = {"request", "token_id"}  # a token leads to its person, whatever the entry is about
ABOUT_THE_THING = {
    *(Event.RETURNED, Event.INSPECTED, Event.HANDOVER_BEGUN, Event.HANDED_OVER, Event.SERVICED),
    *(Event.DAMAGE_REPORTED, Event.TAKEN_OUT_OF_SERVICE, Event.PUT_INTO_SERVICE),
}


def forget_loans(session: AnySession, ids: Collection[int]) -> None:
    """Takes the borrowers' names from loans that are over; what they had in turns stays counted."""
    loans = session.scalars(_loans(ids)).all()
    _count(session, loans)
    whose = {loan.id: loan.borrower_id for loan in loans}
    of_loans = select(Entry).join(Loan, Loan.id == Entry.loan_id).where(Loan.id.in_(whose))
    for entry in session.scalars(of_loans.where(Entry.item_id == Loan.item_id)):
        detach(entry, whose[entry.loan_id or 0])
    for loan in loans:
        _forget_what_the_borrower_did(session, loan)
        _forget_who_borrowed(loan)
    session.flush()


def forget_takings(session: AnySession, ids: Collection[int]) -> None:
    """Takes the names from what was taken for good."""
    for taking in session.scalars(_still(Taking, ids, Taking.taker_id)):
        its = (Entry.person_id == taking.taker_id, Entry.item_id == taking.item_id)
        _forget_entries(session, "taking_id", taking.id, taking.taker_id, *its)
        taking.taker_id = None
    session.flush()


def forget_holds(session: AnySession, ids: Collection[int]) -> None:
    """Takes the names from places in line that have ended."""
    for hold in session.scalars(_still(Hold, ids, Hold.person_id)):
        its = Entry.person_id == hold.person_id
        _forget_entries(session, "hold_id", hold.id, hold.person_id, its)
        session.execute(update(Hold).where(Hold.id == hold.id).values(person_id=None))
    session.flush()


def forget_reservations(session: AnySession, ids: Collection[int]) -> None:
    """Takes the names from reservations that are over; what was missed this year stays counted."""
    for reservation in session.scalars(_reservations(ids)):
        person_id = reservation.person_id
        _count_if_missed(session, reservation)
        its = Entry.person_id == person_id
        _forget_entries(session, "reservation_id", reservation.id, person_id, its)
        for unit in reservation.units:
            _forget_entries(session, "unit_id", unit.id, person_id, its)
        if reservation.made_by_id == person_id:
            reservation.made_by_id = None
        reservation.person_id = None
        reservation.note = reservation.declined_why = reservation.cancelled_why = ""
    session.flush()


def forget_reports(session: AnySession, ids: Collection[int]) -> None:
    """Takes the names from damage reports that were settled."""
    for report in session.scalars(_still(DamageReport, ids, DamageReport.by_id)):
        by_them = (Entry.by_id == report.by_id, Entry.item_id == report.item_id)
        for entry in session.scalars(select(Entry).where(*by_them, Entry.at == report.at)):
            detach(entry, report.by_id)
        begun = (Outage.item_id == report.item_id, Outage.since == report.at)
        session.execute(
            update(Outage).where(*begun, Outage.by_id == report.by_id).values(by_id=None)
        )
        report.by_id = None
    session.flush()


def forget_exceptions(session: AnySession, ids: Collection[int]) -> None:
    """Takes from scans without a signal who sent them and who borrowed, with all that was sent."""
    still = select(ExceptionalScan).where(ExceptionalScan.id.in_(ids))
    for scan in session.scalars(still.with_for_update(skip_locked=True)):
        kept = select(Entry).where(Entry.operation == scan.operation)
        for entry in [*session.scalars(kept), *session.scalars(_settled(scan))]:
            detach(entry, scan.by_id)
        scan.by_id = scan.borrower_id = None
        scan.sent, scan.reasons, scan.note = {}, [], ""
    session.flush()


def forget_join_requests(session: AnySession, ids: Collection[int]) -> None:
    """Takes away what somebody wrote who asked to join, once that is decided."""
    session.execute(delete(JoinRequest).where(JoinRequest.id.in_(ids)))


def forget_messages(session: AnySession, ids: Collection[int]) -> None:
    """Takes away what somebody was told: of whom it was, and about what."""
    session.execute(delete(Message).where(Message.id.in_(ids)))


def detach(entry: Entry, person_id: int | None) -> None:
    """Lets an entry forget a person, and what it says about them."""
    if entry.by_id == person_id:
        entry.by_id = None
    if entry.person_id == person_id:
        entry.person_id = None
    about = THEIR_PROGRAM | (set() if entry.what in ABOUT_THE_THING else ABOUT_THEM)
    if about & entry.details.keys():
        entry.details = {name: said for name, said in entry.details.items() if name not in about}


def _loans(ids: Collection[int]) -> Select[Loan]:
    kind = contains_eager(Loan.item).contains_eager(Item.kind)
    return (
        _still(Loan, ids, Loan.borrower_id)
        .join(Loan.item)
        .join(Item.kind)
        .options(kind.joinedload(Kind.group))
        .order_by(Loan.borrowed_at)
    )


def _reservations(ids: Collection[int]) -> Select[Reservation]:
    known = (joinedload(Reservation.group, innerjoin=True), selectinload(Reservation.units))
    return _still(Reservation, ids, Reservation.person_id).options(*known)


def _still(table: type[AnyRecord], ids: Collection[int], names: Any) -> Select[AnyRecord]:
    """Those of these that name somebody, and that no other sweep is about to forget."""
    which = select(table).where(table.id.in_(ids), names.is_not(None))
    return which.with_for_update(of=table, skip_locked=True)


def _settled(scan: ExceptionalScan) -> Select[Entry]:
    """What the journal has of how it was settled."""
    where = Entry.item_id == scan.item_id if scan.item_id else Entry.by_id == scan.settled_by_id
    is_it = Entry.details["exception_id"].as_integer() == scan.id
    return select(Entry).where(where, Entry.what == Event.EXCEPTION_SETTLED, is_it)


def _forget_entries(
    session: AnySession, known_by: str, its_id: int, person_id: int | None, *which: Any
) -> None:
    is_it = Entry.details[known_by].as_integer() == its_id
    for entry in session.scalars(select(Entry).where(*which, is_it)):
        detach(entry, person_id)


def _forget_who_borrowed(loan: Loan) -> None:
    if loan.returned_to_id == loan.borrower_id:
        loan.returned_to_id = None
    loan.borrower_id, loan.dropped_where, loan.lost_why = None, "", ""


def _forget_what_the_borrower_did(session: AnySession, loan: Loan) -> None:
    """What the borrower has said about the thing while they had it, to its parts, and to the loan."""
    who, ended = loan.borrower_id, loan.returned_at or loan.undone_at
    meanwhile = (Entry.by_id == who, Entry.at.between(loan.borrowed_at, ended))
    about_it = or_(Entry.item_id == loan.item_id, Entry.at == ended)
    for entry in session.scalars(select(Entry).where(*meanwhile, about_it)):
        detach(entry, who)
    parts = select(KitPart.item_id).where(KitPart.kit_id == loan.item_id)
    said = or_(Outage.item_id == loan.item_id, Outage.item_id.in_(parts))
    then = (Outage.since.between(loan.borrowed_at, ended), Outage.ended_at.is_not(None))
    _let_go(session, Outage, who, said, *then)
    looked = (Inspection.item_id == loan.item_id, Inspection.at.between(loan.borrowed_at, ended))
    _let_go(session, Inspection, who, *looked)
    _let_go(session, Renewal, who, Renewal.loan_id == loan.id)


def _let_go(session: AnySession, table: Any, who: int | None, *which: ColumnElement[bool]) -> None:
    session.execute(update(table).where(table.by_id == who, *which).values(by_id=None))


def _count(session: AnySession, loans: Iterable[Loan]) -> None:
    """Of what is had in turns it counts how much of it somebody has had this season."""
    by_group = defaultdict(list)
    for loan in loans:
        if loan.returned_at is not None:
            by_group[loan.item.kind.group].append(loan)
    for group, own in by_group.items():
        rules = rules_for_many(session, group, {loan.item.kind_id for loan in own})
        for loan in own:
            if rules[loan.item.kind_id].regime is Regime.TURNS:
                _count_one(session, group, loan, loan.dropped_at or loan.returned_at)


def _count_one(session: AnySession, group: Group, loan: Loan, ended: datetime | None) -> None:
    until = ended or loan.borrowed_at
    season = today_in(group, until).year
    days = days_had(group, loan.borrowed_at, until, date(season, 1, 1))
    count_share(session, loan, season=season, days=days)


def _count_if_missed(session: AnySession, reservation: Reservation) -> None:
    is_so = select(Reservation.id).where(Reservation.id == reservation.id, is_missed())
    if session.scalar(is_so) is not None and reservation.person_id is not None:
        season = today_in(reservation.group, reservation.from_at).year
        count_miss(session, reservation.group_id, reservation.person_id, season)
