"""What the page of one loan shows stewards: its facts, its story, and what they can do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from toolshare.circulation import custody, losing, recalling, renewing, terms
from toolshare.circulation.history import Happening, history_of_loan
from toolshare.circulation.listings import loan_for, state_of
from toolshare.circulation.models import Handover, Loan
from toolshare.people import roles
from toolshare.people.models import Group, Person, Role
from toolshare.people.opening import read_opening_times, today_in
from toolshare.records import AnySession
from toolshare.refusals import Reason
from toolshare.rules.parameters import PARAMETERS, Parameter

OF_A_LOAN = ("loan_period", "renewals", "grace", "guaranteed", "recall_notice", "lost_after")


@dataclass(frozen=True)
class LoanPage:
    """One loan as a steward of the thing's group sees it."""

    loan: Loan
    role: Role
    history: Sequence[Happening]
    now: datetime
    against_renewing: Sequence[Reason]
    may_be_excused: bool  # the reader may renew it all the same, when they say why

    @property
    def group(self) -> Group:
        """Whose the thing is."""
        return self.loan.item.kind.group

    @property
    def state(self) -> str:
        """In one word; a loan that has ended is returned, or was a mistake."""
        if self.loan.is_out:
            return state_of(self.loan, self.now)
        return "undone" if self.loan.undone_at else "returned"

    @property
    def rules(self) -> Sequence[tuple[Parameter, Any]]:
        """Those that were in force when it began and still say something about it."""
        rules = terms.rules_of(self.loan)
        return [(PARAMETERS[name], getattr(rules, name)) for name in OF_A_LOAN]

    @property
    def is_for_coordinators(self) -> bool:
        """Whether only a coordinator may end it, and the reader is none."""
        return self.loan.is_in_dispute and self.role is not Role.COORDINATOR

    @property
    def passed_on(self) -> Handover | None:
        """How it is being passed on just now."""
        return next((one for one in self.loan.handovers if one.is_open(self.now)), None)

    @property
    def may_be_taken_back(self) -> bool:
        """Whether the reader may log its return."""
        return self.loan.is_out and not self.is_for_coordinators

    @property
    def may_be_missed(self) -> bool:
        """Whether somebody should look for it in the shed."""
        return [*custody.reasons_against(self.loan)] == [custody.LeftInShed()]

    @property
    def may_be_undone(self) -> bool:
        """Whether it can still be said that it was a mistake."""
        is_fresh = terms.may_be_undone(
            self.loan.borrowed_at, now=self.now, minutes=terms.VOID_MINUTES
        )
        return self.loan.is_with_borrower and is_fresh and self.loan.came_by is None

    @property
    def may_be_recalled(self) -> bool:
        """Whether the reader may call it back."""
        return self.role is Role.COORDINATOR and not recalling.reasons_against(self.loan)

    @property
    def due_when_recalled(self) -> datetime:
        """Until when it would be lent if it were called back now."""
        return min(self.loan.due_at, terms.due_when_recalled(self.loan, now=self.now))

    @property
    def may_be_lost(self) -> bool:
        """Whether it can be given up, by the borrower's word at least."""
        return self.loan.is_out and self.loan.lost_at is None and not self.is_for_coordinators

    @property
    def against_giving_up(self) -> Sequence[Reason]:
        """Why the reader may give it up by the borrower's word only."""
        return losing.reasons_against(self.loan, now=self.now, says_borrower=False)


def loan_page(session: AnySession, loan_id: int, person: Person, *, now: datetime) -> LoanPage:
    """The page of a loan; refuses who is no steward of the thing's group."""
    loan = loan_for(session, loan_id, person, now=now)
    group = loan.item.kind.group
    roles.require(session, person, Role.STEWARD, group, today=today_in(group, now))
    role = roles.role_in(session, person, group, today=today_in(group, now)) or Role.STEWARD
    read_opening_times(session, group)
    _read_all_of(session, loan)
    against = renewing.reasons_against(session, loan, now=now)
    may_excuse = renewing.may_excuse(loan, by=person, is_steward=True)
    excused = may_excuse and not renewing.reasons_against(session, loan, now=now, excused=True)
    return LoanPage(loan, role, history_of_loan(session, loan), now, against, excused)


def _read_all_of(session: AnySession, loan: Loan) -> None:
    taker = selectinload(Loan.handovers).joinedload(Handover.next_loan).joinedload(Loan.borrower)
    giver = joinedload(Loan.came_by).joinedload(Handover.loan).joinedload(Loan.borrower)
    more = (joinedload(Loan.borrower), selectinload(Loan.renewals), taker, giver)
    session.scalars(select(Loan).where(Loan.id == loan.id).options(*more)).one()
