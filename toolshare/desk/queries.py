"""What the desk shows after a scan, in a bounded number of statements."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from toolshare.care.outages import open_outage
from toolshare.circulation.models import Loan, Taking
from toolshare.circulation.standing import STILL_OUT
from toolshare.desk.counter import Done, Outcome
from toolshare.inventory.models import Item, Kind
from toolshare.people.models import Group, Membership
from toolshare.records import AnySession

MOST_LOANS = 50
OF_LOANS = {
    Outcome.LENT,
    Outcome.RETURNED,
    Outcome.LENDING_UNDONE,
    Outcome.RETURN_UNDONE,
}
OF_TAKINGS = {Outcome.TAKEN, Outcome.TAKING_UNDONE}


@dataclass(frozen=True)
class Answer:
    """What was done, to which thing and for whom."""

    done: Done
    item: Item
    loan: Loan | None
    taking: Taking | None
    is_off: bool  # out of service, or due for one


def answer_to(session: AnySession, done: Done, *, now: datetime) -> Answer:
    """What a scan did, as the desk shows it."""
    item = session.scalars(
        select(Item)
        .where(Item.code == done.code)
        .options(
            joinedload(Item.kind).joinedload(Kind.group),
            joinedload(Item.kind).selectinload(Kind.photos),
            joinedload(Item.place),
        )
    ).one()
    return Answer(
        done,
        item,
        _loan(session, done.record_id) if done.outcome in OF_LOANS else None,
        _taking(session, done.record_id) if done.outcome in OF_TAKINGS else None,
        open_outage(session, item) is not None or item.needs_service(now),
    )


def out_with(session: AnySession, card: Membership, groups: Collection[Group]) -> Sequence[Loan]:
    """What the member of the card has out of these groups' things, due first comes first."""
    ours = [group.id for group in groups]
    return session.scalars(
        select(Loan)
        .join(Loan.item)
        .join(Item.kind)
        .join(Kind.group)
        .where(Loan.borrower_id == card.person_id, STILL_OUT, Kind.group_id.in_(ours))
        .options(contains_eager(Loan.item, Item.kind, Kind.group))
        .order_by(Loan.due_at, Loan.id)
        .limit(MOST_LOANS)
    ).all()


def _loan(session: AnySession, loan_id: int | None) -> Loan | None:
    return session.scalar(select(Loan).where(Loan.id == loan_id).options(joinedload(Loan.borrower)))


def _taking(session: AnySession, taking_id: int | None) -> Taking | None:
    return session.scalar(
        select(Taking).where(Taking.id == taking_id).options(joinedload(Taking.taker))
    )
