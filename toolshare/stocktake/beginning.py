"""Opening a stocktake, reading it again under its lock, and giving it up."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from toolshare.inventory.models import Category, Item, Place
from toolshare.journal.models import Event
from toolshare.journal.recording import done_already, record
from toolshare.people import roles
from toolshare.people.models import Group, Person, Role
from toolshare.people.opening import today_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, refuse_if
from toolshare.stocktake import reasons as why
from toolshare.stocktake.models import IS_OPEN, Closing, Stocktake
from toolshare.stocktake.scope import are_in_line, is_about, is_counted_by

WITH_ALL: tuple[ExecutableOption, ...] = (
    joinedload(Stocktake.group),
    joinedload(Stocktake.place),
    joinedload(Stocktake.category),
    joinedload(Stocktake.opened_by),
    selectinload(Stocktake.closings).options(joinedload(Closing.by), joinedload(Closing.undone_by)),
)


def open_stocktake(
    session: AnySession,
    group: Group,
    *,
    place: Place | None = None,
    category: Category | None = None,
    by: Person,
    now: datetime,
    operation: UUID | None = None,
) -> Stocktake:
    """A stocktake of a place or a category with all that is below, else of everything.

    By a coordinator; refuses while an open one counts some of the same things.
    """
    session.execute(select(Group.id).where(Group.id == group.id).with_for_update(key_share=True))
    roles.require(session, by, Role.COORDINATOR, group, today=today_in(group, now))
    if entry := done_already(session, operation, Event.STOCKTAKE_OPENED, by=by, group=group):
        return stocktake_with_all(session, entry.details["stocktake_id"])
    refuse_if([*_overlapping(session, group, place, category)])
    stocktake = Stocktake(
        group=group, place=place, category=category, opened_at=now, opened_by=by, closings=[]
    )
    session.add(stocktake)
    session.flush()
    _write_down(session, Event.STOCKTAKE_OPENED, stocktake, by=by, now=now, operation=operation)
    return stocktake


def give_up(
    session: AnySession,
    stocktake: Stocktake,
    *,
    by: Person,
    now: datetime,
    operation: UUID | None = None,
) -> Stocktake:
    """Ends a stocktake without any consequence; by a coordinator."""
    stocktake = under_lock(session, stocktake.id)
    group = stocktake.group
    roles.require(session, by, Role.COORDINATOR, group, today=today_in(group, now))
    if done_already(session, operation, Event.STOCKTAKE_GIVEN_UP, by=by, group=group):
        return stocktake
    if not stocktake.is_open:
        raise Refusal(why.StocktakeOver())
    stocktake.given_up_at, stocktake.given_up_by_id = now, by.id
    _write_down(session, Event.STOCKTAKE_GIVEN_UP, stocktake, by=by, now=now, operation=operation)
    return stocktake


def under_lock(session: AnySession, stocktake_id: int) -> Stocktake:
    """The stocktake as it is now; who scans, closes or undoes waits until the transaction ends."""
    locked = select(Stocktake.id).where(Stocktake.id == stocktake_id)
    session.execute(locked.with_for_update(key_share=True))
    return stocktake_with_all(session, stocktake_id)


def stocktake_with_all(session: AnySession, stocktake_id: int) -> Stocktake:
    """The stocktake as it is now with all that its pages say of it."""
    found = select(Stocktake).where(Stocktake.id == stocktake_id).options(*WITH_ALL)
    return session.scalars(found.execution_options(populate_existing=True)).one()


def open_ones(session: AnySession, group: Group) -> Sequence[Stocktake]:
    """The group's stocktakes that are open, with what they are about."""
    found = select(Stocktake).where(Stocktake.group_id == group.id, IS_OPEN)
    scope = (joinedload(Stocktake.place), joinedload(Stocktake.category))
    return session.scalars(found.options(*scope).order_by(Stocktake.id)).all()


def overlapping(session: AnySession, stocktake: Stocktake) -> list[Reason]:
    """What speaks against opening a closed stocktake again: others count some of the same things."""
    scope = (stocktake.place, stocktake.category)
    return [*_overlapping(session, stocktake.group, *scope)]


def _overlapping(
    session: AnySession, group: Group, place: Place | None, category: Category | None
) -> Iterator[Reason]:
    for other in open_ones(session, group):
        if not other.about:
            yield why.EverythingIsBeingCounted()
        elif _have_something_in_common(session, other, place, category):
            yield why.BeingCounted(about=other.about)


def _have_something_in_common(
    session: AnySession, other: Stocktake, place: Place | None, category: Category | None
) -> bool:
    """Everything has, and one place or category inside another, be they empty yet."""
    if place is None and category is None:
        return True
    if place is not None and other.place is not None:
        return are_in_line(place.path, other.place.path)
    if category is not None and other.category is not None:
        is_one_of_them_inside = are_in_line(category.path, other.category.path)
    else:
        is_one_of_them_inside = False
    both = select(Item.id).join(Item.kind).where(is_counted_by(other), is_about(place, category))
    return is_one_of_them_inside or session.scalar(both.limit(1)) is not None


def _write_down(
    session: AnySession,
    what: Event,
    stocktake: Stocktake,
    *,
    by: Person,
    now: datetime,
    operation: UUID | None,
) -> None:
    record(
        session,
        what,
        by=by,
        at=now,
        group=stocktake.group,
        operation=operation,
        stocktake_id=stocktake.id,
        about=stocktake.about,
    )
