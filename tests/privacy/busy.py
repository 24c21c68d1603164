"""A person who has done everything there is to do, and where their traces are."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from tests.circulation.in_line import asks, comes_back
from tests.circulation.passing import pass_on, take
from tests.circulation.telling import book, lend
from tests.offline.telling import exceptions, lent, tell
from tests.world import MONDAY_NOON, World
from toolshare.admission.models import JoinRequest
from toolshare.care.inspecting import Findings
from toolshare.care.outages import put_into_service
from toolshare.circulation import asking, calling_off, damage, taking
from toolshare.circulation.borrowing import borrow
from toolshare.circulation.dropping_off import drop_off
from toolshare.circulation.handing_over import consent
from toolshare.circulation.promises import ReservedUnit
from toolshare.circulation.recalling import recall
from toolshare.circulation.renewing import renew
from toolshare.circulation.returning import take_back
from toolshare.inventory.models import Condition, Counting, Item
from toolshare.offline.models import Settlement
from toolshare.offline.settling import settle
from toolshare.people.models import Person
from toolshare.privacy import registry
from toolshare.records import Record

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LATER, MIDNIGHT = MONDAY_NOON + DAY, MONDAY_NOON + 11 * HOUR  # in Rome it is one o'clock
WEEKS_LATER = MONDAY_NOON + 14 * DAY  # all of it is over


def a_busy_week(world: World) -> None:
    """Ana borrows, renews, breaks, passes on, leaves, takes, waits, reserves, reports and scans."""
    ana, by_ana = world.ana, {"by": world.ana, "now": MONDAY_NOON}
    _she_breaks_something(world)
    passed_on = borrow(world.session, world.make_item(), borrower=ana, **by_ana)
    bob = world.make_person("Bob", world.borgo)
    handover = pass_on(world, passed_on, meter=None)
    consent(world.session, handover, by=world.sam, now=LATER)
    take(world, handover, bob)
    take_back(world.session, passed_on.item, by=world.sam, now=LATER + HOUR)
    left = lend(world, world.make_item())
    recall(world.session, left, by=world.cora, now=MONDAY_NOON + HOUR, why="Ana has a cold.")
    drop_off(world.session, left, by=ana, now=LATER, where="At Ana's door")
    comes_back(world, left.item, LATER)
    nails = world.make_item(world.make_kind(counting=Counting.CONSUMABLE), quantity=9)
    taking.take(world.session, nails, taker=ana, **by_ana)
    _she_waits_and_reserves(world)
    damage.report(world.session, nails, note="Rusty.", **by_ana)
    damage.report(world.session, left.item, note="Loose.", by=ana, now=LATER)
    put_into_service(world.session, left.item, by=world.sam, now=LATER + HOUR)
    put_into_service(world.session, nails, by=world.sam, now=LATER + HOUR)
    _her_phone_tells_late(world)
    _she_has_asked_to_join(world)
    world.session.flush()


def _she_breaks_something(world: World) -> None:
    ana, session = world.ana, world.session
    broken = borrow(session, world.make_item(), borrower=ana, by=ana, now=MONDAY_NOON)
    renew(session, broken, by=ana, now=LATER)
    findings = Findings(Condition.BROKEN, note="It fell.")
    take_back(session, broken.item, by=world.sam, now=LATER + HOUR, findings=findings)
    put_into_service(session, broken.item, by=world.sam, now=LATER + 2 * HOUR)


def _she_waits_and_reserves(world: World) -> None:
    ana, session = world.ana, world.session
    mower = lend(world, world.make_item(), world.cora)
    asking.withdraw(session, asks(world, mower.item, ana), by=ana, now=LATER)
    asks(world, mower.item, ana, now=LATER)
    comes_back(world, mower.item, LATER)
    borrow(session, mower.item, borrower=ana, by=ana, now=LATER + HOUR)
    comes_back(world, mower.item, LATER + 2 * HOUR)
    calling_off.cancel(session, book(world, mower.item.kind), by=ana, now=LATER, why="Ana is ill.")
    tomorrow = book(world, world.make_item().kind, day=LATER.date())
    unit = session.scalars(select(ReservedUnit).filter_by(reservation_id=tomorrow.id)).one()
    assert unit.promise
    item = session.get_one(Item, unit.promise.item_id)
    calling_off.set_aside(session, tomorrow, unit.id, by=world.sam, now=MIDNIGHT)
    borrow(session, item, borrower=ana, by=ana, now=MIDNIGHT)
    comes_back(world, item, LATER + HOUR)


def _her_phone_tells_late(world: World) -> None:
    item = lend(world, world.make_item(), world.cora).item
    tell(world, lent(item, MONDAY_NOON, borrower=world.ana), world.ana, now=MONDAY_NOON)
    (one,) = exceptions(world)
    known: dict[str, Any] = {"by": world.sam, "now": LATER}
    settle(world.session, one, Settlement.SETTLED, note="Ana forgot.", **known)


def _she_has_asked_to_join(world: World) -> None:
    who = {"name": "Ana", "email": world.ana.email, "person_id": world.ana.id}
    yes = {"asked_at": MONDAY_NOON, "decided_at": LATER, "is_approved": True, "answers": ["Ana!"]}
    world.session.add(JoinRequest(group=world.borgo, **who, **yes))


def traces(world: World, person: Person) -> dict[str, int]:
    """How often each column that says who says that it was this person."""
    world.session.flush()
    found = {}
    for name in sorted(registry.DETACHED | registry.GONE):
        table, _, column = name.partition(".")
        its = Record.metadata.tables[table].c[column]
        if any(key.target_fullname == "people.id" for key in its.foreign_keys):
            found[name] = world.session.scalar(select(func.count()).where(its == person.id)) or 0
    return {name: times for name, times in found.items() if times}


def words(world: World) -> str:
    """Whatever is written anywhere but in people's accounts."""
    world.session.flush()
    tables = [one for one in Record.metadata.sorted_tables if one.name != "people"]
    return "\n".join(str(row) for table in tables for row in world.session.execute(select(table)))
