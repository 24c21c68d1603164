"""Cards as devices know them: by some digits of a digest, so that no lost phone gives a card away.

Whoever finds the phone can try all codes that there are. Of six digits two thousand are as good as the
card's; of a whole digest there would be one. Two members' cards with the same digits are left out, both.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from toolshare.circulation.eligibility import against_membership
from toolshare.labels.models import Cause, FormerCode
from toolshare.people import roles
from toolshare.people.models import Membership, Person
from toolshare.people.opening import today_in
from toolshare.records import AnySession
from toolshare.refusals import Reason

DIGITS = 6


def digest_of(code: str, salt: str) -> str:
    """The first digits of the SHA-256 of salt and code, in hexadecimal."""
    return hashlib.sha256((salt + code).encode()).hexdigest()[:DIGITS]


@dataclass(frozen=True)
class Card:
    """A membership by a code that is, or was until it was worn, on its card."""

    code: str
    membership: Membership


def by_digest(cards: Iterable[Card], salt: str) -> dict[str, Membership]:
    """Memberships by the digests of their cards, but for those that would be taken for each other."""
    found: dict[str, set[Membership]] = {}
    for card in cards:
        found.setdefault(digest_of(card.code, salt), set()).add(card.membership)
    return {digest: whose.pop() for digest, whose in found.items() if len(whose) == 1}


def cards_served(session: AnySession, person: Person, *, now: datetime) -> list[Card]:
    """The cards of those whom a steward may lend to: members of their groups and of those below."""
    served = [group.id for group in roles.groups_served(session, person, now)]
    if not served:
        return []
    members = session.scalars(
        select(Membership)
        .where(Membership.group_id.in_(roles.below(served)))
        .options(joinedload(Membership.person), joinedload(Membership.group))
        .order_by(Membership.id)
    )
    return codes_of(session, [one for one in members if one.is_current(today_in(one.group, now))])


def codes_of(session: AnySession, memberships: Sequence[Membership]) -> list[Card]:
    """The cards of these memberships, and those that were replaced; what was lost lends nothing."""
    known = {one.id: one for one in memberships}
    former = session.execute(
        select(FormerCode.membership_id, FormerCode.code)
        .join(Membership, Membership.id == FormerCode.membership_id)
        .where(Membership.group_id.in_({one.group_id for one in memberships}))
        .where(FormerCode.cause != Cause.LOST)
        .order_by(FormerCode.id)
    )
    return [
        *(Card(one.code, one) for one in memberships),
        *(Card(code, known[member]) for member, code in former if member in known),
    ]


def people_by_digest(
    session: AnySession, person: Person, salt: str, *, now: datetime
) -> dict[str, Person]:
    """Whom a device may lend to for this person, by what it knows of their cards."""
    known = by_digest(cards_served(session, person, now=now), salt)
    current = roles.current_memberships_of(session, person, now)
    own = by_digest(codes_of(session, current), salt)
    served = {digest: membership.person for digest, membership in known.items()}
    return dict.fromkeys(own, person) | served


def against(card: Membership) -> Iterator[Reason]:
    """What of a card alone speaks against lending to its member."""
    yield from against_membership(card, card.person, card.group)
