"""Leaving a group, by oneself or when a coordinator says so: what waits is called off with it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from toolshare.admission import reasons as why
from toolshare.circulation import parting, spans
from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Hold, Reservation
from toolshare.circulation.standing import STILL_OUT
from toolshare.inventory.models import Item, Kind
from toolshare.people import households, memberships, roles
from toolshare.people.memberships import Standing
from toolshare.people.models import Group, Membership, Person
from toolshare.people.opening import today_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, refuse_if

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Leaving:
    """What stands in the way when somebody leaves a group, and what would be called off with it."""

    loans: Sequence[Loan]
    reservations: Sequence[Reservation]
    holds: Sequence[Hold]
    has_household: bool
    reasons: Sequence[Reason]


def leaving(session: AnySession, person: Person, group: Group, *, now: datetime) -> Leaving:
    """What would come of it if the person left now; the page shows it, and `leave` goes by it."""
    membership = _own(session, person, group, now)
    lost = _no_longer_open_to(session, person, group, now)
    loans = _loans(session, person, lost)
    reasons: list[Reason] = [why.StillOut(number=len(loans))] if loans else []
    reasons += memberships.against_ending(session, membership, person, group, now=now)
    waits = parting.awaited(session, person, lost)
    return Leaving(
        loans,
        [one for one in waits.reservations if not one.has_ended(now)],
        waits.holds,
        membership.household_id is not None,
        reasons,
    )


def leave(session: AnySession, person: Person, group: Group, *, now: datetime) -> None:
    """Ends the person's own membership at once, and calls off what waits for them there.

    Refuses while anything is out, and the last coordinator.
    """
    refuse_if(leaving(session, person, group, now=now).reasons)
    _call_off(session, person, group, by=person, now=now)
    refuse_if(leaving(session, person, group, now=now).reasons)
    membership = _own(session, person, group, now)
    yesterday = today_in(group, now) - A_DAY
    to = memberships.standing_of(membership)
    to = replace(to, since=min(to.since, yesterday), until=yesterday)
    _end(session, membership, to, by=person, now=now)


def change(
    session: AnySession, membership: Membership, to: Standing, *, by: Person, now: datetime
) -> None:
    """Changes what somebody is in a group; when that ends their membership, as if they had left.

    What they have out stays with them. A last day to come calls off what they reserved after it.
    """
    group = session.get_one(Group, membership.group_id)
    person = session.get_one(Person, membership.person_id)
    today = today_in(group, now)
    if membership.is_current(today) and not to.is_current(today):
        _call_off(session, person, group, by=by, now=now)
        _end(session, membership, to, by=by, now=now)
    else:
        if to.until is not None:
            since = spans.from_midnight(group, to.until, to.until).until_at
            _call_off(session, person, group, by=by, now=now, since=since)
        memberships.change_membership(session, membership, to, by=by, now=now)


def _call_off(
    session: AnySession,
    person: Person,
    group: Group,
    *,
    by: Person,
    now: datetime,
    since: datetime | None = None,
) -> None:
    lost = _no_longer_open_to(session, person, group, now)
    parting.call_off(session, person, lost, by=by, now=now, since=since)


def _end(
    session: AnySession, membership: Membership, to: Standing, *, by: Person, now: datetime
) -> None:
    if membership.household_id is not None:
        households.take_out(session, membership, by=by, now=now)
    memberships.change_membership(session, membership, to, by=by, now=now)


def _own(session: AnySession, person: Person, group: Group, now: datetime) -> Membership:
    own = roles.membership_in(session, person, group)
    if own is None or not own.is_current(today_in(group, now)):
        raise Refusal(why.MembershipIsOver(group=group.name))
    return own


def _no_longer_open_to(
    session: AnySession, person: Person, group: Group, now: datetime
) -> set[int]:
    """The group and those above it, but for what another membership still lets the person borrow."""
    others = {
        above.id
        for one in roles.current_memberships_of(session, person, now)
        if one.group_id != group.id
        for above in roles.group_and_its_parents(session, one.group_id)
    }
    return {one.id for one in roles.group_and_its_parents(session, group.id)} - others


def _loans(session: AnySession, person: Person, group_ids: set[int]) -> Sequence[Loan]:
    """What the person has out; what was given up for lost holds nobody."""
    return session.scalars(
        select(Loan)
        .join(Loan.item)
        .join(Item.kind)
        .where(Loan.borrower_id == person.id, STILL_OUT, Loan.lost_at.is_(None))
        .where(Kind.group_id.in_(group_ids))
        .options(contains_eager(Loan.item).contains_eager(Item.kind).joinedload(Kind.group))
        .order_by(Loan.due_at, Loan.id)
    ).all()
