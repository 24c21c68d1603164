"""The line for a kind: who waits, in which order and why, and what is kept for whom.

Facts are read and the rest derived: an offer whose time is over has lapsed, and a hold whose last
day has passed has ended, whether or not anybody has written it down.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select

from toolshare.care.models import Outage
from toolshare.circulation.blocks import Ahead, what_is_ahead
from toolshare.circulation.deadlines import to_accept
from toolshare.circulation.fitting import Span
from toolshare.circulation.holds import is_over, last_passed_at, offer_in_force, open_holds
from toolshare.circulation.models import Loan
from toolshare.circulation.no_shows import COME_LAST, no_shows_of
from toolshare.circulation.promises import Hold
from toolshare.circulation.promising import SHORTEST
from toolshare.circulation.seasons import Had, what_was_had
from toolshare.circulation.turns import Place, Waiting, in_order, who_gets, why_next
from toolshare.inventory.models import Item
from toolshare.people.models import Group
from toolshare.people.opening import read_opening_times, today_in
from toolshare.people.roles import who_may_borrow_from
from toolshare.records import AnySession
from toolshare.refusals import Reason, msgid
from toolshare.rules.in_force import RulesInForce
from toolshare.rules.resolving import rules_for_many
from toolshare.rules.values import Regime


@dataclass(frozen=True)
class WaitedFor(Reason):
    """Somebody else waits for it, and it is their turn."""

    says = msgid("It is kept for somebody who waits in line.")
    instead = msgid("Put yourself in line, or look for another one in the catalogue.")


@dataclass(frozen=True)
class Line:
    """Who waits for a kind; `kept` says for whom each unit is that somebody was or can be offered.

    `free` are the units that are here and kept for nobody.
    """

    rules: RulesInForce
    year: int
    holds: Sequence[Hold]  # of those who wait, and those that only the records take for open
    places: Sequence[Place]
    kept: Mapping[int, Waiting]
    free: Collection[int]
    units: Collection[int]  # all that are in stock

    @property
    def served(self) -> set[int]:
        """The holds of those for whom a unit is kept."""
        return {one.hold_id for one in self.kept.values()}

    def place_of(self, person_id: int) -> Place | None:
        """Where somebody stands."""
        return next((one for one in self.places if one.waiting.person_id == person_id), None)

    def is_kept_from(self, person_id: int, unit: int) -> bool:
        """Whether the unit is kept for somebody else."""
        return unit in self.kept and self.kept[unit].person_id != person_id

    def why_next(self, one: Waiting) -> Place:
        """The place among those who can be offered something now."""
        line = [each.waiting for each in self.places]
        return why_next(line, one.hold_id, self.rules.regime, year=self.year)

    def is_awaited(self, unit: int) -> bool:
        """Whether somebody waits for this unit who can have no other now."""
        return any(
            one.waiting.may_have and one.waiting.wants in (None, unit)
            for one in self.places
            if one.waiting.hold_id not in self.served
        )


def line_of(session: AnySession, group: Group, kind_id: int, *, now: datetime) -> Line:
    """The line for one kind of the group."""
    return lines_of(session, group, [kind_id], now=now)[kind_id]


def lines_of(
    session: AnySession, group: Group, kind_ids: Collection[int], *, now: datetime
) -> dict[int, Line]:
    """The lines for these kinds of a group: a dozen statements, however many wait."""
    holds = open_holds(session, kind_ids)
    read_opening_times(session, group)
    today = today_in(group, now)
    people = {hold.person_id for hold in holds}
    longest = min((hold.asked_at for hold in holds), default=now)
    had = what_was_had(session, group, kind_ids, people, since=longest, now=now) if holds else {}
    eligible = who_may_borrow_from(session, group, people, today=today)
    rules = rules_for_many(session, group, kind_ids)
    missed = _who_come_last(session, group, people, rules.values(), now)
    ahead = what_is_ahead(session, group, kind_ids, now=now)
    free_since = _free_since(session, kind_ids) if holds else {}
    lines = {}
    for kind_id in kind_ids:
        own = [hold for hold in holds if hold.kind_id == kind_id]
        waiting = [
            replace(
                _waiting(hold, had[kind_id, hold.person_id], hold.person_id in eligible, now),
                has_missed=hold.person_id in missed,
            )
            for hold in own
            if not is_over(hold, now=now, today=today)
        ]
        places = in_order(waiting, rules[kind_id].regime, year=today.year)
        until = to_accept(group, rules[kind_id], now)
        kept = _kept([one.waiting for one in places], ahead[kind_id], free_since, now, until)
        free = set(_free(ahead[kind_id], now, now + SHORTEST)) - set(kept)
        lines[kind_id] = Line(
            rules[kind_id], today.year, own, places, kept, free, ahead[kind_id].units
        )
    return lines


def _who_come_last(
    session: AnySession,
    group: Group,
    people: Collection[int],
    rules: Iterable[RulesInForce],
    now: datetime,
) -> set[int]:
    """Who has left so much unfetched that, where turns are taken, they come last among equals."""
    if not people or all(one.regime is not Regime.TURNS for one in rules):
        return set()
    counted = no_shows_of(session, group, people, now=now)
    return {person_id for person_id, number in counted.items() if number >= COME_LAST}


def _waiting(hold: Hold, had: Had, is_eligible: bool, now: datetime) -> Waiting:
    offer = offer_in_force(hold, now=now)
    return Waiting(
        hold.id,
        hold.person_id,
        hold.asked_at,
        had.days,
        had.last_at,
        wants=hold.item_id,
        may_have=is_eligible and hold.paused_at is None,
        offered=offer.item_id if offer else None,
        offered_at=offer.offered_at if offer else None,
        passed_at=last_passed_at(hold, now=now),
    )


def _kept(
    line: Sequence[Waiting],
    ahead: Ahead,
    free_since: Mapping[int, datetime],
    now: datetime,
    until: datetime,
) -> dict[int, Waiting]:
    """What is offered, and what would be, to those whom it suits until they have to accept."""
    offered = {one.offered: one for one in line if one.offered is not None}
    free = [unit for unit in _free(ahead, now, until) if unit not in offered] if line else []
    return {**offered, **who_gets(line, {unit: free_since[unit] for unit in free})}


def _free(ahead: Ahead, since: datetime, until: datetime) -> Iterable[int]:
    """The units that nothing keeps at any moment of this time."""
    span = Span(since, until)
    blocked = {one.unit for one in ahead.all_blocks if one.span.overlaps(span)}
    return (unit for unit in sorted(ahead.units) if unit not in blocked)


def _free_since(session: AnySession, kind_ids: Collection[int]) -> dict[int, datetime]:
    """When each unit last came back, into service, or into the inventory."""
    of_item = Loan.item_id == Item.id
    moments = (
        select(func.max(Loan.returned_at)).where(of_item),
        select(func.max(Loan.undone_at)).where(of_item),
        select(func.max(Outage.ended_at)).where(Outage.item_id == Item.id),
    )
    found = session.execute(
        select(
            Item.id, Item.added_at, *(one.correlate(Item).scalar_subquery() for one in moments)
        ).where(Item.kind_id.in_(kind_ids), Item.retired_at.is_(None))
    )
    return {unit: max(filter(None, known)) for unit, *known in found}
