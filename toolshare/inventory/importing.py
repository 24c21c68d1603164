"""Bringing things in from a spreadsheet: what each row would do, and doing it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from toolshare import spreadsheets
from toolshare.inventory import columns, incoming
from toolshare.inventory.cells import State
from toolshare.inventory.columns import BY_NAME, BY_POLICY, KEPT_AS_NOTE, LEFT_OUT, POLICY
from toolshare.inventory.incoming import Thing
from toolshare.inventory.matching import Matcher
from toolshare.inventory.models import Item, Kind
from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.people.models import Group, Person
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid, refuse_if
from toolshare.spreadsheets import InLine, Row

SetAside = Callable[[Sequence[tuple[Item, State]]], None]
MOST_ROWS = 20_000


@dataclass(frozen=True)
class NameColumnMissing(Reason):
    """No column is taken for the name."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("No column holds the names of the things.")
    instead = msgid("Say which column is the name.")


@dataclass(frozen=True)
class ColumnTwice(Reason):
    """Two columns of the file are taken for the same."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    column: str
    says = msgid("Two columns are taken for “%(column)s”.")
    instead = msgid("Leave one of them out, or keep it as a note.")


@dataclass(frozen=True)
class FileTooBig(Reason):
    """More than a page can carry from its preview to its import."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    megabytes: int
    says = msgid("The file has more than %(megabytes)s megabytes.")
    instead = msgid("Divide it, and import one part after the other.")


@dataclass(frozen=True)
class TooManyRows(Reason):
    """More rows than one import takes."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    most: int
    says = msgid("There are more than %(most)s rows.")
    instead = msgid("Divide the file, and import one part after the other.")


@dataclass(frozen=True)
class NameMissing(Reason):
    """A row without a name."""

    says = msgid("the name is missing.")


@dataclass(frozen=True)
class InColumn(Reason):
    """What is wrong in one cell."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    column: str
    why: Reason
    says = msgid("column “%(column)s”: %(why)s")


class Outcome(StrEnum):
    """What a row does."""

    NEW = "new"
    CHANGES = "changes"
    STAYS = "stays"
    BAD = "bad"


@dataclass(frozen=True)
class Step:
    """What one row of the file does, or why it can't."""

    thing: Thing
    outcome: Outcome
    item: Item | None = None
    changed: Sequence[str] = ()
    wrong: Sequence[InColumn] = ()

    @property
    def line(self) -> int:
        """Where the row stands in the file."""
        return self.thing.line


@dataclass(frozen=True)
class Plan:
    """What importing a file would do; `chosen` says what each heading is taken for."""

    headings: Sequence[str]
    chosen: Sequence[str]
    steps: Sequence[Step] = ()
    kinds: Collection[Kind] = ()  # those that are there

    def count(self, outcome: Outcome) -> int:
        """How many rows come out so."""
        return sum(step.outcome == outcome for step in self.steps)

    @property
    def bad_first(self) -> list[Step]:
        """The rows, those that are to be mended before the others."""
        return sorted(self.steps, key=lambda step: step.outcome is not Outcome.BAD)

    @property
    def left_out(self) -> list[str]:
        """The headings of columns that nothing is kept of."""
        both = zip(self.headings, self.chosen, strict=True)
        return [heading for heading, name in both if heading and name == LEFT_OUT]

    @property
    def reasons(self) -> list[InLine]:
        """All that is wrong, each with its line and column."""
        return [InLine(step.line, why) for step in self.steps for why in step.wrong]


def read(content: bytes, chosen: Sequence[str] | None = None) -> Plan:
    """The headings of a file and what each is taken for, without what its rows would do."""
    sheet = spreadsheets.read(content)
    if not sheet.rows:
        raise Refusal(spreadsheets.NoRows())
    if len(sheet.rows) > MOST_ROWS:
        raise Refusal(TooManyRows(MOST_ROWS))
    guessed = columns.guess(sheet.columns, [row.cells for row in sheet.rows])
    known = {LEFT_OUT, KEPT_AS_NOTE, *BY_NAME}
    if chosen is None or len(chosen) != len(guessed) or not known.issuperset(chosen):
        chosen = guessed
    return Plan(sheet.columns, list(chosen))


def plan(
    session: AnySession, group: Group, content: bytes, chosen: Sequence[str] | None = None
) -> Plan:
    """What importing the file would do, row by row.

    `chosen` says for each column what it is taken for, else that is guessed. Refuses a file that
    is no table, without names, or with two columns for the same.
    """
    read_so_far = read(content, chosen)
    headings, chosen = read_so_far.headings, read_so_far.chosen
    named = [name for name in chosen if name not in {LEFT_OUT, KEPT_AS_NOTE}]
    refuse_if([ColumnTwice(BY_NAME[name].label) for name in {*named} if named.count(name) > 1])
    if "name" not in named and "model" not in named:
        raise Refusal(NameColumnMissing())
    rows = spreadsheets.read(content).rows
    matcher = Matcher(session, group)
    steps = [_step(matcher, row, headings, chosen) for row in rows]
    return Plan(headings, chosen, steps, matcher.kinds)


def import_items(
    session: AnySession,
    group: Group,
    content: bytes,
    chosen: Sequence[str] | None = None,
    *,
    skip_bad_rows: bool = False,
    set_aside: SetAside,
    by: Person | None,
    now: datetime,
) -> Plan:
    """Does what `plan` says; the same file a second time changes nothing.

    With bad rows nothing is done, unless they are to be skipped. `set_aside` takes new things that
    are said to be in repair, missing or to be checked out of service: a room above knows how.
    """
    session.get_one(Group, group.id, with_for_update=True)  # one import at a time finds all there
    done = plan(session, group, content, chosen)
    if not skip_bad_rows:
        refuse_if(done.reasons)
    changed = [step for step in done.steps if step.item and step.outcome is Outcome.CHANGES]
    new = [step.thing for step in done.steps if step.outcome is Outcome.NEW]
    if not changed and not new:
        return done
    taking_in = incoming.TakingIn(session, group, by=by, now=now)
    taking_in.make_ready([step.thing for step in changed] + new)
    taking_in.change([(step.item, step.thing, step.changed) for step in changed if step.item])
    came = [(item, thing.state) for item, thing in taking_in.add(new, done.kinds)]
    if stopped := [one for one in came if one[1] not in {State.IN_SERVICE, State.RETIRED}]:
        set_aside(stopped)
    counts: dict[str, Any] = {"new": len(new), "changed": len(changed)}
    record(session, Event.ITEMS_IMPORTED, by=by, at=now, group=group, **counts)
    return done


def _step(matcher: Matcher, row: Row, headings: Sequence[str], chosen: Sequence[str]) -> Step:
    thing, wrong = _thing(row, headings, chosen)
    if not wrong:
        heading_of = dict(zip(chosen, headings, strict=True))
        item, reasons = matcher.item_for(thing)
        wrong = [InColumn(heading_of.get(name, name), why) for name, why in reasons]
    if wrong:
        return Step(thing, Outcome.BAD, wrong=wrong)
    if item is None:
        return Step(thing, Outcome.NEW)
    changed = incoming.differences(item, thing)
    return Step(thing, Outcome.CHANGES if changed else Outcome.STAYS, item, changed)


def _thing(
    row: Row, headings: Sequence[str], chosen: Sequence[str]
) -> tuple[Thing, list[InColumn]]:
    """What a row says, and what in it says nothing."""
    facts: dict[str, Any] = {}
    notes, wrong = [], []
    for cell, heading, name in zip(row.cells, headings, chosen, strict=True):
        try:
            if name == KEPT_AS_NOTE and cell.strip():
                notes.append(f"{heading}: {cell}")
            elif name == POLICY.name:
                facts |= {fact: BY_NAME[fact].read(cell) for fact in BY_POLICY}
            elif name in BY_NAME:
                facts[name] = BY_NAME[name].read(cell)
        except Refusal as refusal:
            wrong += [InColumn(heading, why) for why in refusal.reasons]
    if not wrong and (why := incoming.settle_quantity(facts)):
        wrong.append(InColumn(dict(zip(chosen, headings, strict=True))["quantity"], why))
    thing = incoming.thing(row.line, facts, notes, has_notes=KEPT_AS_NOTE in chosen)
    if not wrong and not thing.name.strip():
        heading = dict(zip(chosen, headings, strict=True)).get("name", "name")
        wrong.append(InColumn(heading, NameMissing()))
    return thing, wrong
