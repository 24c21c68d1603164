"""What the page of exceptions shows, in a bounded number of statements."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from toolshare.circulation.availability import State, states
from toolshare.circulation.models import Loan
from toolshare.circulation.standing import STILL_OUT
from toolshare.inventory.models import Item
from toolshare.offline.late import meant_among
from toolshare.offline.models import Act, ExceptionalScan
from toolshare.offline.reasons import as_known
from toolshare.people.models import Group
from toolshare.records import AnySession
from toolshare.refusals import Reason

MOST_OPEN = 200
MOST_SETTLED = 20
LONGEST_SHOWN = 300


@dataclass(frozen=True)
class Shown:
    """An exception, why it is one, and what can still be done about it."""

    exception: ExceptionalScan
    state: State | None = None  # of the thing, if that is known
    out: Sequence[Loan] = ()  # its open loans, due first come first

    @property
    def reasons(self) -> Sequence[Reason]:
        """Why it could not be done."""
        return [as_known(kept) for kept in self.exception.reasons]

    @property
    def can_be_lent(self) -> bool:
        """Whether the thing is there to be lent after all, and it is known to whom."""
        one = self.exception
        return one.act is Act.LEND and self.state is State.FREE and one.borrower is not None

    @property
    def can_be_returned(self) -> bool:
        """Whether what was brought is out, with who brought it if that was told."""
        one = self.exception
        return one.act is Act.RETURN and meant_among(self.out, one.borrower_id) is not None

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
    about = {one.item_id for one in waiting if one.item_id}
    how, out = states(session, about, now=now), _open_loans_of(session, about)
    return Exceptions(
        [Shown(one, how.get(one.item_id or 0), out.get(one.item_id or 0, ())) for one in waiting],
        [Shown(one) for one in settled],
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


def _open_loans_of(session: AnySession, item_ids: Collection[int]) -> dict[int, list[Loan]]:
    found: dict[int, list[Loan]] = {}
    which = (Loan.item_id.in_(item_ids), STILL_OUT)
    for loan in session.scalars(select(Loan).where(*which).order_by(Loan.due_at, Loan.id)):
        found.setdefault(loan.item_id, []).append(loan)
    return found


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
