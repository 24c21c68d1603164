"""Who may borrow from a group, and who may lend for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from toolshare.circulation import reasons as why
from toolshare.inventory.models import Item
from toolshare.people import roles
from toolshare.people.models import Group, Membership, Person, Role
from toolshare.people.opening import today_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, msgid
from toolshare.rules.in_force import RulesInForce


@dataclass(frozen=True)
class YouAreLate(Reason):
    """The borrower has something that should have come back."""

    thing: str
    due_at: datetime
    time_zone: str
    says = msgid("%(thing)s was due on %(due_at)s and is still out.")
    instead = msgid("Bring it back first; then borrow again.")


def is_steward(session: AnySession, person: Person, group: Group, *, now: datetime) -> bool:
    """Whether the person may do a steward's work in the group today."""
    role = roles.role_in(session, person, group, today=today_in(group, now))
    return role is not None and role.covers(Role.STEWARD)


def against_no_steward(
    session: AnySession, item: Item, *, by: Person, now: datetime
) -> list[Reason]:
    """Why this person does no steward's work with the item; its kind has its group."""
    group = item.kind.group
    return roles.against(session, by, Role.STEWARD, group, today=today_in(group, now))


def membership_of(
    session: AnySession, person: Person, group: Group, *, now: datetime
) -> Membership | None:
    """The current membership by which the person borrows from the group, paused or not."""
    return roles.membership_for_borrowing_from(session, person, group, today=today_in(group, now))


def against_outsider(session: AnySession, person: Person, group: Group, now: datetime) -> Reason:
    """Why someone without a current membership can't borrow."""
    today = today_in(group, now)
    own = roles.membership_in(session, person, group)
    if own is None:
        return why.NotAMember(name=person.name, group=group.name)
    if own.since > today:
        return why.MembershipNotBegun(name=person.name, group=group.name, since=own.since)
    return why.MembershipEnded(name=person.name, group=group.name)


def against_membership(membership: Membership, person: Person, group: Group) -> Iterator[Reason]:
    """What about a current membership speaks against borrowing."""
    if membership.paused_at is not None:
        yield why.MembershipPaused(name=person.name, group=group.name)


def against_lender(
    session: AnySession,
    item: Item,
    rules: RulesInForce,
    borrower: Person,
    *,
    by: Person,
    now: datetime,
) -> Iterator[Reason]:
    """Why this person does not lend a thing with these rules to the borrower."""
    group = item.kind.group
    lends_to_another = by.id != borrower.id
    if not lends_to_another and rules.self_checkout:
        return
    if is_steward(session, by, group, now=now):
        return
    if lends_to_another:
        yield roles.RoleNeeded(role=Role.STEWARD, group=group.name)
    else:
        yield why.LentByStewardsOnly()
