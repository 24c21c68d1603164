"""Somebody borrows a thing in the moment in which it is put into a kit: one of them gets it."""

from threading import Event
from time import sleep

import pytest
from flask import Flask
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError

from tests.at_once import Press, press_all_at_once
from tests.circulation.test_backstops import AT_ONCE, Race, run
from tests.postgres import on_any_database, only_on_postgres
from tests.world import MONDAY_NOON, World
from toolshare.circulation import kitting, promising
from toolshare.circulation.borrowing import borrow
from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Promise
from toolshare.circulation.retiring import retire
from toolshare.database import db
from toolshare.inventory.locking import under_lock
from toolshare.inventory.models import Counting, Item, KitPart
from toolshare.people.models import Person
from toolshare.records import AnySession


def borrows(item: Item, person: Person, quantity: int = 1) -> Press:
    item_id, person_id = item.id, person.id

    def press(session: AnySession) -> None:
        who, thing = session.get_one(Person, person_id), session.get_one(Item, item_id)
        borrow(session, thing, borrower=who, by=who, now=MONDAY_NOON, quantity=quantity)

    return press


def puts_in(world: World, kit: Item, item: Item, quantity: int = 1) -> Press:
    kit_id, item_id, sam_id = kit.id, item.id, world.sam.id

    def press(session: AnySession) -> None:
        by = session.get_one(Person, sam_id)
        inside, thing = session.get_one(Item, kit_id), session.get_one(Item, item_id)
        kitting.put_in(session, inside, thing, by=by, now=MONDAY_NOON, quantity=quantity)

    return press


def count(world: World, what: type[Loan] | type[KitPart]) -> int:
    return world.session.scalars(select(func.count()).select_from(what)).one()


@on_any_database
def test_a_thing_is_lent_or_put_into_one_kit_never_both(app: Flask, world: World) -> None:
    item, kits = world.make_item(), [world.make_kit(), world.make_kit()]
    people = [world.make_person(f"Member{number}", world.borgo) for number in range(2)]
    presses = [borrows(item, one) for one in people] + [puts_in(world, kit, item) for kit in kits]
    world.session.commit()
    answers = press_all_at_once(app, presses)
    assert answers.count(()) == 1
    assert count(world, Loan) + count(world, KitPart) == 1


@on_any_database
def test_no_more_of_a_bin_is_lent_and_put_into_kits_than_it_holds(app: Flask, world: World) -> None:
    kind = world.make_kind(name="Clamp", counting=Counting.BULK)
    clamps, kit = world.make_item(kind, quantity=10), world.make_kit()
    presses = [borrows(clamps, person, 4) for person in (world.ana, world.cora)]
    presses += [puts_in(world, kit, clamps, 3) for _ in range(2)]
    world.session.commit()
    press_all_at_once(app, presses)
    lent = world.session.scalars(select(func.coalesce(func.sum(Loan.quantity), 0))).one()
    in_kit = world.session.scalars(select(func.coalesce(func.sum(KitPart.quantity), 0))).one()
    assert (lent, in_kit) in {(8, 0), (4, 6), (4, 3)}


def wait_until_wait(session: AnySession, number: int) -> None:
    """Goes on when so many transactions wait for another one."""
    while session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")) != number:
        sleep(0.01)


@only_on_postgres
def test_what_gets_into_a_kit_just_before_it_is_retired_is_decided_on_under_its_own_lock(
    app: Flask, world: World
) -> None:
    item, kit = world.make_item(), world.make_kit()
    item_id, kit_id, cora_id = item.id, kit.id, world.cora.id
    put, is_in = puts_in(world, kit, item), Event()

    def puts_in_while_the_others_wait(session: AnySession) -> None:
        put(session)
        is_in.set()
        wait_until_wait(session, 2)

    def has_the_thing(session: AnySession) -> None:
        is_in.wait()
        under_lock(session, item_id)
        wait_until_wait(session, 1)
        session.execute(select(KitPart).with_for_update(nowait=True))

    def retires(session: AnySession) -> None:
        is_in.wait()
        cora, thing = session.get_one(Person, cora_id), session.get_one(Item, kit_id)
        retire(session, [thing], by=cora, now=MONDAY_NOON, why="Worn out")

    world.session.commit()
    presses = [puts_in_while_the_others_wait, has_the_thing, retires]
    assert press_all_at_once(app, presses) == [(), (), ()]
    assert world.session.scalars(select(KitPart.taken_out_at)).one() == MONDAY_NOON


def eight_kits(world: World, item: Item) -> Race:
    """Rows of one thing in as many kits, by somebody whose lock has failed."""
    kits = [world.make_kit() for _ in range(AT_ONCE)]
    rows = [
        insert(KitPart).values(kit_id=kit.id, item_id=item.id, counted=True, put_in_at=MONDAY_NOON)
        for kit in kits
    ]
    return Race(select(KitPart.id).where(KitPart.item_id == item.id), rows, {})


@on_any_database
def test_the_database_lets_a_thing_be_in_one_kit(app: Flask, world: World) -> None:
    race = eight_kits(world, world.make_item())
    world.session.commit()
    assert run(db.engine, race) == ["has it"] + ["refused"] * (AT_ONCE - 1)


@on_any_database
def test_the_database_promises_what_is_in_a_kit_to_nobody(world: World) -> None:
    item = world.make_item()
    world.make_kit(item)
    loan = world.make_loan(world.make_item(), world.ana)
    span = {"from_at": loan.due_at, "until_at": loan.due_at.replace(year=2030)}
    promising.let_go_of_loan(world.session, loan)
    promise = Promise(item_id=item.id, alone=True, quantity=1, loan_id=loan.id, **span)
    world.session.add(promise)
    with pytest.raises(IntegrityError):
        world.session.flush()
