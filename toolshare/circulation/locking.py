"""Reading loans and takings again under the lock of their item."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from toolshare.circulation.models import Loan, Taking
from toolshare.inventory.locking import under_lock
from toolshare.inventory.models import Item
from toolshare.records import AnySession


def loan_under_lock(session: AnySession, loan: Loan) -> Loan:
    """The loan as it is now, with its borrower, renewals, and item."""
    return loan_of(session, under_lock(session, loan.item_id), loan.id)


def loan_of(session: AnySession, item: Item, loan_id: int | None) -> Loan:
    """A loan of an item that is locked already."""
    again = (
        select(Loan)
        .where(Loan.id == loan_id)
        .options(joinedload(Loan.borrower), joinedload(Loan.renewals))
        .execution_options(populate_existing=True)
    )
    loan = session.scalars(again).unique().one()
    set_committed_value(loan, "item", item)
    return loan


def taking_under_lock(session: AnySession, taking: Taking) -> Taking:
    """The taking as it is now, with its taker and item."""
    return taking_of(session, under_lock(session, taking.item_id), taking.id)


def taking_of(session: AnySession, item: Item, taking_id: int) -> Taking:
    """A taking from an item that is locked already."""
    again = (
        select(Taking)
        .where(Taking.id == taking_id)
        .options(joinedload(Taking.taker))
        .execution_options(populate_existing=True)
    )
    taking = session.scalars(again).one()
    set_committed_value(taking, "item", item)
    return taking
