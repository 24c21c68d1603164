"""What the label of a place shows, and what a card shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from toolshare.circulation.availability import State, states
from toolshare.circulation.eligibility import is_steward, membership_of
from toolshare.circulation.listings import MyLoans, my_loans
from toolshare.inventory.models import Item, Kind, Photo, Place
from toolshare.inventory.portraits import portrait_of
from toolshare.people.models import Group, Membership, Person
from toolshare.records import AnySession

MOST_ITEMS = 200


@dataclass(frozen=True)
class PlacePage:
    """A place, and for members of its group what lives there."""

    place: Place
    group: Group
    may_see: bool
    items: Sequence[Item] = ()
    states: dict[int, State] | None = None
    is_for_stewards: bool = False


@dataclass(frozen=True)
class CardPage:
    """A card, and for stewards of its group and its owner whose it is and what they have."""

    card: Membership
    group: Group
    may_see: bool
    is_for_stewards: bool = False
    loans: MyLoans | None = None
    portrait: Photo | None = None


def place_page(
    session: AnySession, place: Place, person: Person | None, *, now: datetime
) -> PlacePage:
    """What lives in a place, the first two hundred by name."""
    if person is None or membership_of(session, person, place.group, now=now) is None:
        return PlacePage(place, place.group, may_see=False)
    items = session.scalars(
        select(Item)
        .join(Item.kind)
        .where(Item.place_id == place.id, Item.retired_at.is_(None))
        .options(contains_eager(Item.kind))
        .order_by(Kind.name, Item.id)
        .limit(MOST_ITEMS)
    ).all()
    found = states(session, [item.id for item in items], now=now)
    return PlacePage(
        place,
        place.group,
        may_see=True,
        items=items,
        states=found,
        is_for_stewards=is_steward(session, person, place.group, now=now),
    )


def card_page(
    session: AnySession, card: Membership, person: Person | None, *, now: datetime
) -> CardPage:
    """Whose card it is and what they have, for who may know; else just the group's."""
    group = card.group
    is_for_stewards = person is not None and is_steward(session, person, group, now=now)
    if not is_for_stewards and (person is None or person.id != card.person_id):
        return CardPage(card, group, may_see=False)
    loans = my_loans(session, card.person, now=now, group=group)
    portrait = portrait_of(session, card.person)
    return CardPage(card, group, True, is_for_stewards, loans, portrait)
