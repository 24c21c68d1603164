"""Every trace of a person: what is over, and every column that says who."""

from collections.abc import Callable, Collection, Iterator

from sqlalchemy import Select, delete, or_, select, update

from toolshare.admission.models import JoinRequest
from toolshare.care.models import DamageReport
from toolshare.circulation.models import Loan, Taking
from toolshare.circulation.promises import Hold, Reservation
from toolshare.offline.models import ExceptionalScan
from toolshare.outbox.models import Message
from toolshare.people.models import Membership, Person
from toolshare.privacy import forgetting
from toolshare.privacy.registry import ALONG, GONE
from toolshare.records import AnySession, Record

AT_ONCE = 200
Forget = Callable[[AnySession, Collection[int]], None]


def forget_what_is_over(session: AnySession, person: Person) -> None:
    """Takes the person from all that has ended, with what was said about them."""
    for which, forget in _what_is_theirs(person):
        ids = session.scalars(which).all()
        for start in range(0, len(ids), AT_ONCE):
            forget(session, ids[start : start + AT_ONCE])


def forget_everywhere(
    session: AnySession, person: Person, memberships: Collection[Membership]
) -> None:
    """Empties every column that says that it was this person, or takes the row away; then theirs.

    What was sent to their address before there was an account goes, too.
    """
    session.flush()
    whose = {"people.id": [person.id], "memberships.id": [one.id for one in memberships]}
    for table in reversed(Record.metadata.sorted_tables):
        for key in table.foreign_keys:
            its = key.parent.in_(whose.get(key.target_fullname, []))
            if str(key.parent) in GONE:
                session.execute(delete(table).where(its))
            elif key.target_fullname in whose:
                emptied = (key.parent.name, *ALONG.get(str(key.parent), ()))
                session.execute(update(table).where(its).values(dict.fromkeys(emptied)))
    session.execute(delete(JoinRequest).where(JoinRequest.email == person.email))
    session.execute(delete(Message).where(Message.address == person.email))
    session.execute(delete(Person).where(Person.id == person.id))
    session.expire_all()


def _what_is_theirs(person: Person) -> Iterator[tuple[Select[int], Forget]]:
    their_scans = or_(ExceptionalScan.by_id == person.id, ExceptionalScan.borrower_id == person.id)
    yield select(Loan.id).where(Loan.borrower_id == person.id), forgetting.forget_loans
    yield select(Taking.id).where(Taking.taker_id == person.id), forgetting.forget_takings
    yield select(Hold.id).where(Hold.person_id == person.id), forgetting.forget_holds
    reservations = select(Reservation.id).where(Reservation.person_id == person.id)
    yield reservations, forgetting.forget_reservations
    reports = select(DamageReport.id).where(DamageReport.by_id == person.id)
    yield reports, forgetting.forget_reports
    yield select(ExceptionalScan.id).where(their_scans), forgetting.forget_exceptions
