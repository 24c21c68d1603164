"""Who comes into a group, and whose things they may borrow."""

from datetime import date, datetime, timedelta
from http import HTTPStatus

import pytest
from sqlalchemy.orm import Session

from tests.world import World
from toolshare.people import roles
from toolshare.people.entering import NoSuchGroup, group_for, group_to_borrow_from
from toolshare.people.models import Person, Role
from toolshare.people.roles import RoleNeeded
from toolshare.refusals import Refusal

TODAY = date(2026, 6, 1)


def test_a_person_comes_into_their_own_group(session: Session, world: World, now: datetime) -> None:
    assert group_for(session, "borgo", world.ana, Role.MEMBER, now=now) is world.borgo
    assert group_for(session, "borgo", world.cora, Role.STEWARD, now=now) is world.borgo


def test_a_stranger_can_not_tell_whether_a_group_exists(
    session: Session, world: World, now: datetime
) -> None:
    for person in (world.zoe, world.vera):
        for slug in ("borgo", "nowhere"):
            with pytest.raises(Refusal) as refused:
                group_for(session, slug, person, Role.MEMBER, now=now)
            assert refused.value.reasons == (NoSuchGroup(),)
            assert refused.value.status == HTTPStatus.NOT_FOUND


def test_a_role_that_is_too_small_is_told_which_one_is_needed(
    session: Session, world: World, now: datetime
) -> None:
    with pytest.raises(Refusal) as refused:
        group_for(session, "borgo", world.sam, Role.COORDINATOR, now=now)
    assert refused.value.reasons == (RoleNeeded(role=Role.COORDINATOR, group="Borgo"),)
    assert refused.value.status == HTTPStatus.FORBIDDEN


def test_a_membership_that_has_ended_or_not_begun_opens_no_door(
    session: Session, world: World, now: datetime
) -> None:
    gone = world.make_person("Gino", world.borgo, until=TODAY - timedelta(days=1))
    to_come = world.make_person("Tina", world.borgo, since=TODAY + timedelta(days=1))
    for person in (gone, to_come):
        with pytest.raises(Refusal):
            group_for(session, "borgo", person, Role.MEMBER, now=now)


def test_who_borrows_from_a_federation_comes_to_what_is_for_its_borrowers(
    session: Session, world: World, now: datetime
) -> None:
    for person in (world.ana, world.pau, world.vera):
        assert group_to_borrow_from(session, "valle", person, now=now) is world.valle
    for person, slug in ((world.zoe, "valle"), (world.vera, "borgo"), (world.ana, "nowhere")):
        with pytest.raises(Refusal) as refused:
            group_to_borrow_from(session, slug, person, now=now)
        assert refused.value.reasons == (NoSuchGroup(),)


def counts_in(session: Session, person: Person, world: World) -> list[str]:
    """The groups whose things the person may borrow."""
    return [
        group.slug
        for group in (world.valle, world.borgo, world.castello)
        if roles.membership_for_borrowing_from(session, person, group, today=TODAY)
    ]


def test_members_borrow_from_their_own_village_and_from_the_federation(
    session: Session, world: World
) -> None:
    assert counts_in(session, world.ana, world) == ["valle", "borgo"]
    assert counts_in(session, world.vera, world) == ["valle", "castello"]
    assert counts_in(session, world.zoe, world) == []


def test_a_membership_in_the_federation_opens_no_village(session: Session, world: World) -> None:
    fede = world.make_person("Fede", world.valle)
    assert counts_in(session, fede, world) == ["valle"]


def test_the_membership_in_the_group_itself_comes_first(session: Session, world: World) -> None:
    own = world.make_membership(world.ana, world.valle)
    found = roles.membership_for_borrowing_from(session, world.ana, world.valle, today=TODAY)
    assert found is own


def test_a_paused_membership_counts_only_when_there_is_no_other(
    session: Session, world: World
) -> None:
    paused = roles.membership_for_borrowing_from(session, world.pau, world.valle, today=TODAY)
    assert paused is not None
    assert paused.paused_at is not None
    other = world.make_membership(world.pau, world.castello)
    found = roles.membership_for_borrowing_from(session, world.pau, world.valle, today=TODAY)
    assert found is other


def test_a_membership_that_has_ended_lets_nobody_borrow(session: Session, world: World) -> None:
    gone = world.make_person("Gino", world.borgo, until=TODAY - timedelta(days=1))
    assert counts_in(session, gone, world) == []
