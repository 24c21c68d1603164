"""Booking: what somebody wants to have together for a span, and all that speaks against it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from itertools import chain

from toolshare.circulation import booking_rules, fair_share, in_kits
from toolshare.circulation import reasons as why
from toolshare.circulation.allotting import Allotment, Wanted, allot
from toolshare.circulation.at_hand import MOST_AT_ONCE
from toolshare.circulation.eligibility import (
    against_membership,
    against_outsider,
    is_steward,
    membership_of,
)
from toolshare.circulation.fitting import Span
from toolshare.circulation.promises import Reservation
from toolshare.circulation.windows import Together, free_windows
from toolshare.inventory.models import Counting
from toolshare.people import roles
from toolshare.people.models import Group, Person, Role
from toolshare.people.opening import read_opening_times
from toolshare.records import AnySession
from toolshare.refusals import Reason, msgid
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
class AskedForTwice(Reason):
    """Room is found for each kind by itself."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    name: str
    says = msgid("%(name)s was chosen twice.")
    instead = msgid("Choose it once, and say how many.")


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
    moved: Reservation | None = None,
) -> Weighing:
    """Weighs whether these can be promised to the person together; the kinds have their group.

    `moved` is the reservation that would be for this time from now on.
    """
    wanted, span = booking.wanted, booking.span
    read_opening_times(session, group)
    reasons = against_wanted(group, wanted)
    if not any(isinstance(one, NothingWanted | OneVillageAtATime) for one in reasons):
        named = [one.item_id for one in wanted if one.item_id is not None]
        reasons += in_kits.against_each(session, named)
        reasons += _against_person(session, group, person, by, now)
    if reasons:
        return Weighing((), list(dict.fromkeys(reasons)))
    allotments = allot(session, group, wanted, span, now=now, moved=moved)
    rules = {one.wanted.kind.id: one.rules for one in allotments}
    limit = min(one.open_holds for one in rules.values())
    reasons = [
        *_against_rules(group, allotments, span, now, moved),
        *chain.from_iterable(
            fitness.reasons_against(session, person, one, group=group, now=now)
            for one in rules.values()
        ),
        *(booking_rules.against_more(session, person, limit, now=now) if not moved else ()),
        *fair_share.against_share(session, group, person, rules, span, now=now, moved=moved),
    ]
    reasons = reasons or [*_against_places(group, allotments, span)]
    return Weighing(allotments, list(dict.fromkeys(reasons)))


def against_wanted(group: Group, wanted: Sequence[Wanted]) -> list[Reason]:
    """What speaks against wanting just these of a group, whenever and for whomever it may be."""
    if not wanted:
        return [NothingWanted()]
    if any(one.kind.group_id != group.id for one in wanted):
        return [OneVillageAtATime()]
    return list(dict.fromkeys(_against_kinds(wanted)))


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
        if sum(one.kind.id == other.kind.id for other in wanted) > 1:
            yield AskedForTwice(name=one.kind.name)


def _against_rules(
    group: Group,
    allotments: Sequence[Allotment],
    span: Span,
    now: datetime,
    moved: Reservation | None,
) -> Iterator[Reason]:
    gave_notice = moved is not None and moved.lacks_something
    for one in allotments:
        found = booking_rules.reasons_against(group, one.rules, span, now=now)
        yield from (reason for reason in found if not (gave_notice and _is_short_notice(reason)))


def _is_short_notice(reason: Reason) -> bool:
    """Whether it is about telling earlier, which who was displaced has done."""
    return isinstance(reason, booking_rules.TooShortNotice)


def _against_places(group: Group, allotments: Sequence[Allotment], span: Span) -> Iterator[Reason]:
    missing = [one for one in allotments if one.places is None]
    if not missing:
        return
    together = [Together(one.wanted, one.ahead, one.rules.turnaround) for one in allotments]
    windows = tuple(free_windows(group, together, span))
    for one in missing:
        name = one.wanted.kind.name
        if windows:
            yield NotFree(name=name, windows=windows, time_zone=group.time_zone)
        else:
            yield NeverFree(name=name)
