"""Asking, bringing back and looking at offers, in as few words as a test needs."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from tests.world import MONDAY_NOON, World
from toolshare.circulation.asking import ask
from toolshare.circulation.offering import offer_what_is_free
from toolshare.circulation.promises import Hold, Offer, Reservation
from toolshare.circulation.returning import take_back
from toolshare.inventory.models import Item, Kind
from toolshare.people.models import Person


def asks(world: World, thing: Item | Kind, person: Person, **differences: Any) -> Hold:
    """Puts somebody in line by themselves on Monday noon."""
    kind = thing.kind if isinstance(thing, Item) else thing
    known = {"person": person, "by": person, "now": MONDAY_NOON, **differences}
    return ask(world.session, kind, **known)


def comes_back(world: World, item: Item, now: datetime = MONDAY_NOON) -> None:
    """Sam takes it back."""
    take_back(world.session, item, by=world.sam, now=now)


def look(world: World, item: Item, now: datetime) -> None:
    """Does what only time brings."""
    offer_what_is_free(world.session, world.borgo, [item.kind_id], now=now)


def hold_of(world: World, person: Person) -> Hold:
    """The last place in line that somebody took."""
    found = select(Hold).where(Hold.person_id == person.id).order_by(Hold.id.desc())
    return world.session.scalars(found.limit(1)).one()


def offer_of(world: World, person: Person) -> Offer:
    """The last offer that somebody got."""
    found = select(Offer).join(Offer.hold).where(Hold.person_id == person.id)
    return world.session.scalars(found.order_by(Offer.id.desc()).limit(1)).one()


def offered(world: World) -> set[str]:
    """To whom something is offered, as the records say."""
    found = select(Person.name).join(Hold).join(Hold.offers).where(Offer.ended_at.is_(None))
    return set(world.session.scalars(found))


def misses(world: World, person: Person, at: datetime) -> None:
    """Somebody has reserved something for that moment, and has not come."""
    world.session.add(
        Reservation(
            group=world.borgo,
            person=person,
            from_at=at,
            until_at=at + timedelta(days=1),
            fetch_by=at + timedelta(days=1),
            made_at=at - timedelta(days=1),
            no_show_at=at + timedelta(days=1),
        )
    )
    world.session.flush()
