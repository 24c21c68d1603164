"""Days of asking, passing, borrowing and bringing back: what holds after every step of any of them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import select

from tests.circulation.in_line import asks
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.circulation import asking, offering, sweeping
from toolshare.circulation.borrowing import borrow
from toolshare.circulation.lines import line_of
from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Hold, Offer, Promise
from toolshare.circulation.returning import take_back
from toolshare.circulation.standing import STILL_OUT
from toolshare.inventory.models import Item, Kind
from toolshare.journal.models import Entry, Event
from toolshare.people.models import Person
from toolshare.refusals import Refusal
from toolshare.rules.values import Regime

VERBS = ("ask", "accept", "pass", "pause", "resume", "withdraw", "borrow", "bring back", "wait")
STEPS = some.lists(
    some.tuples(some.sampled_from(VERBS), some.integers(0, 3), some.integers(0, 1)),
    min_size=5,
    max_size=25,
)


@dataclass
class Village:
    """Four people, two mowers, and whose turn it was."""

    world: World
    kind: Kind
    people: list[Person]
    mowers: list[Item]
    now: datetime = MONDAY_NOON
    served: list[tuple[int, datetime]] = field(default_factory=list)

    def do(self, verb: str, person: Person, mower: Item) -> None:
        """One step; what is refused is no step."""
        self.now += timedelta(hours=36 if verb == "wait" else 1)
        try:
            with self.world.session.begin_nested():
                self.act(verb, person, mower)
        except Refusal:
            pass
        sweeping.sweep(self.world.session, now=self.now)

    def act(self, verb: str, person: Person, mower: Item) -> None:
        session, known = self.world.session, {"by": person, "now": self.now}
        hold = self.hold_of(person)
        if verb == "ask":
            asks(self.world, self.kind, person, now=self.now)
        elif verb == "borrow":
            before = self.waiting_before(person)
            borrow(session, mower, borrower=person, **known)
            assert before == []
            self.served.append((person.id, self.now))
        elif verb == "bring back":
            take_back(session, mower, by=self.world.sam, now=self.now)
        elif hold is not None and verb in {"pause", "resume", "withdraw"}:
            getattr(asking, verb)(session, hold, **known)
        elif hold is not None and hold.open_offer is not None and verb in {"accept", "pass"}:
            act = {"accept": offering.accept, "pass": offering.pass_on}[verb]
            act(session, hold.open_offer, **known)

    def hold_of(self, person: Person) -> Hold | None:
        holds = self.world.session.scalars(select(Hold).where(Hold.ended_at.is_(None)))
        hold = next((one for one in holds if one.person_id == person.id), None)
        if hold is not None:
            self.world.session.refresh(hold, ["offers"])
        return hold

    def waiting_before(self, person: Person) -> list[Hold]:
        """Who has waited, unserved and able, since before this person was last served."""
        last = max((at for one, at in self.served if one == person.id), default=None)
        found = [self.hold_of(other) for other in self.people if other.id != person.id]
        return [
            hold
            for hold in found
            if hold and last and hold.asked_at < last and not self.had_a_chance(hold)
        ]

    def had_a_chance(self, hold: Hold) -> bool:
        return bool(hold.paused_at or hold.passes or hold.open_offer)


def look_at(village: Village) -> None:
    """What has to hold at any moment."""
    session, now = village.world.session, village.now
    offers = session.scalars(select(Offer).where(Offer.ended_at.is_(None))).all()
    out = set(session.scalars(select(Loan.item_id).where(STILL_OUT)))
    assert len({offer.item_id for offer in offers}) == len(offers)
    assert not out & {offer.item_id for offer in offers}
    assert {offer.id for offer in offers} == set(
        session.scalars(select(Promise.offer_id).where(Promise.offer_id.is_not(None)))
    )
    line = line_of(session, village.world.borgo, village.kind.id, now=now)
    assert {one.offered for one in line.kept.values()} == set(line.kept)  # nothing lies idle
    assert [place.number for place in line.places] == [*range(1, len(line.places) + 1)]
    assert told_by_the_journal(village) == as_recorded(village)


def told_by_the_journal(village: Village) -> dict[int, tuple[bool, int | None]]:
    """Each open hold, whether it is paused, and its open offer, from the journal alone."""
    holds: dict[int, tuple[bool, int | None]] = {}
    for entry in village.world.session.scalars(select(Entry).order_by(Entry.id)):
        known: dict[str, Any] = entry.details
        hold_id = known.get("hold_id", 0)
        paused, offer = holds.get(hold_id, (False, None))
        match entry.what:
            case Event.ASKED_FOR | Event.HOLD_RESUMED:
                holds[hold_id] = (False, offer)
            case Event.HOLD_PAUSED:
                holds[hold_id] = (True, offer)
            case Event.OFFERED:
                holds[hold_id] = (paused, known["offer_id"])
            case Event.OFFER_ENDED:
                holds[hold_id] = (paused, None)
            case Event.HOLD_ENDED:
                del holds[hold_id]
    return holds


def as_recorded(village: Village) -> dict[int, tuple[bool, int | None]]:
    """The same as it stands in the tables."""
    rows = village.world.session.execute(
        select(Hold.id, Hold.paused_at, Offer.id)
        .outerjoin(Offer, (Offer.hold_id == Hold.id) & Offer.ended_at.is_(None))
        .where(Hold.ended_at.is_(None))
    )
    return {hold_id: (paused_at is not None, offer_id) for hold_id, paused_at, offer_id in rows}


@on_any_database
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS, regime=some.sampled_from(Regime))
def test_turns_stay_fair_whatever_happens(
    world: World, steps: list[tuple[str, int, int]], regime: Regime
) -> None:
    before = world.session.begin_nested()
    kind = world.make_kind(name="Mower")
    world.make_rule("regime", regime, kind_id=kind.id)
    people = [world.make_person(name, world.borgo) for name in ("Ada", "Bob", "Eva", "Ida")]
    village = Village(world, kind, people, [world.make_item(kind) for _ in range(2)])
    for mower in village.mowers:
        world.make_loan(mower, world.cora)
    for verb, person, mower in steps:
        village.do(verb, people[person], village.mowers[mower])
        look_at(village)
    before.rollback()
