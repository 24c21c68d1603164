"""What a person may do where."""

from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus

from sqlalchemy import ColumnElement, literal, or_, select
from sqlalchemy.orm import joinedload

from toolshare.people.models import Group, Membership, Person, Role
from toolshare.people.opening import today_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid


@dataclass(frozen=True)
class RoleNeeded(Reason):
    """The person's role in the group is too small for this."""

    status = HTTPStatus.FORBIDDEN
    role: Role
    group: str
    says = msgid("Only a %(role)s of %(group)s may do this.")
    instead = msgid("Ask a coordinator of the group.")


def memberships_of(session: AnySession, person: Person) -> list[Membership]:
    """All memberships of a person with their groups, in one statement."""
    found = session.scalars(
        select(Membership)
        .where(Membership.person_id == person.id)
        .options(joinedload(Membership.group))
        .order_by(Membership.id)
    )
    return list(found)


def current_memberships_of(session: AnySession, person: Person, now: datetime) -> list[Membership]:
    """The memberships that have begun and not ended, each by its group's own calendar."""
    return [
        membership
        for membership in memberships_of(session, person)
        if membership.is_current(today_in(membership.group, now))
    ]


def membership_in(session: AnySession, person: Person, group: Group) -> Membership | None:
    """The person's own membership in a group, current or not."""
    return session.scalar(
        select(Membership).where(Membership.person_id == person.id, Membership.group_id == group.id)
    )


def role_in(session: AnySession, person: Person, group: Group, *, today: date) -> Role | None:
    """The role that the person has in the group today; a paused one still has it."""
    membership = membership_in(session, person, group)
    return membership.role if membership and membership.is_current(today) else None


def require(session: AnySession, person: Person, role: Role, group: Group, *, today: date) -> None:
    """Refuses when the person's role in the group doesn't cover what is needed."""
    own = role_in(session, person, group, today=today)
    if own is None or not own.covers(role):
        raise Refusal(RoleNeeded(role=role, group=group.name))


def membership_for_borrowing_from(
    session: AnySession, person: Person, group: Group, *, today: date
) -> Membership | None:
    """The current membership that lets the person borrow what the group owns, or None.

    It is the one in the group itself, else one in a group below it: villages share the machines
    of their federation. It may be paused, when no other counts.
    """
    up = (
        select(Membership.id, Membership.group_id, literal(0).label("steps"))
        .where(Membership.person_id == person.id, is_current_on(today))
        .cte(recursive=True)
    )
    up = up.union_all(
        select(up.c.id, Group.parent_id, up.c.steps + 1)
        .join(up, Group.id == up.c.group_id)
        .where(Group.parent_id.is_not(None))
    )
    return session.scalar(
        select(Membership)
        .join(up, Membership.id == up.c.id)
        .where(up.c.group_id == group.id)
        .order_by(up.c.steps > 0, Membership.paused_at.is_not(None), up.c.steps, Membership.id)
        .limit(1)
    )


def is_current_on(day: date) -> ColumnElement[bool]:
    """Membership.is_current, for a statement."""
    return (Membership.since <= day) & or_(Membership.until.is_(None), Membership.until >= day)


def group_and_its_parents(session: AnySession, group_id: int) -> list[Group]:
    """The group, then its federation, and so on up the tree."""
    up = select(Group.id, Group.parent_id).where(Group.id == group_id).cte(recursive=True)
    up = up.union_all(select(Group.id, Group.parent_id).join(up, Group.id == up.c.parent_id))
    found = {
        group.id: group
        for group in session.scalars(select(Group).where(Group.id.in_(select(up.c.id))))
    }
    chain = []
    at: int | None = group_id
    while at is not None:
        chain.append(found[at])
        at = found[at].parent_id
    return chain
