"""A machine that does anything at any time in two villages, and looks at what holds after each step."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import func, select

from tests.circulation import what_holds
from tests.circulation.two_villages import COUNTED, THINGS, Villages
from toolshare.care import inspecting
from toolshare.care.inspecting import Findings
from toolshare.care.models import OutageReason
from toolshare.circulation import asking, retiring, service, sweeping
from toolshare.circulation.borrowing import borrow
from toolshare.circulation.present import Present
from toolshare.circulation.promising import JustPromised
from toolshare.circulation.reasons import JustBorrowed
from toolshare.inventory import leaving
from toolshare.inventory.models import Condition
from toolshare.journal.models import Entry, Event
from toolshare.privacy import retention

A_FEW = some.integers(0, 5)
SOMEBODY = some.integers(0, 10)
THING, COUNTED_THING = some.sampled_from(THINGS), some.sampled_from(COUNTED)
FINE, BROKEN = Findings(), Findings(Condition.BROKEN)
FINDINGS = some.sampled_from((FINE, FINE, BROKEN))
HOURS = some.sampled_from((1, 3, 11, 24, 30, 72, 200))
AT_FIRST = ("Cora", "Sam", "Ana", None, "Ugo", "Eva", "Vera")  # who has which thing


def when(room: str) -> Any:
    """Only when there is one to do it with."""
    return precondition(lambda self: getattr(self.villages.present, room))


class Village(RuleBasedStateMachine):
    """One story; all that happened in it is taken back at its end."""

    def __init__(self, villages: Villages) -> None:
        super().__init__()
        self.villages = villages
        self.session = villages.session
        self.began = villages.now
        self.before = self.session.begin_nested()
        villages.present = Present()
        self.last_entry = self.newest_entry()
        self.places: dict[int, Any] = {}
        self.returned: list[int] = []  # loans, the last one last

    def teardown(self) -> None:
        self.before.rollback()
        self.session.expunge_all()
        self.villages.now = self.began

    def newest_entry(self) -> int:
        return self.session.scalar(select(func.max(Entry.id))) or 0

    @initialize(is_busy=some.sampled_from((True, True, False)))
    def begin(self, is_busy: bool) -> None:
        """Most stories begin when all is out, and somebody waits."""
        if not is_busy:
            return
        for number, name in enumerate(AT_FIRST):
            if name is not None:
                with self.villages.trying() as session:
                    who = {"borrower": self.villages.person(name), "now": self.villages.now}
                    by = self.villages.steward(number)
                    borrow(session, self.villages.item(number), by=by, **who)
        for number, name in ((0, "Eva"), (0, "Bob"), (2, "Bob"), (4, "Sam")):
            with self.villages.trying() as session:
                person, now = self.villages.person(name), self.villages.now
                asking.ask(
                    session, self.villages.kind_of(number), person=person, by=person, now=now
                )

    @rule(thing=THING, reason=some.sampled_from(OutageReason))
    def take_out_of_service(self, thing: int, reason: OutageReason) -> None:
        with self.villages.trying() as session:
            item, by = self.villages.item(thing), self.villages.steward(thing)
            service.take_out(session, item, reason, by=by, now=self.villages.now)

    @when("outages")
    @rule(number=A_FEW, is_mended=some.booleans())
    def look_over(self, number: int, is_mended: bool) -> None:
        with self.villages.trying() as session:
            thing = self.villages.number_of(self.villages.one_of("outages", number)[0])
            item, known = self.villages.item(thing), {"now": self.villages.now}
            by = self.villages.steward(thing)
            if is_mended:
                service.put_back(session, item, by=by, **known)
            else:
                inspecting.inspect(session, item, FINE, by=by, **known)

    @rule(thing=THING, is_rare=some.integers(0, 3))
    def retire_or_not(self, thing: int, is_rare: int) -> None:
        with self.villages.trying() as session:
            item, now = self.villages.item(thing), self.villages.now
            known = {"by": self.villages.steward(thing), "now": now}
            if item.retired_at is not None:
                leaving.put_back(session, item, **known)
            elif is_rare == 0:
                retiring.retire(session, [item], why="Worn out.", **known)

    @rule(hours=HOURS, is_swept=some.sampled_from((True, True, False)))
    def wait(self, hours: int, is_swept: bool) -> None:
        self.villages.now += timedelta(hours=hours)
        if is_swept:
            self.sweep()
            before = self.newest_entry()
            self.sweep()
            news = self.session.scalars(select(Entry).where(Entry.id > before)).all()
            assert [(one.what, one.details) for one in news] == []

    @rule(minutes=some.sampled_from((5, 10)))
    def wait_a_little(self, minutes: int) -> None:
        self.villages.now += timedelta(minutes=minutes)

    def sweep(self) -> None:
        with self.villages.trying() as session:
            sweeping.sweep(session, now=self.villages.now)
            retention.sweep(session, now=self.villages.now)

    @invariant()
    def all_is_well(self) -> None:
        before = self.villages.present
        self.session.flush()
        self.session.expunge_all()
        present = what_holds.look(self.villages)
        assert not {type(one) for one in self.villages.reasons} & {JustPromised, JustBorrowed}
        if self.villages.reasons:
            assert present == before
        self.no_place_is_lost(present)
        self.villages.present = present
        self.villages.reasons = ()

    def no_place_is_lost(self, present: Present) -> None:
        """Places in line end by what the journal says, and are the same as long as they last."""
        news = self.session.scalars(select(Entry).where(Entry.id > self.last_entry)).all()
        ended = {one.details["hold_id"] for one in news if one.what == Event.HOLD_ENDED}
        assert self.villages.present.holds.keys() - present.holds.keys() <= ended
        for hold_id, one in present.holds.items():
            place = (one.kind_id, one.item_id, one.person_id, one.asked_at)
            assert self.places.setdefault(hold_id, place) == place
        self.last_entry = max((one.id for one in news), default=self.last_entry)
