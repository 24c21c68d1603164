"""What the calendar brings: due dates that come near or have passed, and the week of a group.

Nothing is remembered but that it was told, under a key that says which day it is about: so a sweep may
come as often or as seldom as it likes, and after a long sleep tells the newest alone.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import islice
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_, select

from toolshare.circulation.models import Loan
from toolshare.circulation.standing import WITH_BORROWER
from toolshare.inventory.models import Item, Kind
from toolshare.messages import delivering
from toolshare.messages.models import MOST_DAYS, Choices
from toolshare.messages.stages import late_stage
from toolshare.outbox.models import Message, Topic
from toolshare.outbox.telling import tell
from toolshare.people.models import Group, Membership, Person, Role
from toolshare.records import AnySession

Piece = Callable[[AnySession], None]
Found = TypeVar("Found")
AT_ONCE = 200
DIGEST_DAYS = (0, 1)  # Monday, or Tuesday for who was switched off on Monday
DIGEST_FROM = time(7)


@dataclass(frozen=True)
class Reminder:
    """Something that the calendar wants to be told; `once` says which day it is about."""

    topic: Topic
    person_id: int = field(repr=False)  # of whom it is, no log says
    group_id: int
    once: str = field(repr=False)
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass
class _Known:
    """Somebody or some group, by its id alone."""

    id: int


def pieces(session: AnySession, *, now: datetime) -> Iterator[Piece]:
    """All that is to be told now and was not yet, in short transactions; what is too old is given up."""
    wanted = {one.once: one for one in (*_due(session, now), *_digests(session, now))}
    for some in _by_many(wanted):
        known = set(session.scalars(select(Message.once).where(Message.once.in_(some))))
        if new := [wanted[once] for once in some if once not in known]:
            yield partial(_tell, new, now)
    yield partial(_give_up, now)


def _tell(reminders: Iterable[Reminder], now: datetime, session: AnySession) -> None:
    for one in reminders:
        to, group = _Known(one.person_id), _Known(one.group_id)
        tell(session, one.topic, to, group=group, once=one.once, now=now, **one.facts)


def _give_up(now: datetime, session: AnySession) -> None:
    delivering.end_what_is_too_old(session, now=now)


def _due(session: AnySession, now: datetime) -> Iterator[Reminder]:
    """Of each person, group and due day one: loans that are due together are told together."""
    rows = session.execute(
        select(
            Loan.borrower_id,
            Kind.group_id,
            Group.time_zone,
            Loan.borrowed_at,
            Loan.due_at,
            Choices.days_before,
        )
        .join(Loan.item)
        .join(Item.kind)
        .join(Kind.group)
        .outerjoin(Choices, Choices.person_id == Loan.borrower_id)
        .where(WITH_BORROWER)
        .where(_may_be_told(now))
    )
    for person_id, group_id, zone, borrowed_at, due_at, days_before in rows:
        here = ZoneInfo(zone)
        days = [at.astimezone(here).date() for at in (borrowed_at, due_at, now)]
        told = what_to_tell(*days, days_before=days_before or 1)
        if told is not None and person_id is not None:
            topic, facts = told
            once = f"{topic} {facts.get('stage', '')} {person_id} {group_id} {days[1]}"
            yield Reminder(topic, person_id, group_id, once, facts)


def _may_be_told(now: datetime) -> ColumnElement[bool]:
    """What is late or due soon; what is due later only of who wants to know that long before."""
    usually, at_most = (Loan.due_at < now + timedelta(days=days + 2) for days in (1, MOST_DAYS))
    return or_(usually, and_(at_most, Choices.days_before > 1))


def _by_many(all_of_them: Iterable[Found]) -> Iterator[list[Found]]:
    rest = iter(all_of_them)
    while some := list(islice(rest, AT_ONCE)):
        yield some


def what_to_tell(
    borrowed: date, due: date, today: date, *, days_before: int
) -> tuple[Topic, dict[str, Any]] | None:
    """What there is to say today of something due on a day; nothing on the day it was borrowed."""
    facts: dict[str, Any] = {"day": due.isoformat()}
    if today <= borrowed:
        return None
    if (stage := late_stage(due, today)) is not None:
        return Topic.LATE, {**facts, "stage": stage}
    if due == today:
        return Topic.DUE_TODAY, facts
    is_near = due - today <= timedelta(days=days_before)
    return (Topic.DUE_SOON, facts) if is_near else None


def _digests(session: AnySession, now: datetime) -> Iterator[Reminder]:
    """Of each coordinator and group one, in the week's first days."""
    begins = [one.id for one in _groups_whose_week_begins(session, now)]
    for some in _by_many(begins):
        for person_id, group_id, zone in _coordinators(session, some, now):
            year, week, _ = now.astimezone(ZoneInfo(zone)).isocalendar()
            once = f"digest {year}-{week} {person_id} {group_id}"
            yield Reminder(Topic.DIGEST, person_id, group_id, once)


def _groups_whose_week_begins(session: AnySession, now: datetime) -> Sequence[Group]:
    zones = session.scalars(select(Group.time_zone).distinct()).all()
    there = {zone: now.astimezone(ZoneInfo(zone)) for zone in zones}
    begun = [
        zone
        for zone, at in there.items()
        if at.weekday() in DIGEST_DAYS and at.time() >= DIGEST_FROM
    ]
    return session.scalars(select(Group).where(Group.time_zone.in_(begun))).all()


def _coordinators(
    session: AnySession, group_ids: Sequence[int], now: datetime
) -> Iterable[tuple[int, int, str]]:
    """Whether they still are is asked again when it is sent."""
    found = session.execute(
        select(Person.id, Group.id, Group.time_zone)
        .join(Membership, Membership.person_id == Person.id)
        .join(Group, Membership.group_id == Group.id)
        .where(Membership.role == Role.COORDINATOR, Group.id.in_(group_ids))
        .where(or_(Membership.until.is_(None), Membership.until >= now.date()))
    )
    return [(person_id, group_id, zone) for person_id, group_id, zone in found]
