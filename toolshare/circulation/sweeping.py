"""What only time brings, in small pieces: what lapses, what expires, and whom it is offered to then.

Nothing depends on it: what time has ended is over in fact, and a sweep writes it down. Each piece is
one short transaction; done again it finds nothing left to do.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from functools import partial
from itertools import groupby, islice

from sqlalchemy import select

from toolshare.circulation.offering import offer_what_is_free
from toolshare.circulation.promises import Hold
from toolshare.inventory.models import Kind
from toolshare.people.models import Group
from toolshare.records import AnySession

Piece = Callable[[AnySession], None]
KINDS_AT_ONCE = 20


def pieces(session: AnySession, *, now: datetime) -> Iterator[Piece]:
    """All that there may be to do now."""
    in_line = select(Hold.kind_id).where(Hold.ended_at.is_(None))
    waited_for = session.execute(
        select(Kind.group_id, Kind.id).where(Kind.id.in_(in_line)).order_by(Kind.group_id, Kind.id)
    ).all()
    for group_id, rows in groupby(waited_for, key=lambda row: row.group_id):
        kind_ids = (row.id for row in rows)
        while some := list(islice(kind_ids, KINDS_AT_ONCE)):
            yield partial(_look_at_lines, group_id, some, now)


def sweep(session: AnySession, *, now: datetime) -> None:
    """All of it in one transaction."""
    for piece in list(pieces(session, now=now)):
        piece(session)


def _look_at_lines(
    group_id: int, kind_ids: Collection[int], now: datetime, session: AnySession
) -> None:
    offer_what_is_free(session, session.get_one(Group, group_id), kind_ids, now=now)
