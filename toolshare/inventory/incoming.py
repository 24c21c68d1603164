"""A thing as a spreadsheet tells of it, and how it comes into the inventory."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from toolshare.codes import register
from toolshare.codes.models import Wearer
from toolshare.inventory import categories, cells, leaving, places, stocking
from toolshare.inventory.cells import State
from toolshare.inventory.columns import OF_ITEM, OF_KIND
from toolshare.inventory.models import FINGERPRINT, Counting, Item, Kind
from toolshare.people.models import Group, Person
from toolshare.records import AnySession
from toolshare.refusals import Reason, msgid

KIND_FACTS = frozenset(column.name for column in OF_KIND)
ITEM_FACTS = frozenset(column.name for column in OF_ITEM)
# Known only when a thing comes in; afterwards they change by what happens to it.
AT_FIRST_ONLY = frozenset({"added_at"})
# Not facts of the thing itself, but of how it comes in.
AT_THE_END = ("code", "state", "retired_at", "retired_why")


@dataclass(frozen=True)
class CountedHasQuantity(Reason):
    """A row tells of several, but each has a label of its own."""

    says = msgid("things that are counted one by one have a row each.")
    instead = msgid("Make a row for each, or write “bulk” as how it is counted.")


@dataclass(frozen=True)
class Thing:
    """What one row says: facts by column, only those that the file has columns for."""

    line: int
    code: str = ""
    state: State = State.IN_SERVICE
    retired_at: datetime | None = None
    retired_why: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What it is called."""
        return str(self.facts.get("name", ""))

    @property
    def fingerprint(self) -> str:
        """The same for rows that say the same, whatever they leave empty."""
        said = sorted(
            f"{name}={written}"
            for name, fact in self.facts.items()
            if (written := cells.written(fact))
        )
        return sha256("\n".join(said).encode()).hexdigest()[:FINGERPRINT]

    @property
    def of_kind(self) -> dict[str, Any]:
        """The facts about its kind."""
        return {name: fact for name, fact in self.facts.items() if name in KIND_FACTS}


def settle_quantity(facts: dict[str, Any]) -> CountedHasQuantity | None:
    """Takes several of one thing for a bin; refuses them when it is counted one by one."""
    several = (facts.get("quantity") or 0) > 1
    if "counting" not in facts and several:
        facts["counting"] = Counting.BULK
    is_counted = facts.get("counting", Counting.COUNTED) is Counting.COUNTED
    return CountedHasQuantity() if is_counted and several else None


def thing(line: int, facts: dict[str, Any], notes: Sequence[str], *, has_notes: bool) -> Thing:
    """The thing of a row; what has no name of its own is called by its model."""
    apart = {name: facts.pop(name) for name in AT_THE_END if name in facts}
    if not str(facts.get("name", "")).strip():
        facts["name"] = facts.get("model", "")
    if has_notes:
        parts = [facts.get("notes_for_stewards", ""), *notes]
        facts["notes_for_stewards"] = "\n".join(part for part in parts if part)
    if facts.get("added_at", "") is None:
        del facts["added_at"]
    return Thing(line, facts=facts, **apart)


def facts_of(item: Item) -> dict[str, Any]:
    """All that a spreadsheet can say about an item that is there."""
    facts = {name: getattr(item, name) for name in ITEM_FACTS - {"place"}}
    facts["place"] = item.place.path if item.place else ""
    return facts | facts_of_kind(item.kind)


def facts_of_kind(kind: Kind) -> dict[str, Any]:
    """All that a spreadsheet can say about a kind that is there."""
    facts = {name: getattr(kind, name) for name in KIND_FACTS - {"categories"}}
    return facts | {"categories": sorted(category.path for category in kind.categories)}


def differences(item: Item, told: Thing) -> list[str]:
    """The columns in which a row says something new about an item.

    The row that it came with says nothing new, whatever was changed since.
    """
    if item.came_as == told.fingerprint:
        return []
    there = facts_of(item)
    said = {name: fact for name, fact in told.facts.items() if name not in AT_FIRST_ONLY}
    if item.kind.counting is Counting.COUNTED:
        said.pop("quantity", None)  # there is one of it, whether a row says so or not
    return sorted(name for name, fact in said.items() if there[name] != fact)


class TakingIn:
    """Takes things into a group's inventory: places, categories, kinds and items."""

    def __init__(
        self, session: AnySession, group: Group, *, by: Person | None, now: datetime
    ) -> None:
        self.session, self.group = session, group
        self.by, self.now = by, now
        self.places: dict[str, Any] = {}
        self.categories: dict[str, Any] = {}

    def make_ready(self, things: Sequence[Thing]) -> None:
        """Finds or makes every place and category that the things name, all at once."""
        where = {one.facts["place"] for one in things if one.facts.get("place")}
        which = {path for one in things for path in one.facts.get("categories", ())}
        self.places = places.at_paths(
            self.session, self.group, sorted(where), by=self.by, now=self.now
        )
        self.categories = categories.at_paths(self.session, sorted(which))

    def change(self, many: Sequence[tuple[Item, Thing, Sequence[str]]]) -> None:
        """Gives items and their kinds what their rows say otherwise; rows of one kind agree."""
        kinds, items = {}, []
        for item, told, names in many:
            item.came_as = told.fingerprint
            of_kind = self._traits(told, KIND_FACTS.intersection(names))
            kinds[item.kind.id] = (item.kind, of_kind)
            items.append((item, self._traits(told, ITEM_FACTS.intersection(names))))
        stocking.change_kinds(self.session, [*kinds.values()], by=self.by, now=self.now)
        stocking.change_items(self.session, items, by=self.by, now=self.now)

    def add(self, things: Sequence[Thing], there: Collection[Kind]) -> list[tuple[Item, Thing]]:
        """Adds new things; those that say the same about their kind share it, or one that is there."""
        kinds = self._kinds_of(things, there)
        register.enter(
            self.session, [one.code for one in things if one.code], Wearer.ITEM, now=self.now
        )
        drawn = iter(
            register.draw_many(
                self.session, Wearer.ITEM, sum(not one.code for one in things), now=self.now
            )
        )
        many = [
            (
                kinds[_alike(one.of_kind)],
                self._traits(one, ITEM_FACTS)
                | {"code": one.code or next(drawn), "came_as": one.fingerprint},
            )
            for one in things
        ]
        items = stocking.add_items(self.session, many, by=self.by, now=self.now)
        came = list(zip(items, things, strict=True))
        retired = [both for both in came if both[1].state is State.RETIRED]
        reasons = [(item, one.retired_why) for item, one in retired]
        leaving.retire_all(self.session, reasons, by=self.by, now=self.now)
        for item, one in retired:
            item.retired_at = one.retired_at or self.now
        return came

    def _kinds_of(self, things: Sequence[Thing], there: Collection[Kind]) -> dict[str, Kind]:
        """The kind for all things that say the same, those that are new added at once."""
        first = {_alike(one.of_kind): one for one in reversed(things)}
        known: dict[str, Kind] = {}
        for columns in {frozenset(one.of_kind) for one in things}:
            for kind in there:
                facts = facts_of_kind(kind)
                known.setdefault(_alike({name: facts[name] for name in columns}), kind)
        new = [alike for alike in reversed(first) if alike not in known]
        many = [self._traits(first[alike], KIND_FACTS) for alike in new]
        kinds = stocking.add_kinds(self.session, self.group, many, by=self.by, now=self.now)
        return known | dict(zip(new, kinds, strict=True))

    def _traits(self, one: Thing, names: Collection[str]) -> dict[str, Any]:
        """Those of the facts, as the columns of Kind and Item hold them."""
        traits = {name: fact for name, fact in one.facts.items() if name in names}
        if "place" in traits:
            traits["place"] = self.places[traits["place"]] if traits["place"] else None
        if "categories" in traits:
            traits["categories"] = [self.categories[path] for path in traits["categories"]]
        return traits


def _alike(of_kind: dict[str, Any]) -> str:
    """The same for all that say the same about a kind."""
    return repr(sorted(of_kind.items()))
