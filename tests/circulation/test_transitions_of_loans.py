"""Every transition of a loan: who may bring it about, and what refuses it."""

from datetime import timedelta
from typing import Any

import pytest

from tests.circulation.in_line import asks
from tests.circulation.tables import Act, answers, bob_of, guards_of, refused_to, rows_of
from tests.world import MONDAY_NOON, World
from toolshare.circulation import handing_over, undoing
from toolshare.circulation.borrowing import borrow
from toolshare.circulation.dropping_off import drop_off, not_found
from toolshare.circulation.locking import loan_under_lock
from toolshare.circulation.losing import declare_lost
from toolshare.circulation.models import Handover, Loan
from toolshare.circulation.recalling import recall
from toolshare.circulation.renewing import renew
from toolshare.circulation.returning import take_back
from toolshare.people.models import Person

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
THURSDAY = MONDAY_NOON + 3 * DAY
LONG_AFTER = MONDAY_NOON + 60 * DAY

# Ana has the thing, Bob is next in line where somebody is; Pau is paused, Vera coordinates the next
# village, Zoe is a stranger.
WHO_MAY = """
                            Ana   Bob   Sam   Cora  Pau   Vera  Zoe
borrow                      may   may   may   may   no    no    no
lend_to_ana                 may   no    may   may   no    no    no
renew                       may   no    may   may   no    no    no
renew_once_more             no    no    no    no    no    no    no
renew_for_a_reason          no    no    may   may   no    no    no
renew_past_grace            no    no    may   may   no    no    no
recall                      no    no    no    may   no    no    no
pass_it_on                  may   no    no    no    no    no    no
take_it_over                no    may   may   may   no    no    no
consent                     no    no    may   may   no    no    no
withdraw_handover           may   no    may   may   no    no    no
leave_in_shed               may   no    no    no    no    no    no
miss_it_in_shed             no    no    may   may   no    no    no
take_back                   no    no    may   may   no    no    no
take_back_from_shed         no    no    may   may   no    no    no
take_back_in_dispute        no    no    no    may   no    no    no
give_up                     no    no    may   may   no    no    no
give_up_in_dispute          no    no    no    may   no    no    no
find_again                  no    no    may   may   no    no    no
undo_at_once                may   no    may   may   no    no    no
void_within_the_hour        no    no    may   may   no    no    no
void_later                  no    no    no    no    no    no    no
"""

WHAT_REFUSES = """
borrow_what_is_out          Bob   Out
renew_once_more             Ana   RenewedAlready
renew_past_grace_unsaid     Sam   TooLateToRenew
renew_what_is_waited_for    Sam   SomebodyWaits
renew_what_is_called_back   Sam   CalledBack
recall_twice                Cora  CalledBackAlready
recall_unsaid               Cora  NoReason
take_it_over                Ana   YoursAlready
take_over_out_of_turn       Bob   NotNext
pass_on_what_is_in_shed     Ana   LeftInShed
miss_what_was_not_left      Sam   NotLeftInShed
take_back_twice             Sam   NotOut
give_up_too_soon            Sam   TooSoonToBeLost
give_up_unsaid              Sam   WhatWasTried
void_later                  Sam   TooLateToUndo
void_what_was_passed_on     Sam   NothingToUndo
"""


def out(world: World) -> Loan:
    """What Ana borrowed on Monday noon."""
    return borrow(
        world.session, world.make_item(), borrower=world.ana, by=world.ana, now=MONDAY_NOON
    )


def awaited(world: World) -> Loan:
    """The same, with Bob in line for it."""
    loan = out(world)
    asks(world, loan.item, bob_of(world))
    return loan


def renewed(world: World) -> Loan:
    return renew(world.session, out(world), by=world.ana, now=MONDAY_NOON + DAY)


def in_shed(world: World) -> Loan:
    return drop_off(world.session, out(world), by=world.ana, now=MONDAY_NOON, where="Bench")


def in_dispute(world: World) -> Loan:
    return not_found(world.session, in_shed(world), by=world.sam, now=MONDAY_NOON)


def passed_on(world: World, loan: Loan, by: Person | None = None) -> Handover:
    return handing_over.begin(world.session, loan, by=by or world.ana, now=MONDAY_NOON)


def lost(world: World) -> Loan:
    return give_up(world, out(world), world.sam)


def give_up(world: World, loan: Loan, by: Person, **differences: Any) -> Loan:
    told = {"now": LONG_AFTER, "tried": "Rang twice.", **differences}
    return declare_lost(world.session, loan, by=by, **told)


def voided(world: World, by: Person, minutes: int) -> Loan:
    return undoing.undo_borrowing(
        world.session, out(world), by=by, now=MONDAY_NOON + minutes * MINUTE
    )


def called_back(world: World, loan: Loan, by: Person, why: str = "The dam breaks.") -> Loan:
    return recall(world.session, loan, by=by, now=MONDAY_NOON, why=why)


def taken_over(world: World, loan: Loan, by: Person) -> Loan:
    return handing_over.accept(world.session, passed_on(world, loan), by=by, now=MONDAY_NOON)


def taken_back(world: World, loan: Loan, by: Person) -> Loan:
    return take_back(world.session, loan.item, by=by, now=MONDAY_NOON)


def renewed_at(world: World, loan: Loan, by: Person, days: int, note: str = "") -> Loan:
    loan = loan_under_lock(world.session, loan)
    return renew(world.session, loan, by=by, now=MONDAY_NOON + days * DAY, note=note)


ACTS: dict[str, Act] = {
    "borrow": lambda world, by: borrow(
        world.session, world.make_item(), borrower=by, by=by, now=MONDAY_NOON
    ),
    "borrow_what_is_out": lambda world, by: borrow(
        world.session, out(world).item, borrower=by, by=by, now=MONDAY_NOON
    ),
    "lend_to_ana": lambda world, by: borrow(
        world.session, world.make_item(), borrower=world.ana, by=by, now=MONDAY_NOON
    ),
    "renew": lambda world, by: renewed_at(world, out(world), by, 3),
    "renew_once_more": lambda world, by: renewed_at(world, renewed(world), by, 3),
    "renew_for_a_reason": lambda world, by: renewed_at(world, renewed(world), by, 3, "Hail."),
    "renew_past_grace": lambda world, by: renewed_at(world, out(world), by, 20, "Hail."),
    "renew_past_grace_unsaid": lambda world, by: renewed_at(world, out(world), by, 20),
    "renew_what_is_waited_for": lambda world, by: renewed_at(world, awaited(world), by, 3, "Hail."),
    "renew_what_is_called_back": lambda world, by: renewed_at(
        world, called_back(world, out(world), world.cora), by, 3, "Hail."
    ),
    "recall": lambda world, by: called_back(world, out(world), by),
    "recall_twice": lambda world, by: called_back(
        world, called_back(world, out(world), world.cora), by
    ),
    "recall_unsaid": lambda world, by: called_back(world, out(world), by, why=" "),
    "pass_it_on": lambda world, by: passed_on(world, out(world), by),
    "pass_on_what_is_in_shed": lambda world, by: passed_on(world, in_shed(world), by),
    "take_it_over": lambda world, by: taken_over(world, awaited(world), by),
    "take_over_out_of_turn": lambda world, by: taken_over(world, out(world), by),
    "consent": lambda world, by: handing_over.consent(
        world.session, passed_on(world, out(world)), by=by, now=MONDAY_NOON
    ),
    "withdraw_handover": lambda world, by: handing_over.withdraw(
        world.session, passed_on(world, out(world)), by=by, now=MONDAY_NOON
    ),
    "leave_in_shed": lambda world, by: drop_off(
        world.session, out(world), by=by, now=MONDAY_NOON, where="Bench"
    ),
    "miss_it_in_shed": lambda world, by: not_found(
        world.session, in_shed(world), by=by, now=MONDAY_NOON
    ),
    "miss_what_was_not_left": lambda world, by: not_found(
        world.session, out(world), by=by, now=MONDAY_NOON
    ),
    "take_back": lambda world, by: taken_back(world, out(world), by),
    "take_back_from_shed": lambda world, by: taken_back(world, in_shed(world), by),
    "take_back_in_dispute": lambda world, by: taken_back(world, in_dispute(world), by),
    "take_back_twice": lambda world, by: taken_back(
        world, taken_back(world, out(world), world.sam), by
    ),
    "give_up": lambda world, by: give_up(world, out(world), by),
    "give_up_in_dispute": lambda world, by: give_up(world, in_dispute(world), by),
    "give_up_too_soon": lambda world, by: give_up(world, out(world), by, now=THURSDAY),
    "give_up_unsaid": lambda world, by: give_up(world, out(world), by, tried=""),
    "find_again": lambda world, by: take_back(
        world.session, lost(world).item, by=by, now=LONG_AFTER
    ),
    "undo_at_once": lambda world, by: voided(world, by, 10),
    "void_within_the_hour": lambda world, by: voided(world, by, 50),
    "void_later": lambda world, by: voided(world, by, 70),
    "void_what_was_passed_on": lambda world, by: undoing.undo_borrowing(
        world.session, taken_over(world, awaited(world), bob_of(world)), by=by, now=MONDAY_NOON
    ),
}


@pytest.mark.parametrize("row", rows_of(WHO_MAY))
def test_who_may(world: World, row: str) -> None:
    assert answers(world, ACTS[row]) == rows_of(WHO_MAY)[row]


@pytest.mark.parametrize(("row", "who", "reason"), guards_of(WHAT_REFUSES))
def test_what_refuses_it(world: World, bob: Person, row: str, who: str, reason: str) -> None:
    world.session.commit()
    person = bob if who == "Bob" else getattr(world, who.lower())
    assert refused_to(world, ACTS[row], person) == reason
