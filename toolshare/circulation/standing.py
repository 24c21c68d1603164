"""How things stand with an item, as facts in one statement: what every rule decides on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    true,
)

from toolshare import rows
from toolshare.care.models import Outage, OutageReason
from toolshare.circulation.in_kits import how_many_in_kits, kits_of
from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Hold, Promise, Reservation, ReservedUnit
from toolshare.inventory.models import Counting, Item, Kind, KitPart
from toolshare.people.models import Membership, Person
from toolshare.records import AnySession

# Kept for a reservation or an offer, neither out nor in a kit.
AHEAD = and_(Promise.loan_id.is_(None), Promise.kit_part_id.is_(None))
STILL_OUT = and_(Loan.returned_at.is_(None), Loan.undone_at.is_(None))
# What the borrower has not left in the shed, and nobody has given up for lost.
WITH_BORROWER = and_(STILL_OUT, Loan.dropped_at.is_(None), Loan.lost_at.is_(None))
LEFT_IN_SHED = and_(STILL_OUT, Loan.dropped_at.is_not(None), Loan.lost_at.is_(None))


class LateThing(NamedTuple):
    """Something that a person should have brought back."""

    name: str
    due_at: datetime
    rules: dict[str, Any]  # in force when the loan began


@dataclass(frozen=True)
class Standing:
    """Facts about an item and about one person who may want it, with their household."""

    late: Sequence[LateThing]  # what they have of the group and should have brought back
    outage: OutageReason | None
    lent: int
    in_kits: int  # of a bin; a thing that is in one is nowhere else
    kit: str | None  # that the thing is in, by its name and its code
    kit_code: str | None
    next_due_at: datetime | None  # of all loans of the item that are with their borrowers
    left_in_shed: int  # loans of it that a steward has yet to confirm as returned
    own_due_at: datetime | None  # of the person's own loan of it
    open_loans: (
        int  # of the person and their household, from the item's group; without what is lost
    )
    is_promised: bool  # some of it is kept ahead, or the person has reserved its kind
    is_waited_for: bool  # somebody is in line for its kind
    rests_until: datetime | None  # it came back, and its turnaround is not over

    def without(self, loan: Loan | None) -> "Standing":
        """How things would stand if what is lent with this loan of the item, if any, were here."""
        return replace(self, lent=self.lent - loan.quantity) if loan else self

    def left_in(self, item: Item) -> int | None:
        """How many are on the shelf; None is plenty."""
        return _left(item, self.lent + self.in_kits)


def standing(
    session: AnySession,
    item: Item,
    person: Person,
    *,
    now: datetime,
    household_id: int | None = None,
) -> Standing:
    """How things stand, in one statement; what the whole household has counts for the person."""
    asked = {
        "item_id": item.id,
        "person_id": person.id,
        "kind_id": item.kind_id,
        "group_id": item.kind.group_id,
        "now": now,
    }
    if household_id is not None:
        asked |= {"household_id": household_id}
    found = rows.ask(session, _STANDING[household_id is not None], asked).all()
    late = [LateThing(row.late, row.due_at, row.rules) for row in found if row.late is not None]
    return Standing(late, *found[0][: -len(LateThing._fields)])


def left_of(session: AnySession, item: Item) -> int | None:
    """How many of an item are on the shelf; None is plenty."""
    gone = select(_lent() + _in_kits())
    return _left(item, session.scalars(gone, {"item_id": item.id}).one())


def _left(item: Item, gone: int) -> int | None:
    if item.kind.counting is Counting.COUNTED:
        return 1 - gone
    return None if item.quantity is None else item.quantity - gone


OF_ITEM = and_(Loan.item_id == bindparam("item_id"), STILL_OUT)
NOW = bindparam("now", type_=Loan.due_at.type)
OF_PERSON = and_(Loan.borrower_id == bindparam("person_id"), STILL_OUT)
IN_HOUSEHOLD = select(Membership.person_id).where(
    Membership.household_id == bindparam("household_id")
)
OF_HOUSEHOLD = and_(Loan.borrower_id.in_(IN_HOUSEHOLD), STILL_OUT)


def _lent() -> ScalarSelect[int]:
    return select(func.coalesce(func.sum(Loan.quantity), 0)).where(OF_ITEM).scalar_subquery()


def _in_kits() -> ScalarSelect[int]:
    return how_many_in_kits(bindparam("item_id")).scalar_subquery()


def _open_outage() -> ScalarSelect[OutageReason]:
    is_open = and_(Outage.item_id == bindparam("item_id"), Outage.ended_at.is_(None))
    return select(Outage.reason).where(is_open).scalar_subquery()


def _earliest_due(*which: ColumnElement[bool]) -> ScalarSelect[datetime]:
    return select(func.min(Loan.due_at)).where(*which).scalar_subquery()


def _left_in_shed() -> ScalarSelect[int]:
    is_there = and_(OF_ITEM, LEFT_IN_SHED)
    return select(func.count()).select_from(Loan).where(is_there).scalar_subquery()


def _open_loans(whose: ColumnElement[bool]) -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(Loan)
        .join(Loan.item)
        .join(Item.kind)
        .where(whose, Loan.lost_at.is_(None), Kind.group_id == bindparam("group_id"))
        .scalar_subquery()
    )


def _is_promised() -> ColumnElement[bool]:
    kept = and_(Promise.item_id == bindparam("item_id"), AHEAD)
    own = and_(
        ReservedUnit.kind_id == bindparam("kind_id"),
        ReservedUnit.still_to_fetch(),
        Reservation.person_id == bindparam("person_id"),
        Reservation.still_open(),
    )
    reserved = select(ReservedUnit.id).join(ReservedUnit.reservation).where(own)
    return or_(select(Promise.id).where(kept).exists(), reserved.exists())


def _is_waited_for() -> ColumnElement[bool]:
    in_line = (Hold.kind_id == bindparam("kind_id"), Hold.ended_at.is_(None))
    return select(Hold.id).where(*in_line).exists()


def _rests_until() -> ScalarSelect[datetime]:
    rests = (Promise.item_id == bindparam("item_id"), Promise.alone, Promise.until_at > NOW)
    kept = select(func.max(Promise.until_at)).join(Promise.loan)
    return kept.where(*rests, Loan.returned_at.is_not(None)).scalar_subquery()


def _late_things(whose: ColumnElement[bool]) -> Subquery:
    is_late = and_(whose, WITH_BORROWER, Loan.due_at < NOW)
    return (
        select(Kind.name.label("late"), Loan.due_at, Loan.rules)
        .select_from(Loan)
        .join(Loan.item)
        .join(Item.kind)
        .where(is_late, Kind.group_id == bindparam("group_id"))
        .subquery()
    )


def _standing_of(whose: ColumnElement[bool]) -> Select[Any]:
    """One row, or one for each thing that is late."""
    late = _late_things(whose)
    in_kit = and_(KitPart.item_id == bindparam("item_id"), KitPart.counted)
    kit = kits_of(in_kit).subquery()
    facts = (
        _open_outage(),
        _lent(),
        _in_kits(),
        kit.c.kit,
        kit.c.kit_code,
        _earliest_due(OF_ITEM, WITH_BORROWER),
        _left_in_shed(),
        _earliest_due(OF_ITEM, OF_PERSON),
        _open_loans(whose),
        _is_promised(),
        _is_waited_for(),
        _rests_until(),
    )
    one = select(literal(1)).subquery()
    return (
        select(*facts, late)
        .select_from(one.outerjoin(late, true()).outerjoin(kit, true()))
        .order_by(late.c.due_at)
    )


# Built once: every scan asks it, of a person alone or of one with a household.
_STANDING = {False: _standing_of(OF_PERSON), True: _standing_of(OF_HOUSEHOLD)}
