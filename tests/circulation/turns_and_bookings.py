"""What people want of things to come: turns, offers, reservations."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as some
from hypothesis.stateful import rule
from sqlalchemy import select

from tests.circulation.anything import A_FEW, COUNTED_THING, SOMEBODY, THING, when
from tests.circulation.coming_and_going import HELPED
from tests.circulation.filling_kits import FillingKits
from tests.circulation.taking_stock import TakingStock
from tests.circulation.two_villages import FIRST_OF, village_of
from toolshare.circulation import (
    answering,
    asking,
    borrowing,
    calling_off,
    offering,
    rescheduling,
    reserving,
    shifting,
    spans,
)
from toolshare.circulation.allotting import Wanted
from toolshare.circulation.booking import Booking
from toolshare.circulation.promises import Hold, Offer, Promise, Reservation
from toolshare.people.models import Group, Person
from toolshare.people.opening import next_opening_day, today_in

ANSWERS = some.sampled_from(("accept", "accept", "pass_on", "set_aside"))
ANSWERS_TO_A_REQUEST = some.sampled_from(("yes", "yes", "no", "cancel"))
ABOUT_A_PLACE = some.sampled_from(("pause", "resume", "withdraw"))


class Anything(FillingKits, TakingStock):
    """All that can happen."""

    @rule(thing=COUNTED_THING, number=SOMEBODY, helped=HELPED, this=some.booleans(), days=A_FEW)
    def ask(self, thing: int, number: int, helped: bool, this: bool, days: int) -> None:
        with self.villages.trying() as session:
            kind, now = self.villages.kind_of(thing), self.villages.now
            who = self.villages.somebody(thing, number)
            known: dict[str, Any] = {"person": who, "now": now}
            known["by"] = self.villages.steward(thing) if helped else who
            known["item"] = self.villages.item(thing) if this else None
            if days < 4:
                known["need_by"] = today_in(kind.group, now) + timedelta(days=days)
            asking.ask(session, kind, **known)

    @when("holds")
    @rule(which=A_FEW, verb=ABOUT_A_PLACE)
    def change_a_place(self, which: int, verb: str) -> None:
        hold_id, told = self.villages.one_of("holds", which)
        with self.villages.trying() as session:
            hold, who = session.get_one(Hold, hold_id), session.get_one(Person, told.person_id)
            getattr(asking, verb)(session, hold, by=who, now=self.villages.now)

    @when("offers")
    @rule(which=A_FEW, verb=ANSWERS)
    def answer_an_offer(self, which: int, verb: str) -> None:
        offer_id, told = self.villages.one_of("offers", which)
        with self.villages.trying() as session:
            by = self.villages.steward(self.villages.number_of(told.item_id))
            offer = session.get_one(Offer, offer_id)
            getattr(offering, verb)(session, offer, by=by, now=self.villages.now)

    @rule(
        thing=THING,
        also=some.none() | THING,
        number=SOMEBODY,
        helped=HELPED,
        begins=some.integers(0, 6),
        days=some.integers(0, 4),
        quantity=some.sampled_from((1, 1, 2, 3, 5)),
        how=some.sampled_from(("flexible", "firm", "this one", "by hours")),
    )
    def reserve(self, thing: int, also: int | None, number: int, helped: bool, **told: Any) -> None:
        with self.villages.trying() as session:
            now, wanted = self.villages.now, self.wanted(thing, also, told)
            group, who = self.villages.group_of(thing), self.villages.somebody(thing, number)
            span = self.span(group, told["begins"], told["days"])
            if told["how"] == "by hours":
                span = spans.Span(max(span.from_at, now) + timedelta(hours=1), span.until_at)
            booking = Booking(wanted, span, weather_flexible=told["how"] == "flexible")
            by = self.villages.steward(thing) if helped else who
            reserving.reserve(session, group, booking, person=who, by=by, now=now)

    def wanted(self, thing: int, also: int | None, told: Any) -> list[Wanted]:
        """One or two kinds of one village, or one thing and no other."""
        item_id = self.villages.items[thing] if told["how"] == "this one" else None
        quantity = 1 if item_id else told["quantity"]
        found = [Wanted(self.villages.kind_of(thing), quantity, item_id)]
        if also is not None and village_of(also) == village_of(thing):
            kind = self.villages.kind_of(also)
            found += [Wanted(kind)] if kind is not found[0].kind else []
        return found

    def span(self, group: Group, begins: int, days: int) -> spans.Span:
        """From an opening day to another."""
        today = today_in(group, self.villages.now)
        first = next_opening_day(group, today + timedelta(days=begins))
        return spans.of_days(group, first, next_opening_day(group, first + timedelta(days=days)))

    @when("reservations")
    @rule(which=A_FEW, answer=ANSWERS_TO_A_REQUEST)
    def answer_or_cancel(self, which: int, answer: str) -> None:
        reservation_id, _ = self.villages.one_of("reservations", which)
        with self.villages.trying() as session:
            reservation = session.get_one(Reservation, reservation_id)
            known: dict[str, Any] = {"by": self.steward_for(reservation), "now": self.villages.now}
            if answer == "no":
                answering.decline(session, reservation, why="Hay first.", **known)
            elif answer == "yes":
                answering.approve(session, reservation, **known)
            else:
                calling_off.cancel(session, reservation, **known)

    @when("reservations")
    @rule(which=A_FEW, begins=A_FEW, days=A_FEW)
    def move_a_reservation(self, which: int, begins: int, days: int) -> None:
        reservation_id, _ = self.villages.one_of("reservations", which)
        with self.villages.trying() as session:
            reservation = session.get_one(Reservation, reservation_id)
            village = self.villages.groups.index(reservation.group_id)
            span = self.span(self.villages.group_of(FIRST_OF[village]), begins, days)
            known = {"by": self.steward_for(reservation), "now": self.villages.now}
            rescheduling.move(session, reservation, span, **known)

    def steward_for(self, reservation: Reservation) -> Person:
        village = self.villages.groups.index(reservation.group_id)
        return self.villages.steward(FIRST_OF[village])

    @when("reserved_units")
    @rule(which=A_FEW)
    def set_aside(self, which: int) -> None:
        unit_id, told = self.villages.one_of("reserved_units", which)
        with self.villages.trying() as session:
            reservation = session.get_one(Reservation, told.reservation_id)
            known = {"by": self.steward_for(reservation), "now": self.villages.now}
            calling_off.set_aside(session, reservation, unit_id, **known)

    @when("reserved_units")
    @rule(which=A_FEW, thing=THING)
    def fetch(self, which: int, thing: int) -> None:
        """Who has reserved something comes for what is kept for them, or for what there is."""
        unit_id, told = self.villages.one_of("reserved_units", which)
        reservation = self.villages.present.reservations[told.reservation_id]
        with self.villages.trying() as session:
            kept = select(Promise.item_id).where(Promise.reserved_unit_id == unit_id)
            item_id = session.scalar(kept)
            thing = self.villages.number_of(item_id) if item_id else thing
            by, who = self.villages.steward(thing), session.get_one(Person, reservation.person_id)
            known = {"by": by, "now": self.villages.now, "quantity": told.quantity}
            borrowing.borrow(session, self.villages.item(thing), borrower=who, **known)

    @when("reservations")
    @rule(thing=THING, days=some.sampled_from((1, -1)))
    def rain(self, thing: int, days: int) -> None:
        with self.villages.trying() as session:
            group, now = self.villages.group_of(thing), self.villages.now
            known = {"days": days, "by": self.villages.steward(thing), "now": now}
            today = today_in(group, now)
            shifting.shift(session, group, today, today + timedelta(days=9), **known)
