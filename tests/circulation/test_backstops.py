"""Eight decide at the same moment that a thing is free: what the database refuses by itself.

Each has looked and found it free before any of them writes, so no lock helps; without the backstop
all eight would have it.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, Insert, Select, insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from tests.at_once import press_all_at_once
from tests.circulation.test_reserving_at_once import june, people, press, promises, reserves
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.circulation import booking, promising, replanning, reserving
from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Hold, Offer, Promise
from toolshare.database import db
from toolshare.inventory.models import Item
from toolshare.people.models import Person

AT_ONCE = 8
DAY = timedelta(days=1)
TRIGGERS = ("DROP TRIGGER promises_alone_insert", "DROP TRIGGER promises_alone_update")
EXCLUSION = ("ALTER TABLE promises DROP CONSTRAINT ex_promises_alone",)


@dataclass(frozen=True)
class Race:
    """What is looked for, the row that each writes who found none, and how the backstop is dropped."""

    taken: Select[int]
    rows: Sequence[Insert]
    without: dict[str, Sequence[str]]


def eight_promises(world: World, item: Item, crowd: Sequence[Person]) -> Race:
    """The same days of one unit, for as many loans."""
    loans = [world.make_loan(world.make_item(), person) for person in crowd]
    for loan in loans:
        promising.let_go_of_loan(world.session, loan)
    span = {"from_at": MONDAY_NOON + DAY, "until_at": MONDAY_NOON + 3 * DAY}
    rows = [
        insert(Promise).values(item_id=item.id, loan_id=one.id, alone=True, quantity=1, **span)
        for one in loans
    ]
    taken = select(Promise.id).where(Promise.item_id == item.id)
    return Race(taken, rows, {"sqlite": TRIGGERS, "postgresql": EXCLUSION})


def eight_loans(_world: World, item: Item, crowd: Sequence[Person]) -> Race:
    """Open loans of one counted item."""
    times = {"borrowed_at": MONDAY_NOON, "due_at": MONDAY_NOON + DAY}
    rows = [
        insert(Loan).values(item_id=item.id, borrower_id=one.id, counted=True, **times)
        for one in crowd
    ]
    taken = select(Loan.id).where(Loan.item_id == item.id)
    return Race(taken, rows, _without_index("uq_loans_one_open_for_a_counted_item"))


def eight_offers(world: World, item: Item, crowd: Sequence[Person]) -> Race:
    """One unit offered to everybody who waits."""
    holds = [Hold(kind=item.kind, person=one, asked_at=MONDAY_NOON) for one in crowd]
    world.session.add_all(holds)
    world.session.flush()
    times = {"offered_at": MONDAY_NOON, "expires_at": MONDAY_NOON + DAY}
    rows = [insert(Offer).values(hold_id=one.id, item_id=item.id, **times) for one in holds]
    taken = select(Offer.id).where(Offer.item_id == item.id)
    return Race(taken, rows, _without_index("uq_offers_one_open_for_an_item"))


def _without_index(name: str) -> dict[str, Sequence[str]]:
    return dict.fromkeys(("sqlite", "postgresql"), (f"DROP INDEX {name}",))


RACES = pytest.mark.parametrize("of", [eight_promises, eight_loans, eight_offers])
Made = Callable[[World, Item, Sequence[Person]], Race]


def run(engine: Engine, race: Race) -> list[str]:
    """Who got it, when all look, then all write."""
    start = Barrier(AT_ONCE)

    def look_then_write(row: Insert) -> str:
        with engine.connect() as looking:
            assert looking.scalar(race.taken) is None
        start.wait()
        try:
            with engine.begin() as writing:
                writing.execute(row)
        except IntegrityError:
            return "refused"
        return "has it"

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return sorted(threads.map(look_then_write, race.rows))


def made(world: World, of: Made) -> Race:
    race = of(world, world.make_item(), people(world))
    world.session.commit()
    return race


def run_in_one_transaction(engine: Engine, race: Race) -> list[str]:
    """The same, but what was seen and what is written is of one moment, by the database's own word."""
    start = Barrier(AT_ONCE)

    def look_and_write(row: Insert) -> str:
        with engine.execution_options(isolation_level="SERIALIZABLE").connect() as connection:
            assert connection.scalar(race.taken) is None
            start.wait()
            try:
                connection.execute(row)
                connection.commit()
            except OperationalError:
                return "to be tried again"
        return "has it"

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return sorted(threads.map(look_and_write, race.rows))


@on_any_database
@RACES
def test_of_eight_who_all_found_it_free_the_database_lets_one_have_it(
    app: Flask, world: World, of: Made
) -> None:
    assert run(db.engine, made(world, of)) == ["has it"] + ["refused"] * (AT_ONCE - 1)


@on_any_database
@RACES
def test_without_the_backstop_all_eight_would_have_it(app: Flask, world: World, of: Made) -> None:
    race = made(world, of)
    for statement in race.without[db.engine.dialect.name]:
        world.session.execute(text(statement))
    world.session.commit()
    assert run(db.engine, race) == ["has it"] * AT_ONCE


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_verbs_whose_locks_failed_say_it_in_words(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All eight weigh before one of them writes; SQLite has one writer and nothing to unlock."""
    item = world.make_item()
    presses = [press(one, reserves([item.kind], june(world, 10, 12))) for one in people(world)]
    world.session.commit()
    all_have_weighed = Barrier(AT_ONCE)
    weigh = reserving.weigh

    def weigh_and_wait(*told: Any, **more: Any) -> booking.Weighing:
        found = weigh(*told, **more)
        all_have_weighed.wait()
        return found

    monkeypatch.setattr(reserving, "weigh", weigh_and_wait)
    for module in (reserving, replanning):
        monkeypatch.setattr(module, "lock_kinds", lambda *_: None)
    answers = press_all_at_once(app, presses)
    assert answers.count(()) == 1
    assert answers.count((promising.JustPromised(),)) == AT_ONCE - 1
    assert len(promises(world)) == 1


@on_any_database
def test_without_lock_and_backstop_one_moment_for_all_lets_one_have_it_and_seven_try_again(
    app: Flask, world: World
) -> None:
    """A plain BEGIN on SQLite, SERIALIZABLE on PostgreSQL: right, but seven had to begin anew."""
    race = made(world, eight_promises)
    for statement in race.without[db.engine.dialect.name]:
        world.session.execute(text(statement))
    world.session.commit()
    again = ["to be tried again"] * (AT_ONCE - 1)
    assert run_in_one_transaction(db.engine, race) == ["has it", *again]
