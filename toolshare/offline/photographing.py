"""Photos that waited for a signal, too: each joins what it is of."""

from uuid import UUID

from sqlalchemy import select

from toolshare.care.models import Inspection
from toolshare.circulation.models import Loan
from toolshare.journal.models import Event
from toolshare.journal.recording import earlier
from toolshare.offline.models import ExceptionalScan
from toolshare.offline.reasons import NoPhotoNeeded, NotSentYet
from toolshare.people.models import Group, Person
from toolshare.records import AnySession
from toolshare.refusals import Refusal


def shown_by(
    session: AnySession, operation: UUID, *, by: Person
) -> tuple[Inspection | ExceptionalScan, Group]:
    """What a photo of this operation joins, locked, and whose stewards see it.

    Refuses what this person has not sent, and what keeps no photo.
    """
    entry = earlier(session, operation)
    if entry is None or entry.by_id != by.id:
        raise Refusal(NotSentYet())
    found: Inspection | ExceptionalScan | None = None
    if entry.what == Event.EXCEPTION_KEPT:
        its = select(ExceptionalScan).where(ExceptionalScan.operation == str(operation))
        found = session.scalar(its.with_for_update())
    elif entry.what == Event.RETURNED:
        of_loan = select(Inspection).join(Loan, Loan.inspection_id == Inspection.id)
        found = session.scalar(
            of_loan.where(Loan.id == entry.loan_id).with_for_update(of=Inspection)
        )
    if found is None:
        raise Refusal(NoPhotoNeeded())
    return found, session.get_one(Group, entry.group_id)
