"""What is free and what is not: derived from facts, a few statements for any number of things."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select

from toolshare.care.models import Outage, OutageReason
from toolshare.circulation.in_kits import how_many_in_kits, is_in_a_kit
from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Promise
from toolshare.circulation.standing import AHEAD, LEFT_IN_SHED, STILL_OUT, WITH_BORROWER
from toolshare.inventory.models import Counting, Item, Kind
from toolshare.records import AnySession

AT_ONCE = 5_000  # items in one statement: databases bound how many values one may have


class State(StrEnum):
    """How an item stands, for people: one word, the one that matters most."""

    FREE = "free"
    OUT = "out"
    LATE = "late"
    DROPPED = "dropped"
    NEEDS_CHECK = "needs_check"
    IN_REPAIR = "in_repair"
    KEPT = "kept"  # for who reserved it or is next in line, or for its turnaround
    IN_KIT = "in_kit"
    MISSING = "missing"
    USED_UP = "used_up"
    RETIRED = "retired"


def states(session: AnySession, item_ids: Collection[int], *, now: datetime) -> dict[int, State]:
    """The state of each of these items."""
    ids = list(item_ids)
    found: dict[int, State] = {}
    for start in range(0, len(ids), AT_ONCE):
        some = Item.id.in_(ids[start : start + AT_ONCE])
        rows = session.execute(select(Item.id, state_at(now)).join(Item.kind).where(some))
        found |= {item_id: State(word) for item_id, word in rows}
    return found


def free_counts(
    session: AnySession, kind_ids: Collection[int], *, now: datetime
) -> dict[int, int | None]:
    """How many of each of these kinds are free now; None is plenty."""
    is_anybodys = _is_anybodys(now)
    plenty = func.sum(case((and_(is_anybodys, _free(now).is_(None)), 1), else_=0))
    count = func.sum(case((and_(is_anybodys, _free(now) > 0), _free(now)), else_=0))
    found = session.execute(
        select(Kind.id, plenty, func.coalesce(count, 0))
        .join(Kind.items)
        .where(Kind.id.in_(kind_ids))
        .group_by(Kind.id)
    )
    free = {kind_id: None if is_plenty else int(count) for kind_id, is_plenty, count in found}
    return dict.fromkeys(kind_ids, 0) | free


def kinds_free_at(now: datetime) -> Select[int]:
    """The ids of the kinds of which at least one is free, to select among."""
    return select(Item.kind_id).join(Item.kind).where(is_free_at(now))


def is_free_at(now: datetime) -> ColumnElement[bool]:
    """Whether an item can be borrowed as far as the thing goes; needs Item joined to Kind."""
    return and_(_is_anybodys(now), func.coalesce(_free(now), 1) > 0)


def state_at(now: datetime) -> ColumnElement[str]:
    """An item's state as a column, to show, filter and sort by; needs Item joined to Kind."""
    outage = select(Outage.reason).where(_open_outage()).correlate(Item).scalar_subquery()
    is_late = _has_loan(and_(WITH_BORROWER, Loan.due_at < now))
    none_left = and_(left().is_not(None), left() <= 0)
    return case(
        (Item.retired_at.is_not(None), State.RETIRED.value),
        (outage == OutageReason.MISSING, State.MISSING.value),
        (and_(none_left, is_late), State.LATE.value),
        (and_(none_left, _has_loan(WITH_BORROWER)), State.OUT.value),
        (and_(none_left, _has_loan(LEFT_IN_SHED)), State.DROPPED.value),
        (and_(none_left, _has_loan(STILL_OUT)), State.MISSING.value),
        (outage == OutageReason.IN_REPAIR, State.IN_REPAIR.value),
        (outage == OutageReason.NEEDS_CHECK, State.NEEDS_CHECK.value),
        (Item.service_due_at <= now, State.NEEDS_CHECK.value),
        (is_in_a_kit(), State.IN_KIT.value),
        (none_left, State.USED_UP.value),
        (or_(_is_kept(now), _is_all_promised(now)), State.KEPT.value),
        else_=literal(State.FREE.value),
    )


def left() -> ColumnElement[int | None]:
    """How many of an item are on the shelf, None for plenty; needs Item joined to Kind."""
    lent = (
        select(func.coalesce(func.sum(Loan.quantity), 0))
        .where(Loan.item_id == Item.id, STILL_OUT)
        .correlate(Item)
        .scalar_subquery()
    )
    gone = lent + how_many_in_kits(Item.id).correlate(Item).scalar_subquery()
    return case((Kind.counting == Counting.COUNTED, 1 - gone), else_=Item.quantity - gone)


def _free(now: datetime) -> ColumnElement[int | None]:
    """How many of an item are on the shelf and promised to nobody; of a bin it may be below zero."""
    return case((Kind.counting == Counting.BULK, left() - _promised(now)), else_=left())


def _is_all_promised(now: datetime) -> ColumnElement[bool]:
    """Whether all that is left in a bin is promised to somebody."""
    return and_(Kind.counting == Counting.BULK, left() <= _promised(now))


def _promised(now: datetime) -> ColumnElement[int]:
    """How many of a bin are kept at this moment, but for what is out or in kits."""
    not_out = or_(AHEAD, Loan.returned_at.is_not(None))
    return (
        select(func.coalesce(func.sum(Promise.quantity), 0))
        .outerjoin(Promise.loan)
        .where(Promise.item_id == Item.id, ~Promise.alone, *_at(now), not_out)
        .correlate(Item)
        .scalar_subquery()
    )


def _is_anybodys(now: datetime) -> ColumnElement[bool]:
    """Whether what is left of an item may go to anybody."""
    needs_no_service = or_(Item.service_due_at.is_(None), Item.service_due_at > now)
    in_stock = and_(Item.retired_at.is_(None), needs_no_service)
    return and_(in_stock, ~_has_open_outage(), ~_is_kept(now))


def _is_kept(now: datetime) -> ColumnElement[bool]:
    """Whether something keeps a thing that is counted one by one at this moment."""
    kept = and_(Promise.item_id == Item.id, Promise.alone, *_at(now))
    return select(Promise.id).where(kept).correlate(Item).exists()


def _at(now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Whether a promise keeps something at this moment."""
    return (Promise.from_at <= now, Promise.until_at > now)


def _has_loan(which: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(Loan.id).where(Loan.item_id == Item.id, which).correlate(Item).exists()


def _open_outage() -> ColumnElement[bool]:
    return and_(Outage.item_id == Item.id, Outage.ended_at.is_(None))


def _has_open_outage() -> ColumnElement[bool]:
    return select(Outage.id).where(_open_outage()).correlate(Item).exists()
