"""Several people and sweeps at the same moment, and one offer."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from tests.at_once import Press, press_all_at_once
from tests.circulation.in_line import comes_back, hold_of, look, offer_of, offered
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.circulation.asking import InLineAlready, ask, withdraw
from toolshare.circulation.borrowing import borrow
from toolshare.circulation.holds import NoLongerInLine
from toolshare.circulation.lines import WaitedFor
from toolshare.circulation.offering import OfferOver, accept, offer_what_is_free, pass_on
from toolshare.circulation.promises import Hold, Offer, OfferEnd
from toolshare.circulation.returning import take_back
from toolshare.inventory.models import Item, Kind
from toolshare.people.models import Group, Person
from toolshare.records import AnySession

AT_ONCE = 6
IN_A_WEEK = MONDAY_NOON + timedelta(days=7)


@on_any_database
def test_many_sweeps_at_once_make_one_offer(app: Flask, world: World, mower: Item) -> None:
    world.make_item(mower.kind)
    group_id, kind_id = world.borgo.id, mower.kind_id
    world.session.commit()

    def sweep(session: AnySession) -> None:
        group = session.get_one(Group, group_id)
        offer_what_is_free(session, group, [kind_id], now=MONDAY_NOON)

    assert press_all_at_once(app, [sweep] * AT_ONCE) == [()] * AT_ONCE
    assert len(world.session.scalars(select(Offer)).all()) == 1
    assert offered(world) == {"Ana"}


@on_any_database
def test_many_lapses_at_once_count_once(app: Flask, world: World, mower: Item) -> None:
    comes_back(world, mower)
    group_id, kind_id = world.borgo.id, mower.kind_id
    world.session.commit()

    def sweep(session: AnySession) -> None:
        group = session.get_one(Group, group_id)
        offer_what_is_free(session, group, [kind_id], now=IN_A_WEEK)

    press_all_at_once(app, [sweep] * AT_ONCE)
    assert hold_of(world, world.ana).passes == 1
    assert offered(world) == {"Bob"}


@on_any_database
def test_two_stewards_who_take_one_thing_back_make_one_offer(
    app: Flask, world: World, mower: Item
) -> None:
    stewards, item_id = [world.sam.id, world.cora.id], mower.id
    world.session.commit()

    def takes_back(steward_id: int) -> Press:
        def press(session: AnySession) -> None:
            steward = session.get_one(Person, steward_id)
            take_back(session, session.get_one(Item, item_id), by=steward, now=MONDAY_NOON)

        return press

    answers = press_all_at_once(app, [takes_back(steward_id) for steward_id in stewards])
    assert answers.count(()) == 1
    assert len(world.session.scalars(select(Offer)).all()) == 1


@on_any_database
def test_an_offer_is_accepted_or_passed_on_but_not_both(
    app: Flask, world: World, mower: Item
) -> None:
    comes_back(world, mower)
    offer_id, ana_id = offer_of(world, world.ana).id, world.ana.id
    world.session.commit()

    def accepts(session: AnySession) -> None:
        ana = session.get_one(Person, ana_id)
        accept(session, session.get_one(Offer, offer_id), by=ana, now=MONDAY_NOON)

    def passes(session: AnySession) -> None:
        ana = session.get_one(Person, ana_id)
        pass_on(session, session.get_one(Offer, offer_id), by=ana, now=MONDAY_NOON)

    answers = press_all_at_once(app, [accepts, passes] * (AT_ONCE // 2))
    offer = offer_of(world, world.ana)
    assert (offer.end, hold_of(world, world.ana).passes) == (OfferEnd.PASSED, 1)
    assert {reason for reasons in answers for reason in reasons} <= {OfferOver()}
    assert offered(world) == {"Bob"}


@on_any_database
def test_who_gives_up_at_the_last_moment_takes_nothing_from_the_next(
    app: Flask, world: World, mower: Item
) -> None:
    comes_back(world, mower)
    hold_id, item_id = hold_of(world, world.ana).id, mower.id
    ana_id, sam_id = world.ana.id, world.sam.id
    world.session.commit()

    def gives_up(session: AnySession) -> None:
        ana = session.get_one(Person, ana_id)
        withdraw(session, session.get_one(Hold, hold_id), by=ana, now=MONDAY_NOON)

    def borrows(session: AnySession) -> None:
        sam = session.get_one(Person, sam_id)
        item = session.get_one(Item, item_id)
        borrow(session, item, borrower=sam, by=sam, now=MONDAY_NOON)

    answers = press_all_at_once(app, [gives_up, gives_up, borrows, borrows])
    assert answers.count(()) == 1
    assert {reason for reasons in answers for reason in reasons} == {NoLongerInLine(), WaitedFor()}
    assert offered(world) == {"Bob"}


@on_any_database
def test_of_many_presses_one_is_a_place_in_line(app: Flask, world: World, mower: Item) -> None:
    kind_id, sam_id = mower.kind_id, world.sam.id
    world.session.commit()

    def asks(session: AnySession) -> None:
        sam, kind = session.get_one(Person, sam_id), session.get_one(Kind, kind_id)
        session.refresh(kind, ["group"])
        ask(session, kind, person=sam, by=sam, now=MONDAY_NOON)

    answers = press_all_at_once(app, [asks] * AT_ONCE)
    assert answers.count(()) == 1
    assert answers.count((InLineAlready(name="Sam"),)) == AT_ONCE - 1
    look(world, world.session.get_one(Item, mower.id), MONDAY_NOON)
    assert offered(world) == set()
