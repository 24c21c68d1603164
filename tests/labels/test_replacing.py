"""A label or a card that is lost or worn gets another code; the old one is never forgotten."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from tests.at_once import press_all_at_once
from tests.counting import statements
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.codes.models import Code, Wearer
from toolshare.journal.models import Entry, Event
from toolshare.journal.recording import OperationUsed
from toolshare.labels import replacing, scanning
from toolshare.labels.life import life_of
from toolshare.labels.models import Cause, FormerCode
from toolshare.labels.printing import Wishes, print_labels
from toolshare.labels.replacing import ReplacedAlready
from toolshare.labels.scanning import LostCard, anything_behind, item_behind, what_is_behind
from toolshare.labels.wearing import Wears
from toolshare.people.models import Membership, Person
from toolshare.people.roles import RoleNeeded, membership_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal

MAKE: dict[str, Callable[[World], Wears]] = {
    "item": lambda world: world.make_item(),
    "place": lambda world: world.make_place("Barn"),
    "card": lambda world: card_of(world, world.ana),
}


def card_of(world: World, person: Person) -> Membership:
    card = membership_in(world.session, person, world.borgo)
    assert card is not None
    return card


def replace(world: World, code: str, cause: Cause = Cause.WORN, **how: Any) -> Wears:
    how = {"by": world.sam, "now": MONDAY_NOON, **how}
    return replacing.replace(world.session, code, cause, **how)


def refusal(act: Callable[[], object]) -> tuple[Reason, ...]:
    with pytest.raises(Refusal) as refused:
        act()
    return tuple(refused.value.reasons)


@on_any_database
@pytest.mark.parametrize("sort", MAKE)
def test_the_old_code_finds_what_wears_the_new_one(app: Flask, world: World, sort: str) -> None:
    thing = MAKE[sort](world)
    old = thing.code
    assert replace(world, old) is thing
    assert thing.code != old
    assert what_is_behind(world.session, old) is thing
    assert what_is_behind(world.session, thing.code) is thing


def test_a_thing_is_found_by_every_label_that_it_ever_had(world: World) -> None:
    item = world.make_item()
    codes = [item.code]
    for cause in (Cause.WORN, Cause.LOST, Cause.WORN):
        replace(world, item.code, cause)
        codes.append(item.code)
    assert len(set(codes)) == 4
    assert [item_behind(world.session, code) for code in codes] == [item] * 4


def test_an_old_label_of_a_place_is_none_of_a_thing(world: World) -> None:
    barn = world.make_place("Barn")
    old = barn.code
    replace(world, old)
    assert refusal(lambda: item_behind(world.session, old)) == (scanning.NotAnItem(code=old),)


def test_a_code_that_nothing_wears_or_wore_is_unknown_although_it_is_in_the_register(
    world: World, session: scoped_session[Session]
) -> None:
    item = world.make_item()
    old = item.code
    replace(world, old)
    session.delete(session.scalars(select(FormerCode)).one())
    session.flush()
    assert refusal(lambda: item_behind(session, old)) == (scanning.UnknownCode(code=old),)


def test_only_an_old_label_costs_more_than_one_statement(world: World) -> None:
    item, other = world.make_item(), world.make_item()
    old = other.code
    replace(world, old)
    world.session.flush()
    with statements() as sent:
        item_behind(world.session, item.code)
    assert len(sent) == 1
    with statements() as sent:
        item_behind(world.session, old)
    assert len(sent) == 5  # not worn, in the register, not worn, worn once, by what


def test_a_lost_card_finds_nobody_and_a_worn_one_does(world: World) -> None:
    card, pau = card_of(world, world.ana), card_of(world, world.pau)
    lost, worn = card.code, pau.code
    replace(world, lost, Cause.LOST)
    replace(world, worn, Cause.WORN)
    reasons = refusal(lambda: what_is_behind(world.session, lost))
    assert reasons == (scanning.CardLost(code=lost),)
    assert "Ana" not in str(reasons[0])
    assert anything_behind(world.session, lost) == LostCard(card)
    assert what_is_behind(world.session, worn) is pau


def test_a_lost_thing_is_found_when_its_label_is(world: World) -> None:
    item = world.make_item()
    old = item.code
    replace(world, old, Cause.LOST)
    assert item_behind(world.session, old) is item


def test_members_replace_their_own_card_and_nothing_else(world: World) -> None:
    own, item, sams = card_of(world, world.ana), world.make_item(), card_of(world, world.sam)
    lost = own.code
    replace(world, lost, Cause.LOST, by=world.ana)
    assert own.code != lost
    for code in (item.code, sams.code):
        (reason,) = refusal(lambda code=code: replace(world, code, by=world.ana))  # type: ignore[misc]
        assert isinstance(reason, RoleNeeded)
    (reason,) = refusal(lambda: replace(world, item.code, by=world.vera))
    assert isinstance(reason, RoleNeeded)


@pytest.mark.parametrize("sort", MAKE)
def test_what_was_replaced_is_not_replaced_again(world: World, sort: str) -> None:
    thing = MAKE[sort](world)
    old = thing.code
    replace(world, old, Cause.LOST)
    again = refusal(lambda: replace(world, old, Cause.LOST))
    assert again == (ReplacedAlready(code=old, new=thing.code),)


@pytest.mark.parametrize("sort", MAKE)
def test_sent_twice_it_is_done_once(world: World, sort: str) -> None:
    thing, operation = MAKE[sort](world), uuid4()
    old = thing.code
    replace(world, old, Cause.LOST, operation=operation)
    new = thing.code
    assert replace(world, old, Cause.LOST, operation=operation) is thing
    assert thing.code == new


def test_an_operation_stands_for_one_thing(world: World) -> None:
    one, other, operation = world.make_item(), world.make_item(), uuid4()
    replace(world, one.code, operation=operation)
    reasons = refusal(lambda: replace(world, other.code, operation=operation))
    assert reasons == (OperationUsed(),)


def test_the_journal_says_which_code_came_after_which_and_why(
    world: World, session: scoped_session[Session]
) -> None:
    item, card = world.make_item(), card_of(world, world.ana)
    before = item.code, card.code
    replace(world, item.code)
    replace(world, card.code, Cause.LOST, by=world.ana)
    of_item, of_card = session.scalars(select(Entry).where(Entry.what == Event.LABEL_REPLACED))
    assert of_item.details == {"before": before[0], "code": item.code, "cause": "worn"}
    assert of_card.details == {"before": before[1], "code": card.code, "cause": "lost"}
    assert (of_item.item_id, of_item.by_id) == (item.id, world.sam.id)
    assert (of_card.person_id, of_card.group_id) == (world.ana.id, world.borgo.id)


@on_any_database
def test_of_two_who_replace_a_label_at_once_one_does_and_the_other_is_told(
    app: Flask, world: World
) -> None:
    item = world.make_item()
    world.session.commit()
    old, item_id = item.code, item.id
    people = [world.sam.id, world.cora.id]

    def press(person_id: int) -> Callable[[AnySession], None]:
        def pressing(session: AnySession) -> None:
            by = session.get_one(Person, person_id)
            replacing.replace(session, old, Cause.WORN, by=by, now=MONDAY_NOON)

        return pressing

    answers = press_all_at_once(app, [press(person_id) for person_id in people])
    now = world.session.get_one(type(item), item_id, populate_existing=True)
    assert sorted(answers, key=len) == [(), (ReplacedAlready(code=old, new=now.code),)]
    assert len(world.session.scalars(select(FormerCode)).all()) == 1


@on_any_database
def test_a_former_code_is_of_one_thing(app: Flask, world: World) -> None:
    item, place = world.make_item(), world.make_place("Barn")
    code = Code(code="00000000", wearer=Wearer.ITEM, drawn_at=MONDAY_NOON)
    world.session.add(code)
    world.session.flush()
    facts = {"code": "00000000", "replaced_at": MONDAY_NOON, "cause": Cause.LOST}
    for which in ({}, {"item_id": item.id, "place_id": place.id}):
        with pytest.raises(IntegrityError, match="one_wearer"), world.session.begin_nested():
            world.session.add(FormerCode(**facts, **which))


def test_the_life_of_labels_is_told_from_the_present_one_back(world: World) -> None:
    item = world.make_item()
    first = item.code
    batch = print_labels(
        world.session, world.borgo, [first], Wishes("avery-l7160"), by=world.cora, now=MONDAY_NOON
    )
    replace(world, first)
    present, past = life_of(world.session, item)
    assert (present.code.code, present.printed, present.former) == (item.code, [], None)
    assert (past.code.code, past.printed) == (first, [batch])
    assert past.former is not None
    assert (past.former.cause, past.former.by) == (Cause.WORN, world.sam)


def test_the_life_of_labels_takes_three_statements_however_long(world: World) -> None:
    place = world.make_place("Barn")
    for _ in range(5):
        replace(world, place.code)
    world.session.flush()
    with statements() as sent:
        assert len(life_of(world.session, place)) == 6
    assert len(sent) == 3


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.tuples(st.integers(0, 4), st.sampled_from([Cause.LOST, Cause.WORN])), max_size=8)
)
def test_whatever_is_replaced_each_code_finds_what_it_was_drawn_for(
    world: World, acts: list[tuple[int, Cause]]
) -> None:
    with world.session.begin_nested() as nested:
        things = [world.make_item(), world.make_item(), world.make_place(f"Barn {id(acts)}")]
        drawn_for = {thing.code: thing for thing in things}
        for number, cause in acts:
            thing = things[number % len(things)]
            replace(world, thing.code, cause)
            drawn_for[thing.code] = thing
        assert {code: what_is_behind(world.session, code) for code in drawn_for} == drawn_for
        nested.rollback()
