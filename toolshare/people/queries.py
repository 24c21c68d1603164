"""What pages of people read."""

from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, contains_eager, joinedload

from toolshare.people.models import Group, Membership, Person, Role
from toolshare.people.roles import is_current_on
from toolshare.records import AnySession

A_PAGE = 50
CURRENT, PAUSED, ENDED = "current", "paused", "ended"  # or the name of a role


@dataclass(frozen=True)
class PageOfPeople:
    """One page of a group's memberships with their people."""

    memberships: list[Membership]
    page: int
    pages: int
    total: int


def people_of(
    session: AnySession, group: Group, *, words: str, which: str, page: int, today: date
) -> PageOfPeople:
    """A page of the people whose name or e-mail contains the words, in two statements."""
    wanted = (
        Membership.group_id == group.id,
        _which(which, today),
        or_(_contains(Person.name, words), _contains(Person.email, words)),
    )
    found = select(Membership).join(Membership.person).where(*wanted)
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    pages = max(ceil(total / A_PAGE), 1)
    page = min(max(page, 1), pages)
    memberships = session.scalars(
        found.options(contains_eager(Membership.person))
        .order_by(func.lower(Person.name), Membership.id)
        .limit(A_PAGE)
        .offset((page - 1) * A_PAGE)
    )
    return PageOfPeople(list(memberships), page, pages, total)


def membership_of(session: AnySession, group: Group, membership_id: int) -> Membership | None:
    """One membership of the group with its person, whether or not it is current."""
    return session.scalar(
        select(Membership)
        .where(Membership.group_id == group.id, Membership.id == membership_id)
        .options(joinedload(Membership.person))
    )


def everyone_in(session: AnySession, group: Group, *, today: date) -> list[Membership]:
    """The current memberships with their people, in one statement."""
    return list(
        session.scalars(
            select(Membership)
            .join(Membership.person)
            .where(Membership.group_id == group.id, is_current_on(today))
            .options(contains_eager(Membership.person))
            .order_by(func.lower(Person.name), Membership.id)
        )
    )


def every_group(session: AnySession, *, now: datetime) -> list[dict[str, Any]]:
    """All groups by name, each with how many people are in it now, in one statement."""
    people = select(func.count()).where(Membership.group_id == Group.id, is_current_on(now.date()))
    found = session.execute(
        select(Group, people.scalar_subquery())
        .order_by(Group.name, Group.id)
        .options(joinedload(Group.parent))
    )
    return [
        {
            "slug": group.slug,
            "name": group.name,
            "parent": group.parent.slug if group.parent else None,
            "time_zone": group.time_zone,
            "people": count,
        }
        for group, count in found
    ]


def _which(which: str, today: date) -> ColumnElement[bool]:
    current = is_current_on(today)
    if which == ENDED:
        return ~current
    if which == PAUSED:
        return current & Membership.paused_at.is_not(None)
    if which in list(Role):
        return current & (Membership.role == Role(which))
    return current


def _contains(column: InstrumentedAttribute[str], words: str) -> ColumnElement[bool]:
    return func.lower(column).contains(words.lower(), autoescape=True)
