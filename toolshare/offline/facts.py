"""What a device keeps to work without a signal, in a bounded number of statements.

It is a help to who stands before the shelf, no more: whatever is done by it is weighed again when it
is sent. No member's device learns who has what.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from toolshare.circulation import reasons as why
from toolshare.circulation import terms
from toolshare.circulation.availability import State, state_at
from toolshare.circulation.custody import LeftInShed
from toolshare.circulation.eligibility import against_membership, membership_of
from toolshare.circulation.models import Loan
from toolshare.circulation.standing import STILL_OUT
from toolshare.inventory.models import Counting, Item, Kind
from toolshare.labels.models import FormerCode
from toolshare.offline.cards import Card, cards_served
from toolshare.offline.reasons import CheckedLater, InSomeKit, Kept
from toolshare.people import roles
from toolshare.people.models import Group, Membership, Person
from toolshare.people.opening import WITH_OPENING_TIMES
from toolshare.records import AnySession
from toolshare.refusals import Reason
from toolshare.rules.in_force import BY_DEFAULT, RulesInForce
from toolshare.rules.lengths import Length
from toolshare.rules.resolving import rules_for_many
from toolshare.rules.values import ClosedDay

KINDS_AT_ONCE = 5_000  # databases bound how many values a statement may have


@dataclass(frozen=True)
class Thing:
    """What is known of one item; `due_at` of what is out, and whether it is out with the reader."""

    code: str
    name: str
    group: str
    counting: Counting
    state: State
    due_at: datetime | None
    is_mine: bool
    due_if_lent_now: datetime | None
    against: Sequence[Reason]
    former: Sequence[str] = ()  # codes that it wore before


@dataclass(frozen=True)
class Facts:
    """All of it."""

    person: Person
    serves: bool
    own_card: Membership | None
    groups: Sequence[Group]
    things: Sequence[Thing]
    cards: Sequence[Card]


def facts_for(session: AnySession, person: Person, *, now: datetime) -> Facts:
    """What this person's device may keep."""
    own = roles.current_memberships_of(session, person, now)
    served = {group.id for group in roles.groups_served(session, person, now)}
    groups = _groups_to_borrow_from(session, [one.group_id for one in own])
    return Facts(
        person,
        bool(served),
        own[0] if own else None,
        groups,
        [*_things(session, person, groups, served, now)],
        cards_served(session, person, now=now),
    )


def _groups_to_borrow_from(session: AnySession, own: Sequence[int]) -> Sequence[Group]:
    """Own groups and those above them, with their opening times."""
    found = select(Group).where(Group.id.in_(roles.above(own))).options(*WITH_OPENING_TIMES)
    return session.scalars(found.order_by(Group.id)).all()


def _things(
    session: AnySession, person: Person, groups: Sequence[Group], served: set[int], now: datetime
) -> Iterator[Thing]:
    rows = session.execute(_in_reach(person, groups, now)).all()
    by_kind = _rules(session, groups, {(row.group_id, row.kind_id) for row in rows})
    due_at = Due(groups, now)
    former = _former_codes(session, groups)
    blocked = {group.id: _against_person(session, person, group, now) for group in groups}
    for row in rows:
        rules = by_kind.get(row.kind_id, BY_DEFAULT)
        yield Thing(
            row.code,
            row.name,
            row.group,
            row.counting,
            State(row.state),
            row.due_at,
            row.own_due_at is not None,
            due_at.of(row.group_id, rules),
            [
                *_against(row, rules, is_served=row.group_id in served),
                *blocked.get(row.group_id, ()),
            ],
            former.get(row.id, ()),
        )


def _in_reach(person: Person, groups: Sequence[Group], now: datetime) -> Select[Any]:
    """What is in stock in these groups, and what the person has, with how it stands."""
    open_loan = (Loan.item_id == Item.id, STILL_OUT)
    due_at = select(func.min(Loan.due_at)).where(*open_loan).correlate(Item)
    own = due_at.where(Loan.borrower_id == person.id)
    theirs = select(Loan.item_id).where(Loan.borrower_id == person.id, STILL_OUT)
    in_stock = and_(Kind.group_id.in_([group.id for group in groups]), Item.retired_at.is_(None))
    return (
        select(Item.id, Item.code, Item.kind_id, Kind.name, Kind.group_id, Kind.counting)
        .add_columns(Group.slug.label("group"), Group.time_zone, state_at(now).label("state"))
        .add_columns(due_at.scalar_subquery().label("due_at"))
        .add_columns(own.scalar_subquery().label("own_due_at"))
        .join(Item.kind)
        .join(Kind.group)
        .where(or_(in_stock, Item.id.in_(theirs)))
        .order_by(Item.id)
    )


def _rules(
    session: AnySession, groups: Sequence[Group], kinds: set[tuple[int, int]]
) -> dict[int, RulesInForce]:
    """The rules of each kind: one statement for each group, however much it owns."""
    found: dict[int, RulesInForce] = {}
    for group in groups:
        its_kinds = [kind_id for group_id, kind_id in sorted(kinds) if group_id == group.id]
        for start in range(0, len(its_kinds), KINDS_AT_ONCE):
            found |= rules_for_many(session, group, its_kinds[start : start + KINDS_AT_ONCE])
    return found


def _former_codes(session: AnySession, groups: Sequence[Group]) -> dict[int | None, list[str]]:
    """The codes that things wore before, by the things' ids."""
    ours = Kind.group_id.in_([group.id for group in groups])
    worn = select(FormerCode.item_id, FormerCode.code).join(Item, Item.id == FormerCode.item_id)
    found: dict[int | None, list[str]] = {}
    for item_id, code in session.execute(worn.join(Item.kind).where(ours)):
        found.setdefault(item_id, []).append(code)
    return found


def _against_person(
    session: AnySession, person: Person, group: Group, now: datetime
) -> Sequence[Reason]:
    membership = membership_of(session, person, group, now=now)
    return [*against_membership(membership, person, group)] if membership else ()


def _against(row: Any, rules: RulesInForce, *, is_served: bool) -> Iterator[Reason]:
    """What speaks against lending it, as far as it can be known without a signal."""
    if row.own_due_at is not None and row.counting is Counting.COUNTED:
        yield why.YouHaveIt(due_at=row.own_due_at, time_zone=row.time_zone)
    elif row.state in (State.OUT, State.LATE):
        gone = why.Out if row.state == State.OUT else why.Late
        yield gone(due_at=row.due_at, time_zone=row.time_zone)
    elif row.state != State.FREE:
        yield NOT_FREE[State(row.state)]
    if not rules.self_checkout and not is_served:
        yield why.LentByStewardsOnly()
    if rules.certificates or rules.least_age or rules.agreements:
        yield CheckedLater()


NOT_FREE: dict[State, Reason] = {
    State.DROPPED: LeftInShed(),
    State.NEEDS_CHECK: why.NeedsCheck(),
    State.IN_REPAIR: why.InRepair(),
    State.KEPT: Kept(),
    State.IN_KIT: InSomeKit(),
    State.MISSING: why.Missing(),
    State.USED_UP: why.NoneLeft(),
    State.RETIRED: why.Retired(),
}


class Due:
    """Until when something would be lent: reckoned once for all that is lent alike."""

    def __init__(self, groups: Sequence[Group], now: datetime) -> None:
        self.groups = {group.id: group for group in groups}
        self.now = now.replace(minute=now.minute - now.minute % 15, second=0, microsecond=0)
        self.known: dict[tuple[int, Length, ClosedDay], datetime] = {}

    def of(self, group_id: int, rules: RulesInForce) -> datetime | None:
        """By these rules of this group, to the quarter of an hour; None for a group that is foreign."""
        group = self.groups.get(group_id)
        if group is None:
            return None
        alike = (group_id, rules.loan_period, rules.closed_day)
        if alike not in self.known:
            self.known[alike] = terms.due_at(group, rules, now=self.now)
        return self.known[alike]
