"""What the page of exceptions shows, in a bounded number of statements."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from toolshare.circulation.availability import State, states
from toolshare.inventory.models import Item
from toolshare.offline.models import Act, ExceptionalScan
from toolshare.offline.reasons import as_known
from toolshare.people.models import Group
from toolshare.records import AnySession
from toolshare.refusals import Reason

MOST_OPEN = 200
MOST_SETTLED = 20
LONGEST_SHOWN = 300
OUT = {State.OUT, State.LATE, State.DROPPED}


@dataclass(frozen=True)
class Shown:
    """An exception, why it is one, and what can still be done about it."""

    exception: ExceptionalScan
    state: State | None  # of the thing, if that is known

    @property
    def reasons(self) -> Sequence[Reason]:
        """Why it could not be done."""
        return [as_known(kept) for kept in self.exception.reasons]

    @property
    def can_be_lent(self) -> bool:
        """Whether the thing is there to be lent after all."""
        return self.exception.act is Act.LEND and self.state is State.FREE

    @property
    def can_be_returned(self) -> bool:
        """Whether there is something out that can be taken back."""
        return self.exception.act is Act.RETURN and self.state in OUT

    @property
    def as_sent(self) -> str:
        """All that was sent, in one line."""
        return json.dumps(self.exception.sent, ensure_ascii=False)[:LONGEST_SHOWN]


@dataclass(frozen=True)
class Exceptions:
    """Those of a group that wait for a steward, oldest first; the newest that are settled."""

    waiting: Sequence[Shown]
    settled: Sequence[Shown]


def exceptions_of(session: AnySession, group: Group, *, now: datetime) -> Exceptions:
    """What stewards of a group look at."""
    waiting = session.scalars(_waiting(group)).all()
    settled = session.scalars(_settled(group)).all()
    how = states(session, [one.item_id for one in waiting if one.item_id], now=now)
    return Exceptions(
        [Shown(one, how.get(one.item_id or 0)) for one in waiting],
        [Shown(one, None) for one in settled],
    )


def waiting_in(session: AnySession, groups: Collection[Group]) -> Sequence[tuple[Group, int]]:
    """How many wait for the stewards of each of these groups, where any do."""
    found = session.execute(
        select(ExceptionalScan.group_id, func.count())
        .where(ExceptionalScan.group_id.in_([group.id for group in groups]))
        .where(ExceptionalScan.settled_at.is_(None))
        .group_by(ExceptionalScan.group_id)
    )
    counts = {group_id: int(count) for group_id, count in found}
    return [(group, counts[group.id]) for group in groups if group.id in counts]


def _waiting(group: Group) -> Select[ExceptionalScan]:
    return (
        _of(group)
        .where(ExceptionalScan.settled_at.is_(None))
        .order_by(ExceptionalScan.id)
        .limit(MOST_OPEN)
    )


def _settled(group: Group) -> Select[ExceptionalScan]:
    return (
        _of(group)
        .where(ExceptionalScan.settled_at.is_not(None))
        .order_by(ExceptionalScan.settled_at.desc(), ExceptionalScan.id.desc())
        .limit(MOST_SETTLED)
    )


def _of(group: Group) -> Select[ExceptionalScan]:
    known = (
        joinedload(ExceptionalScan.item).joinedload(Item.kind),
        joinedload(ExceptionalScan.by),
        joinedload(ExceptionalScan.borrower),
        joinedload(ExceptionalScan.settled_by),
        joinedload(ExceptionalScan.photo),
    )
    return select(ExceptionalScan).where(ExceptionalScan.group_id == group.id).options(*known)
