"""Passwords, the links that set them, and who may give one."""

from datetime import datetime, timedelta
from http import HTTPStatus

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.world import PASSWORD, World
from toolshare.journal.models import Entry, Event
from toolshare.people.accounts import PasswordIsAnother, change_password
from toolshare.people.models import PasswordLink, Role
from toolshare.people.password_links import (
    BelongsElsewhereToo,
    LinkNotGood,
    give_link,
    person_behind,
    use_link,
)
from toolshare.people.passwords import (
    PasswordIsTheirName,
    PasswordTooLong,
    PasswordTooShort,
    is_right,
    reasons_against,
)
from toolshare.refusals import Refusal

NEW = "eleven brown hens"


@pytest.mark.parametrize(
    ("password", "reasons"),
    [
        ("123456789", [PasswordTooShort()]),
        ("1234567890", []),
        ("x" * 1001, [PasswordTooLong()]),
        ("ANA@example.org", [PasswordIsTheirName()]),
        (" a n a ", [PasswordTooShort(), PasswordIsTheirName()]),
    ],
)
def test_what_makes_no_password(world: World, password: str, reasons: list[object]) -> None:
    assert reasons_against(world.ana, password) == reasons


def test_a_link_sets_a_password_once(session: Session, world: World, now: datetime) -> None:
    token = give_link(session, world.ana, by=world.cora, now=now)
    assert person_behind(session, token, now=now) is world.ana
    before = world.ana.session_version
    assert use_link(session, token, NEW, now=now) is world.ana
    assert is_right(world.ana, NEW)
    assert world.ana.session_version > before
    with pytest.raises(Refusal) as refused:
        use_link(session, token, "another password", now=now)
    assert refused.value.reasons == (LinkNotGood(),)


def test_only_a_digest_of_the_link_is_kept(session: Session, world: World, now: datetime) -> None:
    token = give_link(session, world.ana, by=world.cora, now=now)
    kept = session.scalars(select(PasswordLink)).one()
    assert token not in kept.digest
    entries = session.scalars(select(Entry).where(Entry.what == Event.PASSWORD_LINK_GIVEN))
    assert [(entry.by_id, entry.person_id, entry.details) for entry in entries] == [
        (world.cora.id, world.ana.id, {})
    ]


def test_a_link_works_for_a_week(session: Session, world: World, now: datetime) -> None:
    token = give_link(session, world.ana, by=world.cora, now=now)
    person_behind(session, token, now=now + timedelta(days=7, seconds=-1))
    with pytest.raises(Refusal) as refused:
        person_behind(session, token, now=now + timedelta(days=7))
    assert refused.value.status == HTTPStatus.GONE


def test_a_new_link_ends_the_earlier_ones(session: Session, world: World, now: datetime) -> None:
    earlier = give_link(session, world.ana, by=world.cora, now=now)
    give_link(session, world.ana, by=world.cora, now=now)
    with pytest.raises(Refusal):
        person_behind(session, earlier, now=now)


def test_a_password_that_is_refused_leaves_the_link_good(
    session: Session, world: World, now: datetime
) -> None:
    token = give_link(session, world.ana, by=world.cora, now=now)
    with pytest.raises(Refusal):
        use_link(session, token, "short", now=now)
    assert use_link(session, token, NEW, now=now) is world.ana


def test_no_coordinator_comes_into_another_group_through_somebodys_password(
    session: Session, world: World, now: datetime
) -> None:
    world.make_membership(world.vera, world.borgo)
    with pytest.raises(Refusal) as refused:
        give_link(session, world.vera, by=world.cora, now=now)
    assert refused.value.reasons == (BelongsElsewhereToo(name="Vera", group="Castello"),)
    world.make_membership(world.cora, world.castello, Role.COORDINATOR)
    assert give_link(session, world.vera, by=world.cora, now=now)


def test_a_first_password_of_a_plain_member_comes_from_any_coordinator_of_theirs(
    session: Session, world: World, now: datetime
) -> None:
    world.make_membership(world.ana, world.castello)
    with pytest.raises(Refusal):
        give_link(session, world.ana, by=world.cora, now=now)
    world.ana.password_hash = None
    assert give_link(session, world.ana, by=world.cora, now=now)


def test_a_new_password_takes_the_present_one(
    session: Session, world: World, now: datetime
) -> None:
    with pytest.raises(Refusal) as refused:
        change_password(session, world.ana, present="a guess", new=NEW, now=now)
    assert refused.value.reasons == (PasswordIsAnother(),)
    change_password(session, world.ana, present=PASSWORD, new=NEW, now=now)
    assert is_right(world.ana, NEW)
