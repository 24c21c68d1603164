"""Cards as devices know them: by some digits of a digest, so that no lost phone gives a card away.

Whoever finds the phone can try all codes that there are. Of six digits two thousand are as good as the
card's; of a whole digest there would be one. Two cards with the same digits are left out, both.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from toolshare.circulation.eligibility import against_membership
from toolshare.people import roles
from toolshare.people.models import Group, Membership, Person, Role
from toolshare.people.opening import today_in
from toolshare.records import AnySession
from toolshare.refusals import Reason

DIGITS = 6


def digest_of(code: str, salt: str) -> str:
    """The first digits of the SHA-256 of salt and code, in hexadecimal."""
    return hashlib.sha256((salt + code).encode()).hexdigest()[:DIGITS]


def by_digest(cards: Iterable[Membership], salt: str) -> dict[str, Membership]:
    """The cards by their digests, but for those that would be taken for each other."""
    found = [(digest_of(card.code, salt), card) for card in cards]
    times = Counter(digest for digest, _ in found)
    return {digest: card for digest, card in found if times[digest] == 1}


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
    known = by_digest(cards_served(session, person, now=now), salt)
    own = by_digest(roles.current_memberships_of(session, person, now), salt)
    served = {digest: card.person for digest, card in known.items()}
    return dict.fromkeys(own, person) | served


def against(card: Membership) -> Iterator[Reason]:
    """What of a card alone speaks against lending to its member."""
    yield from against_membership(card, card.person, card.group)
