"""Passing on at the desk: a steward lends what one member has to another who stands there with it."""

from dataclasses import dataclass
from datetime import datetime
from secrets import token_urlsafe
from uuid import UUID

from toolshare.care.outages import require_steward
from toolshare.circulation.handing_over import LENGTH_OF_TOKEN, change_hands, write_down
from toolshare.circulation.handovers import undecided_of, weigh
from toolshare.circulation.locking import loan_of, loan_under_lock
from toolshare.circulation.models import Handover, Loan
from toolshare.inventory.models import Condition
from toolshare.journal.models import Event
from toolshare.journal.recording import done_already
from toolshare.people import roles
from toolshare.people.models import Person
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid


@dataclass(frozen=True)
class OutWith(Reason):
    """Who has it can't pass it on to this member; what follows says why."""

    name: str
    due_at: datetime
    time_zone: str
    says = msgid("%(name)s has it until %(due_at)s, and it can't be passed on:")
    instead = msgid("To take it back instead, press Done and scan it again.")


def pass_on(
    session: AnySession,
    loan: Loan,
    *,
    to: Person,
    by: Person,
    now: datetime,
    operation: UUID | None = None,
) -> Loan:
    """Ends a loan and lends the thing to another, in one act of a steward; gives the new loan.

    Refuses what speaks against lending it to them; who would be next in line is for the steward to
    see. Nobody looks it over: it stays as it was known to be.
    """
    loan = loan_under_lock(session, loan)
    require_steward(session, loan.item, by=by, now=now)
    if done := done_already(session, operation, Event.HANDED_OVER, by=by, loan=loan):
        return loan_of(session, loan.item, done.details["next_loan_id"])
    roles.lock_person(session, to)
    handover = _at_the_desk(session, loan, by=by, now=now)
    found = weigh(session, handover, by=to, now=now)
    if found.reasons:
        raise Refusal(_out_with(loan), *found.reasons)
    return change_hands(session, handover, to, found, by=by, now=now, operation=operation)


def _at_the_desk(session: AnySession, loan: Loan, *, by: Person, now: datetime) -> Handover:
    """A handover to which the steward has consented; what the borrower has begun is withdrawn."""
    earlier = undecided_of(session, loan)
    if earlier is not None:
        earlier.withdrawn_at = now
        write_down(session, Event.HANDOVER_WITHDRAWN, earlier, by=by, now=now)
    handover = Handover(
        loan=loan,
        token=token_urlsafe(LENGTH_OF_TOKEN),
        begun_at=now,
        condition=Condition(loan.item.condition),
        consented_at=now,
        consented_by_id=by.id,
    )
    session.add(handover)
    session.flush()
    return handover


def _out_with(loan: Loan) -> OutWith:
    name = loan.borrower.name if loan.borrower else ""
    return OutWith(name=name, due_at=loan.due_at, time_zone=loan.item.kind.group.time_zone)
