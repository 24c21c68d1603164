"""What people do with things: borrow, bring back, renew, lose, undo, pass on."""

from typing import Any

from hypothesis import strategies as some
from hypothesis.stateful import precondition, rule

from tests.circulation.anything import A_FEW, FINDINGS, SOMEBODY, THING, Village, when
from toolshare.care.inspecting import Findings
from toolshare.circulation import (
    borrowing,
    dropping_off,
    handing_over,
    losing,
    passing_on,
    recalling,
    renewing,
    returning,
    undoing,
)
from toolshare.circulation.models import Loan
from toolshare.inventory.models import Counting
from toolshare.people.models import Person

HELPED, PART = some.booleans(), some.sampled_from((None, None, 1, 2))


class ComingAndGoing(Village):
    """Loans, from the shelf and back."""

    def loan(self, number: int) -> Loan:
        loan_id, _ = self.villages.one_of("loans", number)
        return self.session.get_one(Loan, loan_id)

    def steward_of(self, loan: Loan) -> Person:
        return self.villages.steward(self.villages.number_of(loan.item_id))

    def borrower(self, loan: Loan) -> Person:
        return self.session.get_one(Person, loan.borrower_id)

    def borrow(self, thing: int, number: int, helped: bool, quantity: int) -> None:
        with self.villages.trying() as session:
            item, who = self.villages.item(thing), self.villages.somebody(thing, number)
            by = self.villages.steward(thing) if helped else who
            known = {"borrower": who, "by": by, "now": self.villages.now}
            quantity = 1 if item.kind.counting is Counting.COUNTED else quantity
            borrowing.borrow(session, item, quantity=quantity, **known)

    @rule(thing=THING, number=SOMEBODY, helped=HELPED, quantity=some.integers(1, 6))
    def borrow_something(self, thing: int, number: int, helped: bool, quantity: int) -> None:
        self.borrow(thing, number, helped, quantity)

    @when("offers")
    @rule(which=A_FEW)
    def borrow_what_is_offered(self, which: int) -> None:
        _, offer = self.villages.one_of("offers", which)
        hold = self.villages.present.holds[offer.hold_id]
        with self.villages.trying() as session:
            item = self.villages.item(self.villages.number_of(offer.item_id))
            who = session.get_one(Person, hold.person_id)
            by = self.villages.steward(self.villages.number_of(offer.item_id))
            borrowing.borrow(session, item, borrower=who, by=by, now=self.villages.now)

    @when("loans")
    @rule(number=A_FEW, findings=FINDINGS, part=PART)
    def bring_back(self, number: int, findings: Findings, part: int | None) -> None:
        with self.villages.trying() as session:
            loan = self.loan(number)
            known: dict[str, Any] = {"by": self.steward_of(loan), "now": self.villages.now}
            item = self.villages.item(self.villages.number_of(loan.item_id))
            part = None if loan.counted else part
            known |= {"loan": loan, "quantity": part, "findings": findings}
            self.returned.append(returning.take_back(session, item, **known).id)

    @when("loans")
    @rule(number=A_FEW, helped=HELPED)
    def renew(self, number: int, helped: bool) -> None:
        with self.villages.trying() as session:
            loan = self.loan(number)
            by = self.steward_of(loan) if helped else self.borrower(loan)
            renewing.renew(session, loan, by=by, now=self.villages.now)

    @when("loans")
    @rule(number=A_FEW, what=some.sampled_from(("call back", "leave", "miss", "lose", "lose")))
    def something_happens_to(self, number: int, what: str) -> None:
        with self.villages.trying() as session:
            loan, now = self.loan(number), self.villages.now
            by = self.steward_of(loan)
            if what == "call back":
                recalling.recall(session, loan, by=by, now=now, why="Rain")
            if what in {"leave", "miss"}:
                left = {"by": self.borrower(loan), "now": now, "where": "Bench"}
                loan = dropping_off.drop_off(session, loan, **left)
            if what == "miss":
                dropping_off.not_found(session, loan, by=by, now=now)
            if what == "lose":
                said = {"tried": "Rang.", "says_borrower": number % 2 == 0}
                losing.declare_lost(session, loan, by=by, now=now, **said)

    @when("loans")
    @rule(number=A_FEW)
    def undo_a_loan(self, number: int) -> None:
        with self.villages.trying() as session:
            newest = -1 if number < 4 else number
            loan = self.loan(newest)
            undoing.undo_borrowing(session, loan, by=self.steward_of(loan), now=self.villages.now)

    @precondition(lambda self: self.returned)
    @rule()
    def undo_a_return(self) -> None:
        with self.villages.trying() as session:
            loan = session.get_one(Loan, self.returned[-1])
            undoing.undo_return(session, loan, by=self.steward_of(loan), now=self.villages.now)

    @when("loans")
    @rule(number=A_FEW)
    def begin_to_pass_on(self, number: int) -> None:
        with self.villages.trying() as session:
            loan = self.loan(number)
            handing_over.begin(session, loan, by=self.borrower(loan), now=self.villages.now)

    @when("handovers")
    @rule(which=A_FEW, number=SOMEBODY, consents=some.booleans(), findings=FINDINGS)
    def take_over(self, which: int, number: int, consents: bool, findings: Findings) -> None:
        handover_id, _ = self.villages.one_of("handovers", which)
        with self.villages.trying() as session:
            handover, now = self.villages.handover(handover_id), self.villages.now
            if consents:
                by = self.steward_of(handover.loan)
                handover = handing_over.consent(session, handover, by=by, now=now)
            who = self.villages.somebody(self.villages.number_of(handover.loan.item_id), number)
            how = {"condition": findings.condition, "now": now}
            handing_over.accept(session, handover, by=who, **how)

    @when("handovers")
    @rule(which=A_FEW)
    def keep_it_after_all(self, which: int) -> None:
        handover_id, _ = self.villages.one_of("handovers", which)
        with self.villages.trying() as session:
            handover = self.villages.handover(handover_id)
            by = self.steward_of(handover.loan)
            handing_over.withdraw(session, handover, by=by, now=self.villages.now)

    @when("loans")
    @rule(number=A_FEW, taker=SOMEBODY)
    def pass_on_at_the_desk(self, number: int, taker: int) -> None:
        with self.villages.trying() as session:
            loan, now = self.loan(number), self.villages.now
            who = self.villages.somebody(self.villages.number_of(loan.item_id), taker)
            passing_on.pass_on(session, loan, to=who, by=self.steward_of(loan), now=now)

    @when("loans")
    @rule()
    def undo_what_was_passed_on(self) -> None:
        with self.villages.trying() as session:
            loan, now = self.loan(-1), self.villages.now
            undoing.undo_passing_on(session, loan, by=self.steward_of(loan), now=now)
