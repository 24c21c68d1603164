"""Coming into a group's pages: the group is found, and the person's role there is enough."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from sqlalchemy import select

from toolshare.people.models import Group, Person, Role
from toolshare.people.opening import WITH_OPENING_TIMES, today_in
from toolshare.people.roles import RoleNeeded, membership_for_borrowing_from, role_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid


@dataclass(frozen=True)
class NoSuchGroup(Reason):
    """There is no such group, or none that the person belongs to: they can't tell which."""

    status = HTTPStatus.NOT_FOUND
    says = msgid("You belong to no group at this address.")
    instead = msgid("Look at your groups, or ask a coordinator to add you.")


def group_for(
    session: AnySession, slug: str, person: Person, role: Role, *, now: datetime
) -> Group:
    """The group with this short name, with its opening times, for who has this role in it today.

    Refuses with 404 who has no current membership of their own there, and with 403 whose role
    doesn't cover the one needed. Views say `@needs(role)` instead (see `gate`).
    """
    group = _group_called(session, slug)
    own = role_in(session, person, group, today=today_in(group, now))
    if own is None:
        raise Refusal(NoSuchGroup())
    if not own.covers(role):
        raise Refusal(RoleNeeded(role=role, group=group.name))
    return group


def group_to_borrow_from(session: AnySession, slug: str, person: Person, *, now: datetime) -> Group:
    """The group with this short name, with its opening times, for who may borrow from it today.

    That is who belongs to it, or to a village below it; anybody else is refused with 404. Views
    say `@for_borrowers` instead (see `gate`).
    """
    group = _group_called(session, slug)
    today = today_in(group, now)
    if membership_for_borrowing_from(session, person, group, today=today) is None:
        raise Refusal(NoSuchGroup())
    return group


def _group_called(session: AnySession, slug: str) -> Group:
    statement = select(Group).where(Group.slug == slug).options(*WITH_OPENING_TIMES)
    group = session.scalar(statement)
    if group is None:
        raise Refusal(NoSuchGroup())
    return group
