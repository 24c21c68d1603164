"""Cards as devices know them: digests, so that a phone that is lost has no card's code on it."""

import hashlib
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from toolshare.circulation.eligibility import against_membership
from toolshare.people import roles
from toolshare.people.models import Group, Membership, Person, Role
from toolshare.people.opening import today_in
from toolshare.records import AnySession
from toolshare.refusals import Reason


def digest_of(code: str, salt: str) -> str:
    """SHA-256 of salt and code, in hexadecimal."""
    return hashlib.sha256((salt + code).encode()).hexdigest()


def groups_served(session: AnySession, person: Person, *, now: datetime) -> list[Group]:
    """The groups that the person is a steward of today."""
    current = roles.current_memberships_of(session, person, now)
    return [one.group for one in current if one.role.covers(Role.STEWARD)]


def cards_served(session: AnySession, person: Person, *, now: datetime) -> list[Membership]:
    """The cards of those whom a steward may lend to: members of their groups and of those below."""
    served = [group.id for group in groups_served(session, person, now=now)]
    if not served:
        return []
    down = select(Group.id).where(Group.id.in_(served)).cte(recursive=True)
    down = down.union(select(Group.id).join(down, Group.parent_id == down.c.id))
    cards = session.scalars(
        select(Membership)
        .where(Membership.group_id.in_(select(down.c.id)))
        .options(joinedload(Membership.person), joinedload(Membership.group))
        .order_by(Membership.id)
    )
    return [card for card in cards if card.is_current(today_in(card.group, now))]


def people_by_digest(
    session: AnySession, person: Person, salt: str, *, now: datetime
) -> dict[str, Person]:
    """Whom a device may lend to for this person, by what it knows of their cards."""
    served = cards_served(session, person, now=now)
    own = roles.current_memberships_of(session, person, now)
    others = {digest_of(card.code, salt): card.person for card in served}
    return others | {digest_of(card.code, salt): person for card in own}


def against(card: Membership) -> Iterator[Reason]:
    """What of a card alone speaks against lending to its member."""
    yield from against_membership(card, card.person, card.group)
