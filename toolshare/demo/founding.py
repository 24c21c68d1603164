"""Founds the demo's groups and takes their people in."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from toolshare.demo.almanac import BEGAN, TIME_ZONE
from toolshare.demo.villages import PASSWORD, VALLEY, VILLAGES, Village
from toolshare.inventory.models import Item
from toolshare.people import group_settings
from toolshare.people.joining import found_group, join
from toolshare.people.models import Group, Person
from toolshare.people.opening import today_in
from toolshare.people.passwords import hasher
from toolshare.records import AnySession

BETWEEN_TWO = timedelta(hours=31)  # who joins after whom


@dataclass
class Valley:
    """What the demo's story is told about: its groups, people and things, as they come to be."""

    session: AnySession
    groups: dict[str, Group] = field(default_factory=dict)  # by slug
    people: dict[str, Person] = field(default_factory=dict)  # by what stands before the @
    things: dict[str, dict[str, list[Item]]] = field(default_factory=dict)  # by slug and name

    def head_of(self, village: Village) -> Person:
        """The coordinator of a village."""
        return self.people[key(village.people[0][1])]

    def keep(self, item: Item) -> None:
        """Remembers a thing by its number if it has one, else by its name."""
        named = self.things.setdefault(item.kind.group.slug, {})
        named.setdefault(item.number or item.kind.name, []).append(item)


def key(email: str) -> str:
    """What stands before the @."""
    return email.partition("@")[0]


def found(session: AnySession, *, now: datetime) -> Valley:
    """Founds the valley and its villages, a day after another, and takes everyone in."""
    valley, hashed = Valley(session), hasher.hash(PASSWORD)
    for days, village in enumerate((VALLEY, *VILLAGES)):
        at = now + timedelta(days=days)
        parent = valley.groups.get(VALLEY.slug)
        group = found_group(
            session, village.name, village.slug, parent=parent, time_zone=TIME_ZONE, by=None, now=at
        )
        valley.groups[village.slug] = group
        _take_in(valley, village, hashed, now=at)
        _set_up(valley, village, now=at)
    return valley


def _take_in(valley: Valley, village: Village, hashed: str, *, now: datetime) -> None:
    group, by = valley.groups[village.slug], None
    for number, (name, email, role) in enumerate(village.people):
        at = now + number * BETWEEN_TWO
        membership = join(valley.session, group, name=name, email=email, role=role, by=by, now=at)
        membership.person.password_hash = hashed
        valley.people[key(email)] = membership.person
        by = by or membership.person


def _set_up(valley: Valley, village: Village, *, now: datetime) -> None:
    session, group, by = valley.session, valley.groups[village.slug], valley.head_of(village)
    about = {"contact": village.contact, "give_back": village.give_back}
    group_settings.change_group(session, group, by=by, now=now, **about)
    group_settings.set_opening_hours(session, group, village.hours, by=by, now=now)
    for (month, day), why in village.closed.items():
        next_one = _next(month, day, after=today_in(group, now) + BEGAN)
        group_settings.close_on(session, group, next_one, why, by=by, now=now)


def _next(month: int, day: int, *, after: date) -> date:
    this_year = date(after.year, month, day)
    return this_year if this_year > after else date(after.year + 1, month, day)
