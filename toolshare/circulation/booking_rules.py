"""What the rules and the calendar say against a span that somebody wants to book."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus

from sqlalchemy import func, select

from toolshare.circulation import spans
from toolshare.circulation.fitting import Span
from toolshare.circulation.promises import Hold, Reservation, ReservedUnit
from toolshare.people.models import Group, Person
from toolshare.people.opening import is_open_on, today_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, msgid
from toolshare.rules.in_force import RulesInForce
from toolshare.rules.lengths import Length


@dataclass(frozen=True)
class EndsBeforeItBegins(Reason):
    """The days were given the wrong way round."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("It ends before it begins.")
    instead = msgid("Choose a later end.")


@dataclass(frozen=True)
class BeginsInThePast(Reason):
    """Nothing can be promised for yesterday."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("That has begun already.")
    instead = msgid("Choose a later day, or just borrow it.")


@dataclass(frozen=True)
class TooShortNotice(Reason):
    """The group wants to know earlier."""

    earliest: datetime
    time_zone: str
    says = msgid("It has to be reserved earlier than that.")
    instead = msgid("Begin on %(earliest)s or later, or talk to a steward.")


@dataclass(frozen=True)
class TooFarAhead(Reason):
    """The horizon of bookings ends before."""

    latest: datetime
    time_zone: str
    says = msgid("That is too far ahead.")
    instead = msgid("It can be reserved to begin until %(latest)s.")


@dataclass(frozen=True)
class TooShort(Reason):
    """Shorter than the group lends it for."""

    least: Length
    says = msgid("It is lent for %(least)s at least.")
    instead = msgid("Choose a later end.")


@dataclass(frozen=True)
class TooLong(Reason):
    """Longer than the group lends it for."""

    most: Length
    says = msgid("It is lent for %(most)s at most.")
    instead = msgid("Choose an earlier end.")


@dataclass(frozen=True)
class ClosedThen(Reason):
    """Nobody is there to hand it out, or to take it back."""

    group: str
    day: date
    says = msgid("%(group)s is closed on %(day)s.")
    instead = msgid("Fetch it and bring it back while it is open; it may be closed in between.")


@dataclass(frozen=True)
class TooManyAhead(Reason):
    """As many reservations and holds as the rules allow."""

    limit: int
    says = msgid("You have %(limit)s reservations and places in line already: that is the limit.")
    instead = msgid("Cancel one that you don't need.")


def reasons_against(
    group: Group, rules: RulesInForce, span: Span, *, now: datetime
) -> list[Reason]:
    """What speaks against booking this span; the group has its opening times."""
    if span.until_at <= span.from_at:
        return [EndsBeforeItBegins()]
    if span.until_at <= now or spans.days_of(group, span)[0] < today_in(group, now):
        return [BeginsInThePast()]
    return [
        *_against_beginning(group, rules, span, now),
        *_against_length(group, rules, span),
        *_against_closed_days(group, span),
    ]


def against_more(
    session: AnySession, person: Person, limit: int, *, now: datetime
) -> Iterator[Reason]:
    """What speaks against one more reservation, or one more place in line."""
    reserved = select(func.count()).where(
        Reservation.person_id == person.id,
        Reservation.still_open(),
        Reservation.until_at > now,
        Reservation.units.any(ReservedUnit.still_to_fetch()),
    )
    waiting = select(func.count()).where(Hold.person_id == person.id, Hold.ended_at.is_(None))
    both = select(reserved.scalar_subquery() + waiting.scalar_subquery())
    if session.scalars(both).one() >= limit:
        yield TooManyAhead(limit=limit)


def _against_beginning(
    group: Group, rules: RulesInForce, span: Span, now: datetime
) -> Iterator[Reason]:
    zone = group.time_zone
    earliest, latest = rules.notice.after(now, zone), rules.horizon.after(now, zone)
    if rules.notice and span.from_at < earliest:
        yield TooShortNotice(earliest=earliest, time_zone=zone)
    if span.from_at > latest:
        yield TooFarAhead(latest=latest, time_zone=zone)


def _against_length(group: Group, rules: RulesInForce, span: Span) -> Iterator[Reason]:
    if spans.length_compared(group, span, rules.shortest_booking) < 0:
        yield TooShort(least=rules.shortest_booking)
    if rules.longest_booking and spans.length_compared(group, span, rules.longest_booking) > 0:
        yield TooLong(most=rules.longest_booking)


def _against_closed_days(group: Group, span: Span) -> Iterator[Reason]:
    """Closed days forbid pickup and return, not the time between."""
    for day in dict.fromkeys(spans.days_of(group, span)):
        if not is_open_on(group, day):
            yield ClosedThen(group=group.name, day=day)
