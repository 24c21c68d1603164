"""Reserves what the demo's people plan, for days that make sense today, and sees to the end of it."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from toolshare.circulation import answering, calling_off, reserving, spans, sweeping
from toolshare.circulation.allotting import Wanted
from toolshare.circulation.booking import Booking
from toolshare.circulation.promises import Reservation
from toolshare.circulation.returning import ALL_IS_WELL
from toolshare.demo.plans import PLANS, Becomes, Plan
from toolshare.demo.stories import FOR_EVER, Stories
from toolshare.inventory.models import Item
from toolshare.people.models import Group, Person
from toolshare.people.opening import (
    next_open_moment,
    next_opening_day,
    read_opening_times,
    today_in,
)
from toolshare.records import AnySession

A_WHILE = timedelta(hours=1)
A_NIGHT = timedelta(hours=14)


@dataclass
class Reserving:
    """What happens to one reservation."""

    session: AnySession
    group: Group
    person: Person
    booking: Booking
    reservation: Reservation = field(init=False)

    def make(self, *, now: datetime) -> None:
        """It is made."""
        self.reservation = reserving.reserve(
            self.session, self.group, self.booking, person=self.person, by=self.person, now=now
        )

    def approve(self, by: Person, *, now: datetime) -> None:
        """A steward says yes."""
        answering.approve(self.session, self.reservation, by=by, now=now)

    def decline(self, by: Person, why: str, *, now: datetime) -> None:
        """A steward says no."""
        answering.decline(self.session, self.reservation, by=by, why=why, now=now)

    def cancel(self, why: str, *, now: datetime) -> None:
        """The person needs it no more."""
        calling_off.cancel(self.session, self.reservation, by=self.person, why=why, now=now)

    def set_aside(self, by: Person, *, now: datetime) -> None:
        """All of it is put on the shelf of what is ready."""
        for unit in self.reservation.units:
            calling_off.set_aside(self.session, self.reservation, unit.id, by=by, now=now)


def tell(stories: Stories) -> None:
    """Notes every plan in the diary."""
    for plan in PLANS:
        Telling(stories, plan).tell()


class Telling:
    """How one plan is made, and what becomes of it."""

    def __init__(self, stories: Stories, plan: Plan) -> None:
        self.stories, self.plan, self.diary = stories, plan, stories.diary
        self.group = read_opening_times(stories.session, stories.valley.groups[plan.village.slug])
        self.first = self._first_day()
        last = next_opening_day(self.group, self.first + timedelta(days=plan.days - 1))
        self.span = spans.of_days(self.group, self.first, last)
        self.made = stories.almanac.on_or_before(plan.village, plan.made - min(plan.begins, 0))
        self.reserving = self._reserving()

    def tell(self) -> None:
        """Notes it in the diary; meanwhile nobody else takes home what is reserved."""
        self.diary.note(self.made, self.reserving.make)
        if self.plan.approved:
            self.diary.note(self.made + A_NIGHT, self.reserving.approve, self._steward())
        match self.plan.becomes:
            case Becomes.DECLINED:
                steward, note = self._steward(), self.plan.note
                self.diary.note(self.made + A_NIGHT, self.reserving.decline, steward, note)
            case Becomes.CANCELLED:
                self.diary.note(self.made + A_NIGHT, self.reserving.cancel, self.plan.note)
            case Becomes.READY:
                self.diary.note(self._before_now(), self.reserving.set_aside, self._steward())
            case Becomes.FETCHED:
                self._fetch()
            case Becomes.MISSED | Becomes.EXPIRED:
                self.diary.note(self.span.until_at, sweeping.sweep, self.stories.session)
        self._keep()

    def _reserving(self) -> Reserving:
        plan, person = self.plan, self.stories.valley.people[self.plan.who]
        wanted = [Wanted(units[0].kind, plan.things[name]) for name, units in self._units().items()]
        is_theirs = plan.becomes not in {Becomes.DECLINED, Becomes.CANCELLED}
        booking = Booking(
            wanted,
            self.span,
            note=plan.note if is_theirs else "",
            weather_flexible=plan.weather_flexible,
        )
        return Reserving(self.stories.session, self.group, person, booking)

    def _units(self) -> dict[str, list[Item]]:
        """All that there are of each kind."""
        there = self.stories.valley.things[self.plan.village.slug]
        return {name: there[name] for name in self.plan.things}

    def _first_day(self) -> date:
        now = self.stories.now
        if self.plan.begins == 0:
            return today_in(self.group, next_open_moment(self.group, now + A_WHILE))
        day = today_in(self.group, now) + timedelta(days=self.plan.begins)
        return next_opening_day(self.group, day)

    def _steward(self) -> Person:
        return self.stories.steward_of(self.plan.village)

    def _before_now(self) -> datetime:
        return next(self.stories.almanac.back(self.plan.village))

    def _fetch(self) -> None:
        """Each thing goes out when it is reserved for, and comes back as it should."""
        village = self.plan.village
        fetched, back = (self._visit(at) for at in self.span)
        for name in self.plan.things:
            item = self.stories.one_of(village, name, self.made, back)
            lending = self.stories.lending(village, item, self.plan.who)
            self.diary.note(fetched, lending.begin)
            self.diary.note(back, lending.end, self._steward(), ALL_IS_WELL)

    def _visit(self, at: datetime) -> datetime:
        """A moment of that opening day."""
        days_ago = (today_in(self.group, self.stories.now) - today_in(self.group, at)).days
        return self.stories.almanac.moment(self.plan.village, days_ago) or at

    def _keep(self) -> None:
        ends = self.span.until_at if self.plan.begins < 0 else self.stories.now + FOR_EVER
        for units in self._units().values():
            for item in units:
                self.stories.hold(item, self.made, ends)
