"""For how long names are kept on what is over: what a group has agreed on, and the sweep for it."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus
from itertools import islice

from sqlalchemy import Select, delete, select

from toolshare.admission.models import Registration
from toolshare.circulation.tallies import forget_seasons
from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.people import devices, roles
from toolshare.people.models import Group, Person, Role
from toolshare.people.opening import today_in
from toolshare.privacy import forgetting, over
from toolshare.privacy.models import MOST_DAYS, USUAL_DAYS, Retention
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid

Piece = Callable[[AnySession], None]
AT_ONCE = 25
A_SWEEP = 500  # of each sort; the next sweep takes the next ones
A_TIME_ZONE = timedelta(days=1)  # so long the old year lasts somewhere

# Reservations come after the loans that were made of them.
SORTS: tuple[
    tuple[Callable[[over.After], Select[int]], Callable[[AnySession, Collection[int]], None]], ...
] = (
    (over.loans, forgetting.forget_loans),
    (over.takings, forgetting.forget_takings),
    (over.holds, forgetting.forget_holds),
    (over.reservations, forgetting.forget_reservations),
    (over.reports, forgetting.forget_reports),
    (over.exceptions, forgetting.forget_exceptions),
    (over.join_requests, forgetting.forget_join_requests),
    (over.messages, forgetting.forget_messages),
)


@dataclass(frozen=True)
class NoSuchRetention(Reason):
    """Names are kept for a day at least, for ten years at most, or for ever."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    most: int = MOST_DAYS
    says = msgid("Names can be kept for 1 to %(most)s days, or for ever.")
    instead = msgid("Choose a number of days between these, or say that they are never forgotten.")


def days_of(session: AnySession, group: Group) -> int | None:
    """After how many days the group forgets who had what; None when it never does."""
    agreed = session.scalar(select(Retention).where(Retention.group_id == group.id))
    return agreed.days if agreed is not None else USUAL_DAYS


def keep_for(
    session: AnySession, group: Group, days: int | None, *, by: Person, now: datetime
) -> None:
    """Sets after how many days the group forgets who had what; None for never."""
    roles.require(session, by, Role.COORDINATOR, group, today=today_in(group, now))
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise Refusal(NoSuchRetention())
    session.get_one(Group, group.id, with_for_update=True)
    before = days_of(session, group)
    if days == before:
        return
    agreed = session.scalar(select(Retention).where(Retention.group_id == group.id))
    if agreed is None:
        session.add(Retention(group_id=group.id, days=days))
    else:
        agreed.days = days
    what = Event.RETENTION_SET
    record(session, what, by=by, at=now, group=group, days=days, before=before)


def pieces(session: AnySession, *, now: datetime) -> Iterator[Piece]:
    """What may be forgotten now, in pieces that are a short transaction each."""
    for after in over.all_of_them(session, now=now):
        for which, forget in SORTS:
            ids = iter(session.scalars(which(after).limit(A_SWEEP)).all())
            while some := list(islice(ids, AT_ONCE)):
                yield partial(_forget, forget, some)
    yield partial(_forget_seasons, (now - A_TIME_ZONE).year)
    yield partial(_forget_registrations, now)
    yield partial(devices.forget_unused, now=now)


def sweep(session: AnySession, *, now: datetime) -> None:
    """All of it in one transaction."""
    for piece in list(pieces(session, now=now)):
        piece(session)


def _forget(
    forget: Callable[[AnySession, Collection[int]], None], ids: list[int], session: AnySession
) -> None:
    forget(session, ids)


def _forget_registrations(now: datetime, session: AnySession) -> None:
    session.execute(delete(Registration).where(Registration.expires_at <= now))


def _forget_seasons(this: int, session: AnySession) -> None:
    forget_seasons(session, before=this)
