"""What only time brings, in small pieces: what is not fetched, what lapses, and who gets it then.

Nothing depends on it: what time has ended is over in fact, and a sweep writes it down. Each piece is
one short transaction; done again it finds nothing left to do.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from functools import partial
from itertools import groupby, islice

from sqlalchemy import select

from toolshare.circulation import lapsing, replanning
from toolshare.circulation.offering import offer_what_is_free
from toolshare.circulation.promises import Hold, Reservation
from toolshare.inventory.models import Kind
from toolshare.people.models import Group
from toolshare.records import AnySession

Piece = Callable[[AnySession], None]
KINDS_AT_ONCE = 20
A_SWEEP = 500  # reservations; the next sweep takes the next ones


def pieces(session: AnySession, *, now: datetime) -> Iterator[Piece]:
    """All that there may be to do now; what frees a unit comes before who gets it."""
    for reservation in lapsing.not_fetched(session, now=now, at_most=A_SWEEP):
        yield partial(_lapse, reservation.id, now)
    for kind in replanning.kinds_at_risk(session, now=now):
        yield partial(_replan, kind.group_id, kind.id, now)
    yield from _lines(session, now)


def sweep(session: AnySession, *, now: datetime) -> None:
    """All of it in one transaction."""
    for piece in list(pieces(session, now=now)):
        piece(session)


def _lines(session: AnySession, now: datetime) -> Iterator[Piece]:
    in_line = select(Hold.kind_id).where(Hold.ended_at.is_(None))
    waited_for = session.execute(
        select(Kind.group_id, Kind.id).where(Kind.id.in_(in_line)).order_by(Kind.group_id, Kind.id)
    ).all()
    for group_id, rows in groupby(waited_for, key=lambda row: row.group_id):
        kind_ids = (row.id for row in rows)
        while some := list(islice(kind_ids, KINDS_AT_ONCE)):
            yield partial(_look_at_lines, group_id, some, now)


def _lapse(reservation_id: int, now: datetime, session: AnySession) -> None:
    lapsing.lapse(session, session.get_one(Reservation, reservation_id), now=now)


def _replan(group_id: int, kind_id: int, now: datetime, session: AnySession) -> None:
    replanning.replan(session, session.get_one(Group, group_id), [kind_id], now=now)


def _look_at_lines(
    group_id: int, kind_ids: Collection[int], now: datetime, session: AnySession
) -> None:
    offer_what_is_free(session, session.get_one(Group, group_id), kind_ids, now=now)
