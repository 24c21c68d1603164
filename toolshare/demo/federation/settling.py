"""Settles a synthetic federation: its groups, their people, and what each of them owns."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from toolshare.codes import alphabet
from toolshare.codes.models import Wearer
from toolshare.demo.federation.cooperatives import (
    LARGE,
    SEVERAL,
    VILLAGE,
    Cooperative,
    Dice,
    Words,
    address_of,
)
from toolshare.demo.federation.ledgers import (
    CategoryOfKindRow,
    CategoryRow,
    CodeRow,
    EntryRow,
    GroupRow,
    HoursRow,
    ItemRow,
    KindRow,
    MembershipRow,
    PersonRow,
    PlaceRow,
)
from toolshare.demo.federation.pouring import Pouring
from toolshare.journal.models import Event
from toolshare.people.models import Role

STEMS = 32 ** (alphabet.LENGTH - 1)
STRIDE = 21_000_000_011  # has no divisor in common with the number of stems: no code comes twice
WORKDAYS = range(6)
TIME_ZONE = "Europe/Paris"
OPENS, CLOSES = "07:00:00.000000", "19:00:00.000000"
ALSO_NEXT_DOOR = 10  # one member in so many has a membership in the next group, too
TWINS = 5  # one thing in so many is another of the same kind


@dataclass(slots=True)
class Thing:
    """One thing, for the story that is told of it."""

    item_id: int
    kind_id: int
    group: Cooperative
    dice: Dice


class Settling:
    """Writes down what was there on the first day."""

    def __init__(self, pouring: Pouring, words: Words, began: date, password_hash: str) -> None:
        self.pouring, self.words = pouring, words
        self.day, self.password_hash = began.isoformat(), password_hash
        self.at = f"{self.day} 08:00:00.000000"
        self.machines = [
            (number, name)
            for number, names in enumerate(words.machines.values(), start=1)
            for name in names
        ]
        for number, name in enumerate(words.machines, start=1):
            pouring.add(CategoryRow(number, name, name))

    def settle(self, groups: Iterable[Cooperative]) -> Iterator[Thing]:
        """Writes down every group with its people; gives its things, one by one."""
        all_of_them = list(groups)
        for group in all_of_them:
            self._found(group)
            self._take_in(group)
        for group, *next_doors in zip(*(all_of_them[ahead:] for ahead in range(4)), strict=False):
            self._join_next_doors(group, next_doors)
        for group in all_of_them:
            yield from self._stock(group)

    def _found(self, group: Cooperative) -> None:
        contact = f"{group.name}, le hangar de la commune"
        about = (group.id, group.slug, group.name, group.parent_id, self.at, contact, contact)
        self.pouring.add(GroupRow(*about, TIME_ZONE))
        self._note(Event.GROUP_FOUNDED, group)
        for weekday in WORKDAYS if group.keeps_hours else ():
            number = self.pouring.new_id(HoursRow)
            self.pouring.add(HoursRow(number, group.id, weekday, OPENS, CLOSES))

    def _take_in(self, group: Cooperative) -> None:
        dice = Dice(group.seed)
        for number in range(group.members):
            person_id = self.pouring.new_id(PersonRow)
            group.first_person = group.first_person or person_id
            first, last = self.words.first_names, self.words.surnames
            name = f"{first[dice.roll(len(first))]} {last[dice.roll(len(last))]}"
            address = address_of(group, number, name, person_id)
            self.pouring.add(PersonRow(person_id, name, address, self.password_hash, self.at))
            self._join(group, person_id, group.role_of(number))

    def _join_next_doors(self, group: Cooperative, next_doors: list[Cooperative]) -> None:
        for number in range(5, group.members, ALSO_NEXT_DOOR):
            if VILLAGE not in {group.slug, next_doors[0].slug}:
                self._join(next_doors[0], group.first_person + number, Role.MEMBER)
        if group.slug == LARGE:
            for one in next_doors:
                self._join(one, group.first_person + SEVERAL, Role.MEMBER)

    def _join(self, group: Cooperative, person_id: int, role: str) -> None:
        number = self.pouring.new_id(MembershipRow)
        code = self._code(Wearer.CARD)
        self.pouring.add(MembershipRow(number, person_id, group.id, role, code, self.day))
        told = json.dumps({"role": role})
        self._note(Event.PERSON_JOINED, group, person_id=person_id, details=told)

    def _stock(self, group: Cooperative) -> Iterator[Thing]:
        places, dice, kind_id = self._build(group), Dice(group.seed + 1), 0
        for number in range(group.things):
            if not kind_id or dice.roll(TWINS):
                kind_id = self._add_kind(group, dice)
            item_id, place = self.pouring.new_id(ItemRow), places[dice.roll(len(places))]
            code = self._code(Wearer.ITEM)
            self.pouring.add(ItemRow(item_id, kind_id, code, str(number + 1), place, self.at))
            self._note(Event.ITEM_ADDED, group, item_id=item_id)
            yield Thing(item_id, kind_id, group, Dice(group.seed + 2 + number))

    def _build(self, group: Cooperative) -> list[int]:
        ids: dict[str, int] = {}
        for path in self.words.places:
            above, _, name = path.rpartition(" > ")
            ids[path] = self.pouring.new_id(PlaceRow)
            code = self._code(Wearer.PLACE)
            self.pouring.add(PlaceRow(ids[path], group.id, ids.get(above), name, path, code))
            self._note(Event.PLACE_ADDED, group, details=json.dumps({"path": path}))
        return list(ids.values())

    def _add_kind(self, group: Cooperative, dice: Dice) -> int:
        category, name = self.machines[dice.roll(len(self.machines))]
        kind_id, brand = self.pouring.new_id(KindRow), self.words.brands[dice.roll(12)]
        self.pouring.add(KindRow(kind_id, group.id, name, brand, self.at))
        self.pouring.add(CategoryOfKindRow(kind_id, category))
        self._note(Event.KIND_ADDED, group, details=json.dumps({"name": name}))
        return kind_id

    def _code(self, wearer: Wearer) -> str:
        number = self.pouring.new_id(CodeRow)
        code = code_of(number)
        self.pouring.add(CodeRow(number, code, wearer, self.at))
        return code

    def _note(self, what: Event, group: Cooperative, **told: Any) -> None:
        number, by = self.pouring.new_id(EntryRow), group.coordinator or None
        self.pouring.add(EntryRow(number, self.at, what, group.id, by, **told))


def code_of(number: int) -> str:
    """The code with this number: none comes twice, and they look as if drawn."""
    rest, stem = number * STRIDE % STEMS, ""
    for _ in range(alphabet.LENGTH - 1):
        rest, at = divmod(rest, len(alphabet.ALPHABET))
        stem += alphabet.ALPHABET[at]
    return stem + alphabet.check_character(stem)
