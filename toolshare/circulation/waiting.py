"""What pages show of waiting: one's turns, the line for a kind, the shelf of what is ready."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from toolshare.circulation import asking
from toolshare.circulation.eligibility import is_steward
from toolshare.circulation.holds import holds_with_all, offer_in_force
from toolshare.circulation.lines import Line, lines_of
from toolshare.circulation.promises import Hold, Offer
from toolshare.circulation.reservation_queries import Shown, State, for_the_shelf
from toolshare.circulation.turns import Place, from_numbers
from toolshare.inventory.models import Item, Kind
from toolshare.people.models import Group, Person
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid
from toolshare.rules.values import Regime


@dataclass(frozen=True)
class NoSuchTurn(Reason):
    """There is none, or it is none of the person's business: they can't tell which."""

    status = HTTPStatus.NOT_FOUND
    says = msgid("There is no such place in line of yours.")
    instead = msgid("Look at your turns.")


@dataclass(frozen=True)
class Turn:
    """How somebody stands in a line."""

    hold: Hold
    place: Place
    offer: Offer | None  # while it is in force

    @property
    def state(self) -> str:
        """In line, paused, or how the offer stands."""
        if self.offer is None:
            return "paused" if self.hold.paused_at else "in_line"
        return self.offer.state

    @property
    def why(self) -> Place:
        """Why they stand there; of what is offered, why it was to them."""
        return from_numbers(self.offer.numbers) if self.offer else self.place


@dataclass(frozen=True)
class TurnHere:
    """What the page of a thing says of the line for it."""

    waiting: int
    own: Turn | None
    may_ask: bool = False
    may_ask_for_this: bool = False  # and no other of its kind


@dataclass(frozen=True)
class LinePage:
    """Everyone in the line for a kind; only stewards are told names."""

    kind: Kind
    regime: Regime
    turns: Sequence[Turn]
    reader: Person
    is_ours: bool  # the reader is a steward of the group

    def name_of(self, hold_id: int) -> str | None:
        """Who it is, as far as that is the reader's business."""
        person = next(turn.hold.person for turn in self.turns if turn.hold.id == hold_id)
        return person.name if self.is_ours or person.id == self.reader.id else None


@dataclass(frozen=True)
class Shelf:
    """What is kept for others: to be answered, to be set aside, ready to be picked up."""

    offered: Sequence[Offer]
    accepted: Sequence[Offer]
    ready: Sequence[Offer]
    reserved: Sequence[Shown]  # to be fetched soon, and not set aside
    reserved_ready: Sequence[Shown]
    lines: Sequence[tuple[Kind, int]]  # what is waited for, and by how many


def kind_with_group(session: AnySession, kind_id: int) -> Kind | None:
    """The kind with this id, and its group."""
    return session.scalar(select(Kind).where(Kind.id == kind_id).options(joinedload(Kind.group)))


def my_turns(session: AnySession, person: Person, *, now: datetime) -> list[Turn]:
    """What somebody waits for, what is offered to them first."""
    holds = session.scalars(
        holds_with_all()
        .options(joinedload(Hold.kind).selectinload(Kind.photos))
        .join(Hold.kind)
        .where(Hold.person_id == person.id, Hold.ended_at.is_(None))
        .order_by(Kind.group_id, Hold.id)
    ).all()
    found = []
    for group, own in groupby(holds, key=lambda hold: hold.kind.group):
        lines = lines_of(session, group, [hold.kind_id for hold in own], now=now)
        found += [turn for line in lines.values() for turn in _of_person(line, person, now)]
    return sorted(found, key=lambda turn: (turn.offer is None, turn.hold.id))


def offers_to(session: AnySession, person: Person, *, now: datetime) -> Sequence[Offer]:
    """What is offered to somebody, or kept for them, in one statement."""
    return session.scalars(
        select(Offer)
        .join(Offer.hold)
        .where(Hold.person_id == person.id, Offer.ended_at.is_(None), Offer.expires_at > now)
        .options(joinedload(Offer.hold).joinedload(Hold.kind).joinedload(Kind.group))
        .order_by(Offer.expires_at, Offer.id)
    ).all()


def turn_here(
    session: AnySession, kind: Kind, person: Person, *, now: datetime, item: Item | None = None
) -> TurnHere:
    """How somebody stands in the line for a kind, or whether they may join it."""
    line, reasons = asking.weigh(session, kind, person=person, by=person, now=now)
    if line is None:
        return TurnHere(0, None)
    own = next(iter(_of_person(line, person, now)), None)
    is_one_of_many = item is not None and len(line.units) > 1
    is_away = item is not None and item.id in line.units and item.id not in line.free
    for_this = is_one_of_many and is_away and reasons in ([], [asking.FreeNow()])
    return TurnHere(len(line.places), own, not reasons, for_this)


def line_page(session: AnySession, kind: Kind, person: Person, *, now: datetime) -> LinePage:
    """The line for a kind, which has its group; refuses who has no business with it."""
    line, reasons = asking.weigh(session, kind, person=person, by=person, now=now)
    if line is None:
        raise Refusal(*reasons)
    ours = is_steward(session, person, kind.group, now=now)
    return LinePage(kind, line.rules.regime, _turns(line, now), person, ours)


def shelf_of(session: AnySession, group: Group, *, now: datetime) -> Shelf:
    """What stewards of the group keep for others, and what is waited for."""
    offers = session.scalars(
        select(Offer)
        .join(Offer.item)
        .join(Item.kind)
        .where(Kind.group_id == group.id, Offer.ended_at.is_(None), Offer.expires_at > now)
        .options(joinedload(Offer.hold).joinedload(Hold.person))
        .options(
            joinedload(Offer.item).joinedload(Item.kind),
            joinedload(Offer.item).joinedload(Item.place),
        )
        .order_by(Offer.expires_at, Offer.id)
    ).all()
    reserved = for_the_shelf(session, group, now=now)
    return Shelf(
        [one for one in offers if one.accepted_at is None],
        [one for one in offers if one.accepted_at and not one.set_aside_at],
        [one for one in offers if one.set_aside_at],
        [one for one in reserved if one.state is not State.READY],
        [one for one in reserved if one.state is State.READY],
        _lines_of(session, group),
    )


def _lines_of(session: AnySession, group: Group) -> list[tuple[Kind, int]]:
    found = session.execute(
        select(Kind, func.count())
        .join(Hold, Hold.kind_id == Kind.id)
        .where(Kind.group_id == group.id, Hold.ended_at.is_(None))
        .group_by(Kind.id)
        .order_by(func.lower(Kind.name), Kind.id)
    )
    return [(kind, count) for kind, count in found]


def hold_for(session: AnySession, hold_id: int, person: Person, *, now: datetime) -> Hold:
    """The hold, for who waits and for stewards of the group; a 404 for anybody else."""
    hold = session.scalar(holds_with_all().where(Hold.id == hold_id))
    if hold is None or not _concerns(session, hold, person, now):
        raise Refusal(NoSuchTurn())
    return hold


def offer_for(session: AnySession, offer_id: int, person: Person, *, now: datetime) -> Offer:
    """The offer, for whom it was made to and for stewards of the group; a 404 for anybody else."""
    hold = session.scalar(holds_with_all().join(Hold.offers).where(Offer.id == offer_id))
    if hold is None or not _concerns(session, hold, person, now):
        raise Refusal(NoSuchTurn())
    return next(offer for offer in hold.offers if offer.id == offer_id)


def _concerns(session: AnySession, hold: Hold, person: Person, now: datetime) -> bool:
    return hold.person_id == person.id or is_steward(session, person, hold.kind.group, now=now)


def _turns(line: Line, now: datetime) -> list[Turn]:
    holds = {hold.id: hold for hold in line.holds}
    return [
        Turn(hold, place, offer_in_force(hold, now=now))
        for place in line.places
        for hold in [holds[place.waiting.hold_id]]
    ]


def _of_person(line: Line, person: Person, now: datetime) -> list[Turn]:
    return [turn for turn in _turns(line, now) if turn.hold.person_id == person.id]
