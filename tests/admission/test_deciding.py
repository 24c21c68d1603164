"""Deciding on a request: yes makes a member, no says why, and it is decided once."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.admission.conftest import refused
from tests.at_once import Press, press_all_at_once
from tests.browser.admission import ask_to_join, let_people_ask
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, PASSWORD, World
from toolshare.admission import asking, deciding
from toolshare.admission import reasons as why
from toolshare.admission.asking import Said
from toolshare.admission.deciding import Place
from toolshare.admission.models import JoinPage, JoinRequest
from toolshare.circulation import borrowing
from toolshare.database import transaction
from toolshare.journal.models import Entry
from toolshare.outbox.models import Message
from toolshare.people.joining import AlreadyMember
from toolshare.people.models import Membership, Person, Role
from toolshare.people.password_links import use_link
from toolshare.people.passwords import is_right
from toolshare.people.roles import RoleNeeded, membership_in
from toolshare.records import AnySession
from toolshare.rules import agreements
from toolshare.rules.models import Acceptance


@pytest.fixture
def page(world: World, coras: dict[str, Any]) -> JoinPage:
    """Borgo's page, which asks to sign a waiver that everything needs."""
    agreements.publish(world.session, world.borgo, "Waiver", "With care.", **coras)
    world.make_rule("agreements", ("Waiver",))
    return let_people_ask(world, agreement="Waiver")


def signed(world: World) -> dict[str, Any]:
    waiver = agreements.in_force(world.session, world.borgo.id)["Waiver"]
    return {"agreement_id": waiver.id, "signed_as": "Ada L.", "signature": "M1 2L3 4"}


def last_message(world: World) -> Message:
    return world.session.scalars(select(Message).order_by(Message.id.desc())).first()  # type: ignore[return-value]


def test_a_yes_makes_an_account_that_borrows_without_being_asked_again(
    world: World, page: JoinPage, coras: dict[str, Any]
) -> None:
    asked = ask_to_join(world, page, **signed(world))
    place = Place(until=date(2026, 12, 31))
    joined = deciding.approve(world.session, asked, place, **coras)
    ada = world.session.get_one(Person, joined.person_id)
    assert (ada.name, ada.email) == ("Ada", "ada@example.org")
    assert (joined.role, joined.until) == (Role.MEMBER, place.until)
    acceptance = world.session.scalars(select(Acceptance)).one()
    assert (acceptance.person_id, acceptance.signed_as) == (ada.id, "Ada L.")
    assert (acceptance.signature, acceptance.accepted_at) == ("M1 2L3 4", MONDAY_NOON)
    entry = world.session.scalars(select(Entry).where(Entry.what == "person_joined")).one()
    told = {"role": "member", "until": "2026-12-31", "request_id": asked.id}
    assert (entry.by_id, entry.details) == (world.cora.id, told)
    item = world.make_item()
    acts: dict[str, Any] = {"borrower": ada, "by": ada, "now": MONDAY_NOON}
    assert borrowing.borrow(world.session, item, **acts).is_out


def test_who_has_no_password_is_sent_a_link_to_set_one(
    world: World, page: JoinPage, coras: dict[str, Any]
) -> None:
    asked = ask_to_join(world, page, **signed(world))
    joined = deciding.approve(world.session, asked, Place(), **coras)
    told = last_message(world)
    assert (told.topic, told.person_id) == ("joining_approved", joined.person_id)
    token = told.facts["path"].removeprefix("/password/")
    person = use_link(world.session, token, PASSWORD, now=MONDAY_NOON)
    assert is_right(person, PASSWORD)


def test_with_an_account_one_keeps_it_and_signs_by_being_signed_in(
    world: World, page: JoinPage, coras: dict[str, Any]
) -> None:
    said = Said("", "", **signed(world))
    asking.ask(world.session, page, said, by=world.zoe, now=MONDAY_NOON)
    asked = world.session.scalars(select(JoinRequest)).one()
    joined = deciding.approve(world.session, asked, Place(Role.STEWARD), **coras)
    assert (joined.person_id, joined.role) == (world.zoe.id, Role.STEWARD)
    assert world.session.scalars(select(Acceptance.person_id)).all() == [world.zoe.id]
    assert last_message(world).facts == {"path": "/groups/borgo"}


def test_a_stranger_who_types_the_address_of_an_account_signs_nothing_in_its_name(
    world: World, page: JoinPage, coras: dict[str, Any]
) -> None:
    asked = ask_to_join(world, page, "Zoe", **signed(world))
    joined = deciding.approve(world.session, asked, Place(), **coras)
    assert joined.person_id == world.zoe.id
    assert world.session.scalars(select(Acceptance)).all() == []


def test_where_nothing_is_to_be_signed_nothing_is(world: World, coras: dict[str, Any]) -> None:
    asked = ask_to_join(world, let_people_ask(world))
    deciding.approve(world.session, asked, Place(), **coras)
    assert world.session.scalars(select(Acceptance)).all() == []


def test_a_member_is_not_taken_in_twice(world: World, coras: dict[str, Any]) -> None:
    asked = ask_to_join(world, let_people_ask(world), "Ana")
    assert refused(deciding.approve, world.session, asked, Place(), **coras) == [
        AlreadyMember(name="Ana", group="Borgo")
    ]


def test_who_was_a_member_is_one_again(world: World, coras: dict[str, Any]) -> None:
    world.session.execute(
        update(Membership)
        .where(Membership.person_id == world.ana.id)
        .values(until=date(2026, 5, 1))
    )
    world.session.expire_all()
    asked = ask_to_join(world, let_people_ask(world), "Ana")
    joined = deciding.approve(world.session, asked, Place(), **coras)
    assert joined is membership_in(world.session, world.ana, world.borgo)
    assert (joined.since, joined.until) == (MONDAY_NOON.date(), None)


def test_a_no_is_told_with_its_reason(world: World, coras: dict[str, Any]) -> None:
    asked = ask_to_join(world, let_people_ask(world), language="it")
    assert refused(deciding.decline, world.session, asked, "", **coras) == [
        why.WhyMissing(name="Ada")
    ]
    deciding.decline(world.session, asked, "We are full.", **coras)
    told = last_message(world)
    assert (told.topic, told.address, told.language) == (
        "joining_declined",
        "ada@example.org",
        "it",
    )
    assert told.facts == {"why": "We are full."}
    assert world.session.scalars(select(Entry.what).order_by(Entry.id.desc())).first() == (
        "joining_declined"
    )


def test_what_is_decided_is_decided(world: World, coras: dict[str, Any]) -> None:
    asked = ask_to_join(world, let_people_ask(world))
    deciding.decline(world.session, asked, "We are full.", **coras)
    known = [why.AnsweredAlready(name="Ada")]
    assert refused(deciding.approve, world.session, asked, Place(), **coras) == known
    assert refused(deciding.decline, world.session, asked, "No.", **coras) == known
    again = ask_to_join(world, asking.page_open_at(world.session, "borgo"))
    assert again.id != asked.id


def test_a_last_day_that_is_gone_takes_nobody_in(world: World, coras: dict[str, Any]) -> None:
    asked = ask_to_join(world, let_people_ask(world))
    place = Place(until=date(2026, 5, 31))
    assert refused(deciding.approve, world.session, asked, place, **coras) == [why.LastDayGone()]


def test_only_coordinators_decide(world: World) -> None:
    asked = ask_to_join(world, let_people_ask(world))
    needed = [RoleNeeded(role=Role.COORDINATOR, group="Borgo")]
    for person in (world.sam, world.vera):
        acts: dict[str, Any] = {"by": person, "now": MONDAY_NOON}
        assert refused(deciding.approve, world.session, asked, Place(), **acts) == needed
        assert refused(deciding.decline, world.session, asked, "No.", **acts) == needed


@on_any_database
def test_of_two_who_decide_at_once_one_does(app: Flask, world: World) -> None:
    with transaction():
        asked_id = ask_to_join(world, let_people_ask(world)).id
    cora_id = world.cora.id

    def decides(session: AnySession) -> None:
        asked, cora = session.get_one(JoinRequest, asked_id), session.get_one(Person, cora_id)
        deciding.approve(session, asked, Place(), by=cora, now=MONDAY_NOON)

    presses: list[Press] = [decides] * 4
    answers = press_all_at_once(app, presses)
    assert sorted(answers, key=len) == [(), *[(why.AnsweredAlready(name="Ada"),)] * 3]
