"""Returning: a steward takes a thing back and says how it came."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from toolshare.care import inspecting
from toolshare.care.inspecting import Findings
from toolshare.care.outages import require_steward
from toolshare.circulation import promising, replanning
from toolshare.circulation import reasons as why
from toolshare.circulation.locking import loan_of
from toolshare.circulation.models import Loan
from toolshare.circulation.standing import STILL_OUT
from toolshare.inventory.locking import under_lock
from toolshare.inventory.models import Item
from toolshare.journal.models import Event
from toolshare.journal.recording import done_already, record
from toolshare.people.models import Person
from toolshare.records import AnySession
from toolshare.refusals import Refusal

ALL_IS_WELL = Findings()


def take_back(
    session: AnySession,
    item: Item,
    *,
    by: Person,
    now: datetime,
    findings: Findings = ALL_IS_WELL,
    loan: Loan | None = None,
    quantity: int | None = None,
    operation: UUID | None = None,
) -> Loan:
    """Ends the open loan of an item; by a steward of its group. Refuses what is not out.

    Of a bin, `loan` says whose come back when several people have some, and `quantity` how many
    of it: the rest stays out. What is not fine and complete needs a check before it is lent again.
    """
    item = under_lock(session, item.id)
    require_steward(session, item, by=by, now=now)
    if done := done_already(session, operation, Event.RETURNED, by=by, item=item):
        return loan_of(session, item, done.loan_id)
    loan = _part_of(session, _loan_that_ends(session, item, loan), quantity, now=now)
    _end(session, loan, findings, by=by, now=now, operation=operation)
    return loan


def open_loans_of(session: AnySession, item: Item, *, at_most: int) -> Sequence[Loan]:
    """The loans of an item that are still out, with their borrowers, due first come first."""
    return session.scalars(
        select(Loan)
        .where(Loan.item_id == item.id, STILL_OUT)
        .options(joinedload(Loan.borrower))
        .order_by(Loan.due_at, Loan.id)
        .limit(at_most)
        .execution_options(populate_existing=True)
    ).all()


def _end(
    session: AnySession,
    loan: Loan,
    findings: Findings,
    *,
    by: Person,
    now: datetime,
    operation: UUID | None,
) -> None:
    item, before = loan.item, loan.item.condition
    loan.returned_at = now
    loan.returned_to_id = by.id
    promising.turn_around(session, loan, now=now)
    loan.inspection = inspecting.look_over(session, item, findings, by=by, now=now)
    record(
        session,
        Event.RETURNED,
        by=by,
        at=now,
        group=item.kind.group,
        item=item,
        loan=loan,
        person=loan.borrower,
        operation=operation,
        quantity=loan.quantity,
        condition_before=before,
        **inspecting.worded(findings),
    )
    replanning.replan(session, item.kind.group, [item.kind_id], now=now)


def _loan_that_ends(session: AnySession, item: Item, loan: Loan | None) -> Loan:
    if loan is not None:
        is_it = (Loan.id == loan.id, Loan.item_id == item.id, STILL_OUT)
        again = select(Loan).where(*is_it).options(joinedload(Loan.borrower))
        found = session.scalars(again.execution_options(populate_existing=True)).all()
    else:
        found = open_loans_of(session, item, at_most=2)
    if not found:
        raise Refusal(why.NotOut())
    if len(found) > 1:
        raise Refusal(why.SeveralHaveSome())
    set_committed_value(found[0], "item", item)
    return found[0]


def _part_of(session: AnySession, loan: Loan, quantity: int | None, *, now: datetime) -> Loan:
    """The loan itself, or when only some come back a loan of those, split off it."""
    if quantity is None or quantity == loan.quantity:
        return loan
    if not 1 <= quantity < loan.quantity:
        raise Refusal(why.NotThatMany(out=loan.quantity))
    loan.quantity -= quantity
    promising.keep_for_loan(session, loan, since=now)
    part = Loan(
        item=loan.item,
        borrower=loan.borrower,
        counted=False,
        quantity=quantity,
        borrowed_at=loan.borrowed_at,
        lent_by_id=loan.lent_by_id,
        due_at=loan.due_at,
        rules=loan.rules,
    )
    session.add(part)
    return part
