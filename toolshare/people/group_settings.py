"""What coordinators choose for their group: words, calendar, rules of lending."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from http import HTTPStatus
from itertools import pairwise
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy import delete, select

from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.people.models import ClosedDate, Group, OpeningHours, Person
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid

Span = tuple[time, time]
A_SPAN = re.compile(r"\s*(\d{1,2})(?:[:.](\d{2}))?\s*[-–—]\s*(\d{1,2})(?:[:.](\d{2}))?\s*")
MIDNIGHT = (24, 0)


@dataclass(frozen=True)
class UnknownTimeZone(Reason):
    """No time zone has this name."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    name: str
    says = msgid("There is no time zone “%(name)s”.")
    instead = msgid("Choose one like Europe/Rome.")


@dataclass(frozen=True)
class NotOpeningHours(Reason):
    """What was typed can't be read as opening hours."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    typed: str
    says = msgid("“%(typed)s” are no opening hours.")
    instead = msgid("Write them like 9:00–12:30, 15:00–18:00.")


@dataclass(frozen=True)
class SpansOverlap(Reason):
    """Two opening times of one day overlap."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    typed: str
    says = msgid("The opening hours “%(typed)s” overlap.")
    instead = msgid("Write each span after the one before it.")


@dataclass(frozen=True)
class ClosedAlready(Reason):
    """The day is on the list of closed dates."""

    says = msgid("This day is on the list of closed dates already.")


def change_group(
    session: AnySession, group: Group, *, by: Person, now: datetime, **chosen: Any
) -> None:
    """Sets what is given by the names of Group's columns; records what is different now."""
    if "time_zone" in chosen:
        known_time_zone(chosen["time_zone"])
    changes = {name: value for name, value in chosen.items() if getattr(group, name) != value}
    for name, value in changes.items():
        setattr(group, name, value)
    if changes:
        record(session, Event.GROUP_CHANGED, by=by, at=now, group=group, **changes)


def known_time_zone(typed: str) -> str:
    """The name of a time zone that there is."""
    if typed not in available_timezones():
        raise Refusal(UnknownTimeZone(name=typed))
    return typed


def spans_in(typed: str) -> list[Span]:
    """The spans of one day as people write them: "9:00-12:30, 15-18"; nothing when closed."""
    pieces = [piece for piece in re.split(r"[,;]", typed) if piece.strip()]
    spans = sorted(_span(piece) for piece in pieces)
    for earlier, later in pairwise(spans):
        if later[0] < earlier[1]:
            raise Refusal(SpansOverlap(typed=typed.strip()))
    return spans


def in_words(hours: list[OpeningHours], weekday: int) -> str:
    """The spans of one weekday, as `spans_in` reads them."""
    return ", ".join(
        _in_words((span.opens_at, span.closes_at)) for span in hours if span.weekday == weekday
    )


def set_opening_hours(
    session: AnySession,
    group: Group,
    week: Mapping[int, list[Span]],
    *,
    by: Person,
    now: datetime,
) -> None:
    """Opens the group at these spans of each weekday (0 is Monday), and at no others."""
    session.execute(delete(OpeningHours).where(OpeningHours.group_id == group.id))
    session.add_all(
        OpeningHours(group_id=group.id, weekday=weekday, opens_at=opens_at, closes_at=closes_at)
        for weekday, spans in week.items()
        for opens_at, closes_at in spans
    )
    spans_of_week = {
        str(weekday): [_in_words(span) for span in spans] for weekday, spans in week.items()
    }
    record(session, Event.GROUP_CHANGED, by=by, at=now, group=group, opening_hours=spans_of_week)


def close_on(
    session: AnySession, group: Group, day: date, why: str, *, by: Person, now: datetime
) -> None:
    """Closes the group for a day."""
    if session.scalar(select(ClosedDate).where(_is(group, day))):
        raise Refusal(ClosedAlready())
    session.add(ClosedDate(group_id=group.id, day=day, why=why))
    record(session, Event.GROUP_CHANGED, by=by, at=now, group=group, closed_on=str(day))


def open_again(session: AnySession, group: Group, day: date, *, by: Person, now: datetime) -> None:
    """Takes a day from the list of closed dates; done twice it is done once."""
    closed = session.scalar(select(ClosedDate).where(_is(group, day)))
    if closed is not None:
        session.delete(closed)
        record(session, Event.GROUP_CHANGED, by=by, at=now, group=group, open_again_on=str(day))


def _in_words(span: Span) -> str:
    return "–".join(f"{at.hour}:{at:%M}" for at in span)


def _is(group: Group, day: date) -> Any:
    return (ClosedDate.group_id == group.id) & (ClosedDate.day == day)


def _span(piece: str) -> Span:
    found = A_SPAN.fullmatch(piece)
    if found is None:
        raise Refusal(NotOpeningHours(typed=piece.strip()))
    opens = (int(found[1]), int(found[2] or 0))
    closes = (int(found[3]), int(found[4] or 0))
    try:
        # The day ends at 24:00, which the clock doesn't know.
        span = time(*opens), time(23, 59) if closes == MIDNIGHT else time(*closes)
    except ValueError:
        raise Refusal(NotOpeningHours(typed=piece.strip())) from None
    if span[0] >= span[1]:
        raise Refusal(NotOpeningHours(typed=piece.strip()))
    return span
