"""Telling those who have a role in a group."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from toolshare.outbox.models import Topic
from toolshare.outbox.telling import tell
from toolshare.people.models import Group, Membership, Person, Role
from toolshare.people.opening import today_in
from toolshare.people.roles import is_current_on
from toolshare.records import AnySession


def tell_all(
    session: AnySession,
    topic: Topic,
    role: Role,
    group: Group,
    *,
    but: Person | None,
    now: datetime,
    once: str | None = None,
    **facts: Any,
) -> None:
    """Tells everybody whose role in the group covers this one, but for who did it and knows.

    `once` is a key under which the same thing is told to each of them once.
    """
    covering = [one for one in Role if one.covers(role)]
    people = session.scalars(
        select(Person)
        .join(Person.memberships)
        .where(Membership.group_id == group.id, Membership.role.in_(covering))
        .where(is_current_on(today_in(group, now)), Person.id != (but.id if but else 0))
        .order_by(Person.id)
    ).all()
    for person in people:
        key = f"{once} to {person.id}" if once else None
        tell(session, topic, person, group=group, now=now, once=key, **facts)
