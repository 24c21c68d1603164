"""Invitations: who makes them, whom they take in, until when and how often."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from tests.admission.conftest import refused
from tests.at_once import Press, press_all_at_once
from tests.browser.admission import END_OF_JUNE, invite
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, PASSWORD, World
from toolshare.admission import inviting, queries
from toolshare.admission import reasons as why
from toolshare.admission.models import Invitation
from toolshare.database import transaction
from toolshare.journal.models import Entry
from toolshare.people.models import Membership, Role
from toolshare.people.passwords import PasswordTooShort, is_right
from toolshare.people.roles import RoleNeeded, membership_in
from toolshare.records import AnySession
from toolshare.refusals import Refusal

ADA: dict[str, Any] = {"name": "Ada", "email": "Ada@Example.org", "password": PASSWORD}


def test_who_has_an_account_joins_and_uses_the_invitation_once(world: World) -> None:
    made, token = invite(world)
    for _ in range(2):
        joined = inviting.accept(world.session, token, by=world.zoe, now=MONDAY_NOON)
        assert (joined.role, joined.since) == (Role.MEMBER, MONDAY_NOON.date())
    assert made.used == 1
    entry = world.session.scalars(select(Entry).order_by(Entry.id.desc())).first()
    assert entry is not None
    assert (entry.what, entry.by_id) == ("person_joined", world.zoe.id)
    assert entry.details == {"role": "member", "invitation_id": made.id}


def test_who_has_none_makes_an_account_with_it(world: World) -> None:
    _, token = invite(world)
    ada = inviting.make_account(world.session, token, now=MONDAY_NOON, **ADA)
    assert ada.email == "ada@example.org"
    assert is_right(ada, PASSWORD)
    assert membership_in(world.session, ada, world.borgo) is not None


def test_the_token_is_not_kept(world: World) -> None:
    made, token = invite(world)
    assert token not in str(vars(made))


def test_an_address_that_has_an_account_signs_in_instead(world: World) -> None:
    made, token = invite(world)
    ana = ADA | {"email": "ANA@example.org"}
    against = refused(inviting.make_account, world.session, token, now=MONDAY_NOON, **ana)
    assert against == [why.HasAnAccount()]
    assert made.used == 0


def test_a_short_password_takes_nobody_in(world: World) -> None:
    with transaction():
        made, token = invite(world)
    with pytest.raises(Refusal) as refusal, transaction() as session:
        inviting.make_account(session, token, now=MONDAY_NOON, **(ADA | {"password": "short"}))
    assert list(refusal.value.reasons) == [PasswordTooShort()]
    assert world.session.get_one(Invitation, made.id).used == 0


@pytest.mark.parametrize(("day", "works"), [(END_OF_JUNE, True), (date(2026, 7, 1), False)])
def test_it_works_until_its_last_day(world: World, day: date, works: bool) -> None:
    _, token = invite(world)
    then = MONDAY_NOON + (day - MONDAY_NOON.date())
    if works:
        assert inviting.invitation_behind(world.session, token, now=then)
    else:
        found = refused(inviting.invitation_behind, world.session, token, now=then)
        assert found == [why.InvitationNotGood()]


def test_a_revoked_a_used_up_and_an_unknown_one_say_the_same(world: World) -> None:
    revoked, first = invite(world)
    for _ in range(2):
        inviting.revoke(world.session, revoked, by=world.cora, now=MONDAY_NOON)
    _, second = invite(world, most_uses=1)
    inviting.accept(world.session, second, by=world.zoe, now=MONDAY_NOON)
    for token in (first, second, "", "unknown"):
        against = refused(inviting.accept, world.session, token, by=world.vera, now=MONDAY_NOON)
        assert against == [why.InvitationNotGood()]
    listed = queries.invitations_of(world.session, world.borgo, today=MONDAY_NOON.date())
    assert listed == []
    whats = world.session.scalars(select(Entry.what).order_by(Entry.id)).all()
    assert whats == ["invitation_made", "invitation_revoked", "invitation_made", "person_joined"]


def test_who_came_in_with_the_last_use_is_in_and_hears_nothing_else(world: World) -> None:
    made, token = invite(world, most_uses=1)
    joined = inviting.accept(world.session, token, by=world.zoe, now=MONDAY_NOON)
    assert inviting.accept(world.session, token, by=world.zoe, now=MONDAY_NOON) is joined
    assert made.used == 1
    look: dict[str, Any] = {"reader": world.vera, "now": MONDAY_NOON}
    assert refused(inviting.invitation_behind, world.session, token, **look) == [
        why.InvitationNotGood()
    ]


def test_a_membership_that_has_ended_does_not_begin_again_by_a_link(world: World) -> None:
    world.session.execute(
        update(Membership)
        .where(Membership.person_id == world.ana.id)
        .values(until=date(2026, 5, 1))
    )
    world.session.expire_all()
    _, token = invite(world)
    against = refused(inviting.accept, world.session, token, by=world.ana, now=MONDAY_NOON)
    assert against == [why.MembershipIsOver(group="Borgo")]


def test_only_coordinators_of_the_group_invite_and_revoke(world: World) -> None:
    made, _ = invite(world)
    terms = inviting.Terms(END_OF_JUNE)
    for person in (world.sam, world.vera):
        acts: dict[str, Any] = {"by": person, "now": MONDAY_NOON}
        needed = [RoleNeeded(role=Role.COORDINATOR, group="Borgo")]
        assert refused(inviting.invite, world.session, world.borgo, terms, **acts) == needed
        assert refused(inviting.revoke, world.session, made, **acts) == needed


@pytest.mark.parametrize("most_uses", [None, 2])
def test_a_link_for_a_steward_works_once(world: World, most_uses: int | None) -> None:
    terms = inviting.Terms(END_OF_JUNE, Role.STEWARD, most_uses)
    acts: dict[str, Any] = {"by": world.cora, "now": MONDAY_NOON}
    against = refused(inviting.invite, world.session, world.borgo, terms, **acts)
    assert against == [why.OnlyOnceForARole()]


@pytest.mark.parametrize("day", [date(2026, 5, 31), date(2027, 6, 3)])
def test_the_last_day_is_within_a_year(world: World, day: date) -> None:
    first = MONDAY_NOON.date()
    acts: dict[str, Any] = {"by": world.cora, "now": MONDAY_NOON}
    against = refused(
        inviting.invite, world.session, world.borgo, inviting.Terms(until=day), **acts
    )
    assert against == [why.OverAlready(first=first, last=first + inviting.LONGEST)]


def test_the_database_itself_lets_none_be_used_too_often(world: World) -> None:
    made, _ = invite(world, most_uses=1)
    made.used = 2
    with pytest.raises(IntegrityError):
        world.session.flush()


@on_any_database
def test_of_many_who_take_the_last_place_at_once_one_gets_in(app: Flask, world: World) -> None:
    with transaction():
        made, token = invite(world, most_uses=1)
        people = [world.make_person(f"Stranger{number}").id for number in range(6)]

    def presses(person_id: int) -> Press:
        def press(session: AnySession) -> None:
            person = session.get_one(type(world.ana), person_id)
            inviting.accept(session, token, by=person, now=MONDAY_NOON)

        return press

    answers = press_all_at_once(app, [presses(person_id) for person_id in people])
    assert sorted(answers, key=len) == [(), *[(why.InvitationNotGood(),)] * 5]
    assert world.session.get_one(Invitation, made.id).used == 1
