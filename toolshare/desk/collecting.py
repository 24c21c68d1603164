"""Collecting: a list of things that is checked first, then lent or returned as a whole, or not at all.

The list goes along with its page as text: `7K3M9QXA 12345678*4` is a thing, and four of a bin.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from toolshare.circulation import borrowing, returning, taking, terms
from toolshare.circulation import reasons as circulation
from toolshare.circulation.at_hand import MOST_AT_ONCE
from toolshare.circulation.eligibility import against_no_steward
from toolshare.circulation.models import Loan
from toolshare.circulation.standing import STILL_OUT
from toolshare.codes import alphabet
from toolshare.desk import reasons as why
from toolshare.inventory.locking import all_under_lock
from toolshare.inventory.models import Counting, Item, Kind
from toolshare.people.models import Person
from toolshare.people.opening import read_opening_times
from toolshare.people.roles import memberships_of
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, refuse_if

MOST = 100  # things in a list
ONE = re.compile(rf"([{alphabet.ALPHABET}]{{{alphabet.LENGTH}}})(?:\*([1-9][0-9]{{0,8}}))?")

Wanted = dict[str, int]  # how many of what, by code, in the order in which they were scanned


@dataclass(frozen=True)
class Line:
    """A thing of the list: what speaks against it, else until when it would be lent."""

    item: Item
    quantity: int
    reasons: Sequence[Reason] = ()
    due_at: datetime | None = None
    is_cut_short: bool = False  # that is sooner than was wished, or than the rules lend it
    loans: Sequence[Loan] = field(default=())  # who has it


def read(text: str) -> Wanted:
    """The list in a text that one of our pages has sent; what is no code in it is left out."""
    found = (ONE.fullmatch(one) for one in text.split())
    known = {one[1]: int(one[2] or 1) for one in found if one}
    wanted = {code: many for code, many in known.items() if many <= MOST_AT_ONCE}
    return dict(list(wanted.items())[:MOST])


def written(wanted: Wanted) -> str:
    """The list as text."""
    return " ".join(code if many == 1 else f"{code}*{many}" for code, many in wanted.items())


def add(wanted: Wanted, item: Item, quantity: int | None = None) -> Wanted:
    """The list with this thing in it, or with so many of the bin; refuses when it is full."""
    if item.code not in wanted and len(wanted) >= MOST:
        raise Refusal(why.ListIsFull(most=MOST))
    return wanted | {item.code: quantity or wanted.get(item.code, 1)}


def to_lend(
    session: AnySession,
    wanted: Wanted,
    borrower: Person,
    *,
    by: Person,
    now: datetime,
    wished: date | None = None,
) -> list[Line]:
    """The list as it could be lent, each thing as if those before it were out already.

    Of what another group has it says nothing but that.
    Two statements for each thing, and more for what is promised or waited for.
    """
    items = _items(session, wanted)
    _read_once(session, by, borrower)
    _read_opening_times(session, items)
    before: Counter[int] = Counter()
    lines = []
    for item in items:
        line = _weighed(
            session, item, wanted[item.code], borrower, before, by=by, now=now, wished=wished
        )
        if not line.reasons and item.kind.counting is not Counting.CONSUMABLE:
            before[item.kind.group_id] += 1
        lines.append(line)
    return lines


def to_return(session: AnySession, wanted: Wanted, *, by: Person, now: datetime) -> list[Line]:
    """The list as it could be returned, in a few statements.

    Of what another group has it says nothing but that.
    """
    items = _items(session, wanted)
    _read_once(session, by)
    out = _loans(session, items)
    lines = []
    for item in items:
        if not_ours := against_no_steward(session, item, by=by, now=now):
            lines.append(Line(item, wanted[item.code], not_ours))
            continue
        loans = [loan for loan in out if loan.item_id == item.id]
        reasons = returning.reasons_against(session, item, loans, by=by, now=now)
        lines.append(Line(item, sum(loan.quantity for loan in loans) or 1, reasons, loans=loans))
    return lines


def _read_once(session: AnySession, *people: Person) -> None:
    """What each may do where is asked again for each thing of the list."""
    for person in people:
        memberships_of(session, person)


def _read_opening_times(session: AnySession, items: Iterable[Item]) -> None:
    for group in {item.kind.group for item in items}:
        read_opening_times(session, group)


def lend_all(
    session: AnySession,
    wanted: Wanted,
    borrower: Person,
    *,
    by: Person,
    now: datetime,
    operation: UUID,
    wished: date | None = None,
) -> tuple[int, list[Loan]]:
    """Lends the whole list; refuses all when one can't be lent any more, and says which.

    Gives how many things it was, and the loans that end sooner than was wished or is usual. The same
    operation sent again does nothing twice.
    """
    items = _under_lock(session, wanted)
    _read_once(session, by, borrower)
    _read_opening_times(session, items)
    cut_short = []
    for item in items:
        act: dict[str, Any] = {"by": by, "now": now, "operation": uuid5(operation, item.code)}
        act |= {"quantity": wanted[item.code]}
        with _saying_which(item):
            refuse_if(against_no_steward(session, item, by=by, now=now))
            if item.kind.counting is Counting.CONSUMABLE:
                taking.take(session, item, taker=borrower, **act)
                continue
            loan = borrowing.borrow(session, item, borrower=borrower, wished=wished, **act)
        lent: dict[str, Any] = {"due_at": loan.due_at, "now": loan.borrowed_at}
        if terms.is_cut_short(item.kind.group, terms.rules_of(loan), wished, **lent):
            cut_short.append(loan)
    return len(items), cut_short


def return_all(
    session: AnySession, wanted: Wanted, *, by: Person, now: datetime, operation: UUID
) -> int:
    """Takes the whole list back; refuses all when one is not out any more, and says which.

    Gives how many things it was. The same operation sent again does nothing twice.
    """
    items = _under_lock(session, wanted)
    _read_once(session, by)
    for item in items:
        with _saying_which(item):
            operation_of_one = uuid5(operation, item.code)
            returning.take_back(session, item, by=by, now=now, operation=operation_of_one)
    return len(items)


def _weighed(
    session: AnySession,
    item: Item,
    quantity: int,
    borrower: Person,
    before: Counter[int],
    *,
    by: Person,
    now: datetime,
    wished: date | None,
) -> Line:
    group = item.kind.group
    if not_ours := against_no_steward(session, item, by=by, now=now):
        return Line(item, quantity, not_ours)
    how: dict[str, Any] = {"by": by, "now": now, "quantity": quantity, "wished": wished}
    found = borrowing.weigh(session, item, borrower=borrower, **how)
    reasons, limit = list(found.reasons), found.rules.open_loans
    is_at_limit = found.standing.open_loans + before[group.id] >= limit
    if not reasons and is_at_limit and item.kind.counting is not Counting.CONSUMABLE:
        reasons.append(circulation.AtTheLimit(limit=limit, group=group.name))
    if reasons:
        return Line(item, quantity, reasons)
    due_at = found.due_at(group, now=now)
    is_cut_short = terms.is_cut_short(group, found.rules, wished, due_at, now=now)
    return Line(item, quantity, reasons, due_at, is_cut_short)


@contextmanager
def _saying_which(item: Item) -> Iterator[None]:
    """The list is refused for this thing; why is said where the list is shown again."""
    try:
        yield
    except Refusal as refusal:
        raise Refusal(why.ListHasChanged(name=item.kind.name, code=item.code)) from refusal


def _under_lock(session: AnySession, wanted: Wanted) -> list[Item]:
    """The things of the list in its order, all of their kinds locked; refuses an empty list."""
    ids = session.scalars(select(Item.id).where(Item.code.in_(wanted))).all()
    if not ids:
        raise Refusal(why.ListIsEmpty())
    found = {item.code: item for item in all_under_lock(session, ids)}
    return [found[code] for code in wanted if code in found]


def _items(session: AnySession, wanted: Iterable[str]) -> list[Item]:
    """The things of the list in its order; what wears another label by now is left out."""
    found = {
        item.code: item
        for item in session.scalars(
            select(Item)
            .where(Item.code.in_(list(wanted)))
            .options(joinedload(Item.kind).joinedload(Kind.group))
            .options(joinedload(Item.kind).selectinload(Kind.photos))
        )
    }
    return [found[code] for code in wanted if code in found]


def _loans(session: AnySession, items: Sequence[Item]) -> Sequence[Loan]:
    return session.scalars(
        select(Loan)
        .where(Loan.item_id.in_([item.id for item in items]), STILL_OUT)
        .options(joinedload(Loan.borrower))
        .order_by(Loan.due_at, Loan.id)
    ).all()
