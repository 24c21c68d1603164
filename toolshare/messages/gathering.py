"""What a message is about, as it is when it is sent: what isn't true any more is not told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from toolshare.circulation import overview, spans
from toolshare.circulation.fitting import Span
from toolshare.circulation.models import Loan
from toolshare.circulation.overview import Shown
from toolshare.circulation.promises import Hold, Offer, Reservation, ReservedUnit
from toolshare.circulation.standing import WITH_BORROWER
from toolshare.inventory.models import Item, Kind
from toolshare.messages.stages import A_WEEK, late_stage
from toolshare.outbox.models import Message, Topic
from toolshare.people import roles
from toolshare.people.models import Group, Person, Role
from toolshare.people.opening import today_in
from toolshare.records import AnySession
from toolshare.stocktake.models import Closing

MOST_THINGS = 50  # that one message lists


@dataclass(frozen=True)
class Thing:
    """Something that a message names: what it is called, its code if it has one, how many of it."""

    name: str
    code: str | None = None
    number: int = 1


@dataclass(frozen=True)
class Told:
    """What is filled in, what the address of its page is made of, and what goes into a calendar."""

    fields: Mapping[str, Any]
    about: Mapping[str, Any] = field(default_factory=dict)
    loans: Sequence[Loan] = ()
    reservation: Reservation | None = None


@dataclass(frozen=True)
class Asked:
    """A message with whom and what it concerns, and when it is asked what it says."""

    session: AnySession
    message: Message
    person: Person | None
    group: Group | None
    now: datetime

    @property
    def facts(self) -> Mapping[str, Any]:
        """What was written down with it."""
        return self.message.facts

    @property
    def today(self) -> date:
        """The day that it is in the group that it concerns."""
        return today_in(self.its_group, self.now)

    @property
    def its_group(self) -> Group:
        if self.group is None:
            raise LookupError(f"message {self.message.id} concerns no group")
        return self.group

    def still_has(self, role: Role) -> bool:
        """Whether the person has this role in the group."""
        if self.person is None:
            return False
        own = roles.role_in(self.session, self.person, self.its_group, today=self.today)
        return own is not None and own.covers(role)


def gather(asked: Asked) -> Told | None:
    """What to tell; None when it isn't true or of any use any more."""
    good_until = asked.facts.get("good_until")
    if good_until is not None and datetime.fromisoformat(good_until) <= asked.now:
        return None
    return GATHERED.get(Topic(asked.message.topic), _as_written)(asked)


def _as_written(asked: Asked) -> Told:
    return Told(asked.facts)


def _welcome(asked: Asked) -> Told | None:
    return Told({}) if asked.still_has(Role.MEMBER) else None


def _asked_to_join(asked: Asked) -> Told | None:
    return Told(asked.facts) if asked.still_has(Role.COORDINATOR) else None


def _due_soon(asked: Asked) -> Told | None:
    day = _day(asked)
    return _due(asked, day) if asked.today < day else None


def _due_today(asked: Asked) -> Told | None:
    day = _day(asked)
    return _due(asked, day) if asked.today == day else None


def _late(asked: Asked) -> Told | None:
    day = _day(asked)
    return _due(asked, day) if late_stage(day, asked.today) == asked.facts["stage"] else None


def _day(asked: Asked) -> date:
    return date.fromisoformat(asked.facts["day"])


def _due(asked: Asked, day: date) -> Told | None:
    """All that the person has of the group and that was or is due on a day."""
    span = spans.from_midnight(asked.its_group, day, day)
    loans = asked.session.scalars(
        select(Loan)
        .join(Loan.item)
        .join(Item.kind)
        .where(Loan.borrower_id == asked.message.person_id, WITH_BORROWER)
        .where(Kind.group_id == asked.message.group_id)
        .where(Loan.due_at >= span.from_at, Loan.due_at < span.until_at)
        .options(joinedload(Loan.item).joinedload(Item.kind), selectinload(Loan.renewals))
        .order_by(Loan.due_at, Loan.id)
        .limit(MOST_THINGS)
    ).all()
    things = tuple(_thing(one.item, one.quantity) for one in loans)
    return Told({"things": things, "day": day}, loans=loans) if loans else None


def _called_back(asked: Asked) -> Told | None:
    loan = asked.session.scalar(
        select(Loan)
        .where(Loan.id == asked.facts["loan"], Loan.borrower_id == asked.message.person_id)
        .where(WITH_BORROWER, Loan.recalled_at.is_not(None))
        .options(joinedload(Loan.item).joinedload(Item.kind), selectinload(Loan.renewals))
    )
    if loan is None:
        return None
    things = (_thing(loan.item, loan.quantity),)
    fields = {"things": things, "until": loan.due_at, "why": asked.facts["why"]}
    return Told(fields, loans=[loan])


def _offer(asked: Asked) -> Offer | None:
    """What is offered to the person, as long as it is."""
    return asked.session.scalar(
        select(Offer)
        .join(Offer.hold)
        .where(Offer.id == asked.facts["offer"], Hold.person_id == asked.message.person_id)
        .where(Offer.ended_at.is_(None), Offer.expires_at > asked.now)
        .options(joinedload(Offer.item).joinedload(Item.kind))
    )


def _your_turn(asked: Asked) -> Told | None:
    offer = _offer(asked)
    if offer is None or offer.accepted_at is not None:
        return None
    return Told({"things": (_thing(offer.item),), "until": offer.expires_at})


def _ready(asked: Asked) -> Told | None:
    if "offer" not in asked.facts:
        return _reserved(asked, lambda one: one.is_open, lambda unit: unit.set_aside_at is not None)
    offer = _offer(asked)
    if offer is None or offer.set_aside_at is None:
        return None
    return Told({"things": (_thing(offer.item),), "until": offer.expires_at})


def _approved(asked: Asked) -> Told | None:
    return _reserved(asked, lambda one: one.is_open and one.approved_at is not None)


def _declined(asked: Asked) -> Told | None:
    return _reserved(asked, lambda one: one.declined_at is not None)


def _missed(asked: Asked) -> Told | None:
    return _reserved(asked, lambda one: one.no_show_at is not None)


def _lapsed(asked: Asked) -> Told | None:
    return _reserved(asked, lambda _: True, lambda unit: unit.given_up_at is not None)


def _cancelled(asked: Asked) -> Told | None:
    return _reserved(asked, lambda one: one.cancelled_at is not None)


def _displaced(asked: Asked) -> Told | None:
    return _reserved(
        asked,
        lambda one: one.is_open and one.until_at > asked.now,
        lambda unit: unit.promise is None and not unit.is_settled,
    )


def _reserved(
    asked: Asked,
    is_true: Callable[[Reservation], bool],
    concerns: Callable[[ReservedUnit], bool] = lambda _: True,
) -> Told | None:
    """The reservation, if this is true of it and of one of its units."""
    reservation = asked.session.scalar(
        select(Reservation)
        .where(Reservation.id == asked.facts["reservation"])
        .where(Reservation.person_id == asked.message.person_id)
        .options(selectinload(Reservation.units).joinedload(ReservedUnit.kind))
        .options(selectinload(Reservation.units).joinedload(ReservedUnit.promise))
    )
    if reservation is None or not is_true(reservation):
        return None
    units = [unit for unit in reservation.units if concerns(unit)]
    if not units:
        return None
    fields = {
        "things": tuple(Thing(unit.kind.name, number=unit.quantity) for unit in units),
        "span": Span(reservation.from_at, reservation.until_at),
        "until": reservation.fetch_by,
        "why": reservation.declined_why or reservation.cancelled_why,
    }
    is_certain = asked.message.topic == Topic.RESERVATION_APPROVED
    about = {"reservation_id": reservation.id}
    return Told(fields, about, reservation=reservation if is_certain else None)


def _damaged(asked: Asked) -> Told | None:
    loan = asked.session.scalar(
        select(Loan)
        .where(Loan.id == asked.facts["loan"], Loan.returned_at.is_not(None))
        .options(joinedload(Loan.item).joinedload(Item.kind), joinedload(Loan.inspection))
    )
    if loan is None or loan.inspection is None or not asked.still_has(Role.STEWARD):
        return None
    things = (_thing(loan.item, loan.quantity),)
    return Told({"things": things, "found": loan.inspection}, {"code": loan.item.code})


def _stocktake(asked: Asked) -> Told | None:
    closing = asked.session.get(Closing, asked.facts["closing_id"])
    if closing is None or closing.undone_at or not asked.still_has(Role.COORDINATOR):
        return None
    about = {"slug": asked.its_group.slug, "stocktake_id": closing.stocktake_id}
    return Told(asked.facts, about)


def _digest(asked: Asked) -> Told | None:
    """A week in numbers; a group in which nothing happens is not written to."""
    if not asked.still_has(Role.COORDINATOR):
        return None
    group = asked.its_group
    counts = overview.overview(asked.session, group, None, now=asked.now).counts
    span = spans.from_midnight(group, asked.today, asked.today)
    lent = select(func.count(Loan.id)).join(Loan.item).join(Item.kind)
    lent = lent.where(Kind.group_id == group.id, Loan.undone_at.is_(None))
    lent = lent.where(Loan.borrowed_at >= span.from_at - A_WEEK * (span.until_at - span.from_at))
    numbers = {str(shown): counts[shown] for shown in Shown}
    numbers["lent"] = asked.session.scalar(lent) or 0
    return Told(numbers, {"slug": group.slug}) if any(numbers.values()) else None


def _thing(item: Item, number: int = 1) -> Thing:
    return Thing(item.kind.name, item.code, number)


GATHERED: Mapping[Topic, Callable[[Asked], Told | None]] = {
    Topic.WELCOME: _welcome,
    Topic.ASKED_TO_JOIN: _asked_to_join,
    Topic.DUE_SOON: _due_soon,
    Topic.DUE_TODAY: _due_today,
    Topic.LATE: _late,
    Topic.CALLED_BACK: _called_back,
    Topic.YOUR_TURN: _your_turn,
    Topic.RESERVATION_APPROVED: _approved,
    Topic.RESERVATION_DECLINED: _declined,
    Topic.RESERVATION_READY: _ready,
    Topic.RESERVATION_MISSED: _missed,
    Topic.RESERVATION_EXPIRED: _lapsed,
    Topic.RESERVATION_UNSERVED: _lapsed,
    Topic.RESERVATION_CANCELLED: _cancelled,
    Topic.DISPLACED: _displaced,
    Topic.RETURNED_WITH_DAMAGE: _damaged,
    Topic.STOCKTAKE_DONE: _stocktake,
    Topic.DIGEST: _digest,
}
