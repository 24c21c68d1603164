"""Coming into a group's pages: the group is found, and the person's role there is enough."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from sqlalchemy import select

from toolshare.people.models import Group, Person, Role
from toolshare.people.opening import WITH_OPENING_TIMES, today_in
from toolshare.people.roles import RoleNeeded, role_in
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
    statement = select(Group).where(Group.slug == slug).options(*WITH_OPENING_TIMES)
    group = session.scalar(statement)
    own = role_in(session, person, group, today=today_in(group, now)) if group else None
    if group is None or own is None:
        raise Refusal(NoSuchGroup())
    if not own.covers(role):
        raise Refusal(RoleNeeded(role=role, group=group.name))
    return group
