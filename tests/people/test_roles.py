"""What a person may do where."""

from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from tests.world import World
from toolshare.people import roles
from toolshare.people.models import Role
from toolshare.people.roles import RoleNeeded, group_and_its_parents, require
from toolshare.refusals import Refusal

TODAY = date(2026, 6, 1)


def test_each_role_may_all_that_the_ones_before_it_may() -> None:
    assert [[role.covers(other) for other in Role] for role in Role] == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]


def test_who_has_too_small_a_role_is_told_which_one_is_needed(
    session: Session, world: World
) -> None:
    require(session, world.cora, Role.STEWARD, world.borgo, today=TODAY)
    for person in (world.ana, world.vera, world.zoe):
        with pytest.raises(Refusal) as refused:
            require(session, person, Role.STEWARD, world.borgo, today=TODAY)
        assert refused.value.reasons == (RoleNeeded(role=Role.STEWARD, group="Borgo"),)


def test_a_group_is_followed_up_to_its_federation(session: Session, world: World) -> None:
    alto = world.make_group("Borgo Alto", "borgo-alto", parent_id=world.borgo.id)
    assert group_and_its_parents(session, alto.id) == [alto, world.borgo, world.valle]
    assert group_and_its_parents(session, world.valle.id) == [world.valle]


def test_who_belongs_to_a_village_sees_its_whole_federation_unless_it_is_too_large(
    session: Session, world: World, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.make_group("Borgo Alto", "borgo-alto", parent_id=world.borgo.id)
    seen = roles.network_of(session, world.ana, now=now)
    assert [group.name for group in seen] == ["Borgo", "Borgo Alto", "Castello", "Valle"]
    monkeypatch.setattr(roles, "MOST_IN_SIGHT", 3)
    assert roles.network_of(session, world.ana, now=now) == [world.borgo, world.valle]
