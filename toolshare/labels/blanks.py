"""The page of a blank label: whose it is, and for stewards of that group what it may be put on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from toolshare.codes import alphabet
from toolshare.codes.models import Wearer
from toolshare.inventory.models import Item, Kind, Place
from toolshare.labels.scanning import Blank
from toolshare.labels.wearing import Wears, name_of, wearer_of
from toolshare.people import roles
from toolshare.people.models import Group, Membership, Person, Role
from toolshare.people.opening import today_in
from toolshare.records import AnySession

AT_MOST = 12  # of each sort
ICONS = {Wearer.ITEM: "tool", Wearer.PLACE: "place", Wearer.CARD: "card"}


@dataclass(frozen=True)
class Fit:
    """Something that may be meant: its present code, and what to know it by."""

    code: str
    name: str
    icon_name: str
    place: str


@dataclass(frozen=True)
class BlankPage:
    """A blank label as one person may see it."""

    code: str
    group: Group
    role: Role | None
    words: str
    found: Sequence[Fit] = ()

    @property
    def is_for_stewards(self) -> bool:
        """Whether the reader may put it on something."""
        return self.role is not None and self.role.covers(Role.STEWARD)

    @property
    def is_for_coordinators(self) -> bool:
        """Whether the reader may add something new with it."""
        return self.role is not None and self.role.covers(Role.COORDINATOR)


def blank_page(
    session: AnySession, blank: Blank, person: Person | None, words: str, *, now: datetime
) -> BlankPage:
    """Whose the label is; to a steward of the group what of its things fits the words."""
    group = blank.group
    today = today_in(group, now)
    role = roles.role_in(session, person, group, today=today) if person else None
    page = BlankPage(blank.code, group, role, words)
    if not words or not page.is_for_stewards:
        return page
    found: list[Wears] = [
        *things_like(session, group, words),
        *_places(session, group, words),
        *_cards(session, group, words, now),
    ]
    return replace(page, found=[_fit(thing) for thing in found])


def _fit(thing: Wears) -> Fit:
    home = thing.place if isinstance(thing, Item) else None
    return Fit(thing.code, name_of(thing), ICONS[wearer_of(thing)], home.path if home else "")


def things_like(session: AnySession, group: Group, words: str) -> Sequence[Item]:
    """The first of a group's things that these words may mean, with kind and place."""
    fits = or_(
        Kind.name.icontains(words, autoescape=True),
        Item.code == alphabet.read(words)[: alphabet.LENGTH],
        Item.number == words,
        Item.serial == words,
    )
    return session.scalars(
        select(Item)
        .join(Item.kind)
        .where(Kind.group_id == group.id, Item.retired_at.is_(None), fits)
        .options(contains_eager(Item.kind), joinedload(Item.place))
        .order_by(func.lower(Kind.name), Item.id)
        .limit(AT_MOST)
    ).all()


def _places(session: AnySession, group: Group, words: str) -> Sequence[Place]:
    fits = Place.path.icontains(words, autoescape=True)
    in_group = select(Place).where(Place.group_id == group.id, fits)
    return session.scalars(in_group.order_by(Place.path).limit(AT_MOST)).all()


def _cards(session: AnySession, group: Group, words: str, now: datetime) -> Sequence[Membership]:
    is_current = roles.is_current_on(today_in(group, now))
    return session.scalars(
        select(Membership)
        .join(Membership.person)
        .where(Membership.group_id == group.id, is_current)
        .where(Person.name.icontains(words, autoescape=True))
        .options(contains_eager(Membership.person))
        .order_by(Person.name, Membership.id)
        .limit(AT_MOST)
    ).all()
