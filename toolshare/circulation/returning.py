"""Returning: a steward takes a thing back and says how it came."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from toolshare import rows
from toolshare.care import inspecting, outages
from toolshare.care.inspecting import Findings
from toolshare.care.outages import require_steward
from toolshare.circulation import metering, promising, replanning, servicing
from toolshare.circulation import reasons as why
from toolshare.circulation.locking import loan_of
from toolshare.circulation.models import Loan
from toolshare.circulation.offering import offer_what_is_free
from toolshare.circulation.standing import STILL_OUT
from toolshare.inventory.locking import under_lock
from toolshare.inventory.models import Item
from toolshare.journal.models import Event
from toolshare.journal.recording import done_already, record, told_late
from toolshare.outbox.models import Topic
from toolshare.people import roles
from toolshare.people.models import Person, Role
from toolshare.people.opening import today_in
from toolshare.people.telling import tell_all
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, refuse_if

ALL_IS_WELL = Findings()
# What a part that comes back shares with the rest of its loan.
STORY = (
    *("borrower", "borrowed_at", "lent_by_id", "due_at", "rules", "recalled_at"),
    "meter_before",
    *("dropped_at", "dropped_where", "disputed_at", "lost_at", "lost_why"),
)

# Built once: every return asks.
_STILL_OUT_OF = (
    select(Loan)
    .where(Loan.item_id == bindparam("item_id"), STILL_OUT)
    .options(joinedload(Loan.borrower))
    .order_by(Loan.due_at, Loan.id)
    .limit(bindparam("at_most"))
    .execution_options(populate_existing=True)
)


def take_back(
    session: AnySession,
    item: Item,
    *,
    by: Person,
    now: datetime,
    findings: Findings = ALL_IS_WELL,
    loan: Loan | None = None,
    quantity: int | None = None,
    meter: Decimal | None = None,
    operation: UUID | None = None,
    happened_at: datetime | None = None,
) -> Loan:
    """Ends the open loan of an item; by a steward of its group, a dispute by a coordinator.

    Refuses what is not out, and a meter that ran backwards. What was lost and is found needs a
    check.

    Of a bin, `loan` says whose come back when several people have some, and `quantity` how many
    of it: the rest stays out. What is not fine and complete needs a check before it is lent again.
    What is told late came back at `happened_at`, but not before it was lent or out of service.
    """
    item = under_lock(session, item.id)
    require_steward(session, item, by=by, now=now)
    if done := done_already(session, operation, Event.RETURNED, by=by, item=item):
        return loan_of(session, item, done.loan_id)
    loans = _loans_that_may_end(session, item, loan)
    refuse_if(reasons_against(session, item, loans, by=by, now=now))
    loan = loans[0]
    set_committed_value(loan, "item", item)
    now = max(now, loan.borrowed_at)  # who waited for the lock may have looked at the clock before
    part = _part_of(session, loan, quantity, now=now)
    split = {} if part is loan else {"part_of": loan.id}
    metering.read_at_end(part, meter)
    came_at = now if happened_at is None else _came_at(session, loan, happened_at)
    known = {**split, **told_late(happened_at, now)}
    _end(session, part, findings, known, by=by, now=came_at, operation=operation)
    replanning.replan(session, item.kind.group, [item.kind_id], now=now)
    offer_what_is_free(session, item.kind.group, [item.kind_id], now=now)
    return part


def open_loans_of(session: AnySession, item: Item, *, at_most: int) -> Sequence[Loan]:
    """The loans of an item that are still out, with their borrowers, due first come first."""
    return session.scalars(_STILL_OUT_OF, {"item_id": item.id, "at_most": at_most}).all()


def reasons_against(
    session: AnySession, item: Item, loans: Sequence[Loan], *, by: Person, now: datetime
) -> list[Reason]:
    """What speaks against taking an item back of which these loans could end.

    A steward of its group does it, where there is a dispute a coordinator.
    """
    group, is_one = item.kind.group, len(loans) == 1
    role = Role.COORDINATOR if is_one and loans[0].is_in_dispute else Role.STEWARD
    if too_small := roles.against(session, by, role, group, today=today_in(group, now)):
        return too_small
    if is_one:
        return []
    return [why.SeveralHaveSome() if loans else why.NotOut()]


def _end(
    session: AnySession,
    loan: Loan,
    findings: Findings,
    known: dict[str, Any],
    *,
    by: Person,
    now: datetime,
    operation: UUID | None,
) -> None:
    item, before = loan.item, loan.item.condition
    inspection = inspecting.look_over(session, item, findings, by=by, now=now)
    ends = {"inspection_id": inspection.id, "returned_at": now, "returned_to_id": by.id}
    rows.change(session, loan, **ends)
    set_committed_value(loan, "inspection", inspection)
    promising.turn_around(session, loan, now=now)
    servicing.look_at_meter(session, item, by=by, now=now)
    if loan.counted and loan.lost_at is not None:
        outages.require_check(session, item, by=by, now=now)
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
        **known,
        **metering.worded(loan.meter_after),
        **inspecting.worded(findings),
    )
    if not findings.are_good:
        tell_of_damage(session, loan, but=by, now=now)


def tell_of_damage(session: AnySession, loan: Loan, *, but: Person, now: datetime) -> None:
    """Leaves word for the stewards: it came back neither fine nor complete."""
    about: dict[str, Any] = {"once": f"damage loan {loan.id}", "loan": loan.id}
    group, topic = loan.item.kind.group, Topic.RETURNED_WITH_DAMAGE
    tell_all(session, topic, Role.STEWARD, group, but=but, now=now, **about)


def _came_at(session: AnySession, loan: Loan, told: datetime) -> datetime:
    """When a thing came back of which that is told late: the latest that what is known allows."""
    outage = outages.open_outage(session, loan.item)
    return max(told, loan.borrowed_at, outage.since if outage else told)


def _loans_that_may_end(session: AnySession, item: Item, loan: Loan | None) -> Sequence[Loan]:
    if loan is None:
        return open_loans_of(session, item, at_most=2)
    is_it = (Loan.id == loan.id, Loan.item_id == item.id, STILL_OUT)
    again = select(Loan).where(*is_it).options(joinedload(Loan.borrower))
    return session.scalars(again.execution_options(populate_existing=True)).all()


def _part_of(session: AnySession, loan: Loan, quantity: int | None, *, now: datetime) -> Loan:
    """The loan itself, or when only some come back a loan of those, split off it."""
    if quantity is None or quantity == loan.quantity:
        return loan
    if not 1 <= quantity < loan.quantity:
        raise Refusal(why.NotThatMany(out=loan.quantity))
    loan.quantity -= quantity
    _keep_the_rest(session, loan, now=now)
    as_before = {name: getattr(loan, name) for name in STORY}
    part = Loan(item=loan.item, counted=False, quantity=quantity, **as_before)
    session.add(part)
    return part


def _keep_the_rest(session: AnySession, loan: Loan, *, now: datetime) -> None:
    if loan.lost_at is None:
        promising.keep_for_loan(session, loan, since=now)
    else:
        promising.keep_what_is_lost(session, loan, since=now)
