"""How much of one kind one person may book: so many days at a time ahead, and not in a row."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from toolshare.circulation.fitting import Span
from toolshare.circulation.promises import Reservation, ReservedUnit
from toolshare.people.models import Group, Person
from toolshare.people.opening import local_time
from toolshare.records import AnySession
from toolshare.refusals import Reason, msgid, msgids
from toolshare.rules.in_force import RulesInForce
from toolshare.rules.lengths import Length

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class TooManyDays(Reason):
    """More days than one person may have booked of one kind."""

    most: int
    booked: int
    says = msgids(
        "One person can have it booked for %(most)s day; yours are %(booked)s with this.",
        "One person can have it booked for %(most)s days; yours are %(booked)s with this.",
        by="most",
    )
    instead = msgid("Book it for fewer days, or cancel other bookings of it.")


@dataclass(frozen=True)
class TooSoonAgain(Reason):
    """Somebody else should have a chance in between."""

    gap: Length
    says = msgid("Between two bookings of it by one person lies %(gap)s.")
    instead = msgid("Leave more time between this one and your other one.")


@dataclass(frozen=True)
class Booked:
    """A span that somebody has booked a kind for, and when that was called off, if it was."""

    kind_id: int
    span: Span
    called_off_at: datetime | None = None  # cancelled, or not fetched in time

    def days(self, group: Group) -> int:
        """How many days it counts: begun ones on the group's clock; called off, those that it blocked."""
        ends = min(self.span.until_at, self.called_off_at or self.span.until_at)
        passed = local_time(group, ends) - local_time(group, self.span.from_at)
        return max(-(-passed // A_DAY), 0)


def bookings_of(
    session: AnySession,
    person: Person,
    kind_ids: Collection[int],
    *,
    now: datetime,
    but: Reservation | None = None,
) -> list[Booked]:
    """What a person has booked of these kinds and is not over, in one statement."""
    others = (Reservation.id != but.id,) if but else ()
    called_off_at = func.coalesce(Reservation.cancelled_at, Reservation.no_show_at)
    found = session.execute(
        select(
            ReservedUnit.kind_id,
            Reservation.from_at,
            Reservation.until_at,
            called_off_at,
        )
        .join(ReservedUnit.reservation)
        .where(Reservation.person_id == person.id, ReservedUnit.kind_id.in_(kind_ids))
        .where(or_(Reservation.still_open(), called_off_at > Reservation.from_at))
        .where(Reservation.until_at > now, *others)
        .distinct()
    )
    return [Booked(kind_id, Span(*span), at) for kind_id, *span, at in found]


def against_share(
    session: AnySession,
    group: Group,
    person: Person,
    rules: Mapping[int, RulesInForce],
    span: Span,
    *,
    now: datetime,
    moved: Reservation | None = None,
) -> Iterator[Reason]:
    """What speaks against one person's booking these kinds, each with its rules, for a span."""
    bounded = {kind_id: one for kind_id, one in rules.items() if one.most_days or one.gap}
    others = bookings_of(session, person, bounded, now=now, but=moved) if bounded else []
    for kind_id, its_rules in bounded.items():
        yield from _against(group, kind_id, its_rules, span, others)


def _against(
    group: Group, kind_id: int, rules: RulesInForce, span: Span, others: Iterable[Booked]
) -> Iterator[Reason]:
    own = [one for one in others if one.kind_id == kind_id]
    booked = sum(one.days(group) for one in (Booked(kind_id, span), *own))
    if rules.most_days and booked > rules.most_days:
        yield TooManyDays(most=rules.most_days, booked=booked)
    open_ones = [one.span for one in own if one.called_off_at is None]
    if rules.gap and any(_too_near(group, rules.gap, span, other) for other in open_ones):
        yield TooSoonAgain(gap=rules.gap)


def _too_near(group: Group, gap: Length, span: Span, other: Span) -> bool:
    first, second = sorted((span, other))
    return second.from_at < gap.after(first.until_at, group.time_zone)
