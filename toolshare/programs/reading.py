"""What programs read, page after page by id, each in a bounded number of statements."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from toolshare.circulation.holds import holds_with_all
from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Hold, Promise, Reservation, ReservedUnit
from toolshare.circulation.standing import STILL_OUT
from toolshare.inventory import search
from toolshare.inventory.models import Item, Kind
from toolshare.inventory.search import Sought
from toolshare.people.models import Group
from toolshare.records import AnySession


def kinds(session: AnySession, sought: Sought, *, after: int, at_most: int) -> Sequence[Kind]:
    """Kinds in stock that fit, with group and photos."""
    found = search.kinds(session, sought).order_by(None).order_by(Kind.id)
    with_all = found.options(joinedload(Kind.group), selectinload(Kind.photos))
    return session.scalars(with_all.where(Kind.id > after).limit(at_most)).all()


def items(
    session: AnySession, *which: ColumnElement[bool], after: int = 0, at_most: int = 1
) -> Sequence[Item]:
    """Things in stock, with kind, group and place."""
    return session.scalars(
        select(Item)
        .join(Item.kind)
        .where(Item.retired_at.is_(None), Item.id > after, *which)
        .options(contains_eager(Item.kind).joinedload(Kind.group), joinedload(Item.place))
        .order_by(Item.id)
        .limit(at_most)
    ).all()


def in_groups(groups: Collection[Group]) -> ColumnElement[bool]:
    """Whether a kind belongs to one of these groups."""
    return Kind.group_id.in_([group.id for group in groups])


def loans(
    session: AnySession, *which: ColumnElement[bool], after: int = 0, at_most: int = 1
) -> Sequence[Loan]:
    """Loans, with all that is told of them."""
    kind = contains_eager(Loan.item).contains_eager(Item.kind)
    return session.scalars(
        select(Loan)
        .join(Loan.item)
        .join(Item.kind)
        .where(Loan.id > after, *which)
        .options(
            kind.joinedload(Kind.group), joinedload(Loan.borrower), selectinload(Loan.renewals)
        )
        .order_by(Loan.id)
        .limit(at_most)
        .execution_options(populate_existing=True)
    ).all()


def is_open(wanted: bool | None) -> list[ColumnElement[bool]]:
    """Only what is out, only what came back, or both."""
    if wanted is None:
        return []
    return [STILL_OUT if wanted else ~STILL_OUT]


def holds(
    session: AnySession, *which: ColumnElement[bool], after: int = 0, at_most: int = 1
) -> Sequence[Hold]:
    """Places in line, with all that is told of them."""
    found = holds_with_all().where(Hold.id > after, *which).order_by(Hold.id).limit(at_most)
    return session.scalars(found.execution_options(populate_existing=True)).all()


def reservations(
    session: AnySession, *which: ColumnElement[bool], after: int = 0, at_most: int = 1
) -> Sequence[Reservation]:
    """Reservations, with all that is told of them."""
    units = selectinload(Reservation.units)
    return session.scalars(
        select(Reservation)
        .where(Reservation.id > after, *which)
        .options(joinedload(Reservation.group), joinedload(Reservation.person))
        .options(units.joinedload(ReservedUnit.kind), units.joinedload(ReservedUnit.item))
        .options(units.joinedload(ReservedUnit.loan))
        .options(units.joinedload(ReservedUnit.promise).joinedload(Promise.item))
        .order_by(Reservation.id)
        .limit(at_most)
        .execution_options(populate_existing=True)
    ).all()
