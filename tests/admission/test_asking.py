"""Asking to join: who waits, who is told, and what nobody learns."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.admission.conftest import refused
from tests.at_once import Press, press_all_at_once
from tests.browser.admission import ask_to_join, let_people_ask
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.admission import asking
from toolshare.admission import reasons as why
from toolshare.admission.asking import Said
from toolshare.admission.models import JoinRequest
from toolshare.database import transaction
from toolshare.journal.models import Entry
from toolshare.outbox.models import Message
from toolshare.people.joining import NotAnEmail
from toolshare.people.models import Role
from toolshare.records import AnySession
from toolshare.rules import agreements
from toolshare.rules.agreements import AgreementReplaced, NotADrawing, NotSigned


def waiting(world: World) -> list[str]:
    return [one.email for one in world.session.scalars(select(JoinRequest))]


def test_a_request_waits_and_coordinators_are_told(world: World) -> None:
    world.make_person("Cleo", world.borgo, Role.COORDINATOR)
    page = let_people_ask(world)
    asked = ask_to_join(world, page, answers=[("Why?", "To mend.")], language="it")
    assert (asked.name, asked.email, asked.language) == ("Ada", "ada@example.org", "it")
    assert asked.answers == [["Why?", "To mend."]]
    assert asked.decided_at is None
    told = world.session.scalars(select(Message)).all()
    assert {one.topic for one in told} == {"asked_to_join"}
    assert len(told) == 2
    assert told[0].facts == {"who": "Ada", "path": f"/groups/borgo/requests/{asked.id}"}
    entry = world.session.scalars(select(Entry).order_by(Entry.id.desc())).first()
    assert entry is not None
    assert (entry.what, entry.details) == ("asked_to_join", {"request_id": asked.id})


@pytest.mark.parametrize("email", ["ada@example.org", "ana@example.org", "zoe@example.org"])
def test_whoever_has_an_address_it_is_asked_once_and_nobody_hears_more(
    world: World, email: str
) -> None:
    page = let_people_ask(world)
    for name in ("Ada", "Somebody else"):
        ask_to_join(world, page, name, email=email.upper())
    kept = world.session.scalars(select(JoinRequest)).one()
    assert (kept.name, kept.email, kept.person_id) == ("Ada", email, None)


def test_who_is_signed_in_asks_as_that_account(world: World) -> None:
    page, said = let_people_ask(world), Said("Made up", "made@example.org")
    asking.ask(world.session, page, said, by=world.zoe, now=MONDAY_NOON)
    kept = world.session.scalars(select(JoinRequest)).one()
    assert (kept.name, kept.email, kept.person_id) == ("Zoe", "zoe@example.org", world.zoe.id)


def test_only_a_member_who_is_signed_in_hears_that_they_are_one(world: World) -> None:
    page, said = let_people_ask(world), Said("Ana", "ana@example.org")
    acts: dict[str, Any] = {"by": world.ana, "now": MONDAY_NOON}
    assert refused(asking.ask, world.session, page, said, **acts) == [why.InAlready(group="Borgo")]


def test_an_address_that_is_none_is_refused(world: World) -> None:
    page, nowhere = let_people_ask(world), Said("Ada", "nowhere")
    acts: dict[str, Any] = {"by": None, "now": MONDAY_NOON}
    against = refused(asking.ask, world.session, page, nowhere, **acts)
    assert against == [NotAnEmail(email="nowhere")]


def test_no_more_wait_than_anybody_can_answer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MOST_UNDECIDED", 2)
    page = let_people_ask(world)
    for name in ("Ada", "Eve"):
        ask_to_join(world, page, name)
    assert refused(ask_to_join, world, page, "Ivo") == [why.TooManyWait()]


SIGNED = "M1 2L3 4M599 200"


@pytest.mark.parametrize(
    ("how", "kept"),
    [
        ({"signed_as": "Ada L."}, ("Ada L.", "")),
        ({"signature": SIGNED}, ("Ada", SIGNED)),
        ({"signed_as": "Ada L.", "signature": SIGNED}, ("Ada L.", SIGNED)),
    ],
)
def test_an_agreement_is_signed_by_name_or_by_hand(
    world: World, coras: dict[str, Any], how: dict[str, str], kept: tuple[str, str]
) -> None:
    waiver = agreements.publish(world.session, world.borgo, "Waiver", "With care.", **coras)
    page = let_people_ask(world, agreement="Waiver")
    asked = ask_to_join(world, page, agreement_id=waiver.id, **how)
    assert (asked.signed_as, asked.signature) == kept
    assert asked.agreement_id == waiver.id


def test_what_is_not_signed_is_not_asked(world: World, coras: dict[str, Any]) -> None:
    old, new = (
        agreements.publish(world.session, world.borgo, "Waiver", text, **coras)
        for text in ("With care.", "With more care.")
    )
    page = let_people_ask(world, agreement="Waiver")
    replaced = [AgreementReplaced(name="Waiver")]
    for known in (None, old.id):
        assert refused(ask_to_join, world, page, agreement_id=known, signed_as="Ada") == replaced
    assert refused(ask_to_join, world, page, agreement_id=new.id) == [NotSigned()]
    for drawing in ("<svg>", "M1 2L3 4444", "M1 2" * 6_000):
        against = refused(ask_to_join, world, page, agreement_id=new.id, signature=drawing)
        assert against == [NotADrawing()]
    assert waiting(world) == []


@on_any_database
def test_the_same_address_many_times_at_once_waits_once(app: Flask, world: World) -> None:
    with transaction():
        let_people_ask(world)

    def asks(number: int) -> Press:
        def press(session: AnySession) -> None:
            page = asking.page_open_at(session, "borgo")
            said = Said(f"Ada {number}", "ada@example.org")
            asking.ask(session, page, said, by=None, now=MONDAY_NOON)

        return press

    assert press_all_at_once(app, [asks(number) for number in range(6)]) == [()] * 6
    assert world.session.scalar(select(func.count(JoinRequest.id))) == 1
