"""A busy shed: twenty items, who comes to it, and what the database says when all have left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from datetime import time as of_day

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from tests.crowd import Answer, Client, Habit, Visit, come_together
from tests.world import World
from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Promise
from toolshare.circulation.standing import STILL_OUT
from toolshare.journal.models import Entry, Event
from toolshare.people.models import OpeningHours, Role
from toolshare.records import AnySession
from toolshare.rules.lengths import Length

KINDS, UNITS = 5, 4
EVENTS = {
    "borrow": Event.BORROWED,
    "return": Event.RETURNED,
    "renew": Event.RENEWED,
    "reserve": Event.RESERVED,
    "cancel": Event.RESERVATION_CANCELLED,
    "service": Event.PUT_INTO_SERVICE,
}
EVERY_THIRD = 3  # is a steward


@dataclass(frozen=True)
class Shed:
    """What there is, and who comes."""

    codes: Sequence[str]
    kinds: Sequence[int]
    people: Sequence[str]  # their e-mail addresses


def furnish(world: World, people: int, role: Role = Role.MEMBER) -> Shed:
    """Fills Borgo's shed: five kinds of four units each, always open.

    Things are lent by the hour, so that each renewal is worth something.
    """
    for weekday in range(7):
        world.session.add(
            OpeningHours(
                group_id=world.borgo.id,
                weekday=weekday,
                opens_at=of_day(0),
                closes_at=of_day(23, 59),
            )
        )
    world.make_rule("loan_period", Length(days=2, hours=12))
    world.make_rule("renewals", 100)
    kinds = [world.make_kind(name=f"Hand drill {number}") for number in range(KINDS)]
    items = [world.make_item(kind) for kind in kinds for _ in range(UNITS)]
    comers = [
        world.make_person(
            f"comer{number}",
            world.borgo,
            role if number % EVERY_THIRD else Role.STEWARD,
            since=date(2000, 1, 1),
        )
        for number in range(people)
    ]
    return Shed(
        [item.code for item in items],
        [kind.id for kind in kinds],
        [str(person.email) for person in comers],
    )


def crowded(port: int, shed: Shed, seconds: float) -> list[Answer]:
    """Everybody reaches for everything: two thirds borrow, renew and reserve, a third takes back."""
    habits = [
        Habit.MEMBER if number % EVERY_THIRD else Habit.STEWARD
        for number in range(len(shed.people))
    ]
    return _visited(port, shed, seconds, habits, [shed.codes] * len(habits))


def orderly(port: int, shed: Shed, seconds: float) -> list[Answer]:
    """Everybody borrows and returns things that nobody else touches; all are stewards."""
    people = len(shed.people)
    own = [shed.codes[number::people] for number in range(people)]
    return _visited(port, shed, seconds, [Habit.ALONE] * people, own)


def _visited(
    port: int,
    shed: Shed,
    seconds: float,
    habits: Sequence[Habit],
    codes: Sequence[Sequence[str]],
) -> list[Answer]:
    cookies = [_cookie(port, email) for email in shed.people]
    return come_together(
        [
            Visit(port, cookie, number, habit, own, shed.kinds, seconds)
            for number, (cookie, habit, own) in enumerate(zip(cookies, habits, codes, strict=True))
        ]
    )


def _cookie(port: int, email: str) -> str:
    client = Client(port)
    client.sign_in(email)
    client.close()
    return client.cookie


def held_twice(session: AnySession) -> Sequence[int]:
    """Items that two people have at the same time."""
    open_loans = select(Loan.item_id).where(STILL_OUT).group_by(Loan.item_id)
    return session.scalars(open_loans.having(func.count() > 1)).all()


def promised_twice(session: AnySession) -> Sequence[int]:
    """Items of which two promises overlap."""
    other = aliased(Promise)
    overlap = and_(
        Promise.item_id == other.item_id,
        Promise.id < other.id,
        Promise.from_at < other.until_at,
        other.from_at < Promise.until_at,
    )
    return session.scalars(select(Promise.item_id).join(other, overlap)).all()


def unaccounted_for(session: AnySession, answers: Sequence[Answer]) -> set[tuple[str, str]]:
    """What was answered and is not in the journal, or is in there without an answer.

    Each as the event and its operation.
    """
    written = select(Entry.what, Entry.operation).where(Entry.operation.is_not(None))
    journal = {(row.what, row.operation) for row in session.execute(written)}
    accepted = {(str(EVENTS[one.act]), one.operation) for one in answers if one.is_accepted}
    return journal ^ accepted


def wrongly_out(session: AnySession) -> set[int | None]:
    """Items that are out but should be here by the journal, or the other way round."""
    moved = select(Entry).where(Entry.what.in_([Event.BORROWED, Event.RETURNED]))
    out: set[int | None] = set()
    for entry in session.scalars(moved.order_by(Entry.id)):
        (out.add if entry.what == Event.BORROWED else out.discard)(entry.item_id)
    return out ^ set(session.scalars(select(Loan.item_id).where(STILL_OUT)))
