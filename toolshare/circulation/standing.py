"""How things stand with an item, as facts in one statement: what every rule decides on."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, and_, bindparam, func, or_, select

from toolshare.care.models import Outage, OutageReason
from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Promise, Reservation, ReservedUnit
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
    is_promised: bool  # some of it is kept ahead, or the person has reserved its kind

    def left_in(self, item: Item) -> int | None:
        """How many are on the shelf; None is plenty."""
        return _left(item, self.lent)


def standing(session: AnySession, item: Item, person: Person) -> Standing:
    """How things stand, in one statement.

    It asks the connection, at a third of what the session takes, which would write by itself what
    was changed before.
    """
    session.flush()
    kind = item.kind
    asked = {"item_id": item.id, "person_id": person.id}
    asked |= {"kind_id": kind.id, "group_id": kind.group_id}
    return Standing(*session.connection().execute(_STANDING, asked).one())


def left_of(session: AnySession, item: Item) -> int | None:
    """How many of an item are on the shelf; None is plenty."""
    return _left(item, session.scalars(select(_lent()), {"item_id": item.id}).one())


def _left(item: Item, lent: int) -> int | None:
    if item.kind.counting is Counting.COUNTED:
        return 1 - lent
    return None if item.quantity is None else item.quantity - lent


OF_ITEM = and_(Loan.item_id == bindparam("item_id"), STILL_OUT)
OF_PERSON = and_(Loan.borrower_id == bindparam("person_id"), STILL_OUT)


def _lent() -> ScalarSelect[int]:
    return select(func.coalesce(func.sum(Loan.quantity), 0)).where(OF_ITEM).scalar_subquery()


def _open_outage() -> ScalarSelect[OutageReason]:
    is_open = and_(Outage.item_id == bindparam("item_id"), Outage.ended_at.is_(None))
    return select(Outage.reason).where(is_open).scalar_subquery()


def _earliest_due(*which: ColumnElement[bool]) -> ScalarSelect[datetime]:
    return select(func.min(Loan.due_at)).where(*which).scalar_subquery()


def _open_loans() -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(Loan)
        .join(Loan.item)
        .join(Item.kind)
        .where(OF_PERSON, Kind.group_id == bindparam("group_id"))
        .scalar_subquery()
    )


def _is_promised() -> ColumnElement[bool]:
    kept = and_(Promise.item_id == bindparam("item_id"), Promise.loan_id.is_(None))
    own = and_(
        ReservedUnit.kind_id == bindparam("kind_id"),
        ReservedUnit.still_to_fetch(),
        Reservation.person_id == bindparam("person_id"),
        Reservation.still_open(),
    )
    reserved = select(ReservedUnit.id).join(ReservedUnit.reservation).where(own)
    return or_(select(Promise.id).where(kept).exists(), reserved.exists())


# Built once: every scan asks it.
_STANDING = select(
    _open_outage(),
    _lent(),
    _earliest_due(OF_ITEM),
    _earliest_due(OF_ITEM, OF_PERSON),
    _open_loans(),
    _is_promised(),
)
