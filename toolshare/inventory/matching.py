"""Which item of a group a row of a spreadsheet tells of, if it tells of one that is there."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import chain

from sqlalchemy import select

from toolshare.codes import alphabet
from toolshare.codes.models import Code
from toolshare.inventory import queries
from toolshare.inventory.incoming import Thing, differences
from toolshare.inventory.models import Item
from toolshare.people.models import Group
from toolshare.records import AnySession
from toolshare.refusals import Reason, msgid


@dataclass(frozen=True)
class NotACode(Reason):
    """What stands for a code is none."""

    typed: str
    says = msgid("“%(typed)s” is no code of ours.")
    instead = msgid("Leave the cell empty: the thing gets a code.")


@dataclass(frozen=True)
class CodeWorn(Reason):
    """Something else wears the code."""

    code: str
    says = msgid("%(code)s is on another thing, place or card.")
    instead = msgid("Leave the cell empty: the thing gets a code.")


@dataclass(frozen=True)
class SeveralWithNumber(Reason):
    """The number does not tell which item is meant."""

    number: str
    says = msgid("several things have the number %(number)s already.")
    instead = msgid("Give the code of the one that is meant.")


@dataclass(frozen=True)
class TwiceInFile(Reason):
    """Two rows tell of one thing."""

    line: int
    says = msgid("line %(line)s tells of the same thing.")
    instead = msgid("Leave one of the two out.")


@dataclass(frozen=True)
class SaysOtherwise(Reason):
    """Two rows of one kind contradict each other."""

    line: int
    says = msgid("line %(line)s says something else about things of the same kind.")
    instead = msgid("Let both say the same, or change the kind on its page.")


@dataclass(frozen=True)
class CountedOtherwise(Reason):
    """How a kind is counted can't change in passing."""

    says = msgid("an import does not change how a thing that is there is counted.")
    instead = msgid("Change it on the page of its kind.")


Reasons = list[tuple[str, Reason]]  # each with the name of its column


class Matcher:
    """Finds the item for each row: by code, else by number, else by all that the row says.

    What came with the very same row is meant by it, whatever became of the thing since.
    """

    def __init__(self, session: AnySession, group: Group) -> None:
        self.by_code: dict[str, Item] = {}
        self.by_number: dict[str, list[Item]] = defaultdict(list)
        self.by_name: dict[str, list[Item]] = defaultdict(list)
        self.by_row: dict[str, list[Item]] = defaultdict(list)
        for item in queries.items_of(session, group):
            self.by_code[item.code] = item
            self.by_number[item.number].append(item)
            self.by_name[item.kind.name].append(item)
            self.by_row[item.came_as].append(item)
        self.worn = set(session.scalars(select(Code.code)))
        self.told: dict[str, int] = {}
        self.kinds = {item.kind.id: item.kind for item in self.by_code.values()}.values()
        self.told_of_kind: dict[int, Thing] = {}

    def item_for(self, thing: Thing) -> tuple[Item | None, Reasons]:
        """The item that the row tells of, or None for a new one; or the reasons against the row."""
        number = str(thing.facts.get("number", ""))
        item, reasons = self._found(thing, number)
        key = item.code if item else thing.code or (f"number {number}" if number else "")
        if not reasons and key in self.told:
            reasons = [("code" if thing.code else "number", TwiceInFile(self.told[key]))]
        if key:
            self.told[key] = thing.line
        if item is not None and not reasons:
            reasons = self._against_kind(item, thing)
        return item, reasons

    def _found(self, thing: Thing, number: str) -> tuple[Item | None, Reasons]:
        if thing.code:
            return self._wearing(thing.code)
        if number:
            found = self.by_number.get(number, [])
            if len(found) > 1:
                return None, [("number", SeveralWithNumber(number))]
            return (found[0] if found else None), []
        likely = chain(self.by_row.get(thing.fingerprint, ()), self.by_name.get(thing.name, ()))
        untold = (one for one in likely if one.code not in self.told)
        return next((one for one in untold if not differences(one, thing)), None), []

    def _wearing(self, code: str) -> tuple[Item | None, Reasons]:
        if not alphabet.is_sound(code):
            return None, [("code", NotACode(code[:40]))]
        if code not in self.by_code and code in self.worn:
            return None, [("code", CodeWorn(code))]
        return self.by_code.get(code), []

    def _against_kind(self, item: Item, thing: Thing) -> Reasons:
        if "counting" in differences(item, thing):
            return [("counting", CountedOtherwise())]
        first = self.told_of_kind.setdefault(item.kind.id, thing)
        if first.of_kind != thing.of_kind:
            return [("name", SaysOtherwise(first.line))]
        return []
