"""What the lists of loans read: one's own, and a group's overview."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from toolshare.circulation import renewing
from toolshare.circulation.eligibility import is_steward
from toolshare.circulation.models import Loan, Taking
from toolshare.circulation.standing import STILL_OUT
from toolshare.inventory.models import Item, Kind
from toolshare.people import roles
from toolshare.people.models import Group, Membership, Person
from toolshare.people.opening import WITH_OPENING_TIMES
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid

PAST_LOANS = 20


@dataclass(frozen=True)
class NoSuchLoan(Reason):
    """There is no such loan, or it is none of the person's business: they can't tell which."""

    status = HTTPStatus.NOT_FOUND
    says = msgid("There is no such loan of yours.")
    instead = msgid("Look at your loans.")


@dataclass(frozen=True)
class OpenLoan:
    """A loan that is out, as its borrower sees it in a list."""

    loan: Loan
    state: str  # as state_of() says
    may_be_renewed: bool


@dataclass(frozen=True)
class MyLoans:
    """What a person has, and what they had lately."""

    open: Sequence[OpenLoan]
    past: Sequence[Loan]


def my_loans(
    session: AnySession, person: Person, *, now: datetime, group: Group | None = None
) -> MyLoans:
    """The person's loans: every open one, due first come first, and the last of the past ones.

    A group sees only what is its own.
    """
    whose = [Loan.borrower_id == person.id, *([Kind.group_id == group.id] if group else [])]
    return MyLoans(
        [
            OpenLoan(loan, state_of(loan, now), renewing.may_be_renewed(loan, now))
            for loan in session.scalars(_open_loans(whose))
        ],
        session.scalars(_past_loans(whose)).all(),
    )


def loans_at_home(session: AnySession, person: Person, *, now: datetime) -> Sequence[OpenLoan]:
    """What the others of the person's households have, of the groups that they share."""
    at_home = {one.household_id for one in roles.current_memberships_of(session, person, now)}
    if not at_home - {None}:
        return []
    shared = (
        select(Membership.person_id.label("mate_id"), Group.id, Group.parent_id)
        .join(Group, Group.id == Membership.group_id)
        .where(Membership.household_id.in_(at_home - {None}), Membership.person_id != person.id)
        .cte("shared", recursive=True)
    )
    shared = shared.union(
        select(shared.c.mate_id, Group.id, Group.parent_id).join(
            shared, Group.id == shared.c.parent_id
        )
    )
    is_shared = select(shared.c.id).where(
        shared.c.mate_id == Loan.borrower_id, shared.c.id == Kind.group_id
    )
    found = _open_loans([Loan.borrower_id.in_(select(shared.c.mate_id)), is_shared.exists()])
    loans = session.scalars(found.options(joinedload(Loan.borrower)))
    return [OpenLoan(loan, state_of(loan, now), may_be_renewed=False) for loan in loans]


def state_of(loan: Loan, now: datetime) -> str:
    """Whether an open loan is lost, in dispute, left in the shed, late, due soon, or just out."""
    if loan.lost_at is not None:
        return "lost"
    if loan.dropped_at is not None:
        return "disputed" if loan.is_in_dispute else "dropped"
    if loan.is_late(now):
        return "late"
    return "soon" if loan.is_due_soon(now) else "out"


def loan_for(session: AnySession, loan_id: int, person: Person, *, now: datetime) -> Loan:
    """The loan, for its borrower and for stewards of the item's group; a 404 for anybody else."""
    loan = session.scalar(
        select(Loan)
        .where(Loan.id == loan_id)
        .options(joinedload(Loan.item).joinedload(Item.kind).joinedload(Kind.group))
    )
    if loan is None or not _concerns(session, loan.item, loan.borrower_id, person, now):
        raise Refusal(NoSuchLoan())
    return loan


def taking_for(session: AnySession, taking_id: int, person: Person, *, now: datetime) -> Taking:
    """The taking, for its taker and for stewards of the item's group; a 404 for anybody else."""
    taking = session.scalar(
        select(Taking)
        .where(Taking.id == taking_id)
        .options(joinedload(Taking.item).joinedload(Item.kind).joinedload(Kind.group))
    )
    if taking is None or not _concerns(session, taking.item, taking.taker_id, person, now):
        raise Refusal(NoSuchLoan())
    return taking


def _concerns(
    session: AnySession, item: Item, whose: int | None, person: Person, now: datetime
) -> bool:
    return whose == person.id or is_steward(session, person, item.kind.group, now=now)


def _open_loans(whose: list[ColumnElement[bool]]) -> Select[Loan]:
    kind = contains_eager(Loan.item).contains_eager(Item.kind)
    return (
        select(Loan)
        .join(Loan.item)
        .join(Item.kind)
        .where(*whose, STILL_OUT)
        .options(selectinload(Loan.renewals), kind.selectinload(Kind.photos))
        .options(kind.joinedload(Kind.group).options(*WITH_OPENING_TIMES))
        .order_by(Loan.due_at, Loan.id)
    )


def _past_loans(whose: list[ColumnElement[bool]]) -> Select[Loan]:
    return (
        select(Loan)
        .join(Loan.item)
        .join(Item.kind)
        .where(*whose, Loan.returned_at.is_not(None))
        .options(contains_eager(Loan.item).contains_eager(Item.kind).joinedload(Kind.group))
        .order_by(Loan.returned_at.desc(), Loan.id.desc())
        .limit(PAST_LOANS)
    )
