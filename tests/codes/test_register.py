"""The register of codes: each is drawn once, for ever."""

import pytest
from sqlalchemy import select

from tests.world import MONDAY_NOON, World
from toolshare.codes import alphabet, register
from toolshare.codes.models import Code, Wearer


def test_drawn_codes_are_sound_and_stand_in_the_register(world: World) -> None:
    drawn = register.draw_many(world.session, Wearer.PLACE, 50, now=MONDAY_NOON)
    assert len(set(drawn)) == 50
    assert all(alphabet.is_sound(code) for code in drawn)
    entered = select(Code.code).where(Code.code.in_(drawn), Code.wearer == Wearer.PLACE)
    assert sorted(world.session.scalars(entered)) == sorted(drawn)


def test_a_code_that_was_ever_drawn_is_not_drawn_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = register.draw(world.session, Wearer.ITEM, now=MONDAY_NOON)
    luck = iter([drawn, drawn, fresh := alphabet.draw()])
    monkeypatch.setattr(alphabet, "draw", lambda: next(luck))
    assert register.draw(world.session, Wearer.ITEM, now=MONDAY_NOON) == fresh


def test_codes_that_labels_carry_already_are_entered(world: World) -> None:
    carried = [alphabet.draw(), alphabet.draw()]
    register.enter(world.session, carried, Wearer.ITEM, now=MONDAY_NOON)
    entered = select(Code.code).where(Code.code.in_(carried))
    assert sorted(world.session.scalars(entered)) == sorted(carried)


def test_what_is_no_code_is_not_entered(world: World) -> None:
    with pytest.raises(ValueError, match="'7K3M9QXX' is not a code"):
        register.enter(world.session, ["7K3M9QXX"], Wearer.ITEM, now=MONDAY_NOON)
