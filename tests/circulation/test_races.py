"""Several people press the same button at the same moment."""

from uuid import uuid4

from flask import Flask
from sqlalchemy import func, select

from tests.at_once import Press, press_all_at_once
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.circulation import reasons as why
from toolshare.circulation.borrowing import borrow
from toolshare.circulation.models import Loan
from toolshare.circulation.returning import take_back
from toolshare.circulation.taking import take
from toolshare.inventory.models import Counting, Item
from toolshare.journal.models import Entry
from toolshare.people.models import Person
from toolshare.records import AnySession

AT_ONCE = 8


def make_people(world: World) -> list[Person]:
    people = [world.make_person(f"Member{number}", world.borgo) for number in range(AT_ONCE)]
    world.session.commit()
    return people


def borrows(item: Item, person: Person, **differences: object) -> Press:
    item_id, person_id = item.id, person.id

    def press(session: AnySession) -> None:
        who = session.get_one(Person, person_id)
        thing = session.get_one(Item, item_id)
        borrow(session, thing, borrower=who, by=who, now=MONDAY_NOON, **differences)

    return press


def count(session: AnySession, table: type[Loan] | type[Entry]) -> int:
    return session.scalars(select(func.count()).select_from(table)).one()


@on_any_database
def test_of_many_who_press_borrow_at_once_one_gets_it(app: Flask, world: World) -> None:
    item = world.make_item()
    people = make_people(world)
    answers = press_all_at_once(app, [borrows(item, person) for person in people])
    assert answers.count(()) == 1
    refused = [reasons for reasons in answers if reasons]
    assert {type(reason) for reasons in refused for reason in reasons} == {why.Out}
    assert (count(world.session, Loan), count(world.session, Entry)) == (1, 1)


@on_any_database
def test_one_operation_pressed_many_times_at_once_is_one_loan(app: Flask, world: World) -> None:
    item, operation = world.make_item(), uuid4()
    world.session.commit()
    presses = [borrows(item, world.ana, operation=operation) for _ in range(AT_ONCE)]
    assert press_all_at_once(app, presses) == [()] * AT_ONCE
    assert (count(world.session, Loan), count(world.session, Entry)) == (1, 1)


@on_any_database
def test_the_limit_holds_for_many_things_at_once(app: Flask, world: World) -> None:
    world.make_rule("open_loans", 3)
    items = [world.make_item() for _ in range(AT_ONCE)]
    world.session.commit()
    answers = press_all_at_once(app, [borrows(item, world.ana) for item in items])
    assert answers.count(()) == 3
    assert answers.count((why.AtTheLimit(limit=3, group="Borgo"),)) == AT_ONCE - 3


@on_any_database
def test_a_bin_lends_no_more_than_it_holds(app: Flask, world: World) -> None:
    kind = world.make_kind(name="Crate", counting=Counting.BULK)
    crates = world.make_item(kind, quantity=10)
    people = make_people(world)
    answers = press_all_at_once(app, [borrows(crates, one, quantity=3) for one in people])
    assert answers.count(()) == 3
    assert answers.count((why.NotEnough(left=1),)) == AT_ONCE - 3


@on_any_database
def test_no_more_is_taken_than_there_is(app: Flask, world: World) -> None:
    kind = world.make_kind(name="Screw", counting=Counting.CONSUMABLE)
    screws = world.make_item(kind, quantity=10)
    people = [person.id for person in make_people(world)]
    item_id = screws.id

    def takes(person_id: int) -> Press:
        def press(session: AnySession) -> None:
            who = session.get_one(Person, person_id)
            thing = session.get_one(Item, item_id)
            take(session, thing, taker=who, by=who, now=MONDAY_NOON, quantity=4)

        return press

    answers = press_all_at_once(app, [takes(person_id) for person_id in people])
    assert answers.count(()) == 2
    assert world.session.get_one(Item, item_id, populate_existing=True).quantity == 2


@on_any_database
def test_a_thing_comes_back_once(app: Flask, world: World) -> None:
    item = world.make_item()
    world.make_loan(item, world.ana)
    world.session.commit()
    item_id, steward_id = item.id, world.sam.id

    def press(session: AnySession) -> None:
        steward = session.get_one(Person, steward_id)
        take_back(session, session.get_one(Item, item_id), by=steward, now=MONDAY_NOON)

    answers = press_all_at_once(app, [press] * AT_ONCE)
    assert answers.count(()) == 1
    assert answers.count((why.NotOut(),)) == AT_ONCE - 1
