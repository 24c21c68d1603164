"""Reserving: things promised to a person for a span of time to come, all of them or none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from itertools import chain
from uuid import UUID

from toolshare.circulation import allotting, booking_rules, fair_share, replanning, spans
from toolshare.circulation import reasons as why
from toolshare.circulation.allotting import Allotment, Wanted, allot
from toolshare.circulation.borrowing import MOST_AT_ONCE
from toolshare.circulation.eligibility import (
    against_membership,
    against_outsider,
    is_steward,
    membership_of,
)
from toolshare.circulation.fitting import Span
from toolshare.circulation.no_shows import NEED_APPROVAL, no_shows
from toolshare.circulation.promises import Reservation, ReservedUnit
from toolshare.circulation.windows import free_windows
from toolshare.inventory.locking import lock_kinds
from toolshare.inventory.models import Counting
from toolshare.journal.models import Event
from toolshare.journal.recording import done_already, record
from toolshare.people import roles
from toolshare.people.models import Group, Person, Role
from toolshare.people.opening import (
    end_of_opening_day,
    read_opening_times,
    today_in,
)
from toolshare.records import AnySession
from toolshare.refusals import Reason, msgid, refuse_if
from toolshare.rules import fitness


@dataclass(frozen=True)
class NothingWanted(Reason):
    """A reservation of nothing."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("Nothing was chosen.")
    instead = msgid("Choose at least one thing.")


@dataclass(frozen=True)
class OneVillageAtATime(Reason):
    """Things of several groups open at different times."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("These things belong to several groups.")
    instead = msgid("Reserve what belongs to one group, then what belongs to the other.")


@dataclass(frozen=True)
class TakenNotReserved(Reason):
    """A consumable does not come back, so it can't be kept for a time."""

    name: str
    says = msgid("%(name)s is used up: it is taken, not reserved.")
    instead = msgid("Take what you need when you are there.")


@dataclass(frozen=True)
class NotFree(Reason):
    """Not that many are free for all of the span."""

    name: str
    windows: tuple[Span, ...]
    time_zone: str
    says = msgid("%(name)s is not free for all of that time.")
    instead = msgid("All of it is free %(windows)s.")


@dataclass(frozen=True)
class NeverFree(Reason):
    """Not free then, nor at any time that was looked at."""

    name: str
    says = msgid("%(name)s is not free for all of that time, nor in the weeks after.")
    instead = msgid("Choose a shorter time, or put yourself in line for it.")


@dataclass(frozen=True)
class Booking:
    """What somebody wants to reserve together, and when."""

    wanted: Sequence[Wanted]
    span: Span
    note: str = ""
    weather_flexible: bool = False

    @property
    def kind_ids(self) -> list[int]:
        """Which kinds are decided about."""
        return [one.kind.id for one in self.wanted]


@dataclass(frozen=True)
class Weighing:
    """What was found when somebody wanted to reserve, and what of it speaks against it."""

    allotments: Sequence[Allotment]
    reasons: list[Reason]

    @property
    def needs_approval(self) -> bool:
        """Whether a steward has to say yes first."""
        return any(one.rules.needs_approval for one in self.allotments)


def weigh(
    session: AnySession,
    group: Group,
    booking: Booking,
    *,
    person: Person,
    by: Person,
    now: datetime,
) -> Weighing:
    """Weighs whether these can be promised to the person together; the kinds have their group."""
    wanted, span = booking.wanted, booking.span
    if not wanted:
        return Weighing((), [NothingWanted()])
    if any(one.kind.group_id != group.id for one in wanted):
        return Weighing((), [OneVillageAtATime()])
    read_opening_times(session, group)
    if reasons := [*_against_kinds(wanted), *_against_person(session, group, person, by, now)]:
        return Weighing((), reasons)
    allotments = allot(session, group, wanted, span, now=now)
    rules = {one.wanted.kind.id: one.rules for one in allotments}
    limit = min(one.open_holds for one in rules.values())
    reasons = [
        *_against_rules(group, allotments, span, now),
        *chain.from_iterable(
            fitness.reasons_against(session, person, one, group=group, now=now)
            for one in rules.values()
        ),
        *booking_rules.against_more(session, person, limit, now=now),
        *fair_share.against_share(session, group, person, rules, span, now=now),
    ]
    reasons = reasons or [*_against_places(group, allotments, span)]
    return Weighing(allotments, list(dict.fromkeys(reasons)))


def reserve(
    session: AnySession,
    group: Group,
    booking: Booking,
    *,
    person: Person,
    by: Person,
    now: datetime,
    operation: UUID | None = None,
) -> Reservation:
    """Promises these to the person, all or none; `by` is a steward or themselves.

    Refuses for every reason that weigh() gives. Others' reserved units may move to other items.
    """
    lock_kinds(session, booking.kind_ids)
    if done := done_already(session, operation, Event.RESERVED, by=by, group=group, person=person):
        return session.get_one(Reservation, done.details["reservation_id"])
    roles.person_under_lock(session, person)  # so that their reservations are counted right
    replanning.replan(session, group, booking.kind_ids, now=now)
    found = weigh(session, group, booking, person=person, by=by, now=now)
    refuse_if(found.reasons)
    reservation = Reservation(
        group=group,
        person=person,
        from_at=max(booking.span.from_at, now),
        until_at=booking.span.until_at,
        fetch_by=_fetch_by(group, booking.span, found, now),
        note=booking.note,
        weather_flexible=booking.weather_flexible,
        made_at=now,
        made_by_id=by.id,
        needs_approval=_needs_approval(session, group, found, person, by=by, now=now),
        units=[],
    )
    session.add(reservation)
    for allotment in found.allotments:
        _promise(session, reservation, allotment)
    _write_down(session, reservation, by=by, now=now, operation=operation)
    return reservation


def _needs_approval(
    session: AnySession,
    group: Group,
    found: Weighing,
    person: Person,
    *,
    by: Person,
    now: datetime,
) -> bool:
    """Whether a steward has to say yes: the rules say so, or too much was left unfetched."""
    if is_steward(session, by, group, now=now):
        return False
    return found.needs_approval or no_shows(session, person, group, now=now) >= NEED_APPROVAL


def _fetch_by(group: Group, span: Span, found: Weighing, now: datetime) -> datetime:
    """The end of the pickup window; of the first day, when whole days were reserved."""
    begins = max(span.from_at, now)
    windows = [one.rules.pickup_window.after(begins, group.time_zone) for one in found.allotments]
    if spans.is_of_whole_days(group, span):
        windows.append(end_of_opening_day(group, today_in(group, span.from_at)))
    return max(windows)


def _promise(session: AnySession, reservation: Reservation, one: Allotment) -> None:
    """Writes the units of one kind, after those that make room for them have moved."""
    places = one.places or {}
    allotting.move(session, one.ahead.wishes, places)
    items = allotting.items_by_id(session, [unit for id, unit in places.items() if id < 0])
    for number in range(1, len([id for id in places if id < 0]) + 1):
        unit = ReservedUnit(
            reservation=reservation,
            kind=one.wanted.kind,
            item_id=one.wanted.item_id,
            quantity=1 if one.wanted.is_counted else one.wanted.quantity,
            keep_until=one.keep_until,
        )
        session.add(unit)
        allotting.keep(session, reservation, unit, items[places[-number]])


def _write_down(
    session: AnySession,
    reservation: Reservation,
    *,
    by: Person,
    now: datetime,
    operation: UUID | None,
) -> None:
    session.flush()
    record(
        session,
        Event.RESERVED,
        by=by,
        at=now,
        group=reservation.group,
        person=reservation.person,
        operation=operation,
        reservation_id=reservation.id,
        from_at=reservation.from_at.isoformat(),
        until_at=reservation.until_at.isoformat(),
        units=[
            {"id": unit.id, "kind_id": unit.kind_id, "quantity": unit.quantity}
            for unit in reservation.units
        ],
    )


def _against_person(
    session: AnySession, group: Group, person: Person, by: Person, now: datetime
) -> list[Reason]:
    if by.id != person.id and not is_steward(session, by, group, now=now):
        return [roles.RoleNeeded(role=Role.STEWARD, group=group.name)]
    membership = membership_of(session, person, group, now=now)
    if membership is None:
        return [against_outsider(session, person, group, now)]
    return list(against_membership(membership, person, group))


def _against_kinds(wanted: Sequence[Wanted]) -> Iterator[Reason]:
    for one in wanted:
        if one.kind.counting is Counting.CONSUMABLE:
            yield TakenNotReserved(name=one.kind.name)
        if not 1 <= one.quantity <= MOST_AT_ONCE:
            yield why.WrongQuantity()


def _against_rules(
    group: Group, allotments: Sequence[Allotment], span: Span, now: datetime
) -> Iterator[Reason]:
    for one in allotments:
        yield from booking_rules.reasons_against(group, one.rules, span, now=now)


def _against_places(group: Group, allotments: Sequence[Allotment], span: Span) -> Iterator[Reason]:
    missing = [one for one in allotments if one.places is None]
    if not missing:
        return
    together = [(one.wanted, one.ahead) for one in allotments]
    windows = tuple(free_windows(group, together, span))
    for one in missing:
        name = one.wanted.kind.name
        if windows:
            yield NotFree(name=name, windows=windows, time_zone=group.time_zone)
        else:
            yield NeverFree(name=name)
