"""Two villages in which anything may happen: their people, their things, and the rules they made."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tests.world import MONDAY_NOON, World
from toolshare.circulation.models import Handover
from toolshare.circulation.present import Present
from toolshare.inventory.locking import under_lock
from toolshare.inventory.models import Counting, Item, Kind
from toolshare.people.models import ClosedDate, Group, OpeningHours, Person, Role
from toolshare.people.opening import read_opening_times
from toolshare.privacy.models import Retention
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal
from toolshare.rules.lengths import Length
from toolshare.rules.values import Regime

A_MOMENT = timedelta(microseconds=1)
# In their order: two mowers, a tractor and pegs of Borgo; three drills, two bins and a kit of Castello.
THINGS, COUNTED, BORGOS, DRILL, KIT = range(10), (0, 1, 2, 4, 5, 6, 9), 4, 4, 9
FIRST_OF = (0, BORGOS)  # of each village
# Who comes: most may borrow there, Pau is paused, Zoe and Ugo are strangers in Borgo.
VISITORS = (
    ("Ana", "Bob", "Eva", "Sam", "Ana", "Bob", "Eva", "Cora", "Pau", "Ugo", "Zoe"),
    ("Ugo", "Eva", "Sam", "Ugo", "Eva", "Sam", "Vera", "Ana", "Zoe"),
)
STEWARDS = ("Cora", "Vera")
OPEN_ON = ((0, 9, 18), (1, 16, 19), (3, 9, 12), (3, 15, 18), (5, 9, 12))  # weekday, from, until


@dataclass
class Villages:
    """What tests need of the villages, by numbers and names; nothing that a session holds."""

    session: AnySession
    people: dict[str, int]
    kinds: list[int]
    items: list[int]
    groups: list[int]
    now: datetime = MONDAY_NOON
    present: Present = field(default_factory=Present)
    reasons: Sequence[Reason] = ()  # why the last act was refused

    @contextmanager
    def trying(self) -> Iterator[AnySession]:
        """One act, a moment after the one before, by somebody who has read nothing yet.

        What is refused has not happened; that the database has to refuse never happens.
        """
        self.now += A_MOMENT
        self.reasons = ()
        self.session.flush()
        self.session.expunge_all()
        try:
            with self.session.begin_nested():
                yield self.session
                self.session.flush()
        except Refusal as refusal:
            self.reasons = refusal.reasons
            self.session.expunge_all()

    def person(self, name: str) -> Person:
        return self.session.get_one(Person, self.people[name])

    def item(self, number: int) -> Item:
        return under_lock(self.session, self.items[number])

    def kind_of(self, number: int) -> Kind:
        """The kind of the thing with this number, with its group."""
        item = self.session.get_one(Item, self.items[number])
        found = select(Kind).where(Kind.id == item.kind_id).options(joinedload(Kind.group))
        return self.session.scalars(found).one()

    def group_of(self, number: int) -> Group:
        """The group whose the thing with this number is, with its opening times."""
        group_id = self.groups[village_of(number)]
        return read_opening_times(self.session, self.session.get_one(Group, group_id))

    def somebody(self, thing: int, number: int) -> Person:
        """Somebody who comes for a thing."""
        names = VISITORS[village_of(thing)]
        return self.person(names[number % len(names)])

    def steward(self, thing: int) -> Person:
        """Who looks after a thing."""
        return self.person(STEWARDS[village_of(thing)])

    def handover(self, handover_id: int) -> Handover:
        """A handover with its loan."""
        found = select(Handover).where(Handover.id == handover_id)
        return self.session.scalars(found.options(joinedload(Handover.loan))).one()

    def number_of(self, item_id: int) -> int:
        """The number of a thing."""
        return self.items.index(item_id)

    def one_of(self, room: str, number: int) -> tuple[int, Any]:
        """One of those that there are, by its id."""
        there = sorted(getattr(self.present, room).items())
        return there[number % len(there)]


def village_of(number: int) -> int:
    """In which of the two villages a thing is."""
    return int(number >= BORGOS)


def found(world: World) -> Villages:
    """Borgo with hours, closed days and rules, in turns; Castello open every day, in order of asking.

    Both forget names as soon as they can.
    """
    people = _people(world)
    kinds = [_mower(world), _tractor(world), _pegs(world), _drill(world), _crates(world)]
    kinds.append(_kit(world))
    world.session.flush()
    items = world.session.scalars(select(Item.id).order_by(Item.kind_id, Item.id)).all()
    groups = [world.borgo.id, world.castello.id]
    kind_ids = [kind.id for kind in kinds]
    world.session.add_all(Retention(group_id=group_id, days=1) for group_id in groups)
    return Villages(world.session, people, kind_ids, list(items), groups)


def _people(world: World) -> dict[str, int]:
    borgo = world.borgo
    for weekday, opens, closes in OPEN_ON:
        hours = {"weekday": weekday, "opens_at": time(opens), "closes_at": time(closes)}
        world.session.add(OpeningHours(group_id=borgo.id, **hours))
    world.session.add(ClosedDate(group_id=borgo.id, day=date(2026, 6, 11)))
    bob, eva = (world.make_person(name, borgo) for name in ("Bob", "Eva"))
    ugo = world.make_person("Ugo", world.castello)
    for person in (eva, world.sam):
        world.make_membership(person, world.castello, Role.MEMBER)
    cast = (world.ana, bob, eva, ugo, world.sam, world.cora, world.vera, world.pau, world.zoe)
    return {person.name: person.id for person in cast}


def _kind(world: World, name: str, rules: dict[str, Any], **differences: Any) -> Kind:
    kind = world.make_kind(name=name, **differences)
    for parameter, value in {"lost_after": Length(days=4), **rules}.items():
        world.make_rule(parameter, value, kind_id=kind.id, group_id=kind.group_id)
    return kind


def _mower(world: World) -> Kind:
    kind = _kind(world, "Mower", {"regime": Regime.TURNS, "turnaround": 1, "renewals": 2})
    for _ in range(2):
        world.make_item(kind)
    return kind


def _tractor(world: World) -> Kind:
    rules = {"regime": Regime.TURNS, "needs_approval": True, "loan_period": Length(days=2)}
    kind = _kind(world, "Tractor", rules, meter="h")
    world.make_item(kind)
    return kind


def _pegs(world: World) -> Kind:
    kind = _kind(world, "Pegs", {"turnaround": 1}, counting=Counting.BULK)
    world.make_item(kind, quantity=10)
    return kind


def _drill(world: World) -> Kind:
    rules = {"regime": Regime.IN_ORDER, "loan_period": Length(hours=30)}
    kind = _kind(world, "Drill", rules, group_id=world.castello.id)
    for _ in range(3):
        world.make_item(kind)
    return kind


def _crates(world: World) -> Kind:
    differences = {"group_id": world.castello.id, "counting": Counting.BULK}
    kind = _kind(world, "Crates", {"loan_period": Length(days=1)}, **differences)
    for quantity in (6, 4):
        world.make_item(kind, quantity=quantity)
    return kind


def _kit(world: World) -> Kind:
    kind = _kind(world, "Fair kit", {}, group_id=world.castello.id, is_kit=True)
    world.make_item(kind)
    return kind
