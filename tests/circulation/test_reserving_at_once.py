"""Several people reserve, fetch and cancel at the same moment: nothing is promised twice."""

from collections.abc import Callable, Sequence
from datetime import date

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tests.at_once import Press, press_all_at_once
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.circulation import spans
from toolshare.circulation.allotting import Wanted
from toolshare.circulation.booking import Booking, NotFree
from toolshare.circulation.borrowing import borrow
from toolshare.circulation.calling_off import cancel
from toolshare.circulation.fitting import Span
from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Promise, Reservation, ReservedUnit
from toolshare.circulation.reservations import PickedUpInPart, ReservationEnded
from toolshare.circulation.reserving import reserve
from toolshare.inventory.models import Counting, Item, Kind
from toolshare.people.models import Person
from toolshare.people.opening import read_opening_times
from toolshare.records import AnySession

pytestmark = on_any_database

AT_ONCE = 8
Verb = Callable[[AnySession, Person], object]


def june(world: World, first: int, last: int) -> Span:
    group = read_opening_times(world.session, world.borgo)
    return spans.of_days(group, date(2026, 6, first), date(2026, 6, last))


def people(world: World) -> list[Person]:
    return [world.make_person(f"Member{number}", world.borgo) for number in range(AT_ONCE)]


def press(person: Person, verb: Verb) -> Press:
    person_id = person.id
    return lambda session: verb(session, session.get_one(Person, person_id))


def reserves(kinds: Sequence[Kind], span: Span, quantity: int = 1) -> Verb:
    kind_ids = [kind.id for kind in kinds]

    def act(session: AnySession, who: Person) -> None:
        with_group = [joinedload(Kind.group)]
        kinds = [session.get_one(Kind, one, options=with_group) for one in kind_ids]
        wanted = [Wanted(kind, quantity) for kind in kinds]
        group = wanted[0].kind.group
        reserve(session, group, Booking(wanted, span), person=who, by=who, now=MONDAY_NOON)

    return act


def fetches(item: Item) -> Verb:
    item_id = item.id

    def act(session: AnySession, who: Person) -> None:
        borrow(session, session.get_one(Item, item_id), borrower=who, by=who, now=MONDAY_NOON)

    return act


def cancels(reservation: Reservation) -> Verb:
    reservation_id = reservation.id

    def act(session: AnySession, who: Person) -> None:
        cancel(session, session.get_one(Reservation, reservation_id), by=who, now=MONDAY_NOON)

    return act


def promises(world: World) -> list[Promise]:
    return list(world.session.scalars(select(Promise)))


def test_the_last_unit_is_promised_to_one_of_many(app: Flask, world: World) -> None:
    item = world.make_item()
    asks = reserves([item.kind], june(world, 10, 12))
    presses = [press(one, asks) for one in people(world)]
    world.session.commit()
    answers = press_all_at_once(app, presses)
    assert answers.count(()) == 1
    assert {type(reason) for reasons in answers for reason in reasons} == {NotFree}
    assert len(promises(world)) == len(world.session.scalars(select(Reservation)).all()) == 1


def test_a_bin_is_promised_no_further_than_it_goes(app: Flask, world: World) -> None:
    crates = world.make_item(world.make_kind(counting=Counting.BULK), quantity=10)
    asks = reserves([crates.kind], june(world, 10, 12), quantity=3)
    presses = [press(one, asks) for one in people(world)]
    world.session.commit()
    assert press_all_at_once(app, presses).count(()) == 3
    assert sum(promise.quantity for promise in promises(world)) == 9


def test_who_borrows_and_who_reserves_do_not_both_get_it(app: Flask, world: World) -> None:
    item = world.make_item()
    asks = reserves([item.kind], june(world, 1, 3))
    takes = fetches(item)
    verbs = [asks, takes] * (AT_ONCE // 2)
    presses = [press(one, verb) for one, verb in zip(people(world), verbs, strict=True)]
    world.session.commit()
    answers = press_all_at_once(app, presses)
    assert answers.count(()) == len(promises(world)) == 1


def test_what_is_cancelled_while_it_is_fetched_is_one_or_the_other(
    app: Flask, world: World
) -> None:
    item = world.make_item()
    reserves([item.kind], june(world, 1, 3))(world.session, world.ana)
    reservation = world.session.scalars(select(Reservation)).one()
    presses = [press(world.ana, verb) for verb in [fetches(item), cancels(reservation)]]
    world.session.commit()
    fetched, cancelled = press_all_at_once(app, presses)
    assert fetched == ()  # if need be, as anybody who walks by
    assert cancelled in [(), (PickedUpInPart(),), (ReservationEnded(),)]
    unit = world.session.scalars(select(ReservedUnit)).one()
    loan = world.session.scalars(select(Loan)).one()
    assert (unit.loan_id is None) == (cancelled == ())
    assert [promise.loan_id for promise in promises(world)] == [loan.id]


def test_two_kinds_asked_for_in_either_order_keep_nobody_waiting_for_ever(
    app: Flask, world: World
) -> None:
    tractor, drill = (world.make_kind(name=name) for name in ("Tractor", "Seed drill"))
    for kind in (tractor, drill):
        for _ in range(AT_ONCE // 2):
            world.make_item(kind)
    days = june(world, 10, 12)
    orders = [[tractor, drill], [drill, tractor]] * (AT_ONCE // 2)
    presses = [
        press(one, reserves(order, days)) for one, order in zip(people(world), orders, strict=True)
    ]
    world.session.commit()
    answers = press_all_at_once(app, presses)
    assert answers.count(()) == AT_ONCE // 2
    assert len(promises(world)) == AT_ONCE
