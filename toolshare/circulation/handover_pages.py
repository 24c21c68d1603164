"""What the pages of a handover show: the giver's, which waits, and the taker's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from toolshare.circulation import custody
from toolshare.circulation import reasons as why
from toolshare.circulation.borrowing import Weighing
from toolshare.circulation.eligibility import is_steward
from toolshare.circulation.handovers import handover_for, last_of, weigh
from toolshare.circulation.listings import loan_for
from toolshare.circulation.models import Handover, Loan
from toolshare.people.models import Group, Person
from toolshare.people.opening import read_opening_times
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal


@dataclass(frozen=True)
class GivingPage:
    """A loan as who passes it on sees it, with the last handover that they began."""

    loan: Loan
    handover: Handover | None
    now: datetime

    @property
    def state(self) -> str:
        """Whether they wait for somebody, have passed it on, or have yet to begin."""
        if self.handover is not None and self.handover.is_done:
            return "passed_on"
        if self.against or self.handover is None or not self.handover.is_open(self.now):
            return "to_begin"
        return "consented" if self.handover.consented_at is not None else "begun"

    @property
    def against(self) -> Sequence[Reason]:
        """Why it can't be passed on."""
        return [*custody.reasons_against(self.loan)]


@dataclass(frozen=True)
class TakingPage:
    """A handover as who takes the thing sees it, or a steward who may consent."""

    handover: Handover
    weighing: Weighing
    reader: Person
    is_steward: bool
    now: datetime

    @property
    def loan(self) -> Loan:
        """The giver's."""
        return self.handover.loan

    @property
    def group(self) -> Group:
        """Whose the thing is."""
        return self.loan.item.kind.group

    @property
    def may_consent(self) -> bool:
        """Whether the reader may let it go to somebody who is not next."""
        is_undecided = self.handover.is_open(self.now) and self.handover.consented_at is None
        return self.is_steward and is_undecided and self.loan.borrower_id != self.reader.id

    @property
    def due_at(self) -> datetime:
        """Until when the reader would have it."""
        return self.weighing.due_at(self.group, now=self.now)


def giving_page(session: AnySession, loan_id: int, person: Person, *, now: datetime) -> GivingPage:
    """The page of who passes a thing on; for its borrower only."""
    loan = loan_for(session, loan_id, person, now=now)
    if loan.borrower_id != person.id:
        raise Refusal(why.NotYours())
    return GivingPage(loan, last_of(session, loan), now)


def taking_page(session: AnySession, token: str, person: Person, *, now: datetime) -> TakingPage:
    """The page of a handover, for members and stewards of the thing's group."""
    handover = handover_for(session, token, person, now=now)
    group = read_opening_times(session, handover.loan.item.kind.group)
    found = weigh(session, handover, by=person, now=now)
    stewards = is_steward(session, person, group, now=now)
    return TakingPage(handover, found, person, stewards, now)
