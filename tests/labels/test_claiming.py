"""Labels are printed ahead and claimed: by one, for one thing, of the group that printed them."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from tests.at_once import Press, press_all_at_once
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.codes.models import Code, Wearer
from toolshare.inventory.models import Item
from toolshare.journal.models import Entry, Event
from toolshare.labels import claiming, replacing, scanning
from toolshare.labels.claiming import BlankOfAnotherGroup, ClaimedAlready
from toolshare.labels.designs import USUAL
from toolshare.labels.facing import faces_of
from toolshare.labels.models import Cause, FormerCode
from toolshare.labels.printing import (
    MOST_BLANKS,
    TooManyLabels,
    Wishes,
    codes_of,
    print_blanks,
    print_labels,
)
from toolshare.labels.scanning import Blank, StillBlank, anything_behind, what_is_behind
from toolshare.labels.wearing import Wears
from toolshare.people.models import Group, Person
from toolshare.people.roles import RoleNeeded, membership_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal

WISHES = Wishes("avery-l7160")


def blanks(world: World, count: int = 1, group: Group | None = None) -> list[str]:
    group = group or world.borgo
    by, now = world.cora, MONDAY_NOON
    return codes_of(print_blanks(world.session, group, count, WISHES, by=by, now=now))


def claim(world: World, code: str, thing: Wears, cause: Cause = Cause.WORN, **how: Any) -> Wears:
    how = {"by": world.sam, "now": MONDAY_NOON, **how}
    return claiming.claim(world.session, code, thing, cause, **how)


def refusal(act: Callable[[], object]) -> tuple[Reason, ...]:
    with pytest.raises(Refusal) as refused:
        act()
    return tuple(refused.value.reasons)


def former(world: World) -> FormerCode:
    return world.session.scalars(select(FormerCode)).one()


def test_blank_labels_have_codes_that_nothing_wears_and_the_name_of_the_group(
    world: World,
) -> None:
    codes = blanks(world, 30)
    assert len(set(codes)) == 30
    wearers = world.session.scalars(select(Code.wearer).where(Code.code.in_(codes)))
    assert set(wearers) == {None}
    faces = faces_of(world.session, codes, USUAL)
    assert [(face.code, face.name, face.lines) for face in faces] == [
        (code, "", ("Borgo",)) for code in codes
    ]


def test_no_more_blank_labels_are_printed_at_once_than_one_sticks_on(world: World) -> None:
    for count in (0, MOST_BLANKS + 1):
        reasons = refusal(lambda count=count: blanks(world, count))  # type: ignore[misc]
        assert reasons == (TooManyLabels(most=MOST_BLANKS),)


def test_a_blank_label_is_on_nothing_and_says_whose_it_is(world: World) -> None:
    (code,) = blanks(world)
    assert anything_behind(world.session, code) == Blank(code, world.borgo)
    reasons = refusal(lambda: what_is_behind(world.session, code))
    assert reasons == (StillBlank(code=code, group="Borgo"),)
    again = refusal(
        lambda: replacing.replace(world.session, code, Cause.WORN, by=world.sam, now=MONDAY_NOON)
    )
    assert again == reasons


def test_a_code_that_was_drawn_and_never_printed_is_unknown(world: World) -> None:
    world.session.add(Code(code="00000000", wearer=None, drawn_at=MONDAY_NOON))
    world.session.flush()
    reasons = refusal(lambda: what_is_behind(world.session, "00000000"))
    assert reasons == (scanning.UnknownCode(code="00000000"),)


@on_any_database
def test_a_claimed_label_finds_its_thing_and_so_does_the_one_before(
    app: Flask, world: World
) -> None:
    anas = membership_in(world.session, world.ana, world.borgo)
    assert anas is not None
    worn = [thing.code for thing in (world.make_item(), world.make_place("Barn"), anas)]
    things = [what_is_behind(world.session, code) for code in worn]
    for code, thing in zip(blanks(world, 3), things, strict=True):
        before = thing.code
        assert claim(world, code, thing) is thing
        assert thing.code == code
        assert what_is_behind(world.session, code) is thing
        assert what_is_behind(world.session, before) is thing


def test_why_the_label_before_is_old_is_remembered(world: World) -> None:
    printed, unprinted, lost = (world.make_item() for _ in range(3))
    print_labels(world.session, world.borgo, [printed.code], WISHES, by=world.cora, now=MONDAY_NOON)
    one, two, three = blanks(world, 3)
    claim(world, one, printed)
    claim(world, two, unprinted)
    claim(world, three, lost, Cause.LOST)
    causes = dict(world.session.execute(select(FormerCode.item_id, FormerCode.cause)).all())
    assert causes == {
        printed.id: Cause.WORN, unprinted.id: Cause.UNPRINTED, lost.id: Cause.LOST,
    }  # fmt: skip


def test_a_label_that_was_claimed_is_not_claimed_again_and_the_owner_stays(world: World) -> None:
    (code,) = blanks(world)
    saw, rake = world.make_item(world.make_kind(name="Saw")), world.make_item()
    claim(world, code, saw)
    before = rake.code
    reasons = refusal(lambda: claim(world, code, rake))
    assert reasons == (ClaimedAlready(code=code, name="Saw"),)
    assert reasons[0].status == 409
    assert (saw.code, rake.code) == (code, before)


def test_what_is_no_blank_label_is_not_claimed(world: World) -> None:
    card = membership_in(world.session, world.ana, world.borgo)
    assert card is not None
    lost, item = card.code, world.make_item()
    replacing.replace(world.session, lost, Cause.LOST, by=world.sam, now=MONDAY_NOON)
    reasons = refusal(lambda: claim(world, lost, item))
    assert reasons == (ClaimedAlready(code=lost, name="Ana"),)
    reasons = refusal(lambda: claim(world, "00000000", item))
    assert reasons == (scanning.UnknownCode(code="00000000"),)


def test_sent_twice_a_label_is_claimed_once(world: World) -> None:
    (code,), item, operation = blanks(world), world.make_item(), uuid4()
    for _ in range(2):
        assert claim(world, code, item, operation=operation) is item
    entries = world.session.scalars(select(Entry).where(Entry.what == Event.LABEL_CLAIMED)).all()
    assert [entry.details["before"] for entry in entries] == [former(world).code]


def test_stewards_claim_for_their_group_what_their_group_has_printed(world: World) -> None:
    (code,), (theirs,) = blanks(world), blanks(world, group=world.castello)
    item = world.make_item()
    for person in (world.ana, world.vera, world.zoe):
        (reason,) = refusal(lambda person=person: claim(world, code, item, by=person))  # type: ignore[misc]
        assert isinstance(reason, RoleNeeded)
    reasons = refusal(lambda: claim(world, theirs, item))
    assert reasons == (BlankOfAnotherGroup(code=theirs, group="Castello"),)


def claims(code: str, thing: Item, person: Person) -> Press:
    worn, person_id = thing.code, person.id

    def press(session: AnySession) -> None:
        by, item = session.get_one(Person, person_id), what_is_behind(session, worn)
        claiming.claim(session, code, item, Cause.WORN, by=by, now=MONDAY_NOON)

    return press


@on_any_database
def test_of_two_who_claim_a_label_at_once_one_wins_and_the_other_hears_for_what(
    app: Flask, world: World
) -> None:
    (code,) = blanks(world)
    saw = world.make_item(world.make_kind(name="Saw"))
    rake = world.make_item(world.make_kind(name="Rake"))
    world.session.commit()
    before = {item.id: item.code for item in (saw, rake)}
    presses = [claims(code, saw, world.sam), claims(code, rake, world.cora)]
    answers = press_all_at_once(app, presses)
    assert answers.count(()) == 1
    (winner, name), loser = ((saw, "Saw"), rake) if answers[0] == () else ((rake, "Rake"), saw)
    assert sorted(answers, key=len)[1] == (ClaimedAlready(code=code, name=name),)
    assert (winner.code, loser.code) == (code, before[loser.id])
    assert former(world).item_id == winner.id


@on_any_database
def test_of_many_who_add_something_with_a_label_at_once_one_does(app: Flask, world: World) -> None:
    (code,) = blanks(world)
    kind = world.make_kind(name="Saw")
    world.session.commit()
    group_id, kind_id, cora_id = world.borgo.id, kind.id, world.cora.id

    def press(session: AnySession) -> None:
        group, by = session.get_one(Group, group_id), session.get_one(Person, cora_id)
        claiming.claim_for_new(session, code, group, Wearer.ITEM, by=by, now=MONDAY_NOON)
        session.add(Item(kind_id=kind_id, code=code, added_at=MONDAY_NOON))

    answers = press_all_at_once(app, [press] * 6)
    assert answers.count(()) == 1
    assert answers.count((ClaimedAlready(code=code, name="Saw"),)) == 5


@on_any_database
def test_two_labels_for_one_thing_at_once_are_both_its_labels(app: Flask, world: World) -> None:
    codes, item = blanks(world, 2), world.make_item()
    world.session.commit()
    first = item.code
    answers = press_all_at_once(app, [claims(code, item, world.sam) for code in codes])
    assert answers == [(), ()]
    found = [what_is_behind(world.session, code) for code in (first, *codes)]
    assert [one.id for one in found] == [item.id] * 3
