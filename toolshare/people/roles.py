"""What a person may do where."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Select,
    bindparam,
    inspect,
    literal,
    or_,
    select,
)
from sqlalchemy.orm.attributes import set_committed_value

from toolshare.people.models import Group, Household, Membership, Person, Role
from toolshare.people.opening import today_in
from toolshare.records import AnySession, locks_rows
from toolshare.refusals import Reason, msgid, refuse_if

MOST_IN_SIGHT = 200  # groups of a network that each of its members looks into


@dataclass(frozen=True)
class RoleNeeded(Reason):
    """The person's role in the group is too small for this."""

    status = HTTPStatus.FORBIDDEN
    role: Role
    group: str
    says = msgid("Only a %(role)s of %(group)s may do this.")
    instead = msgid("Ask a coordinator of the group.")


# Built once, and put together by us: every page asks for these before all else.
_WITH_MEMBERSHIPS = (
    select(Person, Membership, Group)
    .outerjoin(Person.memberships)
    .outerjoin(Membership.group)
    .where(Person.id == bindparam("person_id"))
    .order_by(Membership.id)
)
_UNDER_LOCK = _WITH_MEMBERSHIPS.with_for_update(of=Person, key_share=True).execution_options(
    populate_existing=True
)
_IN_GROUP = (
    select(Membership)
    .where(Membership.person_id == bindparam("person_id"))
    .where(Membership.group_id == bindparam("group_id"))
)


def person_with_memberships(session: AnySession, person_id: int) -> Person | None:
    """A person with all their memberships and the groups of these, in one statement."""
    rows = session.execute(_WITH_MEMBERSHIPS, {"person_id": person_id}).all()
    return joined(rows) if rows else None


def lock_person(session: AnySession, person: Person) -> None:
    """Lets nobody else lock the person or their households until the transaction ends.

    All about them is read anew. On SQLite transaction() has locked the whole file, and forgotten
    what was read before.
    """
    if locks_rows(session):
        locked = joined(session.execute(_UNDER_LOCK, {"person_id": person.id}).all())
        lock_households(session, {one.household_id for one in locked.memberships})


def lock_households(session: AnySession, ids: Collection[int | None]) -> None:
    """Lets nobody else lock these households, always in one order; a person is locked before."""
    known = [one for one in ids if one is not None]
    if known:
        session.execute(
            select(Household.id)
            .where(Household.id.in_(known))
            .order_by(Household.id)
            .with_for_update()
        )


def memberships_of(session: AnySession, person: Person) -> Sequence[Membership]:
    """All memberships of a person with their groups; read once for each person and session."""
    if "memberships" in inspect(person).unloaded:
        person_with_memberships(session, person.id)
    return person.memberships


def joined(rows: Sequence[tuple[Person, Membership | None, Group | None]]) -> Person:
    """The person of these rows, with the memberships and groups in them."""
    person, own = rows[0][0], []
    for _, membership, group in rows:
        if membership is not None:
            set_committed_value(membership, "group", group)
            own.append(membership)
    set_committed_value(person, "memberships", own)
    return person


def current_memberships_of(session: AnySession, person: Person, now: datetime) -> list[Membership]:
    """The memberships that have begun and not ended, each by its group's own calendar."""
    return [
        membership
        for membership in memberships_of(session, person)
        if membership.is_current(today_in(membership.group, now))
    ]


def groups_served(session: AnySession, person: Person, now: datetime) -> list[Group]:
    """The groups that the person is a steward of today."""
    current = current_memberships_of(session, person, now)
    return [one.group for one in current if one.role.covers(Role.STEWARD)]


def membership_in(session: AnySession, person: Person, group: Group) -> Membership | None:
    """The person's own membership in a group, current or not."""
    if "memberships" in inspect(person).unloaded:
        asked = {"person_id": person.id, "group_id": group.id}
        return session.scalar(_IN_GROUP, asked)
    return next((one for one in person.memberships if one.group_id == group.id), None)


def role_in(session: AnySession, person: Person, group: Group, *, today: date) -> Role | None:
    """The role that the person has in the group today; a paused one still has it."""
    membership = membership_in(session, person, group)
    return membership.role if membership and membership.is_current(today) else None


def require(session: AnySession, person: Person, role: Role, group: Group, *, today: date) -> None:
    """Refuses when the person's role in the group doesn't cover what is needed."""
    refuse_if(against(session, person, role, group, today=today))


def against(
    session: AnySession, person: Person, role: Role, group: Group, *, today: date
) -> list[Reason]:
    """What speaks against it when the person's role in the group doesn't cover what is needed."""
    own = role_in(session, person, group, today=today)
    covers = own is not None and own.covers(role)
    return [] if covers else [RoleNeeded(role=role, group=group.name)]


def membership_for_borrowing_from(
    session: AnySession, person: Person, group: Group, *, today: date
) -> Membership | None:
    """The current membership that lets the person borrow what the group owns, or None.

    It is the one in the group itself, else one in a group below it: villages share the machines
    of their federation. It may be paused, when no other counts.
    """
    own = membership_in(session, person, group)
    if own is not None and own.is_current(today) and own.paused_at is None:
        return own
    asked = {"person_id": person.id, "group_id": group.id, "today": today}
    return session.scalar(_FOR_BORROWING, asked)


def who_may_borrow_from(
    session: AnySession, group: Group, person_ids: Collection[int], *, today: date
) -> set[int]:
    """Those of these people who have a current membership for borrowing that isn't paused."""
    if not person_ids:
        return set()
    current = session.execute(
        select(Membership.person_id, Membership.group_id, Membership.paused_at)
        .where(Membership.person_id.in_(person_ids), is_current_on(today))
        .where(Membership.group_id.in_(below([group.id])))
    ).all()
    in_group = {person_id for person_id, group_id, _ in current if group_id == group.id}
    return {
        person_id
        for person_id, group_id, paused_at in current
        if paused_at is None and (group_id == group.id or person_id not in in_group)
    }


def is_current_on(day: date | BindParameter[date]) -> ColumnElement[bool]:
    """Membership.is_current, for a statement."""
    return (Membership.since <= day) & or_(Membership.until.is_(None), Membership.until >= day)


def below(group_ids: Collection[int] | Select[int]) -> Select[int]:
    """These groups and all below them, by their ids, for a statement."""
    down = select(Group.id).where(Group.id.in_(group_ids)).cte(recursive=True)
    down = down.union(select(Group.id).join(down, Group.parent_id == down.c.id))
    return select(down.c.id)


def above(group_ids: Collection[int]) -> Select[int]:
    """These groups and all above them, by their ids, for a statement."""
    up = select(Group.id, Group.parent_id).where(Group.id.in_(group_ids)).cte(recursive=True)
    up = up.union(select(Group.id, Group.parent_id).join(up, Group.id == up.c.parent_id))
    return select(up.c.id)


def group_and_its_parents(session: AnySession, group_id: int) -> list[Group]:
    """The group, then its federation, and so on up the tree."""
    asked = select(Group).where(Group.id.in_(above([group_id])))
    found = {group.id: group for group in session.scalars(asked)}
    chain = []
    at: int | None = group_id
    while at is not None:
        chain.append(found[at])
        at = found[at].parent_id
    return chain


def _for_borrowing() -> Select[Membership]:
    """Climbs the tree from each current membership, and keeps those that arrive at the group."""
    up = (
        select(Membership.id, Membership.group_id, literal(0).label("steps"))
        .where(Membership.person_id == bindparam("person_id"))
        .where(is_current_on(bindparam("today", type_=Date)))
        .cte(recursive=True)
    )
    up = up.union_all(
        select(up.c.id, Group.parent_id, up.c.steps + 1)
        .join(up, Group.id == up.c.group_id)
        .where(Group.parent_id.is_not(None))
    )
    return (
        select(Membership)
        .join(up, Membership.id == up.c.id)
        .where(up.c.group_id == bindparam("group_id"))
        .order_by(up.c.steps > 0, Membership.paused_at.is_not(None), up.c.steps, Membership.id)
        .limit(1)
    )


_FOR_BORROWING = _for_borrowing()


def network_of(session: AnySession, person: Person, *, now: datetime) -> list[Group]:
    """Every group of the trees that the person has a current membership in, own groups first.

    Who belongs to a village sees what its whole federation has. Where that is more than anybody
    looks through, it is what they may borrow: of their own groups and of those above them.
    """
    own = [membership.group_id for membership in current_memberships_of(session, person, now)]
    roots = select(Group.id).where(Group.id.in_(above(own)), Group.parent_id.is_(None))
    some = below(roots).limit(MOST_IN_SIGHT + 1).subquery()
    found = session.scalars(select(Group).join(some, some.c.id == Group.id)).all()
    if len(found) > MOST_IN_SIGHT:
        found = session.scalars(select(Group).where(Group.id.in_(above(own)))).all()
    return sorted(found, key=lambda group: (group.id not in own, group.name.casefold()))
