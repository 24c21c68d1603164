"""How things stand with an item, as facts in one statement: what every rule decides on."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, select

from toolshare.care.models import Outage, OutageReason
from toolshare.circulation.models import Loan
from toolshare.inventory.models import Counting, Item, Kind
from toolshare.people.models import Person
from toolshare.records import AnySession

STILL_OUT = and_(Loan.returned_at.is_(None), Loan.undone_at.is_(None))


@dataclass(frozen=True)
class Standing:
    """Facts about an item and about one person who may want it."""

    outage: OutageReason | None
    lent: int
    next_due_at: datetime | None  # of all open loans of the item
    own_due_at: datetime | None  # of the person's own loan of it
    open_loans: int  # of the person, from the item's group

    def left_in(self, item: Item) -> int | None:
        """How many are on the shelf; None is plenty."""
        return _left(item, self.lent)


def standing(session: AnySession, item: Item, person: Person) -> Standing:
    """How things stand, in one statement."""
    of_item = and_(Loan.item_id == item.id, STILL_OUT)
    own = and_(of_item, Loan.borrower_id == person.id)
    row = session.execute(
        select(
            _open_outage(item),
            _lent(of_item),
            _earliest_due(of_item),
            _earliest_due(own),
            _open_loans(person, item.kind),
        )
    ).one()
    return Standing(*row)


def left_of(session: AnySession, item: Item) -> int | None:
    """How many of an item are on the shelf; None is plenty."""
    return _left(item, session.scalars(select(_lent((Loan.item_id == item.id) & STILL_OUT))).one())


def _left(item: Item, lent: int) -> int | None:
    if item.kind.counting is Counting.COUNTED:
        return 1 - lent
    return None if item.quantity is None else item.quantity - lent


def _lent(which: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.coalesce(func.sum(Loan.quantity), 0)).where(which).scalar_subquery()


def _open_outage(item: Item) -> ScalarSelect[OutageReason]:
    is_open = and_(Outage.item_id == item.id, Outage.ended_at.is_(None))
    return select(Outage.reason).where(is_open).scalar_subquery()


def _earliest_due(which: ColumnElement[bool]) -> ScalarSelect[datetime]:
    return select(func.min(Loan.due_at)).where(which).scalar_subquery()


def _open_loans(person: Person, kind: Kind) -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(Loan)
        .join(Item, Item.id == Loan.item_id)
        .join(Kind, Kind.id == Item.kind_id)
        .where(Loan.borrower_id == person.id, STILL_OUT, Kind.group_id == kind.group_id)
        .scalar_subquery()
    )
